"""When a law changes: who is invited, exactly once, whatever happens to the worker."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from certificates import services, tasks
from certificates.enums import RevocationClass
from certificates.life.queries import taught_courses, what_rests_on
from certificates.models import Certificate, UpdateInvitation
from certificates.services import invitations
from certificates.services.invitations import INVITE_TASK, LEASE, MOST_TRIES
from lms.accounts.enums import StaffRole
from lms.accounts.models import User
from lms.core.enums import OutboxState
from lms.core.models import AuditEvent
from lms.learning.enums import NoticeKind
from lms.learning.models import Notice
from lms.learning.notices import unread_notices
from tests.certificates.life_scene import LifeScene
from tests.factories import UserFactory, release_course_for_tests

pytestmark = pytest.mark.django_db
WORDS = {"es": "Cambió la ley 1.", "en": "Law 1 has changed."}


@pytest.fixture
def scene(now: datetime) -> LifeScene:
    return LifeScene(now)


@pytest.fixture
def administrator() -> User:
    return UserFactory(role=StaffRole.ADMINISTRATOR)


def key_of(scene: LifeScene) -> Any:
    return scene.course.lessons[0].translation_key


def invite(scene: LifeScene, user: User) -> UpdateInvitation:
    return services.invite_holders(
        item_key=key_of(scene), words=WORDS, acting_user=user, now=scene.now
    )


def invited() -> list[int]:
    rows = Notice.objects.filter(kind=NoticeKind.UPDATE_INVITED)
    return sorted(rows.values_list("learner_id", flat=True))


def test_task_has_the_name_by_which_it_is_sent() -> None:
    assert tasks.work_invitation.name == INVITE_TASK


def test_every_holder_is_invited_in_her_language_and_nobody_is_revoked(
    scene: LifeScene, administrator: User, now: datetime
) -> None:
    spanish, english = scene.certificate(), scene.certificate(language="en")
    before = list(Certificate.objects.order_by("pk").values())

    invitation = invite(scene, administrator)
    told = [services.work_invitation(invitation_id=invitation.pk, now=now) for _ in range(2)]

    assert told == [2, 0]
    words = {
        notice.learner_id: notice.words
        for notice in Notice.objects.filter(kind=NoticeKind.UPDATE_INVITED)
    }
    assert words == {
        spanish.enrolment.learner_id: WORDS["es"],
        english.enrolment.learner_id: WORDS["en"],
    }
    assert list(Certificate.objects.order_by("pk").values()) == before
    invitation.refresh_from_db()
    assert (invitation.state, invitation.invited) == (OutboxState.DONE, 2)
    event = AuditEvent.objects.get(action="update_invited")
    assert event.actor_id == administrator.pk


def test_line_names_the_lesson_and_leads_to_it(
    scene: LifeScene, administrator: User, now: datetime
) -> None:
    certificate = scene.certificate()
    services.work_invitation(invitation_id=invite(scene, administrator).pk, now=now)

    shown = unread_notices(certificate.enrolment.learner)[0]

    assert shown.url == "/cursos/curso-vida/modulo-1/leccion-1/"
    assert shown.quiz is not None
    assert (shown.quiz.title, shown.detail) == ("Lección 1", WORDS["es"])


def test_lesson_that_was_taken_down_leads_to_the_refresher(
    scene: LifeScene, administrator: User, now: datetime
) -> None:
    scene.certificate()
    lesson = scene.course.lessons[0]
    lesson.live = False
    lesson.save()

    services.work_invitation(invitation_id=invite(scene, administrator).pk, now=now)

    assert Notice.objects.get(kind=NoticeKind.UPDATE_INVITED).path == "/cursos/repaso/"


def test_only_valid_certificates_of_releases_with_the_lesson_count(
    scene: LifeScene, administrator: User, now: datetime
) -> None:
    kept = scene.certificate()
    scene.certificate(days_left=-1)
    revoked = scene.certificate()
    services.revoke_certificate(
        certificate=revoked,
        revocation_class=RevocationClass.ISSUER_DECISION,
        reason="x",
        acting_user=administrator,
        now=now,
    )
    first_key = key_of(scene)
    scene.course.lessons = scene.course.lessons[1:]
    scene.release = release_course_for_tests(scene.course)
    scene.certificate()

    resting = what_rests_on(first_key, now=now)

    assert resting is not None
    assert [(one.number, one.certificates) for one in resting.releases] == [(1, 1)]
    assert (resting.certificates, resting.people) == (1, 1)
    invitation = services.invite_holders(
        item_key=first_key, words=WORDS, acting_user=administrator, now=now
    )
    services.work_invitation(invitation_id=invitation.pk, now=now)
    assert invited() == [kept.enrolment.learner_id]


def test_renewal_rests_on_the_first_courses_lessons_and_its_holder_is_told_once(
    scene: LifeScene, administrator: User, now: datetime
) -> None:
    certificate = scene.certificate()
    scene.renew(certificate)

    resting = what_rests_on(key_of(scene), now=now)
    assert resting is not None
    assert (resting.certificates, resting.people) == (2, 1)

    services.work_invitation(invitation_id=invite(scene, administrator).pk, now=now)
    assert invited() == [certificate.enrolment.learner_id]


def test_who_was_certified_after_the_invitation_is_not_told(
    scene: LifeScene, administrator: User, now: datetime
) -> None:
    first = scene.certificate()
    invitation = invite(scene, administrator)
    late = scene.certificate()
    Certificate.objects.filter(pk=late.pk).update(issued_at=now + timedelta(minutes=1))

    services.work_invitation(invitation_id=invitation.pk, now=now + timedelta(minutes=2))

    assert invited() == [first.enrolment.learner_id]


def test_killed_worker_leaves_no_gap_and_nobody_is_told_twice(
    scene: LifeScene, administrator: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    holders = [scene.certificate().enrolment.learner_id for _ in range(5)]
    invitation = invite(scene, administrator)
    monkeypatch.setattr(invitations, "CHUNK", 2)
    whole = invitations._invite_chunk
    done = []

    def dies_in_the_second_chunk(*args: Any, **kwargs: Any) -> Any:
        found = whole(*args, **kwargs)
        done.append(found)
        if len(done) == 2:
            raise SystemExit("killed")
        return found

    monkeypatch.setattr(invitations, "_invite_chunk", dies_in_the_second_chunk)
    with pytest.raises(SystemExit):
        services.work_invitation(invitation_id=invitation.pk, now=now)
    monkeypatch.setattr(invitations, "_invite_chunk", whole)

    assert services.work_invitation(invitation_id=invitation.pk, now=now) == 0  # the lease holds
    assert services.resend_stale_invitations(now=now) == 0
    later = now + LEASE + timedelta(seconds=1)
    services.work_invitation(invitation_id=invitation.pk, now=later)

    assert invited() == sorted(holders)
    invitation.refresh_from_db()
    assert (invitation.state, invitation.invited) == (OutboxState.DONE, 5)


def test_two_workers_on_one_chunk_tell_once(
    scene: LifeScene, administrator: User, now: datetime
) -> None:
    certificate = scene.certificate()
    pk = invite(scene, administrator).pk
    rows = [invitations._invitations().get(pk=pk) for _ in range(2)]
    chunk = list(Certificate.objects.select_related("enrolment__learner"))
    paths = {certificate.pk: "/"}

    told = [invitations._invite_chunk(row, chunk, paths, now=now) for row in rows]

    assert told == [1, None]
    assert invited() == [certificate.enrolment.learner_id]


def test_sweep_sends_again_and_gives_up_in_the_end(
    scene: LifeScene, administrator: User, now: datetime
) -> None:
    scene.certificate()
    invitation = invite(scene, administrator)
    later = now + 2 * LEASE

    assert services.resend_stale_invitations(now=later) == 1  # tasks are eager here
    invitation.refresh_from_db()
    assert invitation.state == OutboxState.DONE

    UpdateInvitation.objects.update(state=OutboxState.PENDING, tries=MOST_TRIES, claimed_until=None)
    assert services.resend_stale_invitations(now=later + 2 * LEASE) == 0
    invitation.refresh_from_db()
    assert (invitation.state, bool(invitation.failure)) == (OutboxState.FAILED, True)


def test_one_invitation_at_a_time(scene: LifeScene, administrator: User) -> None:
    scene.certificate()
    invite(scene, administrator)

    with pytest.raises(services.InvitationRefused):
        invite(scene, administrator)


def test_nobody_to_invite_and_unknown_lessons_are_refused(
    scene: LifeScene, administrator: User, now: datetime
) -> None:
    with pytest.raises(services.InvitationRefused):
        invite(scene, administrator)
    with pytest.raises(services.InvitationRefused):
        services.invite_holders(item_key=uuid4(), words=WORDS, acting_user=administrator, now=now)
    assert what_rests_on(uuid4(), now=now) is None


def test_unpublished_lessons_are_found_by_the_releases(scene: LifeScene) -> None:
    removed = scene.course.lessons.pop(0)
    release_course_for_tests(scene.course)
    removed.delete()

    course = next(one for one in taught_courses() if one.title == "Curso vida")

    assert [item.title for item in course.items] == ["Lección 2", "Prueba", "Lección 1"]
