"""Results as rows for CSV and XLSX: what is in them; the writer makes each cell harmless."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from courses.models.serving import active_language
from lms.core.cells import Cell
from lms.learning.enums import AttemptState
from lms.learning.models import AttemptItem
from lms.learning.statistics.contributions import Versions
from lms.learning.statistics.places import QuizPlace

READ_AT_ONCE = 2_000


def learner_code(place: QuizPlace, enrolment_id: int) -> str:
    """Return a code that joins the attempts of one learner at this quiz, and leads to nobody."""
    secret = salted_hmac("lms.learning.statistics.downloads", f"{place.quiz_key}:{enrolment_id}")
    return str(secret.hexdigest()[:10])


def result_rows(place: QuizPlace, *, with_names: bool, seen: Q) -> Iterator[list[Cell]]:
    """Yield the heading and then one row for each attempt that was handed in or annulled.

    Two queries for any number of attempts, and one for each new version of a question. Without
    names, learners have codes, times are days, and the order says nothing about who came first.
    `seen` is whose rows the reader may see.
    """
    slots = sorted(
        AttemptItem.objects.filter(attempt__quiz_key=place.quiz_key)
        .order_by()
        .values_list("slot", flat=True)
        .distinct()
    )
    yield [*_heading(slots, with_names=with_names)]
    versions = Versions()
    versions.read(
        AttemptItem.objects.filter(attempt__quiz_key=place.quiz_key)
        .order_by()
        .values_list("question_version", flat=True)
        .distinct()
    )
    for _pk, items in groupby(
        _items(place, seen, with_names=with_names), lambda row: row["attempt"]
    ):
        yield _row(place, list(items), slots, versions, with_names)


def _heading(slots: list[int], *, with_names: bool) -> list[str]:
    people = [_("Name"), _("E-mail or user name")] if with_names else [_("Learner's code")]
    facts = [
        _("Attempt"),
        _("Started"),
        _("Handed in"),
        _("State"),
        _("Result, in per cent"),
        _("Passed"),
        _("Counts"),
    ]
    for slot in slots:
        number = {"number": slot}
        facts += [
            _("Question %(number)s") % number,
            _("Mark %(number)s") % number,
            _("Of how many %(number)s") % number,
            _("Answer %(number)s") % number,
        ]
    return [*people, *facts]


def _items(place: QuizPlace, seen: Q, *, with_names: bool) -> Iterable[dict[str, Any]]:
    rows = AttemptItem.objects.filter(seen, attempt__quiz_key=place.quiz_key).exclude(
        attempt__state=AttemptState.IN_PROGRESS
    )
    learner = "attempt__enrolment__learner__"
    names = [f"{learner}{name}" for name in ("full_name", "email", "username")]
    order = [f"{learner}full_name", "attempt__enrolment", "attempt__number"]
    found: Iterable[dict[str, Any]] = (
        rows.order_by(*(order if with_names else ["attempt__public_id"]), "attempt", "position")
        .values(
            "attempt",
            "attempt__enrolment",
            "attempt__number",
            "attempt__started_at",
            "attempt__submitted_at",
            "attempt__state",
            "attempt__score",
            "attempt__is_passed",
            "attempt__counts",
            "slot",
            "mark",
            "max_mark",
            "is_dropped",
            "is_waiting",
            "question_version",
            "question_version__question__key",
            "response__given",
            *(names if with_names else []),
        )
        .iterator(chunk_size=READ_AT_ONCE)
    )
    return found


def _row(
    place: QuizPlace,
    items: list[dict[str, Any]],
    slots: list[int],
    versions: Versions,
    with_names: bool,
) -> list[Cell]:
    first = items[0]
    learner = "attempt__enrolment__learner__"
    people: list[Cell] = [learner_code(place, first["attempt__enrolment"])]
    if with_names:
        login = first[f"{learner}email"] or first[f"{learner}username"]
        people = [first[f"{learner}full_name"], login]
    row: list[Cell] = [
        *people,
        first["attempt__number"],
        _moment(first["attempt__started_at"], with_names),
        _moment(first["attempt__submitted_at"], with_names),
        str(AttemptState(first["attempt__state"]).label),
        first["attempt__score"],
        _yes_or_no(first["attempt__is_passed"]),
        _yes_or_no(first["attempt__counts"]),
    ]
    by_slot = {item["slot"]: item for item in items}
    is_blind = with_names and place.quiz.is_marked_anonymously
    for slot in slots:
        row += _item_cells(by_slot.get(slot), versions, is_blind=is_blind)
    return row


def _item_cells(item: dict[str, Any] | None, versions: Versions, *, is_blind: bool) -> list[Cell]:
    """Return one question; `is_blind` keeps back what still waits for a marker who sees no names."""
    if item is None:
        return [None, None, None, None]
    kind, content = versions.known[item["question_version"]]
    given = None if is_blind and item["is_waiting"] else item["response__given"]
    answer = kind.answer_text(content, given, language=active_language()) if given else ""
    most = _("dropped") if item["is_dropped"] else item["max_mark"]
    return [item["question_version__question__key"], item["mark"], most, answer]


def _moment(value: datetime | None, with_names: bool) -> Cell:
    if value is None:
        return None
    local = timezone.localtime(value)
    return local.strftime("%Y-%m-%d %H:%M" if with_names else "%Y-%m-%d")


def _yes_or_no(value: bool | None) -> Cell:
    return None if value is None else (_("yes") if value else _("no"))
