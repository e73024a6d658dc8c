"""The files of pages: home, course, module and the items in it, each in both languages."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from courses.curriculum.body import Block, read_body, split_brief
from courses.curriculum.citations import read_sources
from courses.curriculum.documents import Document, Source, read_document, read_fields
from courses.curriculum.fields import KEY, Fields
from courses.curriculum.guidefiles import with_guides
from courses.curriculum.quizfiles import read_quiz
from courses.curriculum.richtext import read_rich_text
from courses.curriculum.structures import PAGE_MODELS, PageSpec, PageText, Requirement
from courses.enums import Scale
from courses.page_blocks import CriterionBlock, ObjectivesBody
from courses.publication import FEWEST_CRITERIA
from courses.texts import languages

_LESSON_SHARED = ("minutes", "sources", "last_reviewed", "review_due", "needs_legal_review")
_CRITERION_LONGEST = CriterionBlock().child_blocks["text"].field.max_length
_OBJECTIVE_LONGEST = ObjectivesBody().child_blocks["objective"].field.max_length

TextReader = Callable[[Document, str], PageText]


def longest(kind: str, name: str) -> int:
    """Return how many characters a field of a page takes."""
    length: int = PAGE_MODELS[kind]._meta.get_field(name).max_length
    return length


def _words(document: Document, kind: str, names: Mapping[str, str]) -> dict[str, Any]:
    """Return plain texts of the header, by the names of the page's fields."""
    header = document.header
    return {field: header.text(name, longest=longest(kind, field)) for name, field in names.items()}


def _rich(source: Source, document: Document, *, with_headings: bool = False) -> str:
    return read_rich_text(document.body, source.problems, with_headings=with_headings)


def _objectives(document: Document) -> tuple[Block, ...]:
    found = document.header.texts("objectives")
    for text, line in found:
        if len(text) > _OBJECTIVE_LONGEST:
            message = f"an objective has {len(text)} characters; {_OBJECTIVE_LONGEST} are the most"
            document.header.problems.add(document.path, line, message)
    return tuple(Block("objective", line, text) for text, line in found)


def _both(
    source: Source, stem: str, read: TextReader, *, elsewhere: Iterable[str] = ()
) -> dict[str, PageText]:
    """Return the texts of a page in every language; note a language that is missing."""
    texts = {}
    for language in languages():
        path = f"{stem}.{language}.md"
        if not source.has(path):
            source.problems.add(path, 1, "this file is missing: a page has all languages")
            continue
        document = read_document(source, path)
        if document is None:
            continue
        texts[language] = read(document, language)
        document.header.finish(elsewhere=elsewhere)
    return texts


def read_home(source: Source) -> PageSpec:
    """Return the home page of `site.es.md` and its like."""

    def read(document: Document, language: str) -> PageText:
        values = _words(document, "home", {"title": "title", "lead": "lead"})
        values["about"] = _rich(source, document)
        return PageText(document.path, language, values, {})

    return PageSpec("home", "", _both(source, "site", read))


def read_course(source: Source, slug: str) -> PageSpec:
    """Return the page of a course; its children are the slugs of its modules."""
    stem = f"courses/{slug}/course"

    def read(document: Document, language: str) -> PageText:
        names = ("title", "summary", "audience", "certificate_text")
        values = _words(document, "course", {name: name for name in names})
        values["body"] = _rich(source, document, with_headings=True)
        return PageText(document.path, language, values, {"objectives": _objectives(document)})

    path = f"{stem}.yaml"
    fields = read_fields(source, path)
    shared: dict[str, Any] = {}
    children: tuple[str, ...] = ()
    shares: tuple[Requirement, ...] = ()
    order: tuple[str, ...] = ()
    renews, renews_line = "", 1
    if fields is not None:
        shared = {
            "is_enrolment_open": fields.choice("enrolment", ("open", "closed")) == "open",
            "validity_months": fields.whole("validity_months", 1, 120),
            "is_partner_reviewed": fields.truth("is_partner_reviewed"),
            "scale": fields.choice("scale", Scale.values),
        }
        if fields.has("attendance_percent"):
            shared["attendance_percent"] = fields.whole("attendance_percent", 1, 100)
        for name in ("needs_approval", "asks_for_document"):
            if fields.has(name):
                shared[name] = fields.truth(name)
        children, shares, order = _modules(fields, slug)
        if fields.has("renews"):
            renews, renews_line = fields.key("renews"), fields.line_of("renews")
        fields.finish()
    texts = _both(source, stem, read)
    return PageSpec(
        "course",
        slug,
        texts,
        shared=shared,
        children=children,
        shares=shares,
        order=order,
        renews=renews,
        renews_line=renews_line,
    )


def _modules(
    fields: Fields, course: str
) -> tuple[tuple[str, ...], tuple[Requirement, ...], tuple[str, ...]]:
    """Return the slugs of a course's own modules, the modules of others, and all in their order."""
    own: list[str] = []
    shares: list[Requirement] = []
    order: list[str] = []
    for text, line in fields.texts("modules"):
        other, _slash, slug = text.rpartition("/")
        if not all(KEY.fullmatch(part) for part in ([other, slug] if other else [slug])):
            message = f"`{text}` is no module: its folder, or another course and its folder"
            fields.problems.add(fields.path, line, message)
        elif slug in {address.rpartition("/")[2] for address in order}:
            fields.problems.add(fields.path, line, f"`{slug}` is listed twice")
        elif other == course:
            fields.problems.add(fields.path, line, f"`{text}` is a module of this course: `{slug}`")
        else:
            order.append(text if other else f"{course}/{slug}")
            if other:
                shares.append(Requirement(text, line))
            else:
                own.append(slug)
    if not order:
        fields.note("`modules` names at least one", "modules")
    return tuple(own), tuple(shares), tuple(order)


def read_module(source: Source, address: str) -> PageSpec:
    """Return the page of a module; its children are the slugs of its lessons and quizzes."""
    stem = f"courses/{address}/module"

    def read(document: Document, language: str) -> PageText:
        names = ("title", "summary", "closing")
        values = _words(document, "module", {name: name for name in names})
        values["body"] = _rich(source, document)
        return PageText(document.path, language, values, {"objectives": _objectives(document)})

    path = f"{stem}.yaml"
    fields = read_fields(source, path)
    requires: tuple[Requirement, ...] = ()
    children: tuple[str, ...] = ()
    if fields is not None:
        requires = read_requirements(fields, address)
        children = _children(fields, "items")
        fields.finish()
    texts = with_guides(source, address, _both(source, stem, read))
    return PageSpec(
        "module", address, texts, requires=requires, requires_path=path, children=children
    )


def _children(fields: Fields, name: str) -> tuple[str, ...]:
    found: list[str] = []
    for text, line in fields.texts(name):
        if not KEY.fullmatch(text):
            message = f"`{text}` is no name of a file or folder: small letters, digits, hyphens"
            fields.problems.add(fields.path, line, message)
        elif text in found:
            fields.problems.add(fields.path, line, f"`{text}` is listed twice")
        else:
            found.append(text)
    if not found:
        fields.note(f"`{name}` names at least one", name)
    return tuple(found)


def read_requirements(fields: Fields, module: str) -> tuple[Requirement, ...]:
    """Return the addresses of the items that must be done first."""
    course = module.partition("/")[0]
    return tuple(
        Requirement(f"{course}/{text}" if "/" in text else f"{module}/{text}", line)
        for text, line in fields.texts("requires")
    )


def read_lesson(source: Source, address: str) -> PageSpec:
    """Return a lesson; what both languages share stands in the Spanish file."""
    shared: dict[str, Any] = {}
    streams: dict[str, tuple[Block, ...]] = {}

    def read(document: Document, language: str) -> PageText:
        if language == languages()[0]:
            shared.update(_lesson_shared(document.header))
            line = document.header.line_of("sources")
            found = read_sources(document.header)
            streams["sources"] = tuple(Block("source", line, value) for value in found)
        return _lesson_text(source, document, language)

    texts = _both(source, f"courses/{address}", read, elsewhere=_LESSON_SHARED)
    return PageSpec("lesson", address, texts, shared=shared, shared_streams=streams)


def _lesson_shared(header: Fields) -> dict[str, Any]:
    last, due = header.day("last_reviewed"), header.day("review_due")
    if last and due and due <= last:
        header.note("`review_due` must be later than `last_reviewed`", "review_due")
    return {
        "minutes": header.whole("minutes", 1, 240),
        "last_reviewed_date": last,
        "review_due_date": due,
        "needs_legal_review": header.truth("needs_legal_review"),
    }


def _lesson_text(source: Source, document: Document, language: str) -> PageText:
    header, problems = document.header, source.problems
    full, brief = split_brief(document.body, problems)
    values = _words(document, "lesson", {"title": "title", "objective": "objective"})
    values |= _care(document, "lesson")
    body = read_body(full, problems)
    brief_body = read_body(brief, problems) if brief else ()
    if not body:
        header.note("the lesson has no text")
    if values["content_notice"] and not brief_body:
        header.note(
            "a lesson with a `content_notice` needs a brief way: `+++ brief`", "content_notice"
        )
    if brief and not values["content_notice"]:
        problems.add(document.path, brief.first - 1, "a brief way needs a `content_notice`")
    return PageText(document.path, language, values, {"body": body, "brief_body": brief_body})


def read_item_page(source: Source, address: str) -> PageSpec:
    """Return a lesson, or what the YAML file beside its texts says: a case, a practice or a quiz."""
    path = f"courses/{address}.yaml"
    if not source.has(path):
        return read_lesson(source, address)
    fields = read_fields(source, path)
    if fields is not None and fields.has("case"):
        return _read_case_page(source, address, fields)
    if fields is not None and fields.has("criteria"):
        return _read_practice_page(source, address, fields)
    return _read_quiz_page(source, address, fields)


def _read_case_page(source: Source, address: str, fields: Fields) -> PageSpec:
    """Return the page that shows a case of the folder `cases`."""

    def read(document: Document, language: str) -> PageText:
        values = _words(document, "case", {"title": "title", "objective": "objective"})
        values |= _care(document, "case")
        values["intro"] = _rich(source, document)
        return PageText(document.path, language, values, {})

    texts = _both(source, f"courses/{address}", read)
    spec = PageSpec(
        "case",
        address,
        texts,
        shared={
            "minutes": fields.whole("minutes", 1, 240),
            **({"is_voluntary": fields.truth("voluntary")} if fields.has("voluntary") else {}),
        },
        requires=read_requirements(fields, address.rpartition("/")[0]),
        requires_path=fields.path,
        case=fields.key("case"),
        case_line=fields.line_of("case"),
    )
    fields.finish()
    return spec


def _read_practice_page(source: Source, address: str, fields: Fields) -> PageSpec:
    """Return a practice; its checklist stands in the YAML file, line by line in all languages."""
    lines = _criteria(fields)

    def read(document: Document, language: str) -> PageText:
        values = _words(document, "practice", {"title": "title", "objective": "objective"})
        values["after_care"] = document.header.text(
            "after_care", longest=longest("practice", "after_care"), is_required=False
        )
        values["intro"] = _rich(source, document)
        if not values["intro"]:
            document.header.note("the text that says how the practice goes is missing")
        criteria = tuple(
            Block("criterion", line, {"key": key, "text": texts[language], "is_essential": marked})
            for key, line, texts, marked in lines
        )
        return PageText(document.path, language, values, {"criteria": criteria})

    texts = _both(source, f"courses/{address}", read)
    essential = sum(marked for _key, _line, _texts, marked in lines)
    shared = {
        "minutes": fields.whole("minutes", 1, 240),
        "needed": fields.whole("needed", max(1, essential), max(1, len(lines))),
    }
    requires = read_requirements(fields, address.rpartition("/")[0])
    fields.finish()
    return PageSpec(
        "practice", address, texts, shared=shared, requires=requires, requires_path=fields.path
    )


def _criteria(fields: Fields) -> list[tuple[str, int, dict[str, str], bool]]:
    """Return key, line, texts by language and whether it is essential, for each line of a list."""
    found: list[tuple[str, int, dict[str, str], bool]] = []
    for record in fields.records("criteria"):
        key = record.key("key", longest=40)
        if key in {one[0] for one in found}:
            record.note(f"the key `{key}` is taken by another line", "key")
        texts = record.record("texts")
        words = {code: texts.text(code, longest=_CRITERION_LONGEST) for code in languages()}
        texts.finish()
        is_essential = record.truth("essential") if record.has("essential") else False
        record.finish()
        found.append((key, record.line, words, is_essential))
    if len(found) < FEWEST_CRITERIA:
        fields.note(f"`criteria` has at least {FEWEST_CRITERIA} lines", "criteria")
    return found


def _care(document: Document, kind: str) -> dict[str, str]:
    """Return the content notice and who to talk to afterwards, which a notice needs."""
    header = document.header
    values = {
        name: header.text(name, longest=longest(kind, name), is_required=False)
        for name in ("content_notice", "after_care")
    }
    if values["content_notice"] and not values["after_care"]:
        header.note(f"a {kind} with a `content_notice` needs `after_care`", "content_notice")
    return values


def _read_quiz_page(source: Source, address: str, fields: Fields | None) -> PageSpec:
    """Return the page of a quiz with its rules."""
    stem = f"courses/{address}"

    def read(document: Document, language: str) -> PageText:
        values = _words(document, "quiz", {"title": "title", "intro_fail": "fail_text"})
        values["intro"] = _rich(source, document)
        return PageText(document.path, language, values, {})

    path = f"{stem}.yaml"
    texts = _both(source, stem, read)
    if fields is None:
        return PageSpec("quiz", address, texts)
    spanish = texts.get(languages()[0])
    quiz = read_quiz(fields, address, str(spanish.values["title"]) if spanish else "")
    shared = {"minutes": fields.whole("minutes", 1, 240)}
    requires = read_requirements(fields, address.rpartition("/")[0])
    fields.finish()
    return PageSpec(
        "quiz", address, texts, shared=shared, requires=requires, requires_path=path, quiz=quiz
    )
