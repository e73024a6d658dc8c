"""Units of agencies, and members whose certificates an agency may know of."""

from datetime import date, datetime
from typing import Any

from certificates.enums import CertificateState
from certificates.models import Certificate
from lms.accounts.enums import UnitKind
from lms.accounts.models import Agency, Membership, Unit, User
from lms.learning.enums import PlaceState
from lms.learning.models import Cohort, CohortPlace, Enrolment
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.certificates import make_certificate
from tests.factories.learning import EnrolmentFactory


def make_unit(
    agency: Agency, name: str, parent: Unit | None = None, *, closed_on: date | None = None
) -> Unit:
    """Return a unit of an agency."""
    kind = UnitKind.REGION if parent is None else UnitKind.STATION
    return Unit.objects.create(
        agency=agency, name=name, parent=parent, kind=kind, closed_date=closed_on
    )


def make_member(agency: Agency, unit: Unit | None = None, **fields: Any) -> User:
    """Return somebody who belongs to an agency today, in a unit or in none."""
    name = fields.pop("full_name", "")
    user = fields.pop("user", None) or UserFactory(**({"full_name": name} if name else {}))
    MembershipFactory(user=user, agency=agency, unit=unit, **fields)
    return user


def nominate_enrolled(
    enrolment: Enrolment,
    agency: Agency,
    cohort: Cohort,
    *,
    now: datetime,
    state: PlaceState = PlaceState.SEATED,
) -> CohortPlace:
    """Let an enrolment hang on an agency's nomination."""
    return CohortPlace.objects.create(
        cohort=cohort,
        agency=agency,
        learner=enrolment.learner,
        enrolment=enrolment,
        state=state,
        created_at=now,
    )


def certify(
    user: User,
    agency: Agency,
    cohort: Cohort,
    *,
    now: datetime,
    until: datetime | None = None,
    state: CertificateState = CertificateState.VALID,
    **enrolment: Any,
) -> Certificate:
    """Return a certificate that an agency's nominee has, in this state at `now`."""
    fields = {"release": cohort.release, "cohort": cohort, **enrolment}
    found = make_certificate(state, now=now, learner=user, **fields)
    nominated_at = found.enrolment.completed_at or now
    nominate_enrolled(found.enrolment, agency, cohort, now=nominated_at)
    if until is not None:
        Certificate.objects.filter(enrolment=found.enrolment).update(valid_until=until)
        found.refresh_from_db()
    return found


def put_under_way(user: User, agency: Agency, cohort: Cohort, *, now: datetime) -> Enrolment:
    """Enrol an agency's nominee in a cohort; she has completed nothing yet."""
    enrolment: Enrolment = EnrolmentFactory(learner=user, release=cohort.release, cohort=cohort)
    nominate_enrolled(enrolment, agency, cohort, now=now)
    return enrolment


def membership_of(user: User, agency: Agency) -> Membership:
    """Return the membership of a person in an agency."""
    return Membership.objects.get(user=user, agency=agency)
