"""Row 16 of the attack list: what staff tries beyond its part is refused, or stands on record.

Each attack is pressed through the real pages by somebody who is logged in; the record must not have
moved. What is allowed leaves a row with the actor, the reason, and what was before and after.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from certificates import services
from certificates.enums import CertificateState, RevocationClass
from certificates.models import Certificate, CertificateProposal
from courses.enums import StaffPart
from courses.models import CourseStaff
from courses.services import ReleaseRefused, release_course
from lms.accounts.enums import StaffRole
from lms.accounts.models import User
from lms.core.models import AuditEvent
from lms.learning.attempts.services import start_attempt, submit_attempt
from lms.learning.enums import EnrolmentState
from lms.learning.models import Attempt, Enrolment
from tests.factories import EnrolmentFactory, UserFactory, make_course
from tests.factories.certificates import make_certificate
from tests.factories.cohorts import make_cohort
from tests.learning.cast import Cast, client_of, make_cast
from tests.support.trail import events_with

pytestmark = pytest.mark.django_db
PEOPLE = "wagtailusers_users"
REVOKE = {"revocation_class": "issuer_decision", "reason": "x"}


@dataclass
class Stage:
    """A course with its cast, a second administrator, and certificates that are worth attacking."""

    cast: Cast
    second: User
    certificate: Certificate
    of_administrator: Certificate
    own_enrolment: Enrolment
    own_attempt: Attempt

    def proposal_about(self, certificate: Certificate, asker: User) -> CertificateProposal:
        """Return a revocation that waits for a second person."""
        found = services.ask_to_revoke(
            certificate=certificate,
            revocation_class=RevocationClass.ISSUER_DECISION,
            reason="motivo",
            acting_user=asker,
            now=timezone.now(),
        )
        assert found is not None
        return found


@pytest.fixture
def stage(settings: Any) -> Stage:
    settings.REQUIRE_TWO_PERSON_CERTIFICATES = True
    now = timezone.now()
    cast = make_cast()
    own = EnrolmentFactory(release=cast.release, learner=cast.trainer)
    assert cast.made.quiz_page is not None
    attempt = start_attempt(
        enrolment=own,
        quiz_key=cast.made.quiz_page.translation_key,
        acting_user=cast.trainer,
        now=now,
    )
    return Stage(
        cast=cast,
        second=UserFactory(role=StaffRole.ADMINISTRATOR),
        certificate=make_certificate(now=now, release=cast.release),
        of_administrator=make_certificate(
            now=now, release=cast.release, learner=cast.administrator
        ),
        own_enrolment=own,
        own_attempt=submit_attempt(attempt=attempt, acting_user=cast.trainer, now=now),
    )


def person_form(user: User, **changes: Any) -> dict[str, Any]:
    """Return what the form of a person sends, whole enough to be saved."""
    return {
        "full_name": "Rosa Condori",
        "display_name": "",
        "email": user.email,
        "username": "",
        "language": "es",
        "password1": "",
        "password2": "",
        "is_active": "on",
        "groups": [group.pk for group in user.groups.all()],
        **changes,
    }


def post(user: User, name: str, *args: Any, **data: Any) -> int:
    status: int = client_of(user).post(reverse(name, args=args), data).status_code
    return status


def take_a_role(stage: Stage) -> None:
    trainer = stage.cast.trainer
    groups = [group.pk for group in stage.cast.administrator.groups.all()]
    data = person_form(trainer, groups=groups)
    post(trainer, f"{PEOPLE}:edit", trainer.pk, **data)


def take_a_role_for_many(stage: Stage) -> None:
    role = stage.cast.administrator.groups.get()
    url = reverse("wagtail_bulk_action", args=["accounts", "user", "assign_role"])
    for person in (stage.cast.administrator, stage.cast.trainer):
        client_of(person).post(f"{url}?id={stage.cast.trainer.pk}", {"role": role.pk})


def become_a_superuser(stage: Stage) -> None:
    gina = stage.cast.administrator
    data = person_form(gina, is_superuser="on")
    post(gina, f"{PEOPLE}:edit", gina.pk, **data)
    assert User.objects.get(pk=gina.pk).full_name == "Rosa Condori"  # the rest was saved


def mark_own_answer(stage: Stage) -> None:
    item = stage.own_attempt.items.order_by("pk")[0]
    post(stage.cast.trainer, "marking_answer", item.pk, mark="1", action="give")
    post(stage.cast.trainer, "marking_change", item.pk, mark="1", reason="x")


def allow_oneself_more(stage: Stage) -> None:
    key = stage.own_attempt.quiz_key
    data = {"extra_attempts": "3", "reason": "x"}
    post(stage.cast.trainer, "grant_allowance", key, stage.own_enrolment.pk, **data)


def annul_own_attempt(stage: Stage) -> None:
    post(stage.cast.trainer, "annul_attempt", stage.own_attempt.public_id, reason="x")


def revoke_as_a_trainer(stage: Stage) -> None:
    post(stage.cast.trainer, "certificados:revoke", stage.certificate.pk, **REVOKE)
    post(stage.cast.trainer, "certificados:replace", stage.certificate.pk, reason="x")


def revoke_alone(stage: Stage) -> None:
    post(stage.second, "certificados:revoke", stage.certificate.pk, **REVOKE)
    proposal = CertificateProposal.objects.get()
    post(stage.second, "decisiones:detail", proposal.pk, step="approve")


def reissue_alone(stage: Stage) -> None:
    post(stage.second, "certificados:replace", stage.certificate.pk, reason="x")
    proposal = CertificateProposal.objects.get()
    post(stage.second, "decisiones:detail", proposal.pk, step="approve")


def decide_about_ones_own(stage: Stage) -> None:
    gina = stage.cast.administrator
    post(gina, "certificados:revoke", stage.of_administrator.pk, **REVOKE)
    post(gina, "certificados:replace", stage.of_administrator.pk, reason="x")


def approve_what_is_asked_about_ones_own(stage: Stage) -> None:
    proposal = stage.proposal_about(stage.of_administrator, stage.second)
    for step in ("approve", "refuse"):
        post(stage.cast.administrator, "decisiones:detail", proposal.pk, step=step)


def approve_as_a_trainer(stage: Stage) -> None:
    proposal = stage.proposal_about(stage.certificate, stage.second)
    post(stage.cast.trainer, "decisiones:detail", proposal.pk, step="approve")


def speak_for_another_course(stage: Stage) -> None:
    """Renew the certificates of a course in which one has no part by one's own easy refresher."""
    mine = make_course(slug="facil", renews=stage.cast.made.course)
    lead = UserFactory(role=StaffRole.TRAINER)
    CourseStaff.objects.create(
        user=lead, course_key=mine.course.translation_key, part=StaffPart.LEAD
    )
    with pytest.raises(ReleaseRefused):
        release_course(course_page=mine.course, acting_user=lead, now=timezone.now())


def act_without_a_second_factor(stage: Stage) -> None:
    proposal = stage.proposal_about(stage.certificate, stage.second)
    paths = [
        reverse("certificados:detail", args=[stage.certificate.pk]),
        reverse("certificados:revoke", args=[stage.certificate.pk]),
        reverse("decisiones:detail", args=[proposal.pk]),
        reverse(f"{PEOPLE}:index"),
    ]
    browser = client_of(stage.cast.administrator)
    found = {
        browser.post(path, {**REVOKE, "step": "approve"}).headers["Location"] for path in paths
    }
    assert found == {"/accounts/2fa/totp/activate/"}


ATTACKS: list[Callable[[Stage], None]] = [
    take_a_role,
    take_a_role_for_many,
    become_a_superuser,
    mark_own_answer,
    allow_oneself_more,
    annul_own_attempt,
    revoke_as_a_trainer,
    revoke_alone,
    reissue_alone,
    decide_about_ones_own,
    approve_what_is_asked_about_ones_own,
    approve_as_a_trainer,
    speak_for_another_course,
    act_without_a_second_factor,
]


def picture(stage: Stage) -> dict[str, Any]:
    """Return all that the attacks are after."""
    now = timezone.now()
    attempt = Attempt.objects.get(pk=stage.own_attempt.pk)
    people = {"trainer": stage.cast.trainer, "administrator": stage.cast.administrator}
    return {
        "roles": {
            name: (
                sorted(user.groups.values_list("name", flat=True)),
                User.objects.get(pk=user.pk).is_superuser,
            )
            for name, user in people.items()
        },
        "states": [one.state(now=now) for one in Certificate.objects.order_by("pk")],
        "attempt": (attempt.state, attempt.score, attempt.annulled_by_id),
        "marks": attempt.items.filter(marks__isnull=False).count(),
        "allowances": stage.own_enrolment.allowances.count(),
    }


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_attack_by_staff_moves_nothing(
    stage: Stage, settings: Any, attack: Callable[[Stage], None]
) -> None:
    settings.REQUIRE_STAFF_MFA = attack is act_without_a_second_factor
    before = picture(stage)

    attack(stage)

    assert picture(stage) == before
    assert before["states"] == [CertificateState.VALID] * 2


def test_row_16_has_its_twelve_actions() -> None:
    assert len(ATTACKS) >= 12


def test_role_that_is_given_stands_on_record_with_before_and_after(stage: Stage) -> None:
    gina, trainer = stage.cast.administrator, stage.cast.trainer
    groups = [gina.groups.get().pk, trainer.groups.get().pk]

    post(gina, f"{PEOPLE}:edit", trainer.pk, **person_form(trainer, groups=groups))

    event = AuditEvent.objects.filter(action="user_updated").get()
    assert (event.actor_id, event.target_id) == (gina.pk, str(trainer.pk))
    assert event.reason == "roles: trainer → administrator, trainer"
    assert event.changed_fields == ["full_name", "groups"]


def test_certificate_that_a_trainer_issues_to_herself_stands_on_record_with_her_name(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, trainer = timezone.now(), stage.cast.trainer
    monkeypatch.setattr(
        "certificates.services.rendering.render_certificate", lambda *_args, **_when: b"%PDF-"
    )
    cohort = make_cohort(stage.cast.release)
    Enrolment.objects.filter(pk=stage.own_enrolment.pk).update(
        cohort=cohort, state=EnrolmentState.COMPLETED, completed_at=now
    )

    batch = services.start_batch(cohort=cohort, acting_user=trainer, now=now)
    services.work_batch(batch_id=batch.pk, clock=lambda: now)

    own = Certificate.objects.get(enrolment=stage.own_enrolment)
    trail = AuditEvent.objects.filter(actor_id=trainer.pk, at=now)
    assert list(trail.order_by("pk").values_list("action", "target_id")) == [
        ("batch_started", str(batch.pk)),
        ("certificate_issued", str(own.pk)),
    ]


def test_decision_by_two_stands_on_record_with_both(stage: Stage) -> None:
    proposal = stage.proposal_about(stage.certificate, stage.cast.administrator)

    post(stage.second, "decisiones:detail", proposal.pk, step="approve")

    trail = events_with("motivo")
    assert [(row.action, row.actor_id, row.changed_fields) for row in trail] == [
        ("certificate_revoke_asked", stage.cast.administrator.pk, ["state"]),
        ("certificate_revoke_approved", stage.second.pk, ["state"]),
        (
            "certificate_revoked",
            stage.second.pk,
            ["revocation_class", "revocation_reason", "revoked_at"],
        ),
    ]


def test_correction_keeps_what_was_before_and_after(stage: Stage) -> None:
    """Both certificates stay: the old facts on the one, the new ones on the other."""
    learner = stage.certificate.enrolment.learner
    before, learner.full_name = learner.full_name, "Nombre Corregido"
    learner.save()
    post(stage.second, "certificados:replace", stage.certificate.pk, reason="error de nombre")
    proposal = CertificateProposal.objects.get()

    post(stage.cast.administrator, "decisiones:detail", proposal.pk, step="approve")

    old = Certificate.objects.get(pk=stage.certificate.pk)
    assert old.replaced_by is not None
    assert (old.facts["full_name"], old.replaced_by.facts["full_name"]) == (
        before,
        "Nombre Corregido",
    )
    assert [event.action for event in events_with("error de nombre")] == [
        "certificate_replace_asked",
        "certificate_replace_approved",
        "certificate_replaced",
        "certificate_issued",
    ]


def test_lead_of_both_courses_may_release_the_refresher(stage: Stage) -> None:
    refresher = make_course(slug="repaso", renews=stage.cast.made.course)
    lead = UserFactory(role=StaffRole.TRAINER)
    for course in (refresher.course, stage.cast.made.course):
        CourseStaff.objects.create(
            user=lead, course_key=course.translation_key, part=StaffPart.LEAD
        )

    release = release_course(course_page=refresher.course, acting_user=lead, now=timezone.now())

    assert release.typed_promise.renews == stage.cast.release.course_key
