"""My record: all that somebody learned, as a page, as a PDF and as a file."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.core.models import AuditEvent
from lms.desks.record.presenting import course_lines
from lms.desks.record.printing import record_html
from lms.desks.record.records import my_record
from lms.desks.record.services import take_record_along
from tests.desks.record.scene import NOW, OTHERS, complete, full_scene
from tests.factories import EnrolmentFactory, UserFactory, make_course, release_course_for_tests
from tests.learning.cast import Cast, client_of, make_cast

pytestmark = pytest.mark.django_db


def test_record_tells_courses_hours_results_presence_and_certificates() -> None:
    cast = full_scene()
    certificate = complete(cast.enrolment)
    alone = EnrolmentFactory(
        learner=cast.learner, release=release_course_for_tests(make_course(slug="otro"))
    )
    EnrolmentFactory(release=cast.release)

    record = my_record(cast.learner, now=NOW + timedelta(days=1))

    first, second = sorted(record.courses, key=lambda one: not one.is_completed)
    promise = cast.release.typed_promise
    assert (first.title, first.ended_on, first.sessions_present) == (
        promise.title,
        NOW.date(),
        1,
    )
    assert first.agencies == (cast.learner.memberships.get().agency.name,)
    assert [(one.title, one.is_passed) for one in first.results] == [
        (cast.made.quiz_page.title, False)
    ]
    assert [held.code for held in record.certificates] == [certificate.code]
    assert (second.promise.course_key, second.agencies) == (alone.course_key, ())
    assert record.hours == promise.hours


def test_record_file_carries_everything_and_is_no_certificate() -> None:
    cast = full_scene()
    certificate = complete(cast.enrolment)
    data = json.loads(take_record_along(user=cast.learner, now=NOW))
    course = data["courses"][0]
    assert (data["format"], data["full_name"]) == ("amparo-my-record/1", cast.learner.full_name)
    assert (course["state"], course["sessions_present"]) == ("completed", 1)
    assert course["certificates"][0]["code"] == certificate.printed_code
    assert course["certificates"][0]["check_at"].endswith(f"/v/{certificate.code}/")
    assert OTHERS not in json.dumps(data)
    event = AuditEvent.objects.get(action="record_downloaded")
    assert (event.subject_id, event.actor_id) == (cast.learner.pk, cast.learner.pk)


def test_printed_record_says_its_dates_in_words() -> None:
    cast = full_scene()
    certificate = complete(cast.enrolment)
    html = record_html(my_record(cast.learner, now=NOW))
    assert "24 de noviembre de 2026" in html
    assert not re.search(r"\d\d/\d\d/\d{4}|\d{4}-\d\d-\d\d", html)
    assert certificate.printed_code in html
    assert cast.learner.full_name in html
    assert OTHERS not in html


def test_record_is_for_whoever_is_logged_in_and_shows_only_her_own() -> None:
    cast = full_scene()
    url = reverse("my_record")
    assert cast.statuses(url) == dict.fromkeys(cast.people, 200) | {"nobody": 302}
    title = cast.release.typed_promise.title
    assert title in client_of(cast.learner).get(url).content.decode()
    for name in ("trainer", "coordinator", "administrator", "stranger"):
        assert title not in client_of(cast.people[name]).get(url).content.decode()


def test_record_takes_the_same_queries_for_one_course_and_for_three() -> None:
    person = UserFactory()
    browser = client_of(person)
    counts = []
    for number in range(3):
        release = release_course_for_tests(make_course(slug=f"curso-{number}"))
        complete(EnrolmentFactory(learner=person, release=release))
        browser.get(reverse("my_record"))
        with CaptureQueriesContext(connection) as caught:
            browser.get(reverse("my_record"))
        counts.append(len(caught))
    assert counts[0] == counts[2]
    assert len(course_lines(my_record(person, now=NOW))) == 3


def test_one_press_leads_to_record_and_data_from_learning_and_profile() -> None:
    cast: Cast = make_cast()
    browser = client_of(cast.learner)
    for name in ("my_learning", "profile"):
        page = browser.get(reverse(name)).content.decode()
        assert f'href="{reverse("my_record")}"' in page
        assert f'href="{reverse("my_data")}"' in page
