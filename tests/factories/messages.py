"""What trainers have written to the people of a cohort."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

from allauth.account.models import EmailAddress

from lms.accounts.models import User
from lms.learning.messages.enums import Audience
from lms.learning.messages.services import announce, send_message
from lms.learning.models import Cohort, Enrolment, Message
from tests.factories.courses import MADE_AT


def write_message(
    cohort: Cohort,
    *,
    by: User,
    now: datetime,
    audience: Audience = Audience.EVERYBODY,
    chosen: Collection[int] = (),
    title: str = "Un aviso",
    form_key: UUID | None = None,
) -> Message:
    """Return a message that was sent."""
    return send_message(
        cohort=cohort,
        audience=audience,
        chosen=chosen,
        title=title,
        text="Nos vemos el lunes.",
        form_key=form_key or uuid4(),
        acting_user=by,
        now=now,
    )


def make_announcement(
    cohort: Cohort, *, by: User, now: datetime, is_told: bool = False, title: str = "Un anuncio"
) -> Message:
    """Return an announcement that is pinned."""
    return announce(
        cohort=cohort,
        title=title,
        text="El salón cambió.",
        is_told=is_told,
        form_key=uuid4(),
        acting_user=by,
        now=now,
    )


def many_people(number: int) -> list[User]:
    """Return so many people with confirmed addresses and no passwords; two queries."""
    people = User.objects.bulk_create(
        User(email=f"{uuid4().hex}@example.test", full_name=f"Rosa de Prueba {one}")
        for one in range(number)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=one, email=one.email, verified=True, primary=True) for one in people
    )
    return people


def many_in(cohort: Cohort, number: int) -> list[Enrolment]:
    """Return the enrolments of so many people in a cohort; three queries."""
    return Enrolment.objects.bulk_create(
        Enrolment(
            learner=one,
            release=cohort.release,
            course_key=cohort.release.course_key,
            cohort=cohort,
            enrolled_at=MADE_AT,
        )
        for one in many_people(number)
    )
