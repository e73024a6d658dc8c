"""People whom agencies invite and nominate."""

from datetime import datetime
from itertools import count
from typing import Any
from uuid import uuid4

from certificates.models import Certificate
from certificates.services import request_certificate
from lms.accounts.enums import MembershipRole
from lms.accounts.invitations.queries import digest_of, invitations
from lms.accounts.invitations.services import invite
from lms.accounts.models import Agency, Invitation, User
from lms.learning.cohorts.services import nominate
from lms.learning.models import Cohort, CohortPlace, LessonProgress
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.certificates import complete

NUMBERS = count(1)


def make_coordinator(agency: Agency, **person: Any) -> User:
    """Return somebody who coordinates an agency."""
    user: User = UserFactory(**person)
    MembershipFactory(user=user, agency=agency, role=MembershipRole.COORDINATOR)
    return user


def make_invitation(agency: Agency, *, by: User, now: datetime, **fields: Any) -> Invitation:
    """Return an invitation that can be accepted; its mail was not sent."""
    number = next(NUMBERS)
    given = {
        "email": f"invitada{number}@example.test",
        "full_name": "Invitada de Prueba",
        "language": "es",
    }
    return invite(agency=agency, acting_user=by, now=now, **{**given, **fields})


def give_secret(invitation: Invitation) -> str:
    """Return the secret that the link of an invitation now has, as if its mail had been sent."""
    secret = f"secreto-{invitation.pk}"
    invitations().filter(pk=invitation.pk).update(token_digest=digest_of(secret), state="done")
    return secret


def nominated(
    cohort: Cohort, agency: Agency, *, by: User, now: datetime, **person: Any
) -> CohortPlace:
    """Return the place of a new member whom her agency has nominated."""
    learner = (
        person.pop("learner", None)
        or MembershipFactory(agency=agency, user=UserFactory(**person)).user
    )
    cohort.agencies.add(agency)
    return nominate(cohort=cohort, agency=agency, learner=learner, acting_user=by, now=now)


def begun(place: CohortPlace, *, now: datetime) -> CohortPlace:
    """Return a place whose learner has opened a lesson."""
    LessonProgress.objects.create(enrolment=place.enrolment, lesson_key=uuid4(), opened_at=now)
    return place


def certified(place: CohortPlace, *, now: datetime, until: datetime) -> Certificate:
    """Return a certificate of the course that was completed in a place, valid until then."""
    if place.enrolment is None:
        raise ValueError("nobody is seated in this place")
    done = complete(place.enrolment, now=now)
    made = request_certificate(enrolment=done, now=now)
    Certificate.objects.filter(pk=made.pk).update(valid_until=until)
    made.refresh_from_db()
    return made
