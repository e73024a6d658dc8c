"""Reminders: once for each number, to whom it matters, with a link to the refresher."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from certificates import services, tasks
from certificates.enums import RevocationClass
from certificates.models import Certificate, CertificateShare, Reminder
from certificates.services import reminders
from lms.accounts.enums import MembershipRole, StaffRole
from lms.accounts.models import User
from lms.learning.enums import NoticeKind
from lms.learning.models import Notice
from lms.learning.notices import put_away, send_notice, unread_notices
from tests.accounts.test_mail import TOPIC
from tests.certificates.life_scene import LifeScene
from tests.factories import AgencyFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(now: datetime) -> LifeScene:
    return LifeScene(now)


def said() -> list[int]:
    return sorted(Reminder.objects.values_list("days", flat=True))


@pytest.mark.parametrize(
    ("days_left", "expected"),
    [
        (-1, []),
        (0, []),
        (0.5, [7]),
        (7, [7]),
        (7.1, [30]),
        (20, [30]),
        (30, [30]),
        (30.1, [90]),
        (90, [90]),
        (90.1, []),
    ],
)
def test_holder_is_reminded_for_the_number_that_was_reached(
    scene: LifeScene, now: datetime, days_left: float, expected: list[int]
) -> None:
    scene.certificate(days_left=days_left)

    counts = [services.send_reminders(now=now) for _ in range(3)]

    assert said() == expected
    assert counts == [len(expected), 0, 0]
    assert Notice.objects.filter(kind=NoticeKind.CERTIFICATE_ENDS).count() == len(expected)


def test_each_number_is_said_once_on_the_way_to_the_end(scene: LifeScene, now: datetime) -> None:
    certificate = scene.certificate(days_left=100)
    learner = certificate.enrolment.learner

    for day in range(101):
        services.send_reminders(now=now + timedelta(days=day))

    assert said() == [7, 30, 90]
    notices = Notice.objects.filter(learner=learner, kind=NoticeKind.CERTIFICATE_ENDS)
    assert notices.count() == 3
    assert len(unread_notices(learner)) == 1  # the page says it once, the newest line


def test_reminder_leads_to_the_refresher_in_the_readers_language(
    scene: LifeScene, now: datetime
) -> None:
    certificate = scene.certificate(days_left=20, language="en")

    services.send_reminders(now=now)

    notice = Notice.objects.get(kind=NoticeKind.CERTIFICATE_ENDS)
    assert notice.path == "/cursos/repaso/"
    day = certificate.typed_facts.valid_until_date
    assert notice.words == f"“Curso vida (en)” is valid until {day.day} {day:%B} {day.year}."
    shown = unread_notices(certificate.enrolment.learner)[0]
    assert shown.url == "/cursos/repaso/"


def test_without_a_refresher_it_leads_to_the_certificate(scene: LifeScene, now: datetime) -> None:
    certificate = scene.certificate(days_left=20)
    scene.refresher.course.live = False
    scene.refresher.course.save()

    services.send_reminders(now=now)

    notice = Notice.objects.get(kind=NoticeKind.CERTIFICATE_ENDS)
    assert notice.path == f"/mi-aprendizaje/certificados/{certificate.pk}/"


def revoke(certificate: Certificate, now: datetime) -> None:
    services.revoke_certificate(
        certificate=certificate,
        revocation_class=RevocationClass.ISSUER_DECISION,
        reason="x",
        acting_user=UserFactory(role=StaffRole.ADMINISTRATOR),
        now=now,
    )


def test_what_was_taken_back_is_not_reminded(scene: LifeScene, now: datetime) -> None:
    revoke(scene.certificate(days_left=20), now)
    replaced = scene.certificate(days_left=20)
    new = services.replace_certificate(
        certificate=replaced, acting_user=UserFactory(), reason="x", now=now
    )
    erased = scene.certificate(days_left=20)
    Certificate.objects.filter(pk=erased.pk).update(holder_erased_at=now)
    gone = scene.certificate(days_left=20)
    User.objects.filter(pk=gone.enrolment.learner_id).update(is_active=False)

    assert services.send_reminders(now=now) == 1
    assert Reminder.objects.get().certificate == new


def test_renewed_certificate_is_not_reminded_until_its_renewal_is_revoked(
    scene: LifeScene, now: datetime
) -> None:
    renewal = scene.renew(scene.certificate(days_left=20))

    assert services.send_reminders(now=now) == 0
    revoke(renewal, now)
    assert services.send_reminders(now=now) == 1


def test_pilot_has_no_validity_to_remind_of(now: datetime) -> None:
    LifeScene(now, is_reviewed=False).certificate(days_left=20)

    assert services.send_reminders(now=now) == 0


def test_chunks_reach_everybody(
    scene: LifeScene, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "CHUNK", 2)
    for _ in range(5):
        scene.certificate(days_left=20)

    assert services.send_reminders(now=now) == 5
    assert services.send_reminders(now=now) == 0


def test_late_worker_does_not_remind_of_what_was_revoked_meanwhile(
    scene: LifeScene, now: datetime
) -> None:
    certificate = scene.certificate(days_left=20)
    revoke(certificate, now)

    told = reminders.remind_holder(
        certificate_id=certificate.pk, days=30, after_days=7, refreshers={}, now=now
    )

    assert (told, Reminder.objects.count()) == (False, 0)


@pytest.mark.parametrize("language", ["es", "en"])
def test_mail_of_a_reminder_tells_nothing(scene: LifeScene, now: datetime, language: str) -> None:
    scene.certificate(days_left=20, language=language)
    services.send_reminders(now=now)

    assert send_notice(notice_id=Notice.objects.get().pk, now=now)

    message = mail.outbox[0]
    assert TOPIC.findall(f"{message.subject} {message.body}") == []
    assert "Curso vida" not in f"{message.subject} {message.body}"


def share(certificate: Certificate, coordinator: User, now: datetime) -> CertificateShare:
    agency = coordinator.memberships.get().agency
    return CertificateShare.objects.create(certificate=certificate, agency=agency, created_at=now)


@pytest.fixture
def coordinator() -> User:
    return MembershipFactory(agency=AgencyFactory(), role=MembershipRole.COORDINATOR).user


def told(coordinator: User) -> int:
    return Notice.objects.filter(
        learner=coordinator, kind=NoticeKind.STAFF_CERTIFICATES_END
    ).count()


def test_coordinator_is_told_once_a_week_of_shared_certificates_only(
    scene: LifeScene, now: datetime, coordinator: User
) -> None:
    certificate = scene.certificate(days_left=80)
    assert services.tell_coordinators(now=now) == 0
    share(certificate, coordinator, now)
    scene.certificate(days_left=80)

    counts = [services.tell_coordinators(now=now + timedelta(days=day)) for day in range(8)]

    assert counts == [1, 0, 0, 0, 0, 0, 0, 0]  # the line was not put away
    put_away(learner=coordinator, notice_id=None, now=now)
    counts = [services.tell_coordinators(now=now + timedelta(days=day)) for day in (6, 7, 8)]
    assert counts == [0, 1, 0]
    notice = Notice.objects.filter(learner=coordinator).order_by("pk")[0]
    assert (notice.path, notice.words) == ("/agencia/", "")  # it names nobody


def test_who_is_no_coordinator_today_is_not_told(
    scene: LifeScene, now: datetime, coordinator: User
) -> None:
    given = share(scene.certificate(days_left=80), coordinator, now)
    member = MembershipFactory(agency=given.agency).user
    former = MembershipFactory(agency=given.agency, role=MembershipRole.COORDINATOR)
    former.until_date = timezone.localdate(now) - timedelta(days=1)
    former.save()

    assert services.tell_coordinators(now=now) == 1
    assert [told(user) for user in (coordinator, member, former.user)] == [1, 0, 0]


def test_ended_share_and_far_end_tell_nobody(
    scene: LifeScene, now: datetime, coordinator: User
) -> None:
    ended = share(scene.certificate(days_left=80), coordinator, now)
    ended.ended_at = now
    ended.save()
    share(scene.certificate(days_left=91), coordinator, now)

    assert services.tell_coordinators(now=now) == 0


def test_task_reminds_and_tells(scene: LifeScene, coordinator: User) -> None:
    scene.now = timezone.now()
    share(scene.certificate(days_left=20), coordinator, scene.now)

    tasks.send_reminders()
    tasks.send_reminders()

    assert (said(), told(coordinator)) == ([30], 1)
