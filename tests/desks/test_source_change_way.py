"""The whole way: a norm is repealed while a cohort runs, until holders are invited."""

from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse

from certificates.models import UpdateInvitation
from courses.enums import StaffPart
from courses.models import CourseStaff, SourceChange
from courses.services import release_course
from lms.accounts.enums import StaffRole
from lms.learning.enums import NoticeKind
from lms.learning.messages import tasks
from lms.learning.messages.changed_sources import tell_trainers
from lms.learning.models import Notice
from lms.learning.notices import unread_notices
from tests.certificates.life_scene import LifeScene
from tests.courses.authoring import client_of
from tests.factories import EnrolmentFactory, UserFactory
from tests.factories.cohorts import make_cohort
from tests.factories.courses import revise_question
from tests.factories.sources import WORDS, citation, cite_in, make_norm, repeal

pytestmark = pytest.mark.django_db
assert tasks.tell_changed_sources


@pytest.fixture
def scene(now: datetime) -> LifeScene:
    return LifeScene(now)


def test_repeal_is_followed_until_the_holders_are_invited(scene: LifeScene, now: datetime) -> None:
    lesson = cite_in(scene.course.lessons[0])
    revise_question(scene.course.questions[0], sources=[citation()])
    holder = scene.certificate(language="es").enrolment.learner
    source, administrator = make_norm(), UserFactory(role=StaffRole.ADMINISTRATOR)
    client = client_of(administrator)
    client.post(
        reverse("fuentes-cambios:note", args=[source.pk]),
        {
            "kind": "repealed",
            "changed_date": "2026-11-20",
            "words_es": WORDS["es"],
            "words_en": WORDS["en"],
        },
    )
    change = SourceChange.objects.get()
    detail = reverse("fuentes-cambios:detail", args=[change.pk])
    assert {item.key for item in client.get(detail).context["invitable"]} == {
        lesson.translation_key,
        scene.course.quiz_page.translation_key,
    }
    lesson.save_revision().publish()
    revise_question(scene.course.questions[0], explanations={"es": "Hoy es así.", "en": "Now so."})
    for check in change.checks.all():
        place = reverse("fuentes-cambios:check", args=[change.pk, check.pk])
        assert client.post(place, {"outcome": "changed"}).status_code == 302
    change.refresh_from_db()
    assert change.closed_at is not None
    earlier = scene.release.number
    release = release_course(
        course_page=scene.course.course, acting_user=administrator, now=now, is_pilot=True
    )
    assert release.number == earlier + 1

    invite = reverse("cambios:invite", args=[lesson.translation_key])
    form = client.get(f"{invite}?norma={change.pk}").context["form"]
    assert (form["words_es"].value(), form["words_en"].value()) == (WORDS["es"], WORDS["en"])
    client.post(invite, {"words_es": WORDS["es"], "words_en": WORDS["en"]})
    assert UpdateInvitation.objects.get().item_key == lesson.translation_key
    assert holder.pk  # her certificate was not touched
    assert scene.release.enrolments.filter(certificates__revoked_at__isnull=False).count() == 0


def test_trainers_of_running_cohorts_are_told_once_and_learners_keep_their_release(
    scene: LifeScene, now: datetime
) -> None:
    cite_in(scene.course.lessons[0])
    trainer = UserFactory(role=StaffRole.TRAINER, language="es")
    cohort = make_cohort(scene.release, name="Grupo A")
    cohort.trainers.add(trainer)
    over = make_cohort(scene.release, name="Grupo viejo")
    type(over).objects.filter(pk=over.pk).update(starts_date="2025-01-01", ends_date="2025-02-01")
    over.trainers.add(UserFactory(role=StaffRole.TRAINER))
    enrolment = EnrolmentFactory(release=scene.release, cohort=cohort)
    make_cohort(scene.refresher_release, name="Otro curso").trainers.add(UserFactory())
    change = repeal(make_norm(), by=UserFactory(role=StaffRole.LEGAL_REVIEWER), now=now)
    assert [tell_trainers(now=now), tell_trainers(now=now)] == [1, 0]
    notice = unread_notices(trainer)[0]
    assert (notice.kind, notice.detail) == (
        NoticeKind.SOURCE_CHANGED,
        "Ley 28950: Cambió el artículo 9. (Grupo A)",
    )
    assert Notice.objects.filter(learner=enrolment.learner).count() == 0
    enrolment.refresh_from_db()
    assert enrolment.release == scene.release

    CourseStaff.objects.create(
        user=trainer, course_key=scene.release.course_key, part=StaffPart.TRAINER
    )
    page = client_of(trainer).get(notice.url)
    form: Any = page.context["form"]
    assert "Ley 28950" in form["text"].value()
    assert WORDS["es"] in form["text"].value()
    assert form["audience"].value() == "everybody"
    plain = client_of(trainer).get(notice.url.replace(f"norma={change.pk}", "norma=99x"))
    assert not plain.context["form"]["text"].value()
