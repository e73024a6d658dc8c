from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certificates.enums import CertificateState
from certificates.models import Certificate, Issuance
from certificates.services import request_certificate
from lms.desks.queries import my_learning
from lms.learning.enums import LessonWay
from lms.learning.models import Cohort, Enrolment
from tests.factories import EnrolmentFactory, UserFactory, make_course, release_course_for_tests
from tests.factories.cohorts import make_cohort
from tests.learning.cast import (
    NOW,
    Cast,
    client_of,
    go_through,
    make_cast,
    path_of,
    serve_home,
    translate,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def certify(enrolment: Enrolment, *, is_ready: bool = True, **changes: Any) -> Certificate:
    """Return a certificate as the service makes it, with these changes."""
    Enrolment.objects.filter(pk=enrolment.pk).update(state="completed", completed_at=NOW)
    enrolment.refresh_from_db()
    certificate = request_certificate(enrolment=enrolment, now=changes.pop("now", NOW))
    if changes:
        Certificate.objects.filter(pk=certificate.pk).update(**changes)
    done = {"state": "done", "file": "x.pdf", "digest": "x", "done_at": NOW}
    Issuance.objects.update_or_create(
        certificate=certificate, defaults={**(done if is_ready else {}), "created_at": NOW}
    )
    certificate.refresh_from_db()
    return certificate


def test_my_learning_is_for_whoever_is_logged_in(cast: Cast) -> None:
    assert cast.statuses(reverse("my_learning")) == {
        "learner": 200,
        "trainer": 200,
        "coordinator": 200,
        "administrator": 200,
        "stranger": 200,
        "nobody": 302,
    }


def test_my_learning_shows_nobody_elses_courses(cast: Cast) -> None:
    seen = {
        name: len(client_of(user).get(reverse("my_learning")).context["desk"].courses)
        for name, user in cast.people.items()
        if user is not None
    }

    assert seen == {"learner": 1, "trainer": 0, "coordinator": 0, "administrator": 0, "stranger": 0}


def test_my_learning_leads_strangers_to_the_catalogue(cast: Cast) -> None:
    assert (
        'href="/cursos/"' in client_of(cast.stranger).get(reverse("my_learning")).content.decode()
    )


def test_next_step_is_one_button_to_where_the_learner_stopped(cast: Cast) -> None:
    client = client_of(cast.learner)
    client.get(path_of(cast.made.lessons[1]))

    main = client.get(reverse("my_learning")).content.decode().split("<main")[1].split("</main>")[0]

    assert main.count('class="button"') == 1
    assert f'class="button" href="{path_of(cast.made.lessons[1])}"' in main


def test_my_learning_counts_progress(cast: Cast) -> None:
    key = cast.made.lessons[0].translation_key
    go_through(cast.enrolment, key, way=LessonWay.BRIEF)

    course = my_learning(cast.learner, now=NOW).courses[0]

    assert (course.outline.done, course.outline.total) == (1, 3)
    assert course.missing_words == ["1 lección, 1 prueba"]


def test_withdrawn_courses_are_not_shown(cast: Cast) -> None:
    Enrolment.objects.update(state="withdrawn", withdrawn_at=NOW)

    assert my_learning(cast.learner, now=NOW).courses == []


def test_certificates_have_their_state(cast: Cast) -> None:
    old = datetime(2020, 1, 1, tzinfo=UTC)
    valid = certify(cast.enrolment)
    expired = certify(
        EnrolmentFactory(
            learner=cast.learner, release=release_course_for_tests(make_course(slug="b"))
        ),
        now=old,
    )

    held = my_learning(cast.learner, now=NOW).certificates

    assert [(one.certificate, one.state) for one in held] == [
        (valid, CertificateState.VALID),
        (expired, CertificateState.EXPIRED),
    ]


@pytest.mark.parametrize("is_ready", [True, False])
def test_certificate_can_be_downloaded_once_it_is_rendered(cast: Cast, is_ready: bool) -> None:
    certificate = certify(cast.enrolment, is_ready=is_ready)

    page = client_of(cast.learner).get(reverse("my_learning")).content.decode()

    assert reverse("certificate_pdf", args=[certificate.pk]) in page
    assert ("data-certificate-wait" in page) is not is_ready
    assert reverse("verify_code", args=[certificate.code]) in page


def test_revoked_certificate_has_no_download(cast: Cast) -> None:
    certificate = certify(
        cast.enrolment,
        revoked_at=NOW,
        revocation_class="issued_in_error",
        revocation_reason="Nombre equivocado",
    )

    page = client_of(cast.learner).get(reverse("my_learning")).content.decode()

    assert reverse("certificate_pdf", args=[certificate.pk]) not in page
    assert "Nombre equivocado" not in page


def test_my_learning_costs_the_same_queries_with_one_and_three_courses() -> None:
    learner = UserFactory()
    client = client_of(learner)
    counts = []
    for number in range(3):
        release = release_course_for_tests(make_course(slug=f"curso-{number}"))
        enrolment = EnrolmentFactory(learner=learner, release=release)
        certify(enrolment)
        client.get(reverse("my_learning"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("my_learning"))
        counts.append(len(queries))

    assert counts[0] == counts[2]


def test_my_learning_takes_no_post(cast: Cast) -> None:
    assert client_of(cast.learner).post(reverse("my_learning")).status_code == 405


def test_certificate_of_the_group_is_announced_until_it_is_there(cast: Cast) -> None:
    cohort = make_cohort(cast.release)
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(
        cohort=cohort, state="completed", completed_at=NOW
    )
    words = "Your trainer issues your certificate together with those of your group"
    course = "/en" + path_of(cast.made.course)

    def pages() -> list[bool]:
        client = client_of(cast.learner)
        return [
            words in client.get(url, follow=True).content.decode()
            for url in ("/en/mi-aprendizaje/", course)
        ]

    serve_home(cast.made)
    for page in (cast.made.course.get_parent().get_parent(), cast.made.course.get_parent()):
        translate(page, "English")
    translate(cast.made.course, "English")
    assert pages() == [True, True]
    certify(Enrolment.objects.get(pk=cast.enrolment.pk))
    assert pages() == [False, True]
    Cohort.objects.update(certificate_timing="completion")
    assert pages() == [False, False]
