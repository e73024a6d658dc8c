"""Making a cohort and changing it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from courses.models import CourseRelease
from lms.accounts.models import Agency, User
from lms.core.services import record_event
from lms.learning.cohorts.join_codes import new_code
from lms.learning.cohorts.queries import course_trainers, seat_count
from lms.learning.cohorts.services.seats import lock_cohort, offer_free_seats
from lms.learning.enums import CertificateTiming, CohortJoining, EnrolmentState, NoticeKind
from lms.learning.kept_paths import course_path
from lms.learning.models import Cohort, Enrolment
from lms.learning.notices import News, notify_learners

CHANGEABLE = ("name", "starts_date", "ends_date", "certificate_timing")
RULES = ("seats", "has_waiting_list", "languages", "joining")
PEOPLE = ("agencies", "trainers")


class CohortRefused(Exception):
    """Something cannot be done with a cohort; the message says why, `field` where."""

    def __init__(self, message: str, *, field: str = "name") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class JoiningRules:
    """Who may come into a cohort, and who holds it; `seats` of None means as many as come."""

    seats: int | None = None
    has_waiting_list: bool = True
    languages: tuple[str, ...] = ("es",)
    joining: CohortJoining = CohortJoining.NOMINATION
    agencies: tuple[Agency, ...] = ()
    trainers: tuple[User, ...] = ()

    def values(self) -> dict[str, Any]:
        """Return what stands in columns of the cohort itself."""
        return {
            "seats": self.seats,
            "has_waiting_list": self.has_waiting_list,
            "languages": list(self.languages),
            "joining": CohortJoining(self.joining),
        }


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
    rules: JoiningRules | None = None,
) -> Cohort:
    """Make an empty cohort of a release; a code is made with it where people join by one.

    Raises:
        CohortRefused: the release has a cohort of this name, or a trainer is not on its staff.
    """
    rules = rules or JoiningRules()
    cohort = Cohort(
        release=release,
        name=name,
        starts_date=starts_date,
        ends_date=ends_date,
        certificate_timing=CertificateTiming(certificate_timing),
        created_at=now,
        created_by=acting_user,
        **rules.values(),
    )
    _refuse_strangers(cohort, rules)
    _give_code(cohort)
    _save_named(cohort)
    cohort.agencies.set(rules.agencies)
    cohort.trainers.set(rules.trainers)
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
    rules: JoiningRules | None = None,
) -> Cohort:
    """Change a cohort; its release stays. Nothing is written where nothing is new.

    Whoever is in it without a deadline of her own is told another last day. Without `rules` those
    of the cohort stay. Further seats go to those who wait. Whoever completed
    the course while certificates waited for the trainer goes on waiting for her, whatever is chosen
    now; who was nominated by an agency that may not any more keeps her place.

    Raises:
        CohortRefused: another cohort of the release has this name, there would be fewer seats than
            are taken, or a trainer is not on the staff of the course.
    """
    locked = lock_cohort(cohort)
    seats_before = locked.seats
    changed = _set(
        locked,
        name=name,
        starts_date=starts_date,
        ends_date=ends_date,
        certificate_timing=CertificateTiming(certificate_timing),
        **(rules.values() if rules is not None else {}),
    )
    if rules is not None:
        _refuse_too_few(locked, seats_before, now=now)
        _refuse_strangers(locked, rules)
        changed += _change_people(locked, rules)
    if not changed:
        return locked
    if _give_code(locked):
        changed.append("join_code")
    _save_named(locked, [field for field in changed if field not in PEOPLE])
    record_event(
        action="cohort_changed",
        target=locked,
        acting_user=acting_user,
        now=now,
        changed_fields=changed,
    )
    if "ends_date" in changed:
        _tell_new_end(locked, acting_user=acting_user, now=now)
    offer_free_seats(cohort=locked, now=now)
    return locked


def _set(cohort: Cohort, **wanted: Any) -> list[str]:
    """Set what is wanted, without saving it; return what is new."""
    changed = [field for field, value in wanted.items() if getattr(cohort, field) != value]
    for field in changed:
        setattr(cohort, field, wanted[field])
    return changed


def _tell_new_end(cohort: Cohort, *, acting_user: User, now: datetime) -> None:
    """Tell whoever learns in a cohort its new last day, but for those with a day of their own."""
    rows = Enrolment.objects.filter(cohort=cohort, state=EnrolmentState.ACTIVE, due_date=None)
    path = course_path(cohort.release.course_key)
    news = []
    for row in rows.exclude(learner=acting_user).select_related("learner").order_by("pk"):
        with override(row.learner.language):
            day = date_format(cohort.ends_date, "DATE_FORMAT")
            news.append(News(row.learner, path, _("Your new deadline is %(day)s.") % {"day": day}))
    if news:
        notify_learners(news=news, kind=NoticeKind.DEADLINE_CHANGED, now=now, is_repeat=True)


@transaction.atomic
def renew_join_code(*, cohort: Cohort, acting_user: User, now: datetime) -> Cohort:
    """Make a new code for joining; the old one lets nobody in any more.

    Raises:
        CohortRefused: nobody joins this cohort by a code.
    """
    locked = lock_cohort(cohort)
    if locked.joining != CohortJoining.CODE:
        raise CohortRefused(_("Nobody joins this cohort by a code."), field="joining")
    locked.join_code = _unused_code()
    locked.save(update_fields=["join_code"])
    record_event(
        action="cohort_code_renewed",
        target=locked,
        acting_user=acting_user,
        now=now,
        changed_fields=["join_code"],
    )
    return locked


def _save_named(cohort: Cohort, fields: list[str] | None = None) -> None:
    """Save a cohort whose name may be taken; only these fields, if they are given."""
    try:
        with transaction.atomic():
            cohort.save(update_fields=fields)
    except IntegrityError as taken:
        raise CohortRefused(_("There is a cohort of this name already.")) from taken


def _give_code(cohort: Cohort) -> bool:
    """Give a cohort that is joined by a code one, if it has none; say whether it got one."""
    if cohort.joining != CohortJoining.CODE or cohort.join_code:
        return False
    cohort.join_code = _unused_code()
    return True


def _unused_code() -> str:
    code = new_code()
    while Cohort.objects.filter(join_code=code).exists():
        code = new_code()
    return code


def _change_people(cohort: Cohort, rules: JoiningRules) -> list[str]:
    changed = []
    for field, people in (("agencies", rules.agencies), ("trainers", rules.trainers)):
        relation = getattr(cohort, field)
        if set(relation.values_list("pk", flat=True)) != {one.pk for one in people}:
            relation.set(people)
            changed.append(field)
    return changed


def _refuse_too_few(cohort: Cohort, seats_before: int | None, *, now: datetime) -> None:
    """Refuse fewer seats than are taken; where a trainer had gone over them they may still grow."""
    wanted = cohort.seats
    if wanted is None or (seats_before is not None and wanted >= seats_before):
        return
    taken = seat_count(cohort, now=now).taken
    if wanted < taken:
        raise CohortRefused(
            _("%(taken)d seats are taken already: there cannot be fewer.") % {"taken": taken},
            field="seats",
        )


def _refuse_strangers(cohort: Cohort, rules: JoiningRules) -> None:
    wanted = {trainer.pk for trainer in rules.trainers}
    if wanted - set(course_trainers(cohort.release).values_list("pk", flat=True)):
        raise CohortRefused(
            _("One of these people is not on the staff of the course."), field="trainers"
        )
