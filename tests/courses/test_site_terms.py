"""Terms of the site in what trainers write: refused where nobody knows them, worded where they are read."""

from datetime import datetime

import pytest
from django.test import Client
from django.utils import translation

from certificates import services as certificates
from courses.case_services import CaseRefused, publish_case, save_case
from courses.publication import publication_problems
from courses.services import QuestionRefused, publish_question, save_question
from tests.factories import EnrolmentFactory, make_course, release_course_for_tests
from tests.factories.cases import case_content
from tests.factories.certificates import complete
from tests.factories.courses import question_content
from tests.learning.cast import client_of, make_cast, path_of

pytestmark = pytest.mark.django_db


def test_page_with_an_unknown_term_is_not_published() -> None:
    lesson = make_course().lessons[0]
    lesson.title = "Con {{enfoqe}}"
    lesson.body = [("text", "<p>El {{enfoque}} y el {{nada}}, {{nada}}</p>")]

    with translation.override("en"):
        found = [(one.place, one.message) for one in publication_problems(lesson)]

    assert found == [
        ("title", "{{enfoqe}} is no term of this site; the terms are: {{enfoque}}."),
        ("body", "{{nada}} is no term of this site; the terms are: {{enfoque}}."),
    ]


def test_question_with_an_unknown_term_is_not_published(now: datetime) -> None:
    question = make_course().questions[0]
    stems = {"es": "¿Qué {{nada}}?", "en": "What {{enfoque}}?"}
    save_question(
        content=question_content(stems=stems), acting_user=None, now=now, question=question
    )

    with pytest.raises(QuestionRefused) as refused:
        publish_question(question=question, acting_user=None, now=now)

    assert [problem.place for problem in refused.value.problems] == ["stems.es"]


def test_case_with_an_unknown_term_is_not_published(now: datetime) -> None:
    content = case_content()
    content["titles"] = {"es": "Un {{nada}}", "en": "A title"}
    version = save_case(content=content, acting_user=None, now=now, name="Caso", key="caso-t")

    with pytest.raises(CaseRefused) as refused:
        publish_case(case=version.case, acting_user=None, now=now)

    assert [problem.place for problem in refused.value.problems] == ["titles.es"]


def test_lesson_question_and_certificate_are_worded(now: datetime) -> None:
    cast = make_cast()
    lesson = cast.made.lessons[0]
    lesson.title, lesson.body = "El {{enfoque}}", [("text", "<p>Con {{enfoque}}.</p>")]
    lesson.save_revision().publish()

    page = client_of(cast.learner).get(path_of(lesson)).content.decode()

    assert "Con enfoque de género." in page
    assert "El enfoque de género" in page
    assert "{{" not in page
    assert "{{" not in Client().get(path_of(cast.made.course)).content.decode()

    release = release_course_for_tests(cast.made)
    promised = release.typed_promise.modules[0].items[0]
    enrolment = complete(EnrolmentFactory(release=release), now=now)
    facts = certificates.request_certificate(enrolment=enrolment, now=now).typed_facts
    assert dict(promised.titles)["es"] == "El {{enfoque}}"
    assert facts.modules[0].topics[0] == "El enfoque de género"


def test_preview_of_a_page_is_worded_as_the_page_is() -> None:
    lesson = make_course().lessons[0]
    lesson.body = [("text", "<p>Con {{enfoque}}.</p>")]

    preview = lesson.make_preview_request().content.decode()

    assert "Con enfoque de género." in preview
