"""Bytes to text, and the HTML of other programs to the plain text that our questions are made of."""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

from django.utils.translation import gettext as _

from courses.formats.structures import MOST_BYTES, FileRefused
from courses.texts import Texts, languages

BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
ENCODINGS = frozenset({"utf-8", "utf-16", "ascii", "iso8859-1", "iso8859-15", "cp1252"})
"""What a file may say of itself: not all that Python decodes is an encoding of text, or quick."""

NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
BLANKS = " \t\n"

BREAKS = {"div", "tr", "table", "ul", "ol", "dl", "dt", "dd", "section", "article", "header"}
PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"}
SILENT = {"script", "style", "template", "noscript", "iframe", "object", "head", "title"}
HARMLESS = {"html", "body", "span", "br", "li", "font", "tbody", "thead", "td", "th"}
MEDIA = {"audio", "video", "embed", "source", "canvas", "svg", "math"}
HTML_MARK = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(\s[^<>]*)?/?>|&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")


def decode(data: bytes, *, declared: str = "") -> tuple[str, tuple[str, ...]]:
    """Return a file's text with `\\n` at the end of its lines, and what had to be guessed.

    UTF-8 is taken for granted, a byte order mark is believed; what is neither is read as Latin-1
    in the form in which Windows writes it, and this is said.

    Raises:
        FileRefused: the file is too big, empty, or no text.
    """
    if len(data) > MOST_BYTES:
        raise FileRefused(_("The file is bigger than 20 MB."))
    notes: tuple[str, ...] = ()
    encoding = next((name for mark, name in BYTE_ORDER_MARKS if data.startswith(mark)), "")
    try:
        text = data.decode(encoding or _known_encoding(declared))
    except (UnicodeDecodeError, LookupError) as error:
        if encoding:
            raise FileRefused(_("The file is no text: its encoding is damaged.")) from error
        text = data.decode("cp1252", errors="replace")
        notes = (_("The file is not in UTF-8; it was read as Latin-1. Check the accents."),)
    if "\x00" in text:
        raise FileRefused(_("The file is no text."))
    if not text.strip():
        raise FileRefused(_("The file is empty."))
    return text.replace("\r\n", "\n").replace("\r", "\n"), notes


def _known_encoding(declared: str) -> str:
    """Return an encoding that a file may declare; raise LookupError if it is none of them."""
    name = codecs.lookup(declared or "utf-8").name
    if name not in ENCODINGS:
        raise LookupError(declared)
    return name


def plain(text: str) -> str:
    """Return a text with `\\n` between its lines, without control characters and outer blanks."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return NOT_TEXT.sub("", text).strip(BLANKS)


def one_line(text: str) -> str:
    """Return a text on one line, blanks in a row as one."""
    return re.sub(r"[ \t\n]+", " ", plain(text)).strip(" ")


def collapsed(text: str) -> str:
    """Return a text as HTML keeps it: one blank between words, at most one empty line."""
    lines = [re.sub(r"[ \t]+", " ", line).strip(" ") for line in plain(text).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(BLANKS)


def in_one(text: str, language: str) -> dict[str, str]:
    """Return a text of one language; nothing if it is empty."""
    return {language: text} if text else {}


@dataclass(frozen=True)
class Cleaned:
    """What is left of a piece of HTML: its text by language, its pictures, and what was dropped."""

    texts: dict[str, str]
    pictures: tuple[tuple[str, str], ...] = ()
    lost: tuple[str, ...] = ()


class _Reader(HTMLParser):
    """Collects text by language, lines where blocks end, and the names of what is dropped."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[tuple[str, str]] = []
        self.pictures: list[tuple[str, str]] = []
        self.lost: dict[str, None] = {}
        self._silent = 0
        self._spans: list[str] = []
        self._lists: list[int | None] = []

    def _add(self, text: str) -> None:
        language = next((code for code in reversed(self._spans) if code), "")
        self.pieces.append((language, text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in SILENT:
            self._silent += 1
            self.lost[_("active content (%s)") % tag] = None
        if self._silent:
            return
        if tag == "span":
            is_language = "multilang" in values.get("class", "").split()
            self._spans.append(values.get("lang", "")[:2].lower() if is_language else "")
        self._note(tag, values)
        self._lay_out(tag, values)

    def _note(self, tag: str, values: Mapping[str, str]) -> None:
        if tag == "a" and values.get("href"):
            self.lost[_("a link to %s") % values["href"][:80]] = None
        elif tag in MEDIA:
            self.lost[_("sound, video or drawing (%s)") % tag] = None
        elif tag == "table":
            self.lost[_("the form of a table")] = None
        elif tag not in BREAKS | PARAGRAPHS | SILENT | HARMLESS | {"a", "img"}:
            self.lost[_("formatting (%s)") % tag] = None
        if any(name.startswith("on") for name in values):
            self.lost[_("active content (%s)") % tag] = None

    def _lay_out(self, tag: str, values: Mapping[str, str]) -> None:
        if tag == "img":
            self.pictures.append((values.get("src", ""), one_line(values.get("alt", ""))))
        elif tag in PARAGRAPHS:
            self._add("\x02")
        elif tag == "br":
            self._add("\x03")
        elif tag == "li":
            self._add("\x01")
            self._add(self._bullet())
        elif tag in {"td", "th"}:
            self._add(" ")
        elif tag in BREAKS:
            self._add("\x01")
            if tag in {"ul", "ol"}:
                self._lists.append(0 if tag == "ol" else None)

    def _bullet(self) -> str:
        if not self._lists or self._lists[-1] is None:
            return "- "
        self._lists[-1] += 1
        return f"{self._lists[-1]}. "

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self._silent = max(0, self._silent - 1)
        elif self._silent:
            return
        elif tag == "span" and self._spans:
            self._spans.pop()
        elif tag in PARAGRAPHS:
            self._add("\x02")
        elif tag in BREAKS or tag == "li":
            self._add("\x01")
            if tag in {"ul", "ol"} and self._lists:
                self._lists.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._add(re.sub(r"[ \t\n\r\f]+", " ", NOT_TEXT.sub("", data)))


def _laid_out(pieces: list[str]) -> str:
    """Turn the marks for breaks into line ends: a break, a paragraph, a forced break."""
    text = re.sub(r" *([\x01\x02\x03]) *", r"\1", "".join(pieces))
    text = re.sub("[\x01\x02]+", lambda found: "\n\n" if "\x02" in found.group() else "\n", text)
    return collapsed(text.replace("\x03", "\n"))


def clean_html(html: str, language: str) -> Cleaned:
    """Reduce HTML to plain text with lines; Moodle's multilang spans become languages.

    Paragraphs and lists stay as lines; scripts go; all else that had a meaning is named.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    found = {code for code, text in reader.pieces if code and text.strip()}
    lost = list(reader.lost)
    lost += [_("a text in the language “%s”") % code for code in sorted(found - set(languages()))]
    wanted = sorted(found & set(languages())) or [language]
    texts = {
        code: _laid_out([text for of, text in reader.pieces if of in ("", code)]) for code in wanted
    }
    return Cleaned(
        texts={code: text for code, text in texts.items() if text},
        pictures=tuple(reader.pictures),
        lost=tuple(lost),
    )


def looks_like_html(text: str) -> bool:
    """Say whether a text holds tags or entities."""
    return HTML_MARK.search(text) is not None


def to_html(texts: Texts, *, language: str) -> str:
    """Return a text as HTML; more than one language, or another one, in Moodle's multilang spans."""
    written = {
        code: "<br>".join(escape(line) for line in collapsed(text).split("\n"))
        for code, text in texts.items()
        if collapsed(text)
    }
    if not set(written) - {language}:
        return written.get(language, "")
    return "".join(
        f'<span lang="{code}" class="multilang">{text}</span>' for code, text in written.items()
    )


def escape(text: str) -> str:
    """Return a text with the characters of HTML written as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
