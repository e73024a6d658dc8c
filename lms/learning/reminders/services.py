"""Reminding learners, and letting them say how often.

A run goes through the learners in slices. The rows of the reminders and their notices are one
transaction for a slice, in which its learners are locked and everything that counts is asked again:
however often this runs, and in however many workers, nobody is reminded twice or too often. Whoever
is killed in the middle loses nothing: the next run goes on with those who were not reminded.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.texts import in_language
from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.enums import NoticeKind, ReminderChoice, ReminderKind
from lms.learning.kept_paths import kept_links, kept_path
from lms.learning.models import Reminder, ReminderSetting
from lms.learning.notices import News, notify_learners
from lms.learning.quiet_hours import is_quiet
from lms.learning.reminders.queries import (
    Due,
    candidates,
    due_reminders,
    slice_after,
    still_to_give,
)

LEARNERS_AT_ONCE = 500
ROWS_INSERTED_AT_ONCE = 500


def send_reminders(*, clock: Callable[[], datetime]) -> int:
    """Remind everybody whose turn it is; return how many this call has reminded.

    Does nothing at night and stops when it falls: what is still due is given in the morning.
    """
    told, last = 0, 0
    while not is_quiet(now := clock()):
        ends = slice_after(last, now=now, most=LEARNERS_AT_ONCE)
        if ends is None:
            break
        found = due_reminders(*ends, now=now)
        if found:
            told += _give(found, now=now)
        last = ends[1]
    return told


@transaction.atomic
def _give(found: list[Due], *, now: datetime) -> int:
    """Give these reminders, but for those that another worker has given meanwhile."""
    learners = User.objects.select_for_update(no_key=True).filter(
        pk__in=[due.enrolment.learner_id for due in found]
    )
    standing = {one.pk: one for one in learners.order_by("pk")}
    pks = [due.enrolment.pk for due in found]
    open_still = set(candidates(now=now).filter(pk__in=pks).values_list("pk", flat=True))
    found = [due for due in still_to_give(found, now=now) if due.enrolment.pk in open_still]
    Reminder.objects.bulk_create(
        [
            Reminder(
                enrolment=due.enrolment,
                kind=due.reason.kind,
                for_date=due.reason.for_date,
                given_at=now,
            )
            for due in found
        ],
        batch_size=ROWS_INSERTED_AT_ONCE,
    )
    paths = course_paths({due.enrolment.course_key for due in found})
    notify_learners(
        news=[
            News(
                standing[due.enrolment.learner_id],
                path=paths[due.enrolment.course_key],
                words=reminder_words(due, standing[due.enrolment.learner_id].language),
            )
            for due in found
        ],
        kind=NoticeKind.REMINDER,
        now=now,
        is_repeat=True,
    )
    return len(found)


def course_paths(course_keys: Iterable[UUID]) -> dict[UUID, str]:
    """Return where each course is, in Spanish; My learning for one that has no page any more."""
    keys = set(course_keys)
    links, own_page = kept_links(keys), kept_path("my_learning")
    return {key: links[key].url if key in links else own_page for key in keys}


def reminder_words(due: Due, language: str) -> str:
    """Return what a reminder says on the learner's page, in her language."""
    with translation.override(language):
        course = in_language(due.promise.titles, language)
        if due.reason.kind in {ReminderKind.DEADLINE, ReminderKind.LAST_DAYS}:
            day = date_format(due.reason.for_date, "DATE_FORMAT")
            return _("You can finish “%(course)s” until %(day)s.") % {"course": course, "day": day}
        if due.reason.kind == ReminderKind.NOT_STARTED:
            return _("You can begin “%(course)s” whenever you have a moment.") % {"course": course}
        return _("In “%(course)s” you can go on where you stopped.") % {"course": course}


@transaction.atomic
def choose_reminders(
    *, learner: User, choice: ReminderChoice, acting_user: User, now: datetime
) -> ReminderSetting:
    """Keep how often a learner wants to be reminded; it holds from the next reminder on."""
    User.objects.select_for_update().get(pk=learner.pk)
    setting, is_new = ReminderSetting.objects.get_or_create(
        learner=learner, defaults={"choice": choice}
    )
    if is_new or setting.choice != choice:
        setting.choice = choice
        setting.save(update_fields=["choice"])
        record_event(
            action="reminders_chosen",
            target=setting,
            acting_user=acting_user,
            now=now,
            changed_fields=["choice"],
            subject=learner,
        )
    return setting
