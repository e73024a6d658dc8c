"""Making a cohort, changing it, and who is in it."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from courses.models import CourseRelease
from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.enums import READING_STATES, CertificateTiming, EnrolmentState
from lms.learning.models import Cohort, Enrolment

CHANGEABLE = ("name", "starts_date", "ends_date", "certificate_timing")


class CohortRefused(Exception):
    """Something cannot be done with a cohort; the message says why."""


@transaction.atomic
def create_cohort(
    *,
    release: CourseRelease,
    name: str,
    starts_date: date,
    ends_date: date,
    certificate_timing: CertificateTiming | str,
    acting_user: User,
    now: datetime,
) -> Cohort:
    """Make an empty cohort of a release.

    Raises:
        CohortRefused: the release has a cohort of this name.
    """
    try:
        with transaction.atomic():
            cohort = Cohort.objects.create(
                release=release,
                name=name,
                starts_date=starts_date,
                ends_date=ends_date,
                certificate_timing=CertificateTiming(certificate_timing),
                created_at=now,
                created_by=acting_user,
            )
    except IntegrityError as taken:
        raise CohortRefused(_("There is a cohort of this name already.")) from taken
    record_event(
        action="cohort_created",
        target=cohort,
        acting_user=acting_user,
        now=now,
        changed_fields=["release", *CHANGEABLE],
    )
    return cohort


@transaction.atomic
def change_cohort(
    *,
    cohort: Cohort,
    name: str,
    starts_date: date,
    ends_date: date,
    certificate_timing: CertificateTiming | str,
    acting_user: User,
    now: datetime,
) -> Cohort:
    """Change a cohort; its release stays. Nothing is written where nothing is new.

    Whoever completed the course while certificates waited for the trainer goes on waiting for her,
    whatever is chosen now.

    Raises:
        CohortRefused: another cohort of the release has this name.
    """
    locked = Cohort.objects.select_for_update().get(pk=cohort.pk)
    wanted = {
        "name": name,
        "starts_date": starts_date,
        "ends_date": ends_date,
        "certificate_timing": CertificateTiming(certificate_timing),
    }
    changed = [field for field in CHANGEABLE if getattr(locked, field) != wanted[field]]
    if not changed:
        return locked
    for field in changed:
        setattr(locked, field, wanted[field])
    try:
        with transaction.atomic():
            locked.save(update_fields=changed)
    except IntegrityError as taken:
        raise CohortRefused(_("There is a cohort of this name already.")) from taken
    record_event(
        action="cohort_changed",
        target=locked,
        acting_user=acting_user,
        now=now,
        changed_fields=changed,
    )
    return locked


@transaction.atomic
def join_cohort(
    *, cohort: Cohort, enrolments: Collection[Enrolment], acting_user: User, now: datetime
) -> int:
    """Put enrolments into a cohort and return how many are new in it.

    Who is in it already stays. All or nothing: one that does not fit refuses the whole.

    Raises:
        CohortRefused: an enrolment is in another release, in another cohort, or has ended.
    """
    locked = _lock(enrolments)
    for enrolment in locked:
        if enrolment.release_id != cohort.release_id:
            raise CohortRefused(_("One of these people is enrolled in another release."))
        if enrolment.cohort_id not in (None, cohort.pk):
            raise CohortRefused(_("One of these people is in another cohort already."))
        if enrolment.state not in READING_STATES:
            raise CohortRefused(_("The enrolment of one of these people has ended."))
    joining = [enrolment for enrolment in locked if enrolment.cohort_id is None]
    _move(joining, cohort, action="cohort_joined", acting_user=acting_user, now=now)
    return len(joining)


@transaction.atomic
def leave_cohort(
    *, cohort: Cohort, enrolments: Collection[Enrolment], acting_user: User, now: datetime
) -> int:
    """Take enrolments out of a cohort and return how many left. The enrolments themselves stay.

    Raises:
        CohortRefused: somebody has completed the course in it. Her certificate may wait for the
            trainer of this cohort, and would be forgotten outside.
    """
    leaving = [one for one in _lock(enrolments) if one.cohort_id == cohort.pk]
    if any(one.state == EnrolmentState.COMPLETED for one in leaving):
        raise CohortRefused(
            _("Whoever has completed the course stays in the cohort, where her certificate is.")
        )
    _move(leaving, None, action="cohort_left", acting_user=acting_user, now=now)
    return len(leaving)


def _lock(enrolments: Collection[Enrolment]) -> list[Enrolment]:
    """Lock the enrolments in one order, so that two trainers never wait for each other."""
    pks = [enrolment.pk for enrolment in enrolments]
    return list(Enrolment.objects.filter(pk__in=pks).order_by("pk").select_for_update())


def _move(
    enrolments: Collection[Enrolment],
    cohort: Cohort | None,
    *,
    action: str,
    acting_user: User,
    now: datetime,
) -> None:
    pks = [enrolment.pk for enrolment in enrolments]
    Enrolment.objects.filter(pk__in=pks).update(cohort=cohort)
    for enrolment in enrolments:
        record_event(
            action=action,
            target=enrolment,
            acting_user=acting_user,
            now=now,
            changed_fields=["cohort"],
        )
