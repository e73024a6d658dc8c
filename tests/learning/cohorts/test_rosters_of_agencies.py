"""Who teaches and belongs to an agency sees no roster of another agency."""

import pytest
from django.urls import reverse

from lms.accounts.models import User
from lms.learning.cohorts.permissions import access_cohorts
from lms.learning.models import Enrolment
from tests.factories import AgencyFactory, MembershipFactory
from tests.factories.cohorts import make_cohort
from tests.learning.cast import Cast, body_of, client_of, make_cast
from tests.learning.statistics.sittings import make_scene, sit

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_trainer_of_an_agency_sees_rosters_of_hers_and_those_for_everybody(cast: Cast) -> None:
    own, other = AgencyFactory(), AgencyFactory()
    MembershipFactory(user=cast.trainer, agency=own)
    cohorts = {name: make_cohort(cast.release) for name in ("all", "own", "other", "named")}
    cohorts["own"].agencies.add(own, other)
    cohorts["other"].agencies.add(other)
    cohorts["named"].agencies.add(other)
    cohorts["named"].trainers.add(cast.trainer)
    browser = client_of(cast.trainer)
    statuses = {
        name: browser.get(reverse("cohort_people", args=[cohort.pk])).status_code
        for name, cohort in cohorts.items()
    }
    assert statuses == {"all": 200, "own": 200, "other": 404, "named": 200}
    assert set(access_cohorts(cast.trainer)) == {
        cohort for name, cohort in cohorts.items() if name != "other"
    }
    page = client_of(cast.administrator).get(reverse("cohort_people", args=[cohorts["other"].pk]))
    assert page.status_code == 200


def test_trainer_without_an_agency_sees_all_cohorts_of_her_courses(cast: Cast) -> None:
    cohort = make_cohort(cast.release)
    cohort.agencies.add(AgencyFactory())
    MembershipFactory(user=cast.trainer, until_date="2026-01-02")
    assert list(access_cohorts(cast.trainer)) == [cohort]


def test_names_of_another_agencys_learners_are_on_no_page_or_file_of_results() -> None:
    scene = make_scene()
    cast, key = scene.cast, scene.quiz_key
    theirs, alone = make_cohort(cast.release), sit(scene, ["a", "a", "a"])
    theirs.agencies.add(AgencyFactory())
    MembershipFactory(user=cast.trainer, agency=AgencyFactory())
    hidden = sit(scene, ["a", "b", "a"])
    Enrolment.objects.filter(pk=hidden.enrolment_id).update(cohort=theirs)
    names = [one.enrolment.learner.full_name for one in (alone, hidden)]
    course_key = cast.release.course_key

    def seen_by(user: User) -> list[list[bool]]:
        browser = client_of(user)
        named = reverse("quiz_results_download", args=[key, "csv"]) + "?nombres=1"
        pages = [
            browser.get(reverse("quiz_attempts", args=[key])).content.decode(),
            body_of(browser.get(named)).decode("utf-8-sig"),
        ]
        return [[name in page for name in names] for page in pages]

    def opens(user: User) -> list[int]:
        browser = client_of(user)
        addresses = (
            reverse("followed_attempt", args=[hidden.public_id]),
            reverse("annul_attempt", args=[hidden.public_id]),
            reverse("grant_allowance", args=[key, hidden.enrolment_id]),
        )
        return [browser.get(address).status_code for address in addresses]

    gains = client_of(cast.trainer).get(reverse("learning_gains", args=[course_key]))
    assert seen_by(cast.trainer) == [[True, False], [True, False]]
    assert opens(cast.trainer) == [404, 404, 404]
    assert theirs not in gains.context["cohorts"]
    assert seen_by(cast.administrator) == [[True, True], [True, True]]
    assert opens(cast.administrator) == [200, 200, 200]
