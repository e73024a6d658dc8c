"""The pages by which trainers follow a cohort: who comes in, what they show, how much they ask."""

import csv
import re
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from lms.core.models import AuditEvent
from lms.learning.enums import AttemptState, SessionPlace
from lms.learning.models import (
    Attempt,
    AttemptItem,
    Cohort,
    CourseSession,
    Enrolment,
    ItemStatistic,
    LearnerQuestion,
    QuizStatistic,
)
from tests.factories import AgencyFactory, MembershipFactory, make_course
from tests.factories.cohorts import make_cohort
from tests.factories.following import Group, ask_for_more, attempt_at, make_group, read
from tests.learning.cast import Cast, body_of, client_of, make_cast

pytestmark = pytest.mark.django_db

STAFF_ONLY = {
    "learner": 404,
    "trainer": 200,
    "coordinator": 404,
    "administrator": 200,
    "stranger": 404,
    "nobody": 302,
}
OF_COHORT = ("cohort", "cohort_progress", "stuck_rule")
OF_PERSON = ("cohort_person", "move_deadline", "withdraw_learner")
HOURS = re.compile(r"\b\d{1,2}:\d{2}\b")


@pytest.fixture
def cast() -> Cast:
    return make_cast(make_course(lessons=2))


@pytest.fixture
def group(cast: Cast) -> Group:
    """A cohort that runs today, with the learner of the cast in it."""
    today = timezone.localdate()
    found = make_group(cast.release, name="Valle Alto")
    Cohort.objects.update(
        starts_date=today - timedelta(days=30), ends_date=today + timedelta(days=30)
    )
    found.cohort.refresh_from_db()
    cast.enrolment.cohort = found.cohort
    cast.enrolment.enrolled_at = timezone.now() - timedelta(days=20)
    cast.enrolment.save()
    return found


def days_since_tests() -> int:
    """Return what `days_ago` of the factories means a moment of today by the clock."""
    return -(timezone.now() - datetime.fromisoformat("2026-11-24T17:00:00+00:00")).days


def main_of(response: Any) -> str:
    html = response.content.decode()
    return html[html.index("<main") : html.index("</main>")]


def page(cast: Cast, name: str, *args: Any, query: str = "") -> Any:
    response = client_of(cast.trainer).get(f"{reverse(name, args=args)}{query}")
    assert response.status_code == 200
    return response


def names_in(cast: Cast, group: Group, query: str) -> list[str]:
    found = page(cast, "cohort_progress", group.cohort.pk, query=query).context["people"]
    return [one.name for one in found]


@pytest.mark.parametrize("name", OF_COHORT)
def test_cohort_is_followed_by_the_staff_of_its_course(cast: Cast, group: Group, name: str) -> None:
    other = make_cast(make_course(slug="otro"))
    url = reverse(name, args=[group.cohort.pk])

    assert cast.statuses(url) == STAFF_ONLY
    assert client_of(other.trainer).get(url).status_code == 404


@pytest.mark.parametrize("name", OF_PERSON)
def test_person_is_followed_by_the_staff_of_the_course(cast: Cast, group: Group, name: str) -> None:
    other = make_cast(make_course(slug="otro"))
    url = reverse(name, args=[group.cohort.pk, cast.enrolment.pk])
    elsewhere = make_cohort(cast.release)

    assert cast.statuses(url) == STAFF_ONLY
    assert client_of(other.trainer).get(url).status_code == 404
    wrong = reverse(name, args=[elsewhere.pk, cast.enrolment.pk])
    assert client_of(cast.trainer).get(wrong).status_code == 404


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_download_is_for_the_staff_of_the_course(cast: Cast, group: Group, form: str) -> None:
    assert (
        cast.statuses(reverse("cohort_progress_download", args=[group.cohort.pk, form]))
        == STAFF_ONLY
    )
    assert AuditEvent.objects.filter(action="cohort_progress_downloaded").count() == 2


def counted(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_matrix_takes_the_same_queries_for_3_and_30_learners(cast: Cast, group: Group) -> None:
    ask_for_more(cast.release)
    agency = AgencyFactory()
    client, url = client_of(cast.trainer), reverse("cohort_progress", args=[group.cohort.pk])

    def grow(number: int) -> None:
        while Enrolment.objects.filter(cohort=group.cohort).count() < number:
            enrolment = group.join()
            MembershipFactory(user=enrolment.learner, agency=agency)
            read(enrolment, group.keys[0], days_ago=number)
            attempt_at(enrolment, group.keys[2])
            attempt_at(enrolment, group.keys[2], state=AttemptState.SUBMITTED)

    grow(3)
    few = counted(client, url)
    grow(30)
    many = counted(client, url)
    whole = counted(client, f"{url}?todo=1")

    assert few == many == whole
    assert many <= 15


@pytest.mark.parametrize("name", ["cohort", "trainer_desk"])
def test_overview_and_desk_take_the_same_queries_for_1_and_3(
    cast: Cast, group: Group, name: str
) -> None:
    client = client_of(cast.trainer)
    url = reverse(name, args=[group.cohort.pk] if name == "cohort" else [])
    attempt_at(cast.enrolment, group.keys[2], state=AttemptState.SUBMITTED)
    one = counted(client, url)
    for _more in range(2):
        attempt_at(group.join(), group.keys[2], state=AttemptState.SUBMITTED)
        other = make_group(cast.release)
        Cohort.objects.filter(pk=other.cohort.pk).update(
            starts_date=group.cohort.starts_date, ends_date=group.cohort.ends_date
        )
        attempt_at(other.join(), group.keys[2])

    assert counted(client, url) == one


def test_person_page_takes_the_same_queries_whatever_she_did(cast: Cast, group: Group) -> None:
    client = client_of(cast.trainer)
    url = reverse("cohort_person", args=[group.cohort.pk, cast.enrolment.pk])
    attempt_at(cast.enrolment, group.keys[2])
    one = counted(client, url)
    for key in group.keys[:2]:
        read(cast.enrolment, key, days_ago=2)
    for _more in range(3):
        attempt_at(cast.enrolment, group.keys[2])

    assert counted(client, url) == one


def test_matrix_filters_and_sorts(cast: Cast, group: Group) -> None:
    now = days_since_tests()
    cast.learner.full_name = "Zoila Prado"
    cast.learner.save()
    done = group.join("Ágata Núñez")
    read(done, group.keys[0], days_ago=now + 1)
    read(done, group.keys[1], days_ago=now + 1)
    quiet = group.join("Bruno Peña")
    read(quiet, group.keys[0], days_ago=now + 15)
    group.join("Carla Ríos", state="withdrawn", withdrawn_at=timezone.now())
    waits = group.join("Delia Soto")
    attempt_at(waits, group.keys[2], days_ago=now + 9, state=AttemptState.SUBMITTED)
    agency = AgencyFactory(name="Comisaría Norte")
    MembershipFactory(user=quiet.learner, agency=agency)

    assert names_in(cast, group, "?name=nunez") == ["Ágata Núñez"]
    assert names_in(cast, group, "?name=PENA") == ["Bruno Peña"]
    assert names_in(cast, group, "?shown=stuck") == ["Bruno Peña", "Zoila Prado"]
    assert names_in(cast, group, "?shown=waits") == ["Delia Soto"]
    assert names_in(cast, group, "?shown=not_started") == ["Zoila Prado"]
    assert names_in(cast, group, "?shown=ended") == ["Carla Ríos"]
    assert names_in(cast, group, "?agency=Comisar%C3%ADa+Norte") == ["Bruno Peña"]
    assert names_in(cast, group, "?order=most")[:2] == ["Ágata Núñez", "Bruno Peña"]
    assert names_in(cast, group, "?shown=nada&agency=nadie&order=x") == [
        "Ágata Núñez",
        "Bruno Peña",
        "Carla Ríos",
        "Delia Soto",
        "Zoila Prado",
    ]


def test_matrix_is_read_without_eyes_and_by_keyboard(cast: Cast, group: Group) -> None:
    read(cast.enrolment, group.keys[0], days_ago=0)
    html = main_of(page(cast, "cohort_progress", group.cohort.pk))

    assert 'role="region" aria-labelledby="matrix-caption" tabindex="0"' in html
    cells = re.findall(r'<td class="cell cell-(\w+)"><span>([^<]+)</span></td>', html)
    assert [state for state, _word in cells] == ["done", "todo", "todo"]
    assert all(word.strip() for _state, word in cells)
    assert 'scope="colgroup"' in html
    assert html.count('scope="row"') == 1


def test_matrix_has_pages_of_fifty_and_one_of_all(cast: Cast, group: Group) -> None:
    for number in range(51):
        group.join(f"Persona {number:02}")

    first = page(cast, "cohort_progress", group.cohort.pk)
    second = page(cast, "cohort_progress", group.cohort.pk, query="?page=2")
    whole = page(cast, "cohort_progress", group.cohort.pk, query="?todo=1")

    assert [len(one.context["people"]) for one in (first, second, whole)] == [50, 2, 52]
    assert "todo=1" in first.content.decode()


def test_files_hold_the_matrix_and_no_formula(cast: Cast, group: Group) -> None:
    cast.learner.full_name = '=HYPERLINK("http://malo.test")'
    cast.learner.save()
    read(cast.enrolment, group.keys[0], days_ago=0)
    group.join("Otra Persona")
    client = client_of(cast.trainer)
    query = "?name=hyperlink"

    text = body_of(
        client.get(reverse("cohort_progress_download", args=[group.cohort.pk, "csv"]) + query)
    ).decode("utf-8-sig")
    file = body_of(
        client.get(reverse("cohort_progress_download", args=[group.cohort.pk, "xlsx"]) + query)
    )

    heading, row = list(csv.reader(StringIO(text), delimiter=";"))
    assert heading[-3:] == ["1.1 Lección 1", "1.2 Lección 2", "1.3 Prueba"]
    assert row[0] == "'" + cast.learner.full_name
    assert (row[4], row[5]) == ("1", "3")
    sheet = load_workbook(BytesIO(file)).active
    assert sheet["A2"].value == row[0]
    assert all(cell.data_type != "f" for cell in sheet[2])
    event = AuditEvent.objects.filter(action="cohort_progress_downloaded").first()
    assert event is not None
    assert (event.actor_id, event.target_id, event.reason) == (
        cast.trainer.pk,
        str(group.cohort.pk),
        "csv, 1",
    )


def test_unknown_kind_of_file_is_not_there(cast: Cast, group: Group) -> None:
    url = reverse("cohort_progress_download", args=[group.cohort.pk, "pdf"])

    assert client_of(cast.trainer).get(url).status_code == 404


def test_overview_says_who_is_stuck_and_what_waits(cast: Cast, group: Group) -> None:
    now = days_since_tests()
    quiet = group.join("Bruno Peña")
    read(quiet, group.keys[0], days_ago=now + 10)
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(enrolled_at=timezone.now())
    Cohort.objects.update(seats=5)
    session = CourseSession.objects.create(
        cohort=group.cohort,
        title="Taller",
        place=SessionPlace.ROOM,
        room="Aula 1",
        starts_at=timezone.now() + timedelta(days=2),
        ends_at=timezone.now() + timedelta(days=2, hours=1),
        changed_at=timezone.now(),
    )
    LearnerQuestion.objects.create(enrolment=quiet, text="¿?", asked_at=timezone.now())

    response = page(cast, "cohort", group.cohort.pk)

    desk = response.context["desk"]
    assert [one.name for one in desk.stuck] == ["Bruno Peña"]
    assert (desk.next_session, desk.free_seats, desk.questions) == (session, 3, 1)
    html = main_of(response)
    assert reverse("stuck_rule", args=[group.cohort.pk]) in html
    assert reverse("cohort_person", args=[group.cohort.pk, quiet.pk]) in html


def test_marking_of_the_cohort_is_numbers_only(cast: Cast, group: Group) -> None:
    elsewhere = make_group(cast.release).join()
    question = cast.made.questions[0].live_version
    for enrolment in (cast.enrolment, group.join(), elsewhere):
        attempt = attempt_at(enrolment, group.keys[2], state=AttemptState.SUBMITTED)
        AttemptItem.objects.create(
            attempt=attempt,
            position=1,
            question_version=question,
            option_order=[],
            is_waiting=True,
        )

    response = page(cast, "cohort", group.cohort.pk)

    [quiz] = response.context["desk"].to_mark
    assert (quiz.title, quiz.number) == ("Prueba", 2)
    marking = re.findall(r'href="([^"]*corregir[^"]*)"', main_of(response))
    assert marking == [reverse("marking_questions", args=[group.keys[2]])]


def test_bad_questions_are_named_with_their_remarks(cast: Cast, group: Group) -> None:
    version = cast.made.questions[0].live_version
    QuizStatistic.objects.create(quiz_key=group.keys[2], histogram=[0] * 21, count=20)
    ItemStatistic.objects.create(
        quiz_key=group.keys[2],
        question_version=version,
        count=20,
        answered=20,
        sum_fraction=20 * 10_000,
    )

    response = page(cast, "cohort", group.cohort.pk)

    [worst] = response.context["desk"].worst
    assert worst.item.flags
    assert reverse("question_results", args=[group.keys[2], version.pk]) in main_of(response)


def test_person_page_tells_days_and_no_hours(cast: Cast, group: Group) -> None:
    read(cast.enrolment, group.keys[0], days_ago=0)
    attempt_at(cast.enrolment, group.keys[2])
    cast.learner.last_login = timezone.now()
    cast.learner.save()

    response = page(cast, "cohort_person", group.cohort.pk, cast.enrolment.pk)

    html = main_of(response)
    assert not HOURS.search(html)
    [day] = response.context["page_of"].days
    assert len(day.words) == 4
    attempt = Attempt.objects.get()
    assert reverse("followed_attempt", args=[attempt.public_id]) in html
    assert (
        reverse("reopen_attempt", args=[group.cohort.pk, cast.enrolment.pk, attempt.public_id])
        in html
    )


def test_person_page_leads_to_what_a_trainer_gives(cast: Cast, group: Group) -> None:
    practice = ask_for_more(cast.release)
    person = [group.cohort.pk, cast.enrolment.pk]

    html = main_of(page(cast, "cohort_person", *person))

    found = {
        reverse("observe_practice", args=[group.cohort.pk, practice.key, cast.enrolment.pk]),
        reverse("exempt_item", args=[*person, practice.key]),
        reverse("grant_allowance", args=[group.keys[2], cast.enrolment.pk]),
        reverse("move_deadline", args=person),
        reverse("withdraw_learner", args=person),
    }
    assert found <= set(re.findall(r'href="([^"?]+)', html))


def test_trainer_acts_on_nobody_less_than_on_herself(cast: Cast, group: Group) -> None:
    own = group.join(learner=cast.trainer)
    attempt = attempt_at(own, group.keys[2])
    client = client_of(cast.trainer)
    person = [group.cohort.pk, own.pk]
    urls = [
        reverse("move_deadline", args=person),
        reverse("withdraw_learner", args=person),
        reverse("exempt_item", args=[*person, group.keys[0]]),
        reverse("take_back_exemption", args=[*person, group.keys[0]]),
        reverse("reopen_attempt", args=[*person, attempt.public_id]),
    ]

    assert [client.post(url, {"reason": "Sí."}).status_code for url in urls] == [403] * 5
    html = main_of(client.get(reverse("cohort_person", args=person)))
    assert not any(url in html for url in urls)


def test_desk_begins_with_the_cohorts(cast: Cast, group: Group) -> None:
    now = days_since_tests()
    read(group.join(), group.keys[0], days_ago=now + 12)
    over = make_cohort(cast.release, name="Muy antiguo")
    Cohort.objects.filter(pk=over.pk).update(
        starts_date=timezone.localdate() - timedelta(days=90),
        ends_date=timezone.localdate() - timedelta(days=60),
    )
    other = make_cast(make_course(slug="otro"))
    make_cohort(other.release, name="De otra gente")

    desk = client_of(cast.trainer).get("/ensenar/").context["desk"]

    [row] = desk.cohorts.shown
    assert (row.cohort, row.people, row.stuck) == (group.cohort, 2, 2)
