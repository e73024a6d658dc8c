"""Telling holders 90, 30 and 7 days before a certificate ends, and coordinators that some do.

A certificate that is found late is reminded once, for the number that it has reached. The row of
the reminder and the notice are one transaction, and the database takes each number once: however
often this runs, and in however many workers, nobody is told twice.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from certificates.life.places import AGENCY_PATH, path_to_renewal, refresher_paths
from certificates.life.queries import coordinators_to_tell, to_remind
from certificates.models import Certificate, Reminder
from certificates.wording import date_words
from lms.accounts.models import User
from lms.learning.enums import NoticeKind
from lms.learning.notices import notices_of_kind, notify_learner

REMINDER_DAYS = (90, 30, 7)
CHUNK = 500
COORDINATORS_TOLD_AT_MOST_EVERY = timedelta(days=7)


def send_reminders(*, now: datetime) -> int:
    """Remind every holder whose turn it is; return how many were reminded by this call.

    Goes through the certificates in chunks by their number. Who dies in the middle loses nothing:
    the next run goes on with those that were not reminded.
    """
    refreshers = refresher_paths()
    told = 0
    for days, after_days in zip(REMINDER_DAYS, (*REMINDER_DAYS[1:], 0), strict=True):
        last = 0
        while True:
            found = to_remind(now=now, days=days, after_days=after_days).filter(pk__gt=last)
            pks = list(found.order_by("pk").values_list("pk", flat=True)[:CHUNK])
            if not pks:
                break
            for pk in pks:
                told += remind_holder(
                    certificate_id=pk,
                    days=days,
                    after_days=after_days,
                    refreshers=refreshers,
                    now=now,
                )
            last = pks[-1]
    return told


@transaction.atomic
def remind_holder(
    *,
    certificate_id: int,
    days: int,
    after_days: int,
    refreshers: Mapping[UUID, str],
    now: datetime,
) -> bool:
    """Tell one holder that her certificate ends; True if this call did it.

    The certificate is locked and asked again: what was revoked, replaced or renewed meanwhile is
    not reminded.
    """
    Certificate.objects.select_for_update(of=("self",)).get(pk=certificate_id)
    certificate = (
        to_remind(now=now, days=days, after_days=after_days)
        .select_related("enrolment__learner")
        .filter(pk=certificate_id)
        .first()
    )
    if certificate is None:
        return False
    Reminder.objects.create(certificate=certificate, days=days, created_at=now)
    learner = certificate.enrolment.learner
    notify_learner(
        learner=learner,
        kind=NoticeKind.CERTIFICATE_ENDS,
        now=now,
        path=path_to_renewal(certificate, refreshers),
        words=_ending_words(certificate, learner.language),
        is_repeat=True,
    )
    return True


def _ending_words(certificate: Certificate, language: str) -> str:
    facts = certificate.typed_facts
    with translation.override(language):
        return _("“%(course)s” is valid until %(day)s.") % {
            "course": facts.course_title,
            "day": date_words(facts.valid_until_date, language),
        }


def tell_coordinators(*, now: datetime) -> int:
    """Tell the coordinators with whose agencies certificates are shared that end within 90 days.

    The line leads to the list on the agency's desk and names nobody. A coordinator is told once a
    week at most, and not again while the last line was not put away. Returns how many were told.
    """
    found = coordinators_to_tell(now=now, days=REMINDER_DAYS[0])
    return sum(
        _tell_coordinator(user_id=pk, now=now) for pk in list(found.values_list("pk", flat=True))
    )


@transaction.atomic
def _tell_coordinator(*, user_id: int, now: datetime) -> bool:
    coordinator = User.objects.select_for_update().get(pk=user_id)
    said = notices_of_kind(NoticeKind.STAFF_CERTIFICATES_END).filter(learner=coordinator)
    is_fresh = said.filter(created_at__gt=now - COORDINATORS_TOLD_AT_MOST_EVERY).exists()
    if is_fresh or said.filter(read_at__isnull=True).exists():
        return False
    notify_learner(
        learner=coordinator,
        kind=NoticeKind.STAFF_CERTIFICATES_END,
        now=now,
        path=AGENCY_PATH,
    )
    return True
