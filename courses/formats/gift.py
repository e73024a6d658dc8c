"""Reads GIFT as Moodle documents it: https://docs.moodle.org/en/GIFT_format (one language a file).

Escapes are set aside as control characters first, which no text holds, so that what remains of
`: # = { } ~` is syntax.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from courses.formats.plaintext import clean_html, in_one, looks_like_html, one_line, plain
from courses.formats.structures import FileContents, QuestionRefused, Refusal, unique
from courses.question_types.exchange import ExchangedAnswer, ExchangedQuestion, Shape

ESCAPES = {"\\": "\x01", ":": "\x02", "#": "\x03", "=": "\x04", "{": "\x05", "}": "\x06"}
ESCAPES |= {"~": "\x07", "n": "\x0e"}
UNESCAPED = {mark: "\n" if sign == "n" else sign for sign, mark in ESCAPES.items()}
CATEGORY = "$CATEGORY:"
FORMATS = ("html", "moodle", "plain", "markdown")
BLANK = "_____"
ANY = "*"
"""In an accepted number or text: whatever was typed."""
TITLE = re.compile(r"\s*::(.*?)::", re.DOTALL)
WEIGHT = re.compile(r"\s*%(-?\d+(?:\.\d+)?)%")
ID = re.compile(r"\[id:((?:\\\]|[^\]])+)\]")
TAG = re.compile(r"\[tag:((?:\\\]|[^\]])+)\]")


@dataclass
class _Block:
    """The lines between two empty ones."""

    line: int = 0
    lines: list[str] = field(default_factory=list)
    key: str = ""
    tags: list[str] = field(default_factory=list)


def read_gift(text: str, *, language: str) -> FileContents:
    """Return the questions of a GIFT file, whose texts are in one language."""
    questions: list[ExchangedQuestion] = []
    refusals: list[Refusal] = []
    category = ""
    for block in _blocks(text):
        category = _take_category(block, category)
        if not block.lines:
            continue
        source = _set_aside("\n".join(block.lines))
        try:
            questions.append(_question(source, block, language=language, category=category))
        except QuestionRefused as error:
            title = TITLE.match(source)
            name = one_line(_restored(title.group(1) if title else source))[:80]
            refusals.append(Refusal(error.line or block.line, name, error.message))
    return FileContents(tuple(questions), tuple(refusals))


def normal_category(path: str) -> str:
    """Return a category's path without what Moodle puts before it (`$course$/top/…`)."""
    parts = [one_line(part.replace("\x00", "/")) for part in path.replace("//", "\x00").split("/")]
    while parts and (not parts[0] or parts[0] == "top" or re.fullmatch(r"\$.*\$", parts[0])):
        parts.pop(0)
    return "/".join(part.replace("/", "-") for part in parts if part)


def _blocks(text: str) -> list[_Block]:
    """Split at empty lines; comments go, but for the id and tags that Moodle writes in them."""
    blocks = [_Block()]
    for number, line in enumerate(text.split("\n"), start=1):
        block = blocks[-1]
        if line.strip().startswith("//"):
            if found := ID.search(line):
                block.key = one_line(found.group(1).replace("\\]", "]"))
            block.tags += [one_line(tag.replace("\\]", "]")) for tag in TAG.findall(line)]
        elif line.strip():
            block.line = block.line or number
            block.lines.append(line)
        elif block.lines:
            blocks.append(_Block())
    return blocks


def _take_category(block: _Block, category: str) -> str:
    while block.lines and block.lines[0].strip().startswith(CATEGORY):
        category = normal_category(block.lines.pop(0).strip()[len(CATEGORY) :])
        block.line += 1
    return category


def _set_aside(text: str) -> str:
    return re.sub(
        r"\\([\\:#={}~n])",
        lambda found: ESCAPES[found.group(1)],
        re.sub(r"[\x01-\x08\x0e]", "", text),
    )


def _restored(text: str) -> str:
    return plain(
        re.sub(r"[\x01-\x07\x0e]", lambda found: UNESCAPED[found.group()], text.strip(" \t\n"))
    )


@dataclass
class _Reading:
    """What the parts of one question share: language, format of its texts, what was lost."""

    language: str
    format: str = "moodle"
    lost: list[str] = field(default_factory=list)

    def text(self, source: str, *, is_stem: bool = False) -> dict[str, str]:
        """Return a formatted text; the stem's format is that of all that names none."""
        source = source.strip(" \t\n")
        found = re.match(r"\[(\w+)\]", source)
        format_name = self.format
        if found and found.group(1) in FORMATS:
            format_name = found.group(1)
            source = source[found.end() :]
            if is_stem:
                self.format = format_name
        text = _restored(source)
        if format_name == "markdown":
            text = MarkdownIt("commonmark", {"html": True}).render(text)
        elif format_name == "plain" or not looks_like_html(text):
            return in_one(text, self.language)
        elif format_name == "moodle":
            text = text.replace("\n", "<br>")
        cleaned = clean_html(text, self.language)
        self.lost += cleaned.lost
        self.lost += [
            _("a picture (%s): GIFT holds no files") % src for src, _alt in cleaned.pictures
        ]
        return cleaned.texts

    def bare(self, source: str) -> dict[str, str]:
        """Return a text that has no format."""
        return in_one(_restored(source), self.language)


def _question(source: str, block: _Block, *, language: str, category: str) -> ExchangedQuestion:
    reading = _Reading(language)
    title = TITLE.match(source)
    name = one_line(_restored(title.group(1))) if title else ""
    if title:
        source = source[title.end() :]
    before, inside, after = _braces(source, block.line)
    stem = before.strip(" \t\n")
    if inside is not None and after.strip():
        stem = f"{before.rstrip()} {BLANK} {after.lstrip()}"
    common = {
        "stems": reading.text(stem, is_stem=True),
        "name": name,
        "key": block.key,
        "tags": unique(block.tags),
        "category": category,
        "line": block.line,
    }
    if not common["stems"]:
        raise QuestionRefused(_("The question has no text."), block.line)
    if inside is None:
        return ExchangedQuestion(shape=Shape.TEXT, lost=unique(reading.lost), **common)
    inside, has_general, general = inside.partition("####")
    parts = _answers(inside.strip(" \t\n"), reading, block.line)
    if has_general:
        parts["explanations"] = reading.text(general)
    return ExchangedQuestion(**common, **parts, lost=unique(reading.lost))


def _braces(source: str, line: int) -> tuple[str, str | None, str]:
    """Return what stands before, inside and after the answers' braces; None without any."""
    opening, closing = source.find("{"), source.find("}")
    if opening < 0 and closing < 0:
        return source, None, ""
    at = line + source[: max(opening, 0)].count("\n")
    if closing < 0:
        message = _("The { is not closed before the empty line that ends the question.")
        raise QuestionRefused(message, at)
    if opening < 0 or closing < opening:
        raise QuestionRefused(_("A } has no { before it; write \\} for the sign itself."), at)
    inside = source[opening + 1 : closing]
    after = source[closing + 1 :]
    if "{" in inside or "{" in after or "}" in after:
        message = _("A question takes one pair of { }; an empty line ends it.")
        raise QuestionRefused(message, at)
    return source[:opening], inside, after


def _answers(inside: str, reading: _Reading, line: int) -> dict[str, object]:
    """Return the shape of a question and what belongs to it, decided as Moodle does."""
    if not inside:
        return {"shape": Shape.OPEN}
    if inside.startswith("#"):
        return _number(inside[1:], reading, line)
    if "~" in inside:
        return _choice(inside, reading, line)
    if "=" in inside and "->" in inside:
        return _matching(inside, reading, line)
    truth = inside.partition("#")[0].strip().upper()
    if truth in {"T", "TRUE", "F", "FALSE"}:
        return _true_false(inside, truth.startswith("T"), reading)
    return _short_answer(inside, reading, line)


def _weight(source: str, line: int) -> tuple[Decimal | None, str]:
    """Take a weight in per cent off the front; None if there is none."""
    found = WEIGHT.match(source)
    if found is None:
        if source.lstrip().startswith("%"):
            raise QuestionRefused(_("A weight is written as %50% with a number."), line)
        return None, source
    weight = Decimal(found.group(1)) / 100
    if abs(weight) > 1:
        raise QuestionRefused(_("A weight lies between -100 % and 100 %."), line)
    return weight, source[found.end() :]


def _choice(inside: str, reading: _Reading, line: int) -> dict[str, object]:
    is_single = "=" in inside
    pieces = inside.replace("=", "~=").split("~")
    if pieces[0].strip():
        raise QuestionRefused(_("An option begins with = or ~."), line)
    answers = []
    for piece in pieces[1:]:
        if not piece.strip():
            continue  # "~=" of a right option leaves an empty piece
        is_right = piece.lstrip().startswith("=")
        weight, rest = _weight(piece.lstrip().removeprefix("="), line)
        text, _sign, feedback = rest.partition("#")
        answers.append(
            ExchangedAnswer(
                texts=reading.text(text),
                fraction=Decimal(is_right) if weight is None else weight,
                feedback=reading.text(feedback),
            )
        )
    if any(not answer.texts for answer in answers) or not answers:
        raise QuestionRefused(_("An option has no text."), line)
    shape = Shape.SINGLE_CHOICE if is_single else Shape.MULTIPLE_CHOICE
    return {"shape": shape, "answers": tuple(answers)}


def _true_false(inside: str, is_true: bool, reading: _Reading) -> dict[str, object]:
    _truth, wrong, right = [*inside.split("#", 2), "", ""][:3]
    said = {is_true: reading.text(right), not is_true: reading.text(wrong)}
    return {
        "shape": Shape.TRUE_FALSE,
        "answers": tuple(
            ExchangedAnswer(
                texts={"es": "true" if value else "false"},
                fraction=Decimal(value == is_true),
                feedback=said[value],
            )
            for value in (True, False)
        ),
    }


def _short_answer(inside: str, reading: _Reading, line: int) -> dict[str, object]:
    answers = []
    for number, piece in enumerate(inside.split("=")):
        if not piece.strip() and number == 0:
            continue
        weight, rest = _weight(piece, line)
        text, _sign, feedback = rest.partition("#")
        if not text.strip():
            raise QuestionRefused(_("An accepted answer is empty."), line)
        fraction = Decimal(1) if weight is None else weight
        answers.append(
            ExchangedAnswer(
                texts=reading.bare(text), fraction=fraction, feedback=reading.text(feedback)
            )
        )
    return {"shape": Shape.SHORT_ANSWER, "answers": tuple(answers)}


def _matching(inside: str, reading: _Reading, line: int) -> dict[str, object]:
    answers = []
    pieces = inside.split("=")
    if pieces[0].strip():
        raise QuestionRefused(_("A pair is written as = left -> right."), line)
    for piece in pieces[1:]:
        left, arrow, right = piece.partition("->")
        if not arrow or not right.strip():
            raise QuestionRefused(_("A pair is written as = left -> right."), line)
        answers.append(ExchangedAnswer(texts=reading.text(left), match=reading.bare(right)))
    return {"shape": Shape.MATCHING, "answers": tuple(answers)}


def _number(inside: str, reading: _Reading, line: int) -> dict[str, object]:
    inside, tilde, wrong = inside.partition("~")
    pieces = inside.split("=")
    if not pieces[0].strip() and len(pieces) > 1:
        pieces.pop(0)
    answers = []
    for piece in pieces:
        weight, rest = _weight(piece, line)
        source, _sign, feedback = rest.partition("#")
        value, tolerance = _value(_restored(source), line)
        answers.append(
            ExchangedAnswer(
                texts={"es": value},
                fraction=Decimal(1) if weight is None else weight,
                feedback=reading.text(feedback),
                tolerance=tolerance,
            )
        )
    if tilde:
        feedback = reading.text(wrong.partition("#")[2])
        answers.append(ExchangedAnswer({"es": ANY}, feedback=feedback, tolerance=Decimal(0)))
    return {"shape": Shape.NUMBER, "answers": tuple(answers)}


def _value(source: str, line: int) -> tuple[str, Decimal]:
    """Return a number's digits and its tolerance, from `5`, `5:0.1`, `4.9..5.1` or `*`."""
    try:
        if source == ANY:
            return ANY, Decimal(0)
        if ".." in source:
            low, high = (number(part) for part in source.split("..", 1))
            if low > high:
                raise QuestionRefused(
                    _("A range runs from the smaller to the bigger number."), line
                )
            middle = format(plain_decimal((low + high) / 2), "f")
            return middle, plain_decimal((high - low) / 2)
        value, _sign, tolerance = source.partition(":")
        allowed = abs(number(tolerance)) if tolerance.strip() else Decimal(0)
        return format(number(value), "f"), allowed
    except InvalidOperation as error:
        message = _("“%s” is no number with a tolerance, as in 5, 5:0.1 or 4.9..5.1.")
        raise QuestionRefused(message % one_line(source)[:40], line) from error


MOST_DIGITS = 40


def number(source: str) -> Decimal:
    """Return a finite number with a reasonable count of digits; raise InvalidOperation."""
    found = Decimal(source.strip())
    if not found.is_finite() or len(source) > MOST_DIGITS or abs(found.adjusted()) > MOST_DIGITS:
        raise InvalidOperation(source)
    return plain_decimal(found)


def plain_decimal(value: Decimal) -> Decimal:
    """Return a number without zeros at its end and without an exponent."""
    return Decimal(format(value.normalize(), "f")) + 0
