"""The statistics computed plainly from the raw answers, for comparison: no sums, no shortcuts."""

import statistics
from collections import defaultdict
from decimal import Decimal
from typing import Any
from uuid import UUID

from courses.models import QuizPage
from lms.learning.models import Attempt


def first_tries(quiz_key: UUID) -> list[Attempt]:
    """Return the first attempt of each enrolment that was not annulled or empty, if it is marked."""
    by_enrolment = defaultdict(list)
    for attempt in Attempt.objects.filter(quiz_key=quiz_key).order_by("number"):
        if attempt.state not in ("annulled", "expired"):
            by_enrolment[attempt.enrolment_id].append(attempt)
    firsts = [attempts[0] for attempts in by_enrolment.values()]
    return [attempt for attempt in firsts if attempt.state == "marked"]


def given_to(item: Any) -> Any:
    """Return what was answered, or None."""
    response = getattr(item, "response", None)
    return response.given if response else None


def direct_statistics(quiz_key: UUID) -> dict[str, Any]:
    """Return every figure of a quiz as floats and counts."""
    attempts = first_tries(quiz_key)
    answers = [
        list(attempt.items.select_related("response").order_by("position")) for attempt in attempts
    ]
    totals = [
        float(sum((item.mark for item in items if not item.is_dropped), Decimal(0)))
        for items in answers
    ]
    scores = [float(attempt.score) for attempt in attempts]
    by_slot, by_version = defaultdict(list), defaultdict(list)
    for items, total in zip(answers, totals, strict=True):
        last = max((i.position for i in items if given_to(i) is not None), default=0)
        for item in items:
            if not item.is_dropped:
                by_slot[item.slot].append(float(item.mark))
            by_version[item.question_version_id].append((item, total, last))
    return {
        "count": len(attempts),
        "passed": sum(1 for attempt in attempts if attempt.is_passed),
        "mean": statistics.fmean(scores) if scores else None,
        "deviation": statistics.stdev(scores) if len(scores) > 1 else None,
        "alpha": _alpha(list(by_slot.values()), totals),
        "items": {version: _item(rows) for version, rows in by_version.items()},
        "gain": _gain(quiz_key, attempts),
    }


def _alpha(slots: list[list[float]], totals: list[float]) -> float | None:
    if len(slots) < 2 or min(map(len, slots)) < 2 or statistics.variance(totals) == 0:
        return None
    parts = sum(statistics.variance(marks) for marks in slots)
    return len(slots) / (len(slots) - 1) * (1 - parts / statistics.variance(totals))


def _item(rows: list[Any]) -> dict[str, Any]:
    marks = [float(item.mark) for item, _total, _last in rows]
    rests = [total if item.is_dropped else total - float(item.mark) for item, total, _last in rows]
    chosen: dict[str, int] = defaultdict(int)
    times = []
    for item, _total, _last in rows:
        given = given_to(item)
        for key in (given or {}).get("chosen", []):
            chosen[key] += 1
        if given is not None and item.shown_at is not None:
            taken = (item.response.saved_at - item.shown_at).total_seconds()
            if 0 <= taken <= 1800:
                times.append(taken)
    varies = len(set(marks)) > 1 and len({round(rest, 6) for rest in rests}) > 1
    return {
        "count": len(rows),
        "answered": sum(1 for item, _total, _last in rows if given_to(item) is not None),
        "not_reached": sum(
            1 for item, _total, last in rows if item.position > last and item.shown_at is None
        ),
        "facility": statistics.fmean(
            float(item.mark) / float(item.max_mark) for item, _total, _last in rows
        ),
        "discrimination": statistics.correlation(marks, rests) if varies else None,
        "answers": dict(chosen),
        "seconds": statistics.fmean(times) if times else None,
    }


def _gain(quiz_key: UUID, attempts: list[Attempt]) -> float | None:
    page = QuizPage.objects.filter(translation_key=quiz_key).select_related("quiz").first()
    if page is None or page.quiz.compared_with_id is None:
        return None
    pairs = []
    for before_page in QuizPage.objects.filter(quiz=page.quiz.compared_with_id):
        before = {a.enrolment_id: a for a in first_tries(before_page.translation_key)}
        pairs += [
            (float(before[a.enrolment_id].score), float(a.score))
            for a in attempts
            if a.enrolment_id in before
        ]
    if not pairs:
        return None
    mean_before = statistics.fmean(before for before, _after in pairs)
    mean_after = statistics.fmean(after for _before, after in pairs)
    return (mean_after - mean_before) / (100 - mean_before) if mean_before < 100 else None
