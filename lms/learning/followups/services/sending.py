"""Telling learners what there is for them after a course: once, and once again, by day.

A run goes through the enrolments in slices. Its rows, those of the offers and their notices are one
transaction for a slice, in which the learners are locked and everything that counts is asked again.
A row of `Reminder` for the enrolment and the day keeps two workers from saying it twice, and makes
it count among the reminders of which nobody gets too many.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from courses.texts import in_language
from lms.accounts.models import User
from lms.learning.enums import NoticeKind, ReminderKind
from lms.learning.followups.rules import AGAIN_AFTER, Offer
from lms.learning.followups.sendable import Told, candidates, to_tell
from lms.learning.kept_paths import kept_path
from lms.learning.models import Booster, FollowUp, Reminder
from lms.learning.notices import News, notices_of_kind, notify_learners
from lms.learning.quiet_hours import is_quiet, lima_date

ENROLMENTS_AT_ONCE = 500


def send_after_course(*, clock: Callable[[], datetime]) -> int:
    """Tell everybody whose time has come; return how many this call has told.

    Does nothing at night and stops when it falls.
    """
    told, last = 0, 0
    while not is_quiet(now := clock()):
        rows = candidates(now=now).filter(pk__gt=last).order_by("pk")
        pks = list(rows.values_list("pk", flat=True)[:ENROLMENTS_AT_ONCE])
        if not pks:
            break
        if to_tell(pks, now=now):
            told += _tell(pks, now=now)
        last = pks[-1]
    return told


@transaction.atomic
def _tell(pks: Sequence[int], *, now: datetime) -> int:
    """Tell these learners, but for those whom another worker has told meanwhile."""
    locked = User.objects.select_for_update(no_key=True).filter(enrolments__in=pks)
    list(locked.order_by("pk").values_list("pk", flat=True))
    found = to_tell(pks, now=now)
    today = lima_date(now)
    Reminder.objects.bulk_create(
        Reminder(
            enrolment=one.enrolment,
            kind=ReminderKind.AFTER_COURSE,
            for_date=today,
            given_at=now,
        )
        for one in found
    )
    _write_offers(found, now=now)
    news = [
        News(
            one.enrolment.learner,
            path=kept_path("after_course", one.enrolment.pk),
            words=told_words(one),
        )
        for one in found
    ]
    earlier = notices_of_kind(NoticeKind.AFTER_COURSE).filter(path__in=[one.path for one in news])
    earlier.filter(read_at__isnull=True).update(read_at=now)
    notify_learners(news=news, kind=NoticeKind.AFTER_COURSE, now=now)
    return len(found)


def _write_offers(found: Sequence[Told], *, now: datetime) -> None:
    again_date = lima_date(now) + AGAIN_AFTER
    boosters, follow_ups = [], []
    for one in found:
        for due in one.due:
            mine = {"enrolment": one.enrolment, "interval": due.interval}
            if due.offer == Offer.BOOSTER and due.is_again:
                Booster.objects.filter(**mine).update(reminded_at=now)
            elif due.offer == Offer.BOOSTER:
                boosters.append(Booster(**mine, offered_at=now))
            elif due.is_again:
                FollowUp.objects.filter(**mine).update(reminded_at=now)
            else:
                follow_ups.append(FollowUp(**mine, offered_at=now, again_date=again_date))
    Booster.objects.bulk_create(boosters)
    FollowUp.objects.bulk_create(follow_ups)


def told_words(told: Told) -> str:
    """Return what the line on the learner's page says, in her language."""
    language = told.enrolment.learner.language
    offers = {due.offer for due in told.due}
    with translation.override(language):
        titles = told.enrolment.release.typed_promise.titles
        course = {"course": in_language(titles, language)}
        if offers == {Offer.BOOSTER}:
            return _("“%(course)s”: ten questions to refresh what you learned.") % course
        if offers == {Offer.PRACTICE}:
            return _("“%(course)s”: five questions on how it goes at work.") % course
        return (
            _(
                "“%(course)s”: ten questions to refresh what you learned, and five on how it goes at work."
            )
            % course
        )
