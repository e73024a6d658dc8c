"""What everybody may read: home, catalogue, course page, real case, helplines, glossary, plain pages."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from wagtail.models import Locale

from courses.models import CourseRelease, GlossaryTerm, Helpline
from courses.page_links import links_by_key, links_of, page_url
from courses.rich_links import cleaned, linked_page_ids, with_links
from courses.shared_texts import glossary, helplines
from lms.core.models import AuditEvent
from lms.learning.models import Enrolment
from tests.factories import make_course, release_course_for_tests
from tests.learning.cast import Cast, client_of, english, make_cast, path_of, serve_home, translate

pytestmark = pytest.mark.django_db


def spanish() -> Locale:
    found: Locale = Locale.objects.get_or_create(language_code="es")[0]
    return found


def make_line(number: str, locale: Locale, **changes: Any) -> Helpline:
    values = {
        "key": f"linea-{number}",
        "number": number,
        "name": f"Línea {number}",
        "purpose": "Orientar",
        "hours": "24 horas",
        "source": "Ficha",
        "source_read_on": date(2026, 11, 23),
        "locale": locale,
    }
    return Helpline.objects.create(**{**values, **changes})


def make_term(key: str, term: str, locale: Locale) -> GlossaryTerm:
    return GlossaryTerm.objects.create(
        key=key, term=term, definition=f"Qué es {term}", locale=locale
    )


@pytest.fixture
def cast() -> Cast:
    cast = make_cast()
    serve_home(cast.made)
    return cast


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/en/",
        "/cursos/",
        "/caso-real/",
        "/en/caso-real/",
        "/lineas/",
        "/glosario/",
        "/en/glosario/",
        "/ayuda/",
        "/en/ayuda/",
        "/privacidad/",
        "/en/privacidad/",
        "/accesibilidad/",
        "/en/accesibilidad/",
    ],
)
def test_public_page_is_open_to_everybody(cast: Cast, path: str) -> None:
    assert set(cast.statuses(path).values()) == {200}


@pytest.mark.parametrize("name", ["real_case", "helplines_card", "glossary", "help_page"])
def test_plain_page_takes_no_post(cast: Cast, name: str) -> None:
    assert set(cast.statuses(reverse(name), method="post").values()) == {405}


def test_home_leads_to_the_catalogue_the_lines_and_the_check(cast: Cast) -> None:
    page = Client().get("/").content.decode()

    for url in (
        path_of(cast.made.course),
        reverse("real_case"),
        reverse("helplines_card"),
        reverse("verify"),
        reverse("glossary"),
    ):
        assert f'href="{url}"' in page


def test_titles_in_the_tab_are_neutral(cast: Cast) -> None:
    for path in ("/", path_of(cast.made.course), path_of(cast.made.lessons[0]), "/glosario/"):
        page = client_of(cast.learner).get(path).content.decode()
        assert "<title>Amparo</title>" in page


def test_real_case_stores_nothing(cast: Cast) -> None:
    make_line("100", spanish())
    client = Client()

    answer = client.get(reverse("real_case"))

    assert AuditEvent.objects.count() == 0
    assert answer.cookies == {}
    assert "<form" not in answer.content.decode().split("<main")[1].split("</main>")[0]


# --- Catalogue and course page ---------------------------------------------------------------------------


def cards(path: str = "/cursos/", client: Client | None = None) -> list[Any]:
    return list((client or Client()).get(path).context["cards"])


def test_catalogue_shows_live_courses_only(cast: Cast) -> None:
    make_course(slug="borrador", questions=0, live=False)

    assert [card.url for card in cards()] == [path_of(cast.made.course)]


def test_catalogue_says_which_course_is_not_open_yet(cast: Cast) -> None:
    make_course(slug="sin-edicion", questions=0)

    assert [card.promise is None for card in cards()] == [False, True]


def test_catalogue_shows_the_newest_promise(cast: Cast) -> None:
    newest = release_course_for_tests(cast.made)
    newest.promise["modules"][0]["items"][0]["minutes"] = 55
    newest.save()

    assert [card.promise.minutes for card in cards()] == [75]


def test_catalogue_shows_progress_to_learners_only(cast: Cast) -> None:
    mine = cards(client=client_of(cast.learner))[0].learning
    theirs = cards(client=client_of(cast.stranger))[0].learning

    assert (mine.outline.done, mine.outline.total, theirs) == (0, 3, None)


def test_english_catalogue_falls_back_to_spanish_titles(cast: Cast) -> None:
    translate(cast.made.course.get_parent().get_parent().specific, "Home")
    translate(cast.made.course.get_parent().specific, "Courses")

    assert [(card.title, card.language, card.url) for card in cards("/en/cursos/")] == [
        ("Curso de prueba", "es", f"/en{path_of(cast.made.course)}")
    ]


def count_queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize("who", ["learner", "nobody"])
def test_catalogue_costs_the_same_queries_with_one_and_three_courses(cast: Cast, who: str) -> None:
    client = client_of(cast.people[who])
    client.get("/cursos/")
    before = count_queries(client, "/cursos/")
    for slug in ("dos", "tres"):
        release = release_course_for_tests(make_course(slug=slug))
        Enrolment.objects.create(
            learner=cast.learner,
            release=release,
            course_key=release.course_key,
            enrolled_at=cast.enrolment.enrolled_at,
        )

    assert count_queries(client, "/cursos/") == before


def test_course_page_costs_the_same_queries_however_big_the_course() -> None:
    counts = set()
    for slug, size in (("uno", 1), ("doce", 12)):
        made = make_course(slug=slug, lessons=size)
        release_course_for_tests(made)
        Client().get(path_of(made.course))
        counts.add(count_queries(Client(), path_of(made.course)))

    assert len(counts) == 1


def test_course_page_sums_hours_from_the_newest_promise(cast: Cast) -> None:
    outline = Client().get(path_of(cast.made.course)).context["learning"].outline

    assert (outline.minutes, str(outline.hours)) == (30, "0.7")


def test_course_without_release_cannot_be_joined() -> None:
    made = make_course(slug="pronto")

    answer = Client().get(path_of(made.course))

    assert answer.context["learning"].is_released is False
    assert "?next=" not in answer.content.decode().split("<main")[1].split("</main>")[0]
    assert made.lessons[0].title in answer.content.decode()


def test_course_page_offers_one_way_in(cast: Cast) -> None:
    path = path_of(cast.made.course)
    enrol = reverse("enrol", args=[cast.release.course_key])
    offers = {
        name: (f'action="{enrol}"' in page, f"?next={path}" in page)
        for name, user in cast.people.items()
        for page in [client_of(user).get(path).content.decode()]
    }

    assert offers == {
        "learner": (False, False),
        "trainer": (True, False),
        "coordinator": (True, False),
        "administrator": (True, False),
        "stranger": (True, False),
        "nobody": (False, True),
    }


def test_closed_course_offers_no_enrolment() -> None:
    made = make_course(slug="cerrado", is_enrolment_open=False)
    release = release_course_for_tests(made)
    cast_page = client_of(make_cast().stranger).get(path_of(made.course)).content.decode()

    assert reverse("enrol", args=[release.course_key]) not in cast_page


def test_course_page_shows_what_the_learner_was_promised(cast: Cast) -> None:
    newest = CourseRelease.objects.create(
        course_key=cast.release.course_key,
        number=2,
        promise={**cast.release.promise, "modules": []},
        is_pilot=True,
        created_at=cast.release.created_at,
    )
    path = path_of(cast.made.course)

    assert client_of(cast.learner).get(path).context["learning"].outline.total == 3
    assert Client().get(path).context["learning"].outline.total == 0
    assert newest.number == 2


# --- Shared texts -------------------------------------------------------------------------------------------


def test_helplines_are_in_the_active_language_and_fall_back() -> None:
    make_line("100", spanish(), sort_order=2)
    make_line("105", spanish(), sort_order=1)
    make_line("100", english(), sort_order=2, name="Line 100")

    with translation.override("en"):
        assert [(line.name, line.language) for line in helplines()] == [
            ("Línea 105", "es"),
            ("Line 100", ""),
        ]


def test_helplines_cost_at_most_one_query() -> None:
    for number in ("100", "105", "1818"):
        make_line(number, spanish())

    with CaptureQueriesContext(connection) as first:
        helplines()
    with CaptureQueriesContext(connection) as second:
        helplines()

    assert (len(first), len(second)) == (1, 0)


def test_unchecked_line_says_when_its_source_was_read(cast: Cast) -> None:
    make_line("100", spanish())
    make_line("105", spanish(), verified_on=date(2026, 11, 24))

    page = Client().get(reverse("helplines_card")).content.decode()

    assert "23-11-2026" in page
    assert "24-11-2026" in page


def test_glossary_is_in_order_with_the_other_language() -> None:
    make_term("b", "Ávido", spanish())
    make_term("a", "Trata", spanish())
    make_term("a", "Trafficking", english())

    with translation.override("es"):
        assert [(entry.key, entry.other_term, entry.other_language) for entry in glossary()] == [
            ("b", "", ""),
            ("a", "Trafficking", "en"),
        ]


def test_glossary_groups_by_letters_without_accents(cast: Cast) -> None:
    make_term("a", "Ávido", spanish())
    make_term("b", "Acción", spanish())
    make_term("c", "Trata", spanish())

    letters = Client().get(reverse("glossary")).context["letters"]

    assert [(letter, len(entries)) for letter, entries in letters] == [("A", 2), ("T", 1)]


def test_glossary_costs_the_same_queries_with_one_and_three_terms() -> None:
    counts = []
    for key in ("a", "b", "c"):
        make_term(key, key, spanish())
        Client().get(reverse("glossary"))
        counts.append(count_queries(Client(), reverse("glossary")))

    assert counts[0] == counts[2]


# --- Links ----------------------------------------------------------------------------------------------------


def test_page_url_follows_the_language() -> None:
    with translation.override("es"):
        assert page_url("/inicio/cursos/uno/") == "/cursos/uno/"
    with translation.override("en"):
        assert page_url("/home/cursos/uno/") == "/en/cursos/uno/"


def test_links_by_key_leave_out_what_was_never_published(cast: Cast) -> None:
    draft = make_course(slug="otro", questions=0, live=False)

    keys = [cast.made.course.translation_key, draft.course.translation_key]

    assert list(links_by_key(keys)) == keys[:1]


def test_links_of_finds_keys_and_ids_in_one_query(cast: Cast) -> None:
    lesson = cast.made.lessons[0]

    with CaptureQueriesContext(connection) as queries:
        links = links_of([cast.made.course.translation_key], [lesson.pk])

    assert len(queries) == 1
    assert links.urls_by_id == {lesson.pk: path_of(lesson)}


def test_rich_text_links_lead_to_pages_and_guarded_files(cast: Cast) -> None:
    lesson, key = cast.made.lessons[0], cast.made.course.translation_key
    source = (
        f'<p><a linktype="page" id="{lesson.pk}">a</a> <a linktype="page" id="999999">b</a> '
        '<a linktype="document" id="7">c</a> <a href="https://elperuano.pe">d</a></p>'
    )

    html = with_links(source, page_key=key).__html__()

    assert linked_page_ids(source) == {lesson.pk, 999999}
    assert html == (
        f'<p><a href="{path_of(lesson)}">a</a> <a>b</a> '
        f'<a href="/archivo/{key}/document/7/">c</a> <a href="https://elperuano.pe">d</a></p>'
    )


def test_rich_text_with_odd_ids_has_dead_links() -> None:
    source = '<a linktype="page" id="x">a</a><a linktype="document" id="1 OR 1">b</a>'

    assert with_links(source, page_key=None).__html__() == "<a>a</a><a>b</a>"


def test_table_cell_keeps_simple_marks_only() -> None:
    html = 'Uno <b onclick="x()">dos</b><script>alert(1)</script> <a href="javascript:x">tres</a>'

    assert cleaned(html).__html__() == "Uno <b>dos</b>alert(1) <a>tres</a>"
