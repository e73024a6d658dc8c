"""What the readers of Moodle's types share: formatted texts, pictures, fractions, numbers."""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from urllib.parse import unquote

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from courses.formats.gift import ANY, number
from courses.formats.plaintext import Cleaned, clean_html, in_one, looks_like_html, plain
from courses.formats.safe_xml import Element
from courses.formats.structures import QuestionRefused
from courses.question_types.exchange import Attachment

SETTINGS = {
    *("penalty", "answernumbering", "showstandardinstruction", "shownumcorrect", "shuffleanswers"),
    *("layouttype", "selecttype", "selectcount", "gradingtype", "showgrading", "numberingstyle"),
    *("responseformat", "responserequired", "responsefieldlines", "attachmentsrequired"),
    *("maxbytes", "filetypeslist", "unitgradingtype", "unitpenalty", "showunits", "unitsleft"),
    *("instructions", "showmisplaced", "correctfeedbackformat", "coursetags"),
}
"""Elements that say how Moodle shows or scores; what they say has no equal here."""

PLUGIN_FILE = "@@PLUGINFILE@@/"
DATA_URI = re.compile(r"data:image/[a-z+.-]+;base64,(.*)", re.DOTALL)


def percent(element: Element) -> Decimal:
    """Return the fraction of an answer, from its per cent."""
    source = element.attributes.get("fraction", "0").strip() or "0"
    try:
        return number(source) / 100
    except InvalidOperation as error:
        message = _("“%s” is no part of the mark in per cent.")
        raise QuestionRefused(message % source[:20], element.line) from error


@dataclass
class Part:
    """A question's element with the language of its texts, and what was lost of it so far."""

    element: Element
    language: str
    lost: list[str] = field(default_factory=list)

    def lose(self, names: Iterable[str]) -> None:
        """Name what is lost."""
        self.lost += names

    def texts(self, name: str) -> dict[str, str]:
        """Return the formatted text of a child; nothing if there is none."""
        return self.formatted(self.element.find(name))

    def formatted(self, element: Element | None) -> dict[str, str]:
        """Return a text by its format, as plain text; pictures in it are lost."""
        if element is None:
            return {}
        cleaned = self.clean(element, (element.find("text") or element).text)
        self.lose(_("a picture (%s) outside the question's text") % p for p, _a in cleaned.pictures)
        return cleaned.texts

    def clean(self, element: Element, source: str) -> Cleaned:
        """Return the text of an element by its format, and its pictures."""
        kind = element.attributes.get("format", "html")
        if kind == "plain_text":
            return Cleaned(in_one(plain(source), self.language))
        if kind == "markdown":
            source = MarkdownIt("commonmark", {"html": True}).render(source)
        elif kind == "moodle_auto_format":
            if not looks_like_html(source):
                return Cleaned(in_one(plain(source), self.language))
            source = source.replace("\n", "<br>")
        cleaned = clean_html(source, self.language)
        self.lose(cleaned.lost)
        return cleaned

    def bare(self, element: Element | None) -> dict[str, str]:
        """Return a text that is plain in Moodle too, but for multilang spans."""
        source = (element.find("text") or element).text if element is not None else ""
        if "multilang" in source:
            return clean_html(source, self.language).texts
        return in_one(plain(source), self.language)

    def stem(
        self, source: str | None = None
    ) -> tuple[dict[str, str], Attachment | None, dict[str, str]]:
        """Return the question's text, its first picture and the text alternative of that."""
        element = self.element.find("questiontext")
        if element is None:
            return {}, None, {}
        cleaned = self.clean(element, self.stem_source() if source is None else source)
        figure, alts = None, {}
        for src, alt in cleaned.pictures:
            found = self._picture(element, src)
            if found is not None and figure is None:
                figure, alts = found, in_one(alt, self.language)
            elif found is not None:
                self.lose([_("the picture %s: a question has one") % found.name])
        used = {unquote(src.removeprefix(PLUGIN_FILE)) for src, _alt in cleaned.pictures}
        names = [file.attributes.get("name", "") for file in element.all("file")]
        self.lose(_("the file %s") % name for name in names if name not in used)
        return cleaned.texts, figure, alts

    def stem_source(self) -> str:
        """Return the question's text as it stands in the file."""
        element = self.element.find("questiontext")
        return "" if element is None else (element.find("text") or element).text

    def _picture(self, element: Element, src: str) -> Attachment | None:
        if src.startswith(PLUGIN_FILE):
            name = unquote(src.removeprefix(PLUGIN_FILE))
            for file in element.all("file"):
                if file.attributes.get("name") == name:
                    return self.attachment(file)
        elif found := DATA_URI.match(src):
            return self._decoded(_("picture"), found.group(1))
        self.lose([_("a picture that is not in the file (%s)") % src[:80]])
        return None

    def attachment(self, file: Element) -> Attachment | None:
        """Return an embedded file; None, and a name among the lost, if it is damaged."""
        return self._decoded(file.attributes.get("name", "")[:100], file.text)

    def _decoded(self, name: str, source: str) -> Attachment | None:
        try:
            return Attachment(name, base64.b64decode("".join(source.split()), validate=True))
        except (binascii.Error, ValueError):
            self.lose([_("the picture %s, which is damaged") % name])
            return None

    def hints(self) -> dict[str, str]:
        """Return all hints as one text: here a learner sees them at once."""
        found = [self.formatted(hint) for hint in self.element.all("hint")]
        codes = [code for texts in found for code in texts]
        return {
            code: "\n\n".join(texts[code] for texts in found if code in texts) for code in codes
        }

    def number(self, value: str, tolerance: str) -> tuple[str, Decimal]:
        """Return the digits of a number and its tolerance; `*` for any number."""
        if value == ANY:
            return ANY, Decimal(0)
        try:
            digits = format(number(value), "f")
            return digits, abs(number(tolerance)) if tolerance else Decimal(0)
        except InvalidOperation as error:
            message = _("“%s” is no number that is understood here.")
            raise QuestionRefused(message % value[:40], self.element.line) from error
