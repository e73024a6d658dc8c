"""Finds in a learner's text what looks like a real case: pure rules, no network, nothing kept.

It advises and never judges: a person may say that it is no real data. Everything is done in memory;
the spans that are returned must not be logged or stored. The patterns are written so that Python
and the browser read them alike: the page gets the same list, and there is one source of truth.

What it looks for: identity documents (DNI, RUC, carné de extranjería, passport), telephones, plates
of vehicles of Peru, file numbers, e-mail addresses, addresses of houses, and full names. What it leaves alone: numbers
of laws, decrees, articles and rulings, years, amounts of money, the helplines, names of
institutions and places, the learner's own name, and what the question itself said.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from lms.learning.case_data_words import (
    GIVEN_NAMES,
    INSTITUTION_WORDS,
    NO_NAME_WORDS,
    PARTICLES,
    PLACE_WORDS,
    PLACES,
)

NUMBER_WORD = r"(?:n(?:ro|[uú]m(?:ero)?|o)?\s*[.:°º]*\s*)?"
NORM = (
    r"(?:ley(?:es)?|law|act|decretos?(?:\s+(?:supremo|legislativo|ley|de\s+urgencia))?|decree"
    r"|resoluci[oó]n(?:es)?(?:\s+(?:ministerial|suprema|directoral|legislativa|administrativa"
    r"|viceministerial|jefatural))?|resolution|directiva|ordenanza|art(?:[ií]culos?|icles?|s?\.)?"
    r"|acuerdo\s+plenario|casaci[oó]n|convenio|convention|protocolo|recomendaci[oó]n|sentencia"
    r"|d\.?\s?s\.?|d\.?\s?l(?:eg)?\.?|r\.?\s?m\.?|r\.?\s?d\.?|r\.?\s?s\.?|r\.?\s?v\.?\s?m\.?|isbn|issn)"
)
LETTER = r"[0-9a-záéíóúñü]"

ALLOWED = (
    rf"(?<!{LETTER}){NORM}\s*{NUMBER_WORD}\d[\d.]*(?:\s*-\s*[\da-z]+)*(?:/[a-z\d-]+)*",
    r"(?:s/\.?|us\$|\$|€)\s*\d[\d.,\s]*\d",
    r"\d[\d.,]*(?:\s\d{3})*\s*(?:soles|d[oó]lares|dollars|euros)",
    r"(?<!\d)0?[-\s]?800[-\s]?\d{2}[-\s]?\d{3}(?!\d)",
)
"""What is set aside first, whatever it holds: norms, money, free lines."""

FIND = (
    ("email", r"[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+"),
    (
        "file",
        r"(?<!\d)\d{3,6}-\d{4}(?:-\d{1,4}){1,3}(?:-[a-z]{2}){1,3}(?:-\d{1,2})?(?![\da-z])",
    ),
    (
        "file",
        rf"(?<!{LETTER})(?:carpeta(?:\s+fiscal)?|expedientes?|exp\.|caso|denuncia|atestado|acta"
        rf"|(?:case\s+)?file|case|docket|complaint)\s*(?:number\s*)?{NUMBER_WORD}"
        r"\d{1,9}\s*-\s*\d{2,9}(?:\s*-\s*[\da-z]+)*",
    ),
    (
        "file",
        rf"(?<!{LETTER})(?:carpeta(?:\s+fiscal)?|expedientes?|exp\.|denuncia|atestado"
        rf"|(?:case\s+)?file\s+number|case\s+number|docket)\s*{NUMBER_WORD}\d{{2,9}}(?!{LETTER})",
    ),
    ("phone", r"(?<![\d+])\+\s?\d{1,3}[\s.-]?\d(?:[\s.-]?\d){6,11}(?!\d)"),
    ("phone", r"(?<![\d-])9\d{2}[\s.-]?\d{3}[\s.-]?\d{3}(?![\d-])"),
    ("phone", r"\(0\d{1,2}\)[\s-]?\d{3}[\s-]?\d{3,4}(?!\d)"),
    ("phone", r"(?<![\d-])0\d{1,2}[\s-]\d{3}[\s-]?\d{3,4}(?![\d-])"),
    (
        "phone",
        r"(?:tel[eé]fonos?|telf?\.|fono|celular|llam\w+\s+al|phone|mobile|call(?:ed)?)"
        r"[^\d\n]{0,12}\d(?:[\s.-]?\d){5,8}(?!\d)",
    ),
    ("identity", r"(?<![\d.,-])(?:10|15|16|17|20)\d{9}(?![\d-])"),
    ("identity", r"(?<![\d.,-])\d{8}(?![\d-]|[.,]\d)"),
    ("identity", r"(?<![\d.,-])\d{2}[.\s]\d{3}[.\s](?!000)\d{3}(?![\d-]|[.,\s]\d)"),
    ("identity", r"(?<![\d.,-])\d{9}(?![\d-])"),
    (
        "identity",
        r"(?:dni|c\.?e\.?|ruc|pasaporte|passport|carn[eé]t?(?:\s+de\s+extranjer[ií]a)?|ptp|cpp"
        rf"|c[eé]dula)\s*{NUMBER_WORD}(?=[a-z]{{0,3}}\d)[a-z]{{0,3}}[\d.-]{{4,14}}\d",
    ),
    (
        "address",
        rf"(?<!{LETTER})(?:avenidas?|av\.|avda\.|jir[oó]n|jr\.|calle|ca\.|pasaje|psj?e?\.|pje\."
        r"|prolongaci[oó]n|malec[oó]n|carretera)\s+[^\d\n.,;:()]{2,40}?\s*,?\s*"
        rf"{NUMBER_WORD}\d{{2,5}}(?!{LETTER}|\s*(?:a[nñ]os|hijos|personas|veces|d[ií]as|horas))",
    ),
    (
        "address",
        rf"(?<!{LETTER})(?:manzana|mz\.?a?)\s*[a-z0-9]{{1,3}}\s*,?\s*(?:lote|lt\.?)\s*\d{{1,3}}"
        rf"(?!{LETTER})",
    ),
    ("plate", rf"(?<!{LETTER})[a-z][a-z0-9]{{2}}-\d{{3}}(?![\d-])"),
    ("plate", rf"(?<!{LETTER})[a-z]{{2}}-\d{{4,5}}(?![\d-])"),
    ("plate", r"(?<![\d-])\d{4}-(?:\d[a-z]|[a-z]\d)(?![a-z\d])"),
    (
        "plate",
        rf"(?:placas?(?:\s+de\s+rodaje)?|plates?|licen[cs]e\s+plate)\s*{NUMBER_WORD}"
        r"(?=[a-z]{0,3}\s?-?\s?\d|\d{1,4})[a-z0-9]{1,4}[\s-]?\d{2,4}[a-z]?(?![a-z\d])",
    ),
)
"""Pairs of kind and pattern, without regard to capitals, in the order in which they are tried."""


class DataKind(StrEnum):
    """What a piece of text looks like."""

    EMAIL = "email"
    FILE = "file"
    PHONE = "phone"
    IDENTITY = "identity"
    PLATE = "plate"
    ADDRESS = "address"
    NAME = "name"


@dataclass(frozen=True, order=True)
class Finding:
    """A piece of the text, from `start` to before `end`, and what it looks like."""

    start: int
    end: int
    kind: DataKind


_ALLOWED = tuple(re.compile(pattern, re.IGNORECASE) for pattern in ALLOWED)
_FIND = tuple((DataKind(kind), re.compile(pattern, re.IGNORECASE)) for kind, pattern in FIND)
_PLACES = re.compile(rf"\b(?:{'|'.join(map(re.escape, PLACES))})\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_ENDS = re.compile(r"[.?!…:;\n•«\"“(\u2014\u2013]\s*$|^\s*$|[\n]\s*[-*]\s*$")


def find_case_data(
    text: str, *, own_names: Iterable[str] = (), known_text: str = ""
) -> list[Finding]:
    """Return every piece that looks like real case data, in the order of the text.

    Args:
        text: what was written.
        own_names: the names of the writer, which may be given.
        known_text: the text of the question; names and numbers that stand in it may be repeated.
    """
    rest = text
    for pattern in _ALLOWED:
        rest = pattern.sub(lambda match: " " * len(match[0]), rest)
    findings: list[Finding] = []
    known = _squeezed(known_text)
    for kind, pattern in _FIND:
        for match in pattern.finditer(rest):
            piece = _squeezed(match[0])
            if not (known and piece in known):
                findings.append(Finding(match.start(), match.end(), kind))
        rest = pattern.sub(lambda match: " " * len(match[0]), rest)
    rest = _PLACES.sub(lambda match: "," * len(match[0]), rest)
    allowed = {_plain(word) for name in (*own_names, known_text) for word in _WORD.findall(name)}
    return sorted([*findings, *_names(rest, allowed)])


def marked_pieces(text: str, findings: Iterable[Finding]) -> list[tuple[str, DataKind | None]]:
    """Return the text in pieces, each with what it looks like or None; together they are the text."""
    pieces: list[tuple[str, DataKind | None]] = []
    at = 0
    for finding in sorted(findings):
        start = max(finding.start, at)
        if finding.end <= start:
            continue
        if start > at:
            pieces.append((text[at:start], None))
        pieces.append((text[start : finding.end], finding.kind))
        at = finding.end
    if at < len(text):
        pieces.append((text[at:], None))
    return pieces


def _names(text: str, allowed: set[str]) -> list[Finding]:
    """Return the runs of two or more words that look like somebody's full name.

    In a run, words of institutions and places, the writer's own and what the question named do not
    count. At the beginning of a sentence, the first word counts only if it is a given name.
    """
    found = []
    for run in _runs(text):
        words = [match for match in run if _plain(match[0]) not in PARTICLES]
        if _stands_first(text, run[0]) and _plain(run[0][0]) not in GIVEN_NAMES:
            words = words[1:]
        plain = [_plain(match[0]) for match in words]
        if any(word in INSTITUTION_WORDS for word in plain):
            continue
        named = [word for word in plain if word not in PLACE_WORDS and word not in NO_NAME_WORDS]
        if len(plain) < 2 or not named or all(word in allowed for word in named):
            continue
        is_shouted = any(match[0].isupper() for match in words)
        if is_shouted and not any(word in GIVEN_NAMES for word in plain):
            continue
        if len(named) > 1 or named[0] in GIVEN_NAMES:
            found.append(Finding(words[0].start(), words[-1].end(), DataKind.NAME))
    return found


def _runs(text: str) -> list[list[re.Match[str]]]:
    """Return the runs of words with a capital, with particles between them (`de la`), in order."""
    runs: list[list[re.Match[str]]] = []
    run: list[re.Match[str]] = []
    end = 0
    for word in [*_WORD.finditer(text), None]:
        is_near = word is not None and bool(run) and text[end : word.start()].strip(" \t") == ""
        if (word is not None and is_near and _plain(word[0]) in PARTICLES) or (
            word is not None and _is_capital(word[0]) and (is_near or not run)
        ):
            run.append(word)
        else:
            _keep(runs, run)
            run = [word] if word is not None and _is_capital(word[0]) else []
        end = word.end() if word is not None else end
    return runs


def _keep(runs: list[list[re.Match[str]]], run: list[re.Match[str]]) -> None:
    while run and not _is_capital(run[-1][0]):
        run.pop()
    if len(run) > 1:
        runs.append(run)


def _is_capital(word: str) -> bool:
    return word[0].isupper() and len(word) > 1


def _stands_first(text: str, word: re.Match[str]) -> bool:
    return bool(_ENDS.search(text[: word.start()]))


def _plain(word: str) -> str:
    """Return a word in small letters without accents, as the lists write them."""
    parts = unicodedata.normalize("NFD", word.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def _squeezed(text: str) -> str:
    return re.sub(r"[\s.-]", "", text.casefold())
