"""The trainer's pages of cohorts: who comes in, what they show, what a press does."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.enums import StaffPart
from courses.models import CourseStaff
from lms.accounts.enums import StaffRole
from lms.learning.enums import CertificateTiming
from lms.learning.models import Cohort, Enrolment
from tests.factories import EnrolmentFactory, UserFactory, make_course, release_course_for_tests
from tests.factories.cohorts import completed_in, make_cohort
from tests.learning.cast import NOW, Cast, client_of, make_cast

pytestmark = pytest.mark.django_db

STAFF_ONLY = {
    "learner": 404,
    "trainer": 200,
    "coordinator": 404,
    "administrator": 200,
    "stranger": 404,
    "nobody": 302,
}


@pytest.fixture
def cohort(cast: Cast) -> Cohort:
    found = make_cohort(cast.release, name="Valle Alto")
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(cohort=found)
    return found


def fields(cast: Cast, **changes: str) -> dict[str, str]:
    return {
        "release": str(cast.release.pk),
        "name": "Primer grupo",
        "starts_date": "2026-11-01",
        "ends_date": "2026-12-31",
        "certificate_timing": "trainer",
        "joining": "nomination",
        "languages": "es",
        **changes,
    }


@pytest.mark.parametrize("name", ["cohort_people", "cohort_edit", "cohort_join"])
def test_cohort_is_for_the_staff_of_its_course(cast: Cast, cohort: Cohort, name: str) -> None:
    other = make_cast(make_course(slug="otro"))
    url = reverse(name, args=[cohort.pk])

    assert cast.statuses(url) == STAFF_ONLY
    assert client_of(other.trainer).get(url).status_code == 404
    posted = {"enrolments": [str(cast.enrolment.pk)]}
    statuses = {
        who: client_of(user).post(url, posted).status_code
        for who, user in {**cast.people, "other trainer": other.trainer}.items()
        if who not in ("trainer", "administrator")
    }
    assert statuses == {
        "learner": 404,
        "coordinator": 404,
        "stranger": 404,
        "nobody": 302,
        "other trainer": 404,
    }
    assert Enrolment.objects.get(pk=cast.enrolment.pk).cohort == cohort


@pytest.mark.parametrize("name", ["cohort_list", "cohort_new"])
def test_lists_are_for_people_who_teach(cast: Cast, name: str) -> None:
    assert cast.statuses(reverse(name)) == STAFF_ONLY


def test_trainer_makes_a_cohort_of_her_course_and_of_no_other(cast: Cast) -> None:
    other = release_course_for_tests(make_course(slug="otro"))
    client = client_of(cast.trainer)
    url = reverse("cohort_new")

    refused = client.post(url, fields(cast, release=str(other.pk)))
    made = client.post(url, fields(cast))

    assert refused.status_code == 400
    assert 'value="Primer grupo"' in refused.content.decode()
    cohort = Cohort.objects.get()
    assert made["Location"] == reverse("cohort_join", args=[cohort.pk])
    assert (cohort.release, cohort.certificate_timing) == (
        cast.release,
        CertificateTiming.BY_TRAINER,
    )


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "Valle Alto"}, "name"),
        ({"starts_date": "ayer"}, "starts_date"),
        ({"ends_date": "2026-10-31"}, "ends_date"),
        ({"ends_date": "31/02/2026"}, "ends_date"),
        ({"certificate_timing": "nunca"}, "certificate_timing"),
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_is_lost(
    cast: Cast, cohort: Cohort, changed: dict[str, str], field: str
) -> None:
    response = client_of(cast.trainer).post(reverse("cohort_new"), fields(cast, **changed))

    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]
    assert list(Cohort.objects.all()) == [cohort]


def test_trainer_changes_a_cohort(cast: Cast, cohort: Cohort) -> None:
    url = reverse("cohort_edit", args=[cohort.pk])
    page = client_of(cast.trainer).get(url).content.decode()

    client_of(cast.trainer).post(url, fields(cast, name="Valle Alto"))

    assert 'value="2026-11-01"' in page
    cohort.refresh_from_db()
    assert (cohort.name, cohort.ends_date.isoformat()) == ("Valle Alto", "2026-12-31")


def test_people_are_put_in_and_taken_out(cast: Cast, cohort: Cohort) -> None:
    other = EnrolmentFactory(release=cast.release)
    elsewhere = EnrolmentFactory(release=release_course_for_tests(make_course(slug="otro")))
    client = client_of(cast.trainer)
    join, leave = (
        reverse("cohort_join", args=[cohort.pk]),
        reverse("cohort_people", args=[cohort.pk]),
    )

    assert [one.pk for one in client.get(join).context["people"]] == [other.pk]
    client.post(join, {"enrolments": [str(other.pk)]})
    assert [one.pk for one in client.get(leave).context["people"]] == sorted(
        (cast.enrolment.pk, other.pk)
    )
    assert client.post(join, {"enrolments": [str(elsewhere.pk)]}).status_code == 404
    client.post(f"{leave}?page=1", {"enrolments": [str(cast.enrolment.pk), "nadie", "٣" * 30]})

    found = Enrolment.objects.values_list("pk", "cohort")
    assert set(found) == {
        (cast.enrolment.pk, None),
        (other.pk, cohort.pk),
        (elsewhere.pk, None),
    }


def test_all_of_the_list_join_and_only_those_of_the_list(cast: Cast, cohort: Cohort) -> None:
    for name in ("Rosa Uno", "Rosa Dos", "Pedro Tres"):
        EnrolmentFactory(release=cast.release, learner=UserFactory(full_name=name))
    url = reverse("cohort_join", args=[cohort.pk])

    client_of(cast.trainer).post(f"{url}?name=rosa", {"who": "all"})

    names = Enrolment.objects.filter(cohort=cohort).values_list("learner__full_name", flat=True)
    assert set(names) == {"Rosa Uno", "Rosa Dos", cast.learner.full_name}


def test_list_is_searched_and_shows_who_completed(cast: Cast, cohort: Cohort) -> None:
    completed_in(cohort, now=NOW, name="Rosa Elena")
    url = reverse("cohort_people", args=[cohort.pk])
    client = client_of(cast.trainer)

    found = client.get(url, {"name": "rosa"})
    nobody = client.get(url, {"name": "nadie"}).content.decode()

    people = found.context["people"]
    assert [(one.name, one.is_fixed) for one in people] == [("Rosa Elena", True)]
    assert "24/11/2026" in found.content.decode()
    assert f'href="{url}"' in nobody


def test_trainer_sees_the_cohorts_of_her_courses(cast: Cast, cohort: Cohort) -> None:
    other = make_cast(make_course(slug="otro"))
    completed_in(cohort, now=NOW)
    theirs = make_cohort(other.release)

    def seen(user: Any) -> list[tuple[int, int, int]]:
        rows = client_of(user).get(reverse("cohort_list")).context["cohorts"]
        return [(row.cohort.pk, row.people, row.completed) for row in rows]

    assert seen(cast.trainer) == [(cohort.pk, 2, 1)]
    assert seen(other.trainer) == [(theirs.pk, 0, 0)]
    assert sorted(seen(cast.administrator)) == [(cohort.pk, 2, 1), (theirs.pk, 0, 0)]


def test_trainer_without_a_release_is_told_what_to_do_first() -> None:
    made = make_course()
    trainer = UserFactory(role=StaffRole.TRAINER)
    CourseStaff.objects.create(
        user=trainer, course_key=made.course.translation_key, part=StaffPart.LEAD
    )

    for name in ("cohort_list", "cohort_new"):
        page = client_of(trainer).get(reverse(name)).content.decode()
        assert reverse("wagtailadmin_home") in page
        assert "<select" not in page


@pytest.mark.parametrize("name", ["cohort_list", "cohort_people", "cohort_join"])
def test_lists_take_the_same_queries_for_one_and_three(
    cast: Cast, cohort: Cohort, name: str
) -> None:
    url = reverse(name, args=[] if name == "cohort_list" else [cohort.pk])
    client = client_of(cast.trainer)
    EnrolmentFactory(release=cast.release)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for _row in range(2):
        make_cohort(cast.release)
        EnrolmentFactory(release=cast.release)
        completed_in(cohort, now=NOW)
    with CaptureQueriesContext(connection) as three:
        response = client.get(url)

    assert len(response.context["page_obj"]) == 3
    assert len(one) == len(three)


def test_pages_speak_english_too(cast: Cast, cohort: Cohort) -> None:
    page = client_of(cast.trainer).get("/en" + reverse("cohort_people", args=[cohort.pk]))

    assert "Take out those who are ticked" in page.content.decode()
