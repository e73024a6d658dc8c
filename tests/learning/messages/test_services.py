"""Who gets a message, once, and what becomes of it for each."""

from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import override_settings

from lms.core.enums import OutboxState
from lms.core.models import AuditEvent
from lms.learning import tasks
from lms.learning.enums import EnrolmentState, NoticeKind
from lms.learning.messages import services
from lms.learning.messages.enums import Audience, MailState
from lms.learning.messages.queries import copies_of, deliveries, recipients, written_in
from lms.learning.messages.services import MessageRefused
from lms.learning.models import (
    Cohort,
    Enrolment,
    LessonProgress,
    Message,
    MessageCopy,
    MessageTemplate,
    Notice,
)
from lms.learning.notices import TURN_TASK, send_notices, unread_notices
from tests.accounts.test_mail import TOPIC
from tests.factories import EnrolmentFactory, UserFactory
from tests.factories.cohorts import completed_in, make_cohort
from tests.factories.messages import make_announcement, many_in, write_message
from tests.learning.cast import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def cohort(cast: Cast) -> Cohort:
    found = make_cohort(cast.release)
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(cohort=found)
    return found


def join(cohort: Cohort, **fields: Any) -> Enrolment:
    made: Enrolment = EnrolmentFactory(release=cohort.release, cohort=cohort, **fields)
    return made


def test_audiences_are_who_they_say_and_nobody_who_left(cast: Cast, cohort: Cohort) -> None:
    begun = join(cohort)
    LessonProgress.objects.create(enrolment=begun, lesson_key=uuid4(), opened_at=NOW)
    done = completed_in(cohort, now=NOW)
    gone = join(cohort, state=EnrolmentState.WITHDRAWN, withdrawn_at=NOW)
    join(make_cohort(cast.release))  # of another cohort

    def numbers(audience: Audience) -> set[int]:
        chosen = {begun.pk, gone.pk}
        return {row.pk for row in recipients(cohort, audience, chosen=chosen)}

    assert numbers(Audience.EVERYBODY) == {cast.enrolment.pk, begun.pk, done.pk}
    assert numbers(Audience.UNDER_WAY) == {cast.enrolment.pk, begun.pk}
    assert numbers(Audience.NOT_STARTED) == {cast.enrolment.pk}
    assert numbers(Audience.CHOSEN) == {begun.pk}


def test_message_goes_to_each_with_a_neutral_mail(
    cast: Cast, cohort: Cohort, django_capture_on_commit_callbacks: Any
) -> None:
    join(cohort)
    assert tasks.send_notices.name == TURN_TASK  # by this name the worker is asked
    with django_capture_on_commit_callbacks(execute=True):
        message = write_message(cohort, by=cast.trainer, now=NOW, title="El curso de trata")

    copies = MessageCopy.objects.filter(message=message)
    assert copies.count() == len(mail.outbox) == 2
    assert {tuple(one.to) for one in mail.outbox} == {
        (copy.enrolment.learner.email,) for copy in copies
    }
    for one in mail.outbox:
        headers = " ".join(str(value) for value in one.message().values())
        assert TOPIC.findall(f"{one.subject} {one.body} {headers}") == []
        assert (one.cc, one.bcc) == ([], [])
    (shown,) = unread_notices(cast.learner)
    assert (shown.kind, shown.url) == (NoticeKind.MESSAGE, f"/mensajes/{message.pk}/")
    event = AuditEvent.objects.get(action="message_sent")
    assert (event.actor_id, event.target_id) == (cast.trainer.pk, str(message.pk))


def test_same_form_makes_one_message_and_no_other_trainer_can_use_it(
    cast: Cast, cohort: Cohort
) -> None:
    key = uuid4()
    first = write_message(cohort, by=cast.trainer, now=NOW, form_key=key)
    again = write_message(cohort, by=cast.trainer, now=NOW, form_key=key, title="Otro")

    assert again == first
    assert (Message.objects.count(), Notice.objects.count()) == (1, 1)
    with pytest.raises(MessageRefused):
        write_message(cohort, by=cast.administrator, now=NOW, form_key=key)


def test_message_to_nobody_leaves_nothing(cast: Cast, cohort: Cohort) -> None:
    with pytest.raises(MessageRefused):
        write_message(cohort, by=cast.trainer, now=NOW, audience=Audience.CHOSEN)
    assert not Message.objects.exists()


@pytest.mark.parametrize("number", [1, 30])
def test_sending_to_many_costs_no_more_queries(
    cast: Cast, cohort: Cohort, number: int, django_assert_num_queries: Any
) -> None:
    many_in(cohort, number)
    with django_assert_num_queries(12):  # six statements, three of them within a savepoint
        write_message(cohort, by=cast.trainer, now=NOW)


def test_trainer_sees_what_became_of_each_mail_and_no_address(cast: Cast, cohort: Cohort) -> None:
    silent = join(cohort, learner=UserFactory(email=None, username="sin-correo"))
    refused = join(cohort, learner=UserFactory(email="nadie@example.test"))
    late = join(cohort)
    message = write_message(cohort, by=cast.trainer, now=NOW)
    held = Notice.objects.filter(learner=late.learner)
    held.update(state=OutboxState.DONE)  # kept from this turn
    with override_settings(EMAIL_BACKEND="tests.learning.test_notices.RefusesOne"):
        assert send_notices(clock=lambda: NOW) == 1
    held.update(state=OutboxState.PENDING, tries=1)
    services.note_read(message=message, learner=cast.learner, now=NOW)

    found = {one.name: one for one in deliveries(copies_of(message))}

    states = {name: (one.mail, one.is_tried_again, one.read_at) for name, one in found.items()}
    assert states == {
        cast.learner.full_name: (MailState.SENT, False, NOW),
        silent.learner.full_name: (MailState.NONE, False, None),
        refused.learner.full_name: (MailState.FAILED, False, None),
        late.learner.full_name: (MailState.WAITING, True, None),
    }
    assert next(iter(found)) == refused.learner.full_name  # what failed stands first
    (counted,) = written_in(cohort)
    counts = [getattr(counted, name) for name in ("people", "read", "mailed", "waiting", "failed")]
    assert counts == [4, 1, 1, 1, 1]
    assert "@" not in repr(list(found.values()))


def test_who_lost_her_address_before_the_mail_is_shown_without_one(
    cast: Cast, cohort: Cohort
) -> None:
    message = write_message(cohort, by=cast.trainer, now=NOW)
    cast.learner.emailaddress_set.all().delete()
    assert send_notices(clock=lambda: NOW) == 0
    assert [one.mail for one in deliveries(copies_of(message))] == [MailState.NONE]


@pytest.mark.parametrize("is_told", [True, False])
def test_announcement_tells_only_if_it_is_asked_to(
    cast: Cast, cohort: Cohort, is_told: bool
) -> None:
    message = make_announcement(cohort, by=cast.trainer, now=NOW, is_told=is_told)
    assert MessageCopy.objects.filter(message=message).count() == int(is_told)
    assert [one.kind for one in unread_notices(cast.learner)] == [NoticeKind.ANNOUNCEMENT] * is_told


def test_announcement_is_taken_down_once_and_a_message_never(cast: Cast, cohort: Cohort) -> None:
    acting = {"acting_user": cast.trainer, "now": NOW}
    announcement = make_announcement(cohort, by=cast.trainer, now=NOW)
    services.take_down(message=announcement, **acting)
    services.take_down(message=announcement, **acting)
    assert AuditEvent.objects.filter(action="announcement_taken_down").count() == 1
    with pytest.raises(MessageRefused):
        services.take_down(message=write_message(cohort, by=cast.trainer, now=NOW), **acting)


def test_template_has_its_title_once_in_a_course(cast: Cast) -> None:
    words = {"title": "Saludo", "text": "Buenos días", "acting_user": cast.trainer, "now": NOW}
    made = services.save_template(course_key=cast.release.course_key, **words)
    with pytest.raises(MessageRefused):
        services.save_template(course_key=cast.release.course_key, **words)
    services.save_template(course_key=uuid4(), **words)
    services.delete_template(template=made, acting_user=cast.trainer, now=NOW)
    services.delete_template(template=made, acting_user=cast.trainer, now=NOW)
    assert MessageTemplate.objects.count() == 1
