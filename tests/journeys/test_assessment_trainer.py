"""A trainer's way through assessment: she writes, imports, sets up, marks, corrects, reads, annuls.

Each test makes what it needs, so that they go in any order: questions of its own, or a course of its
own with twelve learners who have handed in (tests/support/assessment_answers.py).
"""

import csv
import json
import re
from io import BytesIO
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from playwright.sync_api import Browser, Download, Locator, Page, expect

from tests.journeys.conftest import OpenBrowser, check_page, log_in, press
from tests.journeys.questions import SOURCE, TYPED, add_row, both, choose_picture, type_into
from tests.journeys.test_trainer import check_part
from tests.support.product import Product

TRAINER = "beto@demo.test"
FORM = "#w-editor-form"


@pytest.fixture(scope="module")
def cookies(browser: Browser, product: Product) -> Any:
    """The cookies of the trainer, who logs in once."""
    context = browser.new_context(base_url=product.url, locale="es")
    page = context.new_page()
    log_in(page, TRAINER)
    expect(
        page.locator("main").get_by_role("link").and_(page.locator("[href$='/ensenar/']"))
    ).to_be_visible()
    found = context.cookies()
    context.close()
    return found


@pytest.fixture
def desk(open_browser: OpenBrowser, cookies: Any) -> Page:
    """The trainer at a desk, with scripts."""
    page = open_browser(phone=False)
    page.context.add_cookies(cookies)
    return page


@pytest.fixture
def phone(open_browser: OpenBrowser, cookies: Any) -> Page:
    """The trainer with her telephone."""
    page = open_browser()
    page.context.add_cookies(cookies)
    return page


def make_workshop(product: Product) -> dict[str, Any]:
    """Make a course with answers, and return the keys of its pages."""
    found: dict[str, Any] = json.loads(product.make_answers(f"t{uuid4().hex[:6]}"))
    return found


def said(page: Page, kind: str) -> Locator:
    """Return the messages of Wagtail of a kind."""
    return page.locator(f".messages .{kind}")


# -- questions -------------------------------------------------------------------------------------


def begin_question(page: Page, kind: str) -> None:
    """Open the form of a type and fill what it asks for, but for the source."""
    page.goto(f"/admin/preguntas/new/{kind}/")
    page.locator("[name=category]").select_option(index=1)
    if kind == "hotspots":
        choose_picture(page)
    type_into(page, TYPED[kind])
    if kind != "text":
        type_into(page, both("explanations", "Primero la calma.", "Calm comes first."))


@pytest.mark.parametrize("kind", sorted(TYPED))
def test_trainer_writes_and_publishes_a_question(desk: Page, kind: str) -> None:
    begin_question(desk, kind)
    if kind == "text":
        desk.get_by_role("button", name="Guardar borrador").click()
        expect(said(desk, "success")).to_contain_text("versión 1")
    else:
        desk.get_by_role("button", name="Guardar y publicar").click()
        expect(said(desk, "error")).to_contain_text("no se publicó")
        expect(
            desk.locator(FORM).get_by_text("Una pregunta indica al menos una fuente.")
        ).to_have_count(1)
        for name, value in TYPED[kind].items():
            place = desk.locator(f'[name="{name}"]')
            if value is True:
                expect(place).to_be_checked()
            else:
                expect(place).to_have_value(str(value))
        check_part(desk, FORM)
        add_row(desk, "content-sources")
        type_into(desk, {SOURCE: "Guía del taller"})
    desk.get_by_role("button", name="Guardar y publicar").click()
    expect(said(desk, "success")).to_contain_text("Publicada")

    desk.get_by_role("link", name="Verla como quien aprende").click()
    desk.wait_for_url("**/preview/**")
    expect(desk.locator("main")).to_contain_text(str(TYPED[kind]["content-stems-es"])[:7])
    check_page(desk)


GIFT = """::Calma:: ¿Qué ofrece usted? {=Un lugar tranquilo ~Un formulario}

::Rota:: ¿Falta la llave? {=Sí ~No

::Minutos:: ¿Cuántos minutos dura? {#45:5}
"""


def test_trainer_imports_a_file(desk: Page) -> None:
    file = f"taller-{uuid4().hex[:6]}.gift"
    desk.goto("/admin/importar/")
    desk.locator("[name=file]").set_input_files(
        {"name": file, "mimeType": "text/plain", "buffer": GIFT.encode()}
    )
    desk.locator("[name=bank]").select_option(label="Banco inicial")
    check_part(desk, "main form")
    desk.get_by_role("button", name="Revisar el archivo").click()
    rows = desk.locator(".amparo-import tbody tr")
    expect(rows.first).to_be_visible(timeout=60_000)
    assert rows.locator("strong").all_inner_texts() == ["nueva", "rechazada", "nueva"]
    check_part(desk, ".amparo-import")
    desk.get_by_role("button", name="Guardar las 2 preguntas").click()
    expect(rows.locator("a")).to_have_count(2, timeout=60_000)

    rows.locator("a").first.click()
    expect(desk.locator('[name="content-stems-es"]')).to_have_value("¿Qué ofrece usted?")


# -- a quiz ----------------------------------------------------------------------------------------


def add_source(page: Page, number: int, **values: str) -> None:
    """Add a source of questions and fill it."""
    page.locator("#id_sources-ADD").click()
    for name, value in values.items():
        place = page.locator(f'[name="sources-{number}-{name}"]')
        if place.evaluate("one => one.tagName") == "SELECT":
            place.select_option(label=value)
        else:
            place.fill(value)


def test_trainer_sets_up_an_exam(desk: Page, product: Product) -> None:
    made = make_workshop(product)
    slug, tag = made["slug"], f"apoyo {made['slug']}"
    for kind in ("number", "short_answer"):
        desk.goto(f"/admin/preguntas/edit/{made['questions'][kind]}/")
        desk.locator(".tagit-new input").fill(f'"{tag}",')
        desk.get_by_role("button", name="Guardar y publicar").click()
        expect(said(desk, "success")).to_contain_text("Publicada")
    desk.goto("/admin/pruebas/new/")
    type_into(
        desk,
        {
            "name": f"Examen {slug}",
            "slug": f"examen-{slug}",
            "mode": "exam",
            "attempts": "1",
            "closes_at": "2030-12-01 12:00",
            "time_limit_minutes": "30",
            "feedback": "after_closing",
        },
    )
    desk.locator("[name=name]").click()
    desk.locator("#id_sections-ADD").click()
    type_into(
        desk,
        {
            "sections-0-number": "1",
            "sections-0-title_es": "Acogida",
            "sections-0-title_en": "Reception",
            "sections-0-pass_mark": "50",
        },
    )
    name = f"Preguntas {slug} (Banco {slug})"
    add_source(desk, 0, category=name, count="3", tag=tag, section="1")
    offered = desk.locator('[name="sources-0-question"] optgroup').evaluate_all(
        "groups => groups.map(one => one.label)"
    )
    assert name in offered
    desk.get_by_role("button", name="Crear").click()
    message = f"La prueba sortea 3 preguntas de «Preguntas {slug}», que tiene 2 publicadas"
    expect(desk.locator(FORM).get_by_text(message)).to_have_count(1)
    expect(desk.locator('[name="closes_at"]')).to_have_value("2030-12-01 12:00")
    check_part(desk, "#panel-child-sources-section, main form")
    desk.locator('[name="sources-0-count"]').fill("2")
    desk.get_by_role("button", name="Guardar").or_(desk.get_by_role("button", name="Crear")).click()
    expect(said(desk, "success")).to_contain_text(f"Examen {slug}")


# -- marking and correcting ------------------------------------------------------------------------


def test_trainer_marks_with_the_keyboard_and_goes_on(desk: Page, product: Product) -> None:
    made = make_workshop(product)
    desk.goto("/ensenar/")
    check_page(desk)
    desk.goto("/ensenar/corregir/")
    check_page(desk)
    desk.goto(f"/ensenar/corregir/respuesta/{made['waiting'][0]}/")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Respuesta 11")
    check_page(desk)
    desk.get_by_text("Atajos de teclado").click()
    desk.get_by_label("Usar teclas sueltas en esta página").check()
    desk.keyboard.press("3")
    desk.keyboard.press("2")
    expect(desk.locator("[data-total]")).to_contain_text("0,75")
    desk.keyboard.press("g")

    expect(desk.get_by_role("heading", level=1)).to_have_text("Respuesta 12")
    desk.goto(f"/ensenar/corregir/respuesta/{made['waiting'][0]}/")
    expect(desk.locator(".marking-points")).to_contain_text("0,75")


def test_trainer_corrects_a_question_for_all(phone: Page, product: Product) -> None:
    made = make_workshop(product)
    quiz = f"/ensenar/corregir/prueba/{made['quiz']}/"
    phone.goto(quiz)
    check_page(phone)
    phone.goto(f"{quiz}{made['versions']['short_answer']}/corregir/")
    phone.get_by_label("dar el puntaje a todos").check()
    phone.get_by_role("button", name="Mostrar qué pasaría").click()
    expect(phone.locator(".field-error textarea")).to_have_count(1)
    phone.get_by_label("Motivo").fill("La pregunta admitía otras palabras.")
    phone.get_by_role("button", name="Mostrar qué pasaría").click()
    preview = phone.locator(".marking-preview")
    expect(preview.get_by_role("heading", level=2)).to_have_text("Qué pasaría")
    changed = preview.locator("dd").first.inner_text()
    assert int(changed) > 0
    check_page(phone)
    phone.get_by_role("button", name="Confirmar la corrección").click()

    expect(phone.get_by_role("heading", level=1)).to_have_text("Corrección de una pregunta")
    expect(phone.locator(".facts")).to_contain_text(changed)
    check_page(phone)


# -- figures ---------------------------------------------------------------------------------------


def downloaded(page: Page, name: str) -> Download:
    """Return the file behind a link."""
    with page.expect_download() as waited:
        page.get_by_role("link", name=name, exact=True).click()
    return waited.value


def test_trainer_reads_the_figures_and_takes_them_along(phone: Page, product: Product) -> None:
    made = make_workshop(product)
    product.manage("rebuild_statistics", "--quiz", made["quiz"])
    phone.goto("/ensenar/resultados/")
    check_page(phone)
    phone.goto(f"/ensenar/resultados/{made['quiz']}/")
    expect(phone.get_by_role("heading", name="La prueba en cifras")).to_be_visible()
    check_page(phone)
    sheet = openpyxl.load_workbook(
        BytesIO(downloaded(phone, "Excel, sin nombres").path().read_bytes())
    ).active
    assert sheet.max_row == 13
    with open(downloaded(phone, "CSV, sin nombres").path(), encoding="utf-8-sig") as file:
        assert len(list(csv.reader(file, delimiter=";"))) == 13

    phone.get_by_role("link", name="¿Qué hace usted primero?").click()
    answers = phone.locator("table").first.locator("tbody tr")
    expect(answers).to_have_count(3)
    counts = answers.evaluate_all(
        "rows => rows.map(row => parseInt(row.querySelector('td.number').innerText))"
    )
    assert counts == [6, 3, 1]
    check_page(phone)


# -- attempts --------------------------------------------------------------------------------------


def test_trainer_annuls_an_attempt_and_gives_more_time(phone: Page, product: Product) -> None:
    made = make_workshop(product)
    phone.goto(f"/ensenar/intentos/{made['quiz']}/")
    check_page(phone)
    row = phone.locator("tbody tr").filter(has_text="Participante Inventada 3")
    row.get_by_role("link", name="Permitir tiempo o intentos").click()
    phone.locator("[name=extra_minutes]").fill("20")
    phone.locator("[name=reason]").fill("Se cortó la luz.")
    check_page(phone)
    phone.get_by_role("button", name="Permitir").click()
    expect(row).to_contain_text("20")
    row.get_by_role("link", name="Intento 1").click()
    annul = phone.get_by_role("link", name="Anular este intento")
    expect(annul).to_be_visible()
    check_page(phone)
    annul.click()
    phone.locator("[name=reason]").fill("La rindió otra persona.")
    check_page(phone)
    press(phone.get_by_role("button", name="Anular este intento"))

    phone.goto(f"/ensenar/intentos/{made['quiz']}/")
    expect(row).to_contain_text("anulado")


# -- a case ----------------------------------------------------------------------------------------


def scene(number: int, name: str, title: str) -> dict[str, str]:
    """Return the fields of a scene."""
    place = f"scenes-{number}-value"
    return {
        f"content-{place}-id": name,
        **both(f"{place}-titles", title, f"{title} (en)"),
        **both(f"{place}-texts", f"{title}: alguien espera.", f"{title}: somebody waits."),
    }


def add_choice(page: Page, number: int, target: str) -> None:
    """Add a choice to the first scene."""
    add_row(page, "content-scenes-0-value-choices")
    place = f"scenes-0-value-choices-{number}-value"
    type_into(
        page,
        {
            **both(f"{place}-texts", f"Camino {number + 1}", f"Way {number + 1}"),
            **both(f"{place}-consequences", "Algo cambia.", "Something changes."),
            f"content-{place}-target": target,
        },
    )


def add_ending(page: Page, number: int, kind: str) -> None:
    """Make a scene an ending with its debrief and its source."""
    place = f"scenes-{number}-value-ending"
    add_row(page, f"content-{place}-sources")
    type_into(
        page,
        {
            f"content-{place}-kind": kind,
            **both(f"{place}-debriefs", "El protocolo pide calma.", "The protocol asks for calm."),
            f"content-{place}-sources-0-value-label": "Guía del taller",
        },
    )


def test_trainer_builds_a_case_and_mends_what_is_refused(desk: Page) -> None:
    key = f"caso-{uuid4().hex[:6]}"
    desk.goto("/admin/casos/new/")
    type_into(desk, {"name": f"Caso {key}", "key": key, **both("titles", "La espera", "The wait")})
    for _number in range(2):
        add_row(desk, "content-scenes")
    type_into(desk, scene(0, "llegada", "Llegada"))
    type_into(desk, scene(1, "calma", "Con calma"))
    type_into(desk, scene(2, "prisa", "Con prisa"))
    add_choice(desk, 0, "calma")
    add_ending(desk, 1, "safe")
    add_ending(desk, 2, "harmful")
    add_row(desk, "content-debrief_questions")
    type_into(desk, both("debrief_questions-0-value", "¿Qué ayudó?", "What helped?"))
    desk.get_by_role("button", name="Guardar y publicar").click()
    expect(said(desk, "error")).to_contain_text("no se publicó")
    refusal = desk.locator(FORM).get_by_text("Ninguna decisión lleva a esta escena.")
    expect(refusal).to_have_count(1)
    expect(desk.locator('[name="content-scenes-2-value-id"]')).to_have_value("prisa")
    check_part(desk, FORM)
    add_choice(desk, 1, "prisa")
    desk.get_by_role("button", name="Guardar y publicar").click()
    expect(said(desk, "success")).to_contain_text("Publicad")

    graph = desk.locator(".amparo-case-graph svg")
    expect(graph).to_be_visible()
    expect(graph).to_contain_text("Con prisa")
    check_part(desk, ".amparo-case-graph")


def test_trainer_sees_the_paths_and_prints_the_role_play(phone: Page) -> None:
    phone.goto("/ensenar/")
    phone.get_by_role("link", name="Caminos recorridos").first.click()
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    check_page(phone)
    phone.goto(f"{phone.url.split('?')[0]}imprimir/")
    check_page(phone)
    assert len(re.findall(rb"/Type\s*/Page\b", phone.pdf(format="A4"))) > 3
