"""Every small change that somebody could make to a signed document, one at a time.

Each of them says something else than the original under the standards. What only writes the same
in another way (`rewordings`) stands apart: other people's software may rightly accept it.
"""

import random
import unicodedata
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

Path = tuple[str | int, ...]
Mutation = tuple[str, Any]

LOOK_ALIKES = str.maketrans("aeiopcxyTACEOP", "аеіорсхуТАСЕОР")  # noqa: RUF001 - that is the trick
KNOWN_TERMS = {"name": "Otra", "description": "Otra", "id": "urn:uuid:0"}


def walk(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every part of a document with its place, the document itself first."""
    yield path, value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from walk(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from walk(inner, (*path, index))


def put(document: Any, path: Path, value: Any) -> Any:
    """Return a copy with another value at a place."""
    if not path:
        return value
    copy = deepcopy(document)
    place = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return copy


def cut(document: Any, path: Path) -> Any:
    """Return a copy without what stands at a place."""
    copy = deepcopy(document)
    place = copy
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return copy


def other_values(value: Any) -> dict[str, Any]:
    """Return changed values of a leaf, by the kind of change."""
    if isinstance(value, bool):
        return {"changed": not value, "type": ["true"], "word": "yes"}
    if not isinstance(value, str):
        return {"changed": value + 1, "type": {"a": value}}
    changed = value[:-1] + ("0" if value[-1:] != "0" else "1")
    found = {
        "changed": changed,
        "longer": value + " ",
        "doubled": [value, changed],
        "object": {"id": "urn:uuid:0", "name": value},
        "truth": True,
        "empty": "",
        "zero width": value + "\u200b",
    }
    for kind, text in (
        ("look-alike", value.translate(LOOK_ALIKES)),
        ("decomposed", unicodedata.normalize("NFD", value)),
        ("upper case", value.upper()),
    ):
        if text != value:
            found[kind] = text
    return found


def mutations(document: Any) -> Iterator[Mutation]:
    """Yield every mutation of a document with its name."""
    for path, value in walk(document):
        place = "/".join(map(str, path)) or "."
        if path:
            yield f"{place} removed", cut(document, path)
        if isinstance(value, dict):
            yield f"{place} unknown term", put(document, path, {**value, "nota": "Otra"})
            for term, said in KNOWN_TERMS.items():
                if term not in value and path[:1] != ("proof",):
                    yield f"{place} gets {term}", put(document, path, {**value, term: said})
            for name in value:
                renamed = {f"{key}X" if key == name else key: one for key, one in value.items()}
                yield f"{place}/{name} renamed", put(document, path, renamed)
        elif isinstance(value, list):
            yield f"{place} emptied", put(document, path, [])
            yield f"{place} longer", put(document, path, [*value, "urn:uuid:0"])
            if path == ("@context",):
                yield f"{place} reordered", put(document, path, value[::-1])
        else:
            for kind, other in other_values(value).items():
                if (path[-1], kind) == ("proofValue", "longer"):
                    continue  # a space after a signature is no other signature: see rewordings
                yield f"{place} {kind}", put(document, path, other)


def some_mutations(document: Any, *, seed: int, count: int) -> list[Mutation]:
    """Return so many of them, drawn at random, the same for the same seed."""
    found = sorted(mutations(document), key=lambda one: one[0])
    assert len(found) >= count
    return random.Random(seed).sample(found, count)  # noqa: S311 - a sample, not a secret


def rewordings(document: Any) -> Iterator[Mutation]:
    """Yield documents that say the very same in another way."""
    yield "proof without its list", put(document, ("proof",), document["proof"][0])
    spaced = document["proof"][0]["proofValue"] + " "
    yield "a space after the signature", put(document, ("proof", 0, "proofValue"), spaced)
    yield "types reordered", put(document, ("type",), document["type"][::-1])
    yield "a type without its list", put(document, ("issuer", "type"), "Profile")
    yield "a text in a list", put(document, ("name",), [document["name"]])
    yield "a name that says nothing", put(document, ("image",), None)
    renamed = {("@id" if name == "id" else name): value for name, value in document.items()}
    yield "a keyword by its other name", renamed
