"""Reads and writes Aiken: https://docs.moodle.org/en/Aiken_format (one right option, no more)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from courses.formats.carried import (
    AIKEN_ANSWER,
    AIKEN_OPTION,
    MOST_AIKEN_OPTIONS,
    aiken_carries,
)
from courses.formats.plaintext import one_line
from courses.formats.structures import (
    FileContents,
    QuestionRefused,
    Refusal,
    WrittenFile,
    label_of,
)
from courses.question_types.exchange import ExchangedAnswer, ExchangedQuestion, Shape


@dataclass
class _Draft:
    """The question that is being read."""

    line: int = 0
    stem: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    problem: tuple[int, str] | None = None

    def refuse(self, line: int, message: str) -> None:
        """Keep the first problem."""
        self.problem = self.problem or (line, message)


def read_aiken(text: str, *, language: str) -> FileContents:
    """Return the questions of an Aiken file, whose texts are in one language.

    A stem may have several lines; the line `ANSWER: B` ends a question.
    """
    questions: list[ExchangedQuestion] = []
    refusals: list[Refusal] = []
    draft = _Draft()

    def close(answer: str, line: int) -> None:
        name = one_line(" ".join(draft.stem))[:80]
        try:
            questions.append(_question(draft, answer, line, language))
        except QuestionRefused as error:
            refusals.append(Refusal(error.line, name, error.message))

    for number, line in enumerate(text.split("\n"), start=1):
        content = one_line(line)
        if not content:
            if draft.options:
                draft.refuse(number, _("An empty line stands before the line ANSWER."))
                close("", number)
                draft = _Draft()
            continue
        draft.line = draft.line or number
        if found := AIKEN_ANSWER.match(content):
            close(found.group(1).strip(), number)
            draft = _Draft()
        else:
            _take(draft, content, number)
    if draft.line:
        draft.refuse(draft.line, _("The line ANSWER: is missing."))
        close("", draft.line)
    return FileContents(tuple(questions), tuple(refusals))


def _take(draft: _Draft, content: str, number: int) -> None:
    """Add a line to the question: an option, or more of the stem."""
    found = AIKEN_OPTION.match(content)
    if found is None:
        if draft.options:
            draft.refuse(number, _("This line is no option, and ANSWER has not come yet."))
        draft.stem.append(content)
        return
    letter, text = found.groups()
    expected = chr(ord("A") + min(len(draft.options), MOST_AIKEN_OPTIONS - 1))
    if letter != expected:
        message = _("The options follow each other as A, B, C…; here %s was expected.")
        draft.refuse(number, message % expected)
    elif not one_line(text):
        draft.refuse(number, _("An option has no text."))
    draft.options.append(text)


def _question(draft: _Draft, answer: str, line: int, language: str) -> ExchangedQuestion:
    if draft.problem is not None:
        raise QuestionRefused(draft.problem[1], draft.problem[0])
    if not draft.stem:
        raise QuestionRefused(_("The question has no text."), draft.line)
    if len(draft.options) < 2:
        raise QuestionRefused(_("A question needs at least two options: A. and B."), draft.line)
    letters = [chr(ord("A") + number) for number in range(len(draft.options))]
    if answer not in letters:
        message = _("ANSWER names one of the options by its capital letter, and nothing else.")
        raise QuestionRefused(message, line)
    return ExchangedQuestion(
        shape=Shape.SINGLE_CHOICE,
        stems={language: "\n".join(draft.stem)},
        answers=tuple(
            ExchangedAnswer(texts={language: one_line(text)}, fraction=Decimal(letter == answer))
            for letter, text in zip(letters, draft.options, strict=True)
        ),
        line=draft.line,
    )


def write_aiken(questions: Sequence[ExchangedQuestion], *, language: str) -> WrittenFile:
    """Return the questions as an Aiken file in one language, and what it could not carry."""
    blocks: list[str] = []
    lost, left_out = [], []
    for question in questions:
        carried = aiken_carries(question, language=language)
        if carried.question is None:
            left_out.append((label_of(question), carried.reason))
            continue
        names = (*question.lost, *carried.lost)
        if names:
            lost.append((label_of(question), names))
        lines = [carried.question.stems[language]]
        for number, answer in enumerate(carried.question.answers):
            letter = chr(ord("A") + number)
            lines.append(f"{letter}. {answer.texts[language]}")
            if answer.fraction == 1:
                right = letter
        blocks.append("\n".join([*lines, f"ANSWER: {right}"]))
    return WrittenFile("\n\n".join(blocks) + "\n", tuple(lost), tuple(left_out))
