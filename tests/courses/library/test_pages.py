"""The library as anybody reads it, without an account."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.library.queries import SHELVES, Wanted, forget_library, search, whole_library
from courses.models import GlossaryTerm
from lms.core.models import SiteTerm
from lms.core.terms import forget_terms
from tests.factories.library import (
    make_card,
    make_figure,
    make_helpline,
    make_service,
    make_source,
)

pytestmark = pytest.mark.django_db
PATHS = (
    "/biblioteca/",
    "/biblioteca/normas/",
    "/biblioteca/servicios/",
    "/biblioteca/cifras/",
    "/biblioteca/fichas/",
    "/biblioteca/fichas/ficha/",
    "/biblioteca/?q=prueba",
)


def page_of(path: str, **query: str) -> str:
    forget_library()
    return Client().get(path, query).content.decode()


def keys(found: Any) -> list[str]:
    return [one.key for one in found]


@pytest.fixture
def shelves() -> None:
    norm = make_source(
        "ley-vieja",
        state="repealed",
        replaced_by=make_source("ley-nueva", needs_legal_review=True),
    )
    make_source("diario", kind="press")
    make_source("oculta", is_in_library=False)
    make_service("defensa", name_es="Defensa pública", purpose_es="Abogada sin costo para la NIÑEZ")
    make_service("cusco", name_es="Oficina del Cusco", region="cusco")
    make_service("puno", name_es="Oficina de Puno", region="puno")
    make_figure("cifra-cusco", source=norm, region="cusco")
    make_figure("cifra", source=norm)
    make_card().sources.set([norm])
    line = make_helpline()
    GlossaryTerm.objects.create(
        key="captacion", term="Captación", definition="Atraer", locale=line.locale
    )
    forget_library()


@pytest.mark.usefixtures("shelves")
@pytest.mark.parametrize("path", [*PATHS, "/en/biblioteca/", "/en/biblioteca/fichas/ficha/"])
def test_page_is_open_opens_no_session_and_may_be_kept(path: str) -> None:
    answer = Client().get(path)

    assert answer.status_code == 200
    assert answer.cookies == {}
    assert answer["Cache-Control"] == "public, max-age=300"
    assert "<title>Amparo</title>" in answer.content.decode()


@pytest.mark.usefixtures("shelves")
def test_page_of_somebody_logged_in_is_not_kept(django_user_model: Any) -> None:
    client = Client()
    client.force_login(django_user_model.objects.create(email="a@demo.test", full_name="A"))

    assert "no-store" in client.get("/biblioteca/")["Cache-Control"]


def test_page_with_a_message_that_names_somebody_is_not_kept() -> None:
    client = Client()
    typed = {"full_name": "Ana Rosa", "email": "ana@correo.test", "agrees": "1"}
    passwords = dict.fromkeys(("password1", "password2"), "una-clave-nueva-y-larga")
    client.post(reverse("account_signup"), {**typed, **passwords})
    del client.cookies["sessionid"]

    answer = client.get("/biblioteca/")

    assert "ana@correo.test" in answer.content.decode()
    assert "public" not in answer.get("Cache-Control", "")


@pytest.mark.parametrize("path", PATHS)
def test_page_costs_the_same_with_one_and_three_of_each(path: str) -> None:
    Client().get("/biblioteca/")  # what a process reads once
    counts = []
    for number in range(3):
        source = make_source(f"ley-{number}")
        make_service(f"s-{number}")
        make_figure(f"c-{number}", source=source)
        make_card("ficha" if not number else f"ficha-{number}").sources.set([source])
        forget_library()
        with CaptureQueriesContext(connection) as found:
            Client().get(path)
        counts.append(len(found))

    assert counts[0] == counts[1] == counts[2]
    assert counts[0] <= 9


@pytest.mark.usefixtures("shelves")
def test_norms_say_their_state_in_words_and_what_replaced_them() -> None:
    page = page_of("/biblioteca/normas/")

    assert "Norma ley-vieja" in page
    assert f'<a href="{reverse("library_norms")}#ley-nueva">Norma ley-nueva</a>' in page
    assert "23-11-2026" in page
    assert 'href="https://example.org/norma"' in page
    assert page.count("entry-note") == 1
    assert "diario" not in page
    assert "oculta" not in page


@pytest.mark.usefixtures("shelves")
@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(words="ninez"), {"services": ["defensa"]}),
        (Wanted(words="  CAPTACIÓN "), {"terms": ["captacion"]}),
        (Wanted(words="abogada publica"), {"services": ["defensa"]}),
        (Wanted(region="cusco"), {"services": ["cusco", "defensa"], "figures": ["cifra-cusco"]}),
        (Wanted(state="repealed"), {"norms": ["ley-vieja"]}),
        (Wanted(shelf="cards"), {"cards": ["ficha"]}),
        (Wanted(shelf="cards", state="repealed"), {}),
        (Wanted(words="escuche"), {"cards": ["ficha"]}),
        (Wanted(words="nada parecido"), {}),
    ],
)
def test_search_finds_without_accents_and_within_the_filters(
    wanted: Wanted, expected: dict[str, list[str]]
) -> None:
    found = search(whole_library(), wanted)

    shelves = {name: found.shelf(name) for name in SHELVES}
    assert {name: keys(on_it) for name, on_it in shelves.items() if on_it} == expected
    assert found.total == sum(map(len, expected.values()))


@pytest.mark.usefixtures("shelves")
def test_empty_search_helps_on() -> None:
    page = page_of("/biblioteca/", q="zzz", region="cusco")

    assert f'href="{reverse("library")}?q=zzz"' in page
    assert reverse("real_case") in page


def test_filter_that_does_not_exist_is_named_and_nothing_typed_is_lost() -> None:
    page = page_of("/biblioteca/", q="ley", region="atlantida")

    assert 'value="ley"' in page
    assert 'id="id_region_error"' in page


@pytest.mark.usefixtures("shelves")
def test_card_carries_its_sources_and_its_date() -> None:
    page = page_of("/biblioteca/fichas/ficha/")

    assert "Norma ley-vieja" in page
    assert "23-11-2026" in page
    assert Client().get("/biblioteca/fichas/nada/").status_code == 404


def test_card_in_another_language_says_which() -> None:
    make_card("ficha", "en", text="Listen.", title="Card")

    page = page_of("/biblioteca/fichas/ficha/")

    assert '<article class="sheet" lang="en">' in page


def test_card_words_the_terms_of_the_site_in_its_language() -> None:
    make_card("ficha", "en", text="With a {{enfoque}}.", title="Card")
    SiteTerm.objects.update_or_create(
        key="enfoque", defaults={"text_es": "otro enfoque", "text_en": "another approach"}
    )
    forget_terms()

    assert "With a another approach." in page_of("/biblioteca/fichas/ficha/")
    assert [one.key for one in search(whole_library(), Wanted(words="another")).cards] == ["ficha"]


@pytest.mark.parametrize(("days", "is_said"), [(179, False), (180, True)])
def test_check_of_180_days_ago_is_said_in_words(days: int, *, is_said: bool) -> None:
    day = timezone.localdate() - timedelta(days=days)
    make_service(verified_on=day)
    make_helpline(verified_on=day)

    said = 'class="helpline-checked"'
    for path in ("/biblioteca/servicios/", "/lineas/"):
        checked = page_of(path).split("<main")[1].split(said)[1].split("</p>")[0]
        assert f"{day:%d-%m-%Y}" in checked
        assert ("<strong>" in checked) == is_said


def test_library_is_linked_from_the_foot_of_every_page() -> None:
    foot = page_of("/glosario/").split("<footer")[1]

    assert foot.count(f'href="{reverse("library")}"') == 1
