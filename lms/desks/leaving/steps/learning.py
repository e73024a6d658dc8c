"""What was learned, answered, asked and said: the figures stay, the words go."""

from contextlib import suppress
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import User
from lms.desks.leaving.steps.base import EMPTIED, Act, Fate, Step
from lms.learning.cohorts.services import PlaceRefused, give_seat_back, withdraw_place
from lms.learning.enums import AppealState, AttemptState, EnrolmentState, MessageKind
from lms.learning.followups.services import forget_after_course
from lms.learning.models import (
    Allowance,
    Appeal,
    Approval,
    Attempt,
    AttemptItem,
    Attendance,
    Booster,
    CaseRun,
    Cohort,
    CohortPlace,
    Enrolment,
    Exemption,
    FollowUp,
    ImportedSitting,
    ItemMark,
    LearnerQuestion,
    LessonProgress,
    Message,
    MessageCopy,
    Notice,
    Plan,
    PracticeObservation,
    QuizStatistic,
    Reminder,
    ReminderSetting,
    Response,
    SupervisorRequest,
)
from lms.learning.services import withdraw
from lms.learning.sittings import forget_sittings_of

TYPED = ("open", "short_answer", "number", "gaps")
"""Types of question in whose answers people write whatever they want."""
OPEN_ATTEMPTS = (AttemptState.IN_PROGRESS, AttemptState.SUBMITTED)

FIGURES = _(
    "They stay without your name, because how many people took part and passed has to stay "
    "countable. Nothing leads from them to you."
)
SIGNED = _(
    "Who attested what on which day stays, without your name and without remarks, because a "
    "certificate rests on it."
)


def _places(user: User) -> QuerySet[CohortPlace]:
    return CohortPlace.objects.filter(learner=user)


def _attempts(user: User) -> QuerySet[Attempt]:
    return Attempt.objects.filter(enrolment__learner=user)


def give_places_back(act: Act) -> None:
    """Leave the cohorts and the courses under way; free seats go to whoever waits.

    The cohorts are locked in the order of their numbers, as everybody does who gives seats away.
    """
    live = CohortPlace.objects.live().filter(learner=act.user)
    active = Enrolment.objects.filter(learner=act.user, state=EnrolmentState.ACTIVE)
    numbers = {
        *live.values_list("cohort_id", flat=True),
        *active.values_list("cohort_id", flat=True),
    }
    list(Cohort.objects.select_for_update().filter(pk__in=numbers - {None}).order_by("pk"))
    by: Any = {"acting_user": act.acting_user or act.user, "now": act.now}
    for place in live.select_related("cohort").order_by("cohort_id", "pk"):
        with suppress(PlaceRefused):  # whoever completed the course in it keeps the count of a seat
            withdraw_place(place=place, **by)
    for enrolment in active.select_related("cohort").order_by("pk"):
        withdraw(enrolment=enrolment, **by)
        give_seat_back(enrolment=enrolment, **by)
    _places(act.user).update(reason="")


def close_attempts(act: Act) -> None:
    """Annul what is under way or waits for a mark: nobody is left to get the result."""
    rows = _attempts(act.user).filter(state__in=OPEN_ATTEMPTS)
    pks = list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    rows.filter(pk__in=pks).update(
        state=AttemptState.ANNULLED,
        counts=False,
        annulled_at=act.now,
        annulled_by=None,
        annulled_reason=EMPTIED,
    )
    AttemptItem.objects.filter(attempt__in=pks, is_waiting=True).update(is_waiting=False)
    ItemMark.objects.filter(item__attempt__in=pks, is_draft=True).delete()


def empty_attempts(act: Act) -> None:
    """Empty the reasons that trainers gave for annulling attempts of hers."""
    _attempts(act.user).exclude(annulled_reason="").update(annulled_reason=EMPTIED)


def _typed(user: User) -> QuerySet[Response]:
    return Response.objects.filter(
        item__attempt__enrolment__learner=user,
        item__question_version__kind__in=TYPED,
        given__isnull=False,
    )


def empty_answers(act: Act) -> None:
    """Empty what she typed; that she answered, and the marks, stay. Sums are built anew."""
    quizzes = set(_typed(act.user).values_list("item__attempt__quiz_key", flat=True))
    _typed(act.user).update(given={"text": EMPTIED})
    QuizStatistic.objects.mark_stale(*quizzes)


def _appeals(user: User) -> QuerySet[Appeal]:
    return Appeal.objects.filter(attempt__enrolment__learner=user)


def close_appeals(act: Act) -> None:
    """Take open appeals back, and empty what was said in all of them."""
    opened = _appeals(act.user).filter(state=AppealState.OPEN)
    opened.update(state=AppealState.WITHDRAWN, answered_at=act.now, answer=EMPTIED)
    _appeals(act.user).update(text=EMPTIED, answer=EMPTIED)


def _worded_marks(user: User) -> QuerySet[ItemMark]:
    marks = ItemMark.objects.filter(item__attempt__enrolment__learner=user)
    return marks.exclude(comment="", private_note="", reason="")


def empty_marks(act: Act) -> None:
    """Empty comments, private notes and reasons of marks; the marks stay."""
    marks = _worded_marks(act.user)
    marks.exclude(reason="").update(reason=EMPTIED)
    marks.update(comment="", private_note="")


def _of(model: Any, path: str = "enrolment__learner") -> Any:
    """Return a function that counts the rows of a model that belong to a person."""
    return lambda user: model.objects.filter(**{path: user}).count()


def _delete(model: Any, path: str = "enrolment__learner") -> Any:
    """Return a function that deletes the rows of a model that belong to a person."""
    return lambda act: model.objects.filter(**{path: act.user}).delete()


def _attested(user: User) -> int:
    models = (PracticeObservation, Approval, Exemption)
    return sum(_of(model)(user) for model in models)


def empty_attested(act: Act) -> None:
    """Empty remarks and reasons of practices, approvals and exemptions."""
    practices = PracticeObservation.objects.filter(enrolment__learner=act.user)
    practices.exclude(taken_back_reason="").update(taken_back_reason=EMPTIED)
    practices.update(remarks="")
    Approval.objects.filter(enrolment__learner=act.user).update(remark="")
    Exemption.objects.filter(enrolment__learner=act.user).update(reason=EMPTIED)


def delete_messages(act: Act) -> None:
    """Delete her copies, and messages that were written to nobody else."""
    mine = MessageCopy.objects.filter(enrolment__learner=act.user)
    numbers = list(mine.values_list("message_id", flat=True))
    mine.delete()
    left = Message.objects.filter(pk__in=numbers, kind=MessageKind.MESSAGE)
    left.annotate(others=Count("copies")).filter(others=0).delete()


def _runs(user: User) -> int:
    models = (LessonProgress, CaseRun, Attendance)
    return sum(_of(model)(user) for model in models)


def forget_sittings(act: Act) -> None:
    """Clear what leads from sittings of an earlier platform to her."""
    forget_sittings_of(learner=act.user, acting_user=act.acting_user, now=act.now)


AFTER_COURSE = (Plan, FollowUp, Booster, SupervisorRequest)


def forget_after(act: Act) -> None:
    """Delete what followed a course, boosters with their answers."""
    forget_after_course(learner=act.user, now=act.now)


LEARNING_STEPS = (
    Step(
        "after_course",
        _("Your plan, follow-ups, boosters and requests to a supervisor"),
        Fate.DELETED,
        lambda user: sum(_of(model)(user) for model in AFTER_COURSE),
        forget_after,
    ),
    Step(
        "enrolments",
        _("Courses you took part in"),
        Fate.DETACHED,
        _of(Enrolment, "learner"),
        give_places_back,
        FIGURES,
    ),
    Step(
        "places",
        _("Seats and places on waiting lists"),
        Fate.DETACHED,
        lambda user: _places(user).count(),
        rule=_(
            "What you hold or wait for goes to the next person. How many people an institution "
            "nominated stays as a number, without your name."
        ),
    ),
    Step("progress", _("Lessons, cases and attendance"), Fate.DETACHED, _runs, rule=FIGURES),
    Step(
        "open_attempts",
        _("Quizzes under way or waiting for a mark"),
        Fate.EMPTIED,
        lambda user: _attempts(user).filter(state__in=OPEN_ATTEMPTS).count(),
        close_attempts,
        _("They end without a result, and nobody has to mark them any more."),
    ),
    Step(
        "attempts",
        _("Results of quizzes"),
        Fate.DETACHED,
        lambda user: _attempts(user).exclude(state__in=OPEN_ATTEMPTS).count(),
        empty_attempts,
        FIGURES,
    ),
    Step(
        "answers",
        _("Answers in your own words"),
        Fate.EMPTIED,
        lambda user: _typed(user).count(),
        empty_answers,
        _("The words are deleted. That there was an answer, and its mark, stay without your name."),
    ),
    Step(
        "appeals",
        _("Objections to results"),
        Fate.EMPTIED,
        lambda user: _appeals(user).count(),
        close_appeals,
        _("An objection that is not answered yet is taken back. The words are deleted."),
    ),
    Step(
        "marks",
        _("Comments and notes on your answers"),
        Fate.EMPTIED,
        lambda user: _worded_marks(user).count(),
        empty_marks,
        _("The words are deleted. The marks stay without your name."),
    ),
    Step(
        "attested",
        _("Practices, approvals, exemptions"),
        Fate.EMPTIED,
        _attested,
        empty_attested,
        SIGNED,
    ),
    Step(
        "allowances",
        _("More time or attempts that you were given"),
        Fate.DELETED,
        _of(Allowance),
        _delete(Allowance),
    ),
    Step(
        "questions",
        _("Questions to trainers"),
        Fate.DELETED,
        _of(LearnerQuestion),
        _delete(LearnerQuestion),
    ),
    Step(
        "messages",
        _("Messages of trainers to you"),
        Fate.DELETED,
        _of(MessageCopy),
        delete_messages,
    ),
    Step("reminders", _("Reminders"), Fate.DELETED, _of(Reminder), _delete(Reminder)),
    Step(
        "reminder_setting",
        _("How often you are reminded"),
        Fate.DELETED,
        _of(ReminderSetting, "learner"),
        _delete(ReminderSetting, "learner"),
    ),
    Step(
        "sittings",
        _("Results taken over from an earlier platform"),
        Fate.EMPTIED,
        _of(ImportedSitting, "learner"),
        forget_sittings,
        FIGURES,
    ),
)
LAST_STEPS = (
    Step(
        "notices",
        _("News on your page"),
        Fate.DELETED,
        _of(Notice, "learner"),
        _delete(Notice, "learner"),
    ),
)
"""After everything that might write news."""
