"""Words that the owner of the site decides: where they are worded, and where they are left alone."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from openpyxl import load_workbook

from lms.core.middleware import SiteTermsMiddleware
from lms.core.models import SiteTerm
from lms.core.terms import forget_terms, unknown_terms, worded, worded_page
from lms.core.workbooks import Page, csv_of, workbook_of

pytestmark = pytest.mark.django_db


def reword(spanish: str, english: str = "equal opportunities approach") -> None:
    SiteTerm.objects.update_or_create(
        key="enfoque", defaults={"text_es": spanish, "text_en": english}
    )
    forget_terms()


def test_term_ships_worded_in_both_languages() -> None:
    assert worded("El {{enfoque}}", "es") == "El enfoque de género"
    assert worded("The {{ enfoque }}", "en") == "The gender approach"
    assert worded("{{Enfoque}} aquí", "es") == "Enfoque de género aquí"


def test_owner_words_it_otherwise() -> None:
    reword("enfoque de igualdad de oportunidades entre mujeres y hombres")

    assert worded("Con {{enfoque}}", "es") == (
        "Con enfoque de igualdad de oportunidades entre mujeres y hombres"
    )


def test_terms_cost_one_query_however_many_texts() -> None:
    forget_terms()
    with CaptureQueriesContext(
        connection,
    ) as first:
        for _number in range(3):
            worded("Un {{enfoque}}")
    with CaptureQueriesContext(connection) as without:
        forget_terms()
        worded("Sin ninguno { }")

    assert (len(first), len(without)) == (1, 0)


def test_each_place_of_a_page_is_worded_in_its_own_language() -> None:
    html = (
        '<html lang="en"><title>{{enfoque}}</title><p lang="es">El {{enfoque}}<br></p>'
        '<img alt="{{enfoque}}"><ul><li>{{enfoque}}</ul><p>{{enfoque}} {{nada}}</p></html>'
    )

    assert worded_page(html) == (
        '<html lang="en"><title>gender approach</title><p lang="es">El enfoque de género<br></p>'
        '<img alt="gender approach"><ul><li>gender approach</ul>'
        "<p>gender approach {{nada}}</p></html>"
    )


def test_what_a_person_types_stays() -> None:
    html = '<textarea>{{enfoque}}</textarea><input value="{{enfoque}}"><p>{{enfoque}}</p>'

    with translation.override("es"):
        assert worded_page(html) == html.replace("<p>{{enfoque}}", "<p>enfoque de género")


def test_words_are_escaped_in_a_page() -> None:
    reword("a <b>&")  # past the form, which refuses it

    assert worded_page('<p lang="es">{{enfoque}}</p>') == '<p lang="es">a &lt;b&gt;&amp;</p>'


@pytest.mark.parametrize("wording", ["a <b>", "{{enfoque}}", 'con "comillas"', " "])
def test_wording_takes_plain_words_only(wording: str) -> None:
    with pytest.raises(ValidationError) as refused:
        SiteTerm(key="otro", text_es=wording, text_en="words").full_clean()
    assert list(refused.value.message_dict) == ["text_es"]


def test_unknown_terms_are_named_as_they_are_written() -> None:
    text = "{{enfoque}} {{Enfoque}} {{enfoqe}} {{}} {{<b>en</b>foque}} [[a]] {a}"

    assert unknown_terms(text) == ["{{enfoqe}}", "{{}}", "{{<b>en</b>foque}}"]


@pytest.mark.parametrize(
    ("path", "kind", "is_worded"),
    [
        ("/cursos/", "text/html; charset=utf-8", True),
        ("/admin/pages/3/edit/", "text/html", False),
        ("/archivo.json", "application/json", False),
    ],
)
def test_pages_for_people_are_worded(path: str, kind: str, *, is_worded: bool) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("<p>{{enfoque}} ñ</p>", content_type=kind)

    with translation.override("es"):
        answer = SiteTermsMiddleware(view)(RequestFactory().get(path))

    said = "enfoque de género" if is_worded else "{{enfoque}}"
    assert answer.content.decode() == f"<p>{said} ñ</p>"


def test_sheets_are_worded() -> None:
    page = Page("Hoja", [["Tema"], ["El {{enfoque}}"]])

    with translation.override("es"):
        book = load_workbook(BytesIO(workbook_of([page])))
        table = csv_of([["El {{enfoque}}"]]).decode()

    assert book["Hoja"]["A2"].value == "El enfoque de género"
    assert "El enfoque de género" in table
