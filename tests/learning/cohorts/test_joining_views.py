"""How people come into groups: the trainer's page of people, the learner's ways in."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lms.accounts.models import User
from lms.learning.cohorts.services import apply_for_place
from lms.learning.enums import CohortJoining, PlaceState
from lms.learning.models import Cohort, CohortPlace, Enrolment
from tests.factories import AgencyFactory, EnrolmentFactory, UserFactory, make_course
from tests.factories.cohorts import make_cohort
from tests.learning.cast import NOW, Cast, client_of, make_cast, path_of, serve_home

pytestmark = pytest.mark.django_db

CODE = "ACDEFGHJ"


@pytest.fixture(autouse=True)
def _clean_cache() -> None:
    cache.clear()


@pytest.fixture
def cohort(cast: Cast) -> Cohort:
    found = make_cohort(cast.release, seats=1, joining=CohortJoining.APPROVAL)
    Cohort.objects.update(ends_date=timezone.localdate().replace(year=2099))
    return Cohort.objects.get(pk=found.pk)


def ask(cohort: Cohort, learner: User | None = None) -> CohortPlace:
    return apply_for_place(cohort=cohort, learner=learner or UserFactory(), now=NOW)


def form_of(cohort: Cohort, **changes: Any) -> dict[str, Any]:
    return {
        "name": cohort.name,
        "starts_date": cohort.starts_date.isoformat(),
        "ends_date": cohort.ends_date.isoformat(),
        "certificate_timing": "trainer",
        "seats": "5",
        "joining": "code",
        "languages": ["es"],
        **changes,
    }


def test_form_keeps_who_may_come_in(cast: Cast, cohort: Cohort) -> None:
    agency = AgencyFactory()
    url = reverse("cohort_edit", args=[cohort.pk])
    client = client_of(cast.trainer)

    client.post(
        url, form_of(cohort, agencies=[agency.pk], trainers=[cast.trainer.pk], languages=["en"])
    )

    cohort.refresh_from_db()
    assert (cohort.seats, cohort.has_waiting_list, cohort.languages) == (5, False, ["en"])
    assert (cohort.joining, len(cohort.join_code)) == (CohortJoining.CODE, 8)
    assert (list(cohort.agencies.all()), list(cohort.trainers.all())) == ([agency], [cast.trainer])
    page = client.get(reverse("cohort_people", args=[cohort.pk])).content.decode()
    assert f"{cohort.join_code[:4]}-{cohort.join_code[4:]}" in page
    client.post(reverse("cohort_code", args=[cohort.pk]))
    assert Cohort.objects.get(pk=cohort.pk).join_code != cohort.join_code


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"seats": "0"}, "seats"),
        ({"seats": "2"}, "seats"),
        ({"seats": "muchos"}, "seats"),
        ({"languages": []}, "languages"),
        ({"languages": ["xx"]}, "languages"),
        ({"joining": "magic"}, "joining"),
        ({"agencies": ["999999"]}, "agencies"),
    ],
)
def test_bad_rules_are_told_at_their_field(
    cast: Cast, cohort: Cohort, changed: dict[str, Any], field: str
) -> None:
    Cohort.objects.filter(pk=cohort.pk).update(seats=4)
    for _seat in range(3):
        EnrolmentFactory(release=cast.release, cohort=cohort)
    url = reverse("cohort_edit", args=[cohort.pk])

    answer = client_of(cast.trainer).post(url, form_of(cohort, **changed))

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, [field])
    assert Cohort.objects.get(pk=cohort.pk).seats == 4


def test_trainer_of_another_course_is_no_trainer_of_the_cohort(cast: Cast, cohort: Cohort) -> None:
    url = reverse("cohort_edit", args=[cohort.pk])
    answer = client_of(cast.trainer).post(url, form_of(cohort, trainers=[cast.stranger.pk]))
    assert list(answer.context["form"].errors) == ["trainers"]


def test_people_are_admitted_and_refused_with_a_reason(cast: Cast, cohort: Cohort) -> None:
    first, second, third = ask(cohort), ask(cohort), ask(cohort)
    client = client_of(cast.trainer)
    url, back = (reverse(name, args=[cohort.pk]) for name in ("cohort_places", "cohort_people"))

    seen = client.get(back).context["places"]
    assert [row.pk for row in seen.asking] == [first.pk, second.pk, third.pk]
    client.post(url, {"decision": "approve", "places": [first.pk, second.pk]})
    without = client.post(url, {"decision": "refuse", "places": [third.pk], "reason": " "})
    assert (without.status_code, list(without.context["refusal"].errors)) == (400, ["reason"])
    assert f'value="{third.pk}" checked' in without.content.decode()
    client.post(url, {"decision": "refuse", "places": [third.pk], "reason": "Otro grupo"})

    states = dict(CohortPlace.objects.values_list("pk", "state"))
    assert states == {first.pk: "seated", second.pk: "waiting", third.pk: "refused"}
    assert [row.pk for row in client.get(back).context["places"].waiting] == [second.pk]
    again = client.post(url, {"decision": "approve", "places": [second.pk]}, follow=True)
    assert [one.level_tag for one in again.context["messages"]] == ["warning"]
    elsewhere = ask(make_cohort(cast.release, joining=CohortJoining.APPROVAL))
    assert client.post(url, {"places": [elsewhere.pk]}).status_code == 404
    for user in (cast.learner, cast.coordinator, cast.stranger):
        assert client_of(user).post(url, {"places": [second.pk]}).status_code == 404


def test_people_page_takes_the_same_queries_however_many_wait(cast: Cast, cohort: Cohort) -> None:
    client, url = client_of(cast.trainer), reverse("cohort_people", args=[cohort.pk])
    ask(cohort)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for _person in range(2):
        ask(cohort)
    with CaptureQueriesContext(connection) as three:
        assert len(client.get(url).context["places"].asking) == 3
    assert len(one) == len(three)


def test_putting_more_in_than_seats_is_asked_for_once_more(cast: Cast, cohort: Cohort) -> None:
    others = [EnrolmentFactory(release=cast.release) for _one in range(2)]
    client, url = client_of(cast.trainer), reverse("cohort_join", args=[cohort.pk])
    pks = [str(one.pk) for one in others]

    asked = client.post(url, {"enrolments": pks})
    assert asked.status_code == 409
    assert not Enrolment.objects.filter(cohort=cohort).exists()
    page = asked.content.decode()
    assert all(f'name="enrolments" value="{pk}"' in page for pk in pks)
    client.post(url, {"enrolments": pks, "may_exceed": "yes"})

    assert Enrolment.objects.filter(cohort=cohort).count() == 2


def test_code_gives_a_seat_and_a_wrong_one_is_told_at_the_field(cast: Cast, cohort: Cohort) -> None:
    Cohort.objects.filter(pk=cohort.pk).update(joining=CohortJoining.CODE, join_code=CODE)
    client, url = client_of(cast.learner), reverse("join_with_code")

    for typed in ("", "ACDE-FGHK", "ñ"):
        answer = client.post(url, {"code": typed})
        assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["code"])
        assert f'value="{typed}"' in answer.content.decode() or not typed
    right = client.post(url, {"code": "acde fghj"})

    assert right.status_code == 302
    assert Enrolment.objects.get(pk=cast.enrolment.pk).cohort == cohort
    assert cast.statuses(url)["nobody"] == 302


def test_guessing_codes_stops_after_ten(cast: Cast, cohort: Cohort) -> None:
    Cohort.objects.filter(pk=cohort.pk).update(joining=CohortJoining.CODE, join_code=CODE)
    client, url = client_of(cast.stranger), reverse("join_with_code")
    for _guess in range(10):
        client.post(url, {"code": "ACDEFGHK"})

    assert client.post(url, {"code": CODE}).status_code == 400
    assert not CohortPlace.objects.exists()


def test_course_page_offers_groups_to_whoever_is_in_none(cast: Cast, cohort: Cohort) -> None:
    serve_home(cast.made)
    hidden = make_cohort(cast.release, name="Solo designados")
    url, join = path_of(cast.made.course), reverse("join_group", args=[cohort.pk])

    pages = {name: client_of(user).get(url).content.decode() for name, user in cast.people.items()}
    assert all(cohort.name in page for page in pages.values())
    assert not any(hidden.name in page for page in pages.values())
    assert join in pages["stranger"]
    assert join not in pages["nobody"]
    client = client_of(cast.stranger)
    client.post(join)
    assert CohortPlace.objects.get(learner=cast.stranger).state == PlaceState.APPLIED
    assert join not in client.get(url).content.decode()
    assert client.post(reverse("join_group", args=[hidden.pk])).status_code == 404
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(cohort=hidden)
    assert cohort.name not in client_of(cast.learner).get(url).content.decode()


def test_course_page_takes_the_same_queries_for_one_and_three_groups(
    cast: Cast, cohort: Cohort
) -> None:
    serve_home(cast.made)
    client, url = client_of(cast.stranger), path_of(cast.made.course)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for _group in range(2):
        make_cohort(cast.release, joining=CohortJoining.OPEN)
    Cohort.objects.update(ends_date=cohort.ends_date)
    with CaptureQueriesContext(connection) as three:
        client.get(url)
    assert len(one) == len(three)


def test_own_page_shows_where_she_waits_and_lets_her_stop(cast: Cast, cohort: Cohort) -> None:
    Cohort.objects.filter(pk=cohort.pk).update(joining=CohortJoining.OPEN)
    ask(cohort)
    place = ask(cohort, cast.stranger)
    client, url = client_of(cast.stranger), reverse("leave_waiting", args=[place.pk])

    assert url in client.get(reverse("my_learning")).content.decode()
    assert cast.statuses(url) == {
        **dict.fromkeys(cast.people, 404),
        "stranger": 200,
        "nobody": 302,
    }
    assert client_of(cast.learner).post(url).status_code == 404
    client.post(url)
    assert CohortPlace.objects.get(pk=place.pk).state == PlaceState.WITHDRAWN
    assert client.get(url).status_code == 404


def test_own_seat_is_not_given_up_by_this_page(cast: Cast, cohort: Cohort) -> None:
    Cohort.objects.filter(pk=cohort.pk).update(joining=CohortJoining.OPEN)
    place = ask(cohort, cast.learner)
    url = reverse("leave_waiting", args=[place.pk])
    assert client_of(cast.learner).post(url).status_code == 404


def test_closed_course_offers_no_group_of_another(cast: Cast, cohort: Cohort) -> None:
    other = make_cast(make_course(slug="otro"))
    serve_home(other.made)
    page = client_of(cast.stranger).get(path_of(other.made.course)).content.decode()
    assert cohort.name not in page
