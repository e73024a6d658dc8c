"""The guard against real case data, as the engine and the forms ask it. Nothing is kept of it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.models import QuestionVersion
from courses.question_types import InvalidAnswer, question_type
from courses.texts import in_language
from lms.accounts.models import User
from lms.learning.case_data_guard import DataKind, Finding, find_case_data, marked_pieces
from lms.learning.models import Enrolment

CHECKED = "yes"


class CaseDataFound(InvalidAnswer):
    """An answer that looks as if it came from a real case, and that nobody has checked yet.

    The message is for the learner and holds nothing of the answer.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(
            _(
                "This looks like data of a real case. Nothing was saved. Write it without, or say "
                "that you have checked it."
            )
        )
        self.findings = tuple(findings)


def guard_findings(text: str, learner: User, *, known_text: str = "") -> list[Finding]:
    """Return what looks like a real case in a learner's text; her own names may stand in it.

    `known_text` is what the question said: it may be repeated.
    """
    names = [learner.full_name, learner.display_name]
    return find_case_data(text, own_names=names, known_text=known_text)


def stem_texts(version: QuestionVersion) -> str:
    """Return what a question says, in all its languages."""
    return "\n".join(version.typed_content.common.stems.values())


def guard_answer(
    version: QuestionVersion,
    given: Mapping[str, Any] | None,
    enrolment: Enrolment,
    *,
    is_checked: bool,
) -> None:
    """Raise CaseDataFound if an answer that a person will read looks like a real case.

    It stands before storing, saving on the way included, so that what is taken out again was never
    kept. `is_checked` is the learner's word that it is no real data.
    """
    kind = question_type(version.kind)
    if given is None or is_checked or not kind.is_marked_by_hand:
        return
    language = get_language() or settings.LANGUAGE_CODE
    text = kind.answer_text(version.typed_content, given, language=language)
    findings = guard_findings(text, enrolment.learner, known_text=stem_texts(version))
    if findings:
        raise CaseDataFound(findings)


def checked_name(position: int) -> str:
    """Return the name of the field by which a learner says that an answer is no real case."""
    return f"no-case-data-{position}"


def kind_words(kind: DataKind) -> str:
    """Return what a piece of text looks like, in words."""
    return {
        DataKind.EMAIL: _("e-mail address"),
        DataKind.FILE: _("file number"),
        DataKind.PHONE: _("telephone number"),
        DataKind.IDENTITY: _("number of an identity document"),
        DataKind.PLATE: _("number plate"),
        DataKind.ADDRESS: _("address of a place"),
        DataKind.NAME: _("full name"),
    }[kind]


def stem_of(version: QuestionVersion) -> str:
    """Return what a question says in the active language."""
    return in_language(version.typed_content.common.stems)


def warned_pieces(text: str, findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """Return the text in pieces, each with what it looks like in words, or nothing."""
    return [
        (piece, kind_words(kind) if kind is not None else "")
        for piece, kind in marked_pieces(text, findings)
    ]
