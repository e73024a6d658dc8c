"""Who sees which page of a course, with what beside it, and in how many queries."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page
from wagtailmedia.models import get_media_model

from courses.models import GlossaryTerm, LessonPage, ModulePage
from courses.reviewing.subjects import legal_approvals
from courses.sources.queries import changes_of_lesson
from lms.learning.models import Enrolment, LessonProgress
from lms.learning.permissions import Verdict
from tests.factories import EnrolmentFactory, make_course, release_course_for_tests
from tests.factories.courses import MadeCourse, make_lesson
from tests.learning.cast import NOW, Cast, client_of, go_through, make_cast, path_of, translate

pytestmark = pytest.mark.django_db

LESSON_QUERIES = 9
"""A first visit: session, user, page, enrolment with release, progress, titles, site settings, and
the two rows that note the visit."""


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def lesson_url(cast: Cast, number: int = 0) -> str:
    return path_of(cast.made.lessons[number])


def test_lesson_is_open_to_its_learners_and_staff_and_nobody_else(cast: Cast) -> None:
    assert cast.statuses(lesson_url(cast)) == {
        "learner": 200,
        "trainer": 200,
        "coordinator": 403,
        "administrator": 200,
        "stranger": 403,
        "nobody": 403,
    }


def test_quiz_page_is_open_to_its_learners_and_staff_and_nobody_else(cast: Cast) -> None:
    assert cast.statuses(path_of(cast.made.quiz_page)) == {
        "learner": 200,
        "trainer": 200,
        "coordinator": 403,
        "administrator": 200,
        "stranger": 403,
        "nobody": 403,
    }


@pytest.mark.parametrize("which", ["course", "module"])
def test_outline_is_open_to_everybody(cast: Cast, which: str) -> None:
    page = cast.made.course if which == "course" else cast.made.modules[0]

    assert set(cast.statuses(path_of(page)).values()) == {200}


def test_gate_shows_nothing_of_the_lesson(cast: Cast) -> None:
    answer = Client().get(lesson_url(cast))

    assert "Primero la seguridad." not in answer.content.decode()
    assert answer.context["verdict"] == Verdict.NOT_ENROLLED
    assert f"?next={lesson_url(cast)}" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_gate_lets_a_stranger_join_by_a_button(cast: Cast) -> None:
    answer = client_of(cast.stranger).get(lesson_url(cast))

    assert f'action="/mi-aprendizaje/inscripcion/{cast.release.course_key}/"' in (
        answer.content.decode()
    )


def test_outline_leads_strangers_to_no_lesson(cast: Cast) -> None:
    answer = client_of(cast.stranger).get(path_of(cast.made.course)).content.decode()

    assert cast.made.lessons[0].title in answer
    assert f'href="{lesson_url(cast)}"' not in answer


def test_draft_is_hidden_from_everybody(cast: Cast) -> None:
    draft = make_lesson(cast.made.modules[0], 9, live=False)

    assert set(cast.statuses(path_of(draft)).values()) == {404}


def test_draft_course_is_hidden_from_everybody(cast: Cast) -> None:
    draft = make_course(slug="otro", questions=0, live=False)

    assert set(cast.statuses(path_of(draft.course)).values()) == {404}


def unpublish(page: Page) -> None:
    page.save_revision().publish()
    page.refresh_from_db()
    page.unpublish()


def test_unpublished_lesson_stays_with_those_enrolled_in_its_release(cast: Cast) -> None:
    unpublish(cast.made.lessons[0])

    assert cast.statuses(lesson_url(cast)) == {
        "learner": 200,
        "trainer": 200,
        "coordinator": 404,
        "administrator": 200,
        "stranger": 404,
        "nobody": 404,
    }


def test_unpublished_lesson_shows_what_was_published_and_no_later_draft(cast: Cast) -> None:
    lesson = cast.made.lessons[0]
    unpublish(lesson)
    lesson.refresh_from_db()
    lesson.body = [{"type": "text", "value": "<p>Borrador secreto.</p>"}]
    lesson.save()

    answer = client_of(cast.learner).get(lesson_url(cast)).content.decode()

    assert "Borrador secreto." not in answer
    assert "Primero la seguridad." in answer


def test_unpublished_module_and_course_stay_with_those_enrolled(cast: Cast) -> None:
    for page in (cast.made.course, cast.made.modules[0]):
        page.refresh_from_db()
        unpublish(page)

    for page in (cast.made.modules[0], cast.made.course):
        assert client_of(cast.learner).get(path_of(page)).status_code == 200
        assert client_of(cast.stranger).get(path_of(page)).status_code == 404


def test_lesson_added_after_the_release_says_so(cast: Cast) -> None:
    added = make_lesson(cast.made.modules[0], 9)

    answer = client_of(cast.learner).get(path_of(added))

    assert (answer.status_code, answer.context["verdict"]) == (403, Verdict.ADDED_LATER)
    assert client_of(cast.trainer).get(path_of(added)).status_code == 200


def test_module_added_after_the_release_says_so_to_learners_only(cast: Cast) -> None:
    module = cast.made.course.add_child(
        instance=ModulePage(
            title="Nuevo", slug="modulo-9", summary="x", locale=cast.made.course.locale
        )
    )

    assert client_of(cast.learner).get(path_of(module)).status_code == 403
    assert client_of(cast.stranger).get(path_of(module)).status_code == 404


def require_first_lesson(cast: Cast) -> None:
    first = str(cast.made.lessons[0].translation_key)
    cast.release.promise["modules"][0]["items"][1]["requires"] = [first]
    cast.release.save()


def test_locked_lesson_names_what_is_missing_and_leads_there(cast: Cast) -> None:
    require_first_lesson(cast)

    answer = client_of(cast.learner).get(lesson_url(cast, 1))

    assert (answer.status_code, answer.context["verdict"]) == (403, Verdict.LOCKED)
    assert [link.url for link in answer.context["missing"]] == [lesson_url(cast)]
    assert "Primero la seguridad." not in answer.content.decode()


def test_locked_lesson_opens_when_the_rest_is_done(cast: Cast) -> None:
    require_first_lesson(cast)
    go_through(cast.enrolment, cast.made.lessons[0].translation_key)

    assert client_of(cast.learner).get(lesson_url(cast, 1)).status_code == 200


def test_what_the_release_never_promised_locks_nothing(cast: Cast) -> None:
    cast.release.promise["modules"][0]["requires"] = [str(uuid4())]
    cast.release.save()

    assert client_of(cast.learner).get(lesson_url(cast)).status_code == 200


def test_staff_make_no_progress(cast: Cast) -> None:
    answer = client_of(cast.trainer).get(lesson_url(cast))

    assert LessonProgress.objects.count() == 0
    assert "/mi-aprendizaje/leccion/" not in answer.content.decode()


def test_reading_a_lesson_notes_where_the_learner_is(cast: Cast) -> None:
    client_of(cast.learner).get(lesson_url(cast, 1))

    cast.enrolment.refresh_from_db()
    course = client_of(cast.learner).get(path_of(cast.made.course))
    assert cast.enrolment.current_item_key == cast.made.lessons[1].translation_key
    assert course.context["learning"].outline.next_step.url == lesson_url(cast, 1)


def hard_lesson(cast: Cast, **changes: Any) -> str:
    lesson = cast.made.lessons[0]
    lesson.content_notice = "Habla de violencia, sin detalle."
    lesson.after_care = "Llame a la línea 100."
    lesson.brief_body = [{"type": "text", "value": "<p>Lo esencial.</p>"}]
    for name, value in changes.items():
        setattr(lesson, name, value)
    lesson.save()
    return path_of(lesson)


def test_hard_lesson_asks_how_to_go_on_before_it_opens(cast: Cast) -> None:
    url = hard_lesson(cast)

    answer = client_of(cast.learner).get(url).content.decode()

    assert "Habla de violencia, sin detalle." in answer
    assert "Primero la seguridad." not in answer
    assert "Lo esencial." not in answer
    assert LessonProgress.objects.count() == 0


@pytest.mark.parametrize(
    ("via", "shown", "not_shown", "way"),
    [
        ("completa", "Primero la seguridad.", "Lo esencial.", "full"),
        ("breve", "Lo esencial.", "Primero la seguridad.", "brief"),
    ],
)
def test_hard_lesson_opens_by_either_way(
    cast: Cast, via: str, shown: str, not_shown: str, way: str
) -> None:
    url = hard_lesson(cast)

    answer = client_of(cast.learner).get(url, {"via": via}).content.decode()

    assert shown in answer
    assert not_shown not in answer
    assert "Llame a la línea 100." in answer
    assert f'name="way" value="{way}"' in answer


@pytest.mark.parametrize("via", ["", "otra", "😀", "breve" * 200])
def test_unknown_way_asks_again(cast: Cast, via: str) -> None:
    answer = client_of(cast.learner).get(hard_lesson(cast), {"via": via})

    assert (answer.status_code, answer.context["learning"].is_notice_due) == (200, True)


def test_lesson_with_200_blocks_is_served(cast: Cast) -> None:
    lesson = cast.made.lessons[0]
    lesson.body = [{"type": "text", "value": f"<p>Párrafo {n}.</p>"} for n in range(200)]
    lesson.save()

    answer = client_of(cast.learner).get(lesson_url(cast)).content.decode()

    assert answer.count("Párrafo") == 200


def test_page_of_one_person_is_kept_by_no_cache(cast: Cast) -> None:
    assert "no-store" in client_of(cast.learner).get(lesson_url(cast))["Cache-Control"]


@pytest.mark.parametrize("path", ["/cursos/nada/", "/cursos/curso-prueba/modulo-1/leccion-1/x/"])
def test_unknown_address_is_404(cast: Cast, path: str) -> None:
    assert set(cast.statuses(path).values()) == {404}


def test_pages_take_no_post(cast: Cast) -> None:
    assert set(cast.statuses(path_of(cast.made.course), method="post").values()) == {405}


def test_withdrawn_learner_is_a_stranger_again(cast: Cast) -> None:
    Enrolment.objects.update(state="withdrawn", withdrawn_at=NOW)

    assert client_of(cast.learner).get(lesson_url(cast)).status_code == 403


# --- Both languages ---------------------------------------------------------------------------------


def translate_course(made: MadeCourse) -> None:
    for page in (
        made.course.get_parent().get_parent().specific,
        made.course.get_parent().specific,
        made.course,
        made.modules[0],
        made.lessons[0],
    ):
        translate(page, f"English {page.title}")


def test_english_pages_have_english_titles_and_the_same_progress(cast: Cast) -> None:
    translate_course(cast.made)
    go_through(cast.enrolment, cast.made.lessons[0].translation_key)

    answer = client_of(cast.learner).get(f"/en{path_of(cast.made.course)}")
    steps = list(answer.context["learning"].outline.steps())

    assert [(step.title, step.language, step.state) for step in steps] == [
        ("English Lección 1", "", "done"),
        ("Lección 2", "es", "current"),
        ("Prueba", "es", "todo"),
    ]
    assert steps[1].url == f"/en{lesson_url(cast, 1)}"


def test_lesson_without_translation_is_shown_in_spanish_and_says_so(cast: Cast) -> None:
    translate_course(cast.made)

    answer = client_of(cast.learner).get(f"/en{lesson_url(cast, 1)}")

    assert (answer.status_code, answer.context["content_language"]) == (200, "es")
    assert '<div class="prose" lang="es">' in answer.content.decode()


def test_unpublished_translation_falls_back_to_the_live_page(cast: Cast) -> None:
    translate_course(cast.made)
    LessonPage.objects.filter(locale__language_code="en").update(live=False)

    answer = client_of(cast.learner).get(f"/en{lesson_url(cast)}")

    assert answer.context["page"].locale.language_code == "es"


# --- Budgets -----------------------------------------------------------------------------------------


def full_body(count: int) -> list[dict[str, Any]]:
    """Return a body with every kind of block that needs the database, so many times each."""
    documents = get_document_model()
    blocks: list[dict[str, Any]] = []
    for number in range(count):
        image = get_image_model().objects.create(title="x", file=get_test_image_file())
        document = documents.objects.create(title="x", file="documents/x.pdf")
        captions = documents.objects.create(title="x", file="documents/x.vtt")
        video = get_media_model().objects.create(title="x", file="media/x.mp4", type="video")
        term = GlossaryTerm.objects.create(
            key=f"t{number}", term="x", definition="y", locale=Page.objects.get(depth=1).locale
        )
        link = f'<p><a linktype="page" id="{Page.objects.last().pk}">x</a></p>'
        blocks += [
            {"type": "text", "value": link},
            {"type": "image", "value": {"image": image.pk, "alt": "x"}},
            {"type": "download", "value": {"document": document.pk, "title": "x"}},
            {
                "type": "video",
                "value": {
                    "video": video.pk,
                    "captions": captions.pk,
                    "title": "x",
                    "transcript": "<p>x</p>",
                },
            },
            {"type": "term", "value": {"term": term.pk}},
        ]
    return blocks


def count_queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_lesson_costs_the_same_queries_in_a_small_and_in_a_big_course() -> None:
    counts = set()
    changes_of_lesson(0)  # what the cache keeps is not counted
    legal_approvals()
    for slug, size in (("chico", 1), ("grande", 12)):
        made = make_course(slug=slug, lessons=size)
        learner = EnrolmentFactory(release=release_course_for_tests(made)).learner
        client = client_of(learner)
        client.get(path_of(made.course))
        counts.add(count_queries(client, path_of(made.lessons[0])))

    assert counts == {LESSON_QUERIES}


def test_lesson_with_every_block_stays_within_the_budget_however_many_there_are(
    cast: Cast,
) -> None:
    client = client_of(cast.learner)
    counts = []
    for number, count in ((0, 1), (1, 3)):
        lesson = cast.made.lessons[number]
        lesson.body = full_body(count) if number == 0 else full_body_again(lesson, count)
        lesson.save()
        client.get(path_of(lesson))
        counts.append(count_queries(client, path_of(lesson)))

    assert counts[0] == counts[1]
    assert counts[0] <= 12


def full_body_again(lesson: Any, count: int) -> list[dict[str, Any]]:
    GlossaryTerm.objects.all().delete()
    return full_body(count)


def test_review_dates_are_shown(cast: Cast) -> None:
    lesson = cast.made.lessons[0]
    lesson.last_reviewed_date, lesson.review_due_date = date(2026, 3, 4), date(2027, 9, 5)
    lesson.save()

    answer = client_of(cast.learner).get(lesson_url(cast)).content.decode()

    assert "2026" in answer
    assert "2027" in answer
