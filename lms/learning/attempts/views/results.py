"""What a learner may read of an attempt that was handed in."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lms.learning.attempts.pages import AttemptPage, attempt_page
from lms.learning.attempts.queries import (
    is_closed_for_everybody,
    lessons_by_path,
    quiz_page_of,
    quiz_standing,
    safety_rules,
)
from lms.learning.attempts.rules import AttemptRule, revealed
from lms.learning.attempts.views.access import for_learners, own_attempt, page_context
from lms.learning.booster_keys import is_booster
from lms.learning.enums import RESULT_STATES, AttemptState, EnrolmentState
from lms.learning.models import Attempt
from lms.learning.queries import is_certified_by_trainer


@for_learners
@require_safe
def result(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = own_attempt(request, public_id)
    if found.state == AttemptState.IN_PROGRESS:
        return redirect("attempt", public_id)
    page = attempt_page(found, seen=_seen(found))
    if is_booster(found.quiz_key):
        context = page_context(page) | _to_read_again(found, page)
        return render(request, "learning/followups/booster_result.html", context)
    context = page_context(page) | _standing(found, page)
    return render(request, f"learning/{_template(found, page)}.html", context)


def _seen(found: Attempt) -> Any:
    rule = AttemptRule.from_json(found.rule)
    is_closed = rule.waits_for_closing and is_closed_for_everybody(found.quiz_key, timezone.now())
    return revealed(rule, has_result=found.state in RESULT_STATES, is_closed=is_closed)


def _template(found: Attempt, page: AttemptPage) -> str:
    if found.state == AttemptState.ANNULLED:
        return "attempt_annulled"
    if page.rule.is_survey:
        return "attempt_thanks"
    return "attempt_result" if found.state in RESULT_STATES else "attempt_waiting"


def _to_read_again(found: Attempt, page: AttemptPage) -> dict[str, Any]:
    """Return the lessons of what was not known in a booster, and how many questions were."""
    asked = [shown for shown in page.questions if shown.number]
    wrong = [shown.lesson for shown in asked if not shown.is_right]
    return {
        "lessons": lessons_by_path(found.enrolment.course_key, wrong),
        "right": len(asked) - len(wrong),
    }


def _standing(found: Attempt, page: AttemptPage) -> dict[str, Any]:
    """Return what stands around the questions: the course, what to read again, what is left."""
    enrolment = found.enrolment
    wrong = [shown.lesson for shown in page.questions if not shown.is_right]
    quiz_page = quiz_page_of(found.quiz_key)
    now = timezone.now()
    return {
        "fail_text": quiz_page.fail_text if quiz_page else "",
        "standing": quiz_standing(enrolment, found.quiz_key, now=now),
        "is_compared": quiz_page is not None and quiz_page.quiz.compared_with_id is not None,
        "scale": enrolment.release.typed_promise.scale,
        "lessons": lessons_by_path(enrolment.course_key, wrong),
        "safety_rules": safety_rules(found) if page.shows_verdict else [],
        "is_course_completed": enrolment.state == EnrolmentState.COMPLETED,
        "is_certified_by_trainer": is_certified_by_trainer(enrolment),
    }
