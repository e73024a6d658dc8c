"""A learner goes through everything that is assessed, on a telephone with and without scripts.

Each walk has a learner of its own, so that the attempts of one do not use up those of another.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenBrowser, check_page, log_in, press
from tests.support.product import Product

SCRIPTED, PLAIN, ENGLISH = "con@prueba.test", "sin@prueba.test", "en@prueba.test"
COURSE = "/cursos/taller-evaluacion/"
MODULE = f"{COURSE}taller/"
SAFE_RULE = "Never hand the person over to whoever claims to employ her."
REAL_NUMBER = "Me presento con calma. Su documento es DNI 45871236."
REWRITTEN = "Me presento con calma y le digo que puede descansar."


@pytest.fixture(scope="module", autouse=True)
def scene(product: Product) -> None:
    """Make the course with a question of every type, and a learner for each walk."""
    product.make_assessment(SCRIPTED, PLAIN, ENGLISH)


def look(page: Page) -> None:
    """Check a page with axe and at 320 px; axe itself needs scripts, so that they must be on."""
    if page.locator("html").evaluate("node => matchMedia('(scripting: enabled)').matches"):
        check_page(page)


def begin(page: Page, name: str, button: str | re.Pattern[str], *, prefix: str = "") -> None:
    """Open the page of a quiz or a case and press its one button."""
    page.goto(f"{prefix}{MODULE}{name}/")
    look(page)
    press(page.get_by_role("button", name=button))


def go_on(page: Page, name: str = "Guardar y seguir") -> None:
    """Press the main button of a question and wait for the next page."""
    before = page.url
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_url(lambda url: url != before)


def expect_saved(page: Page) -> None:
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "saved")
    expect(page.locator("[data-save-state]")).to_contain_text(re.compile(r"\d\d:\d\d"))


def place_in_order(page: Page, steps: list[str]) -> None:
    """Move each step up with its button until it stands at its place."""
    for place, text in enumerate(steps):
        for _press in range(len(steps)):
            shown = page.locator("[data-step-text]").all_inner_texts()
            if shown.index(text) <= place:
                break
            page.get_by_role("button", name=f"Subir: {text}").click()
    assert page.locator("[data-step-text]").all_inner_texts() == steps


def answer_practice(page: Page, *, scripts: bool) -> None:
    """Answer a question of every type, the first one against the rule of safety."""
    look(page)
    go_on(page, "Continuar")
    page.get_by_text("Pista", exact=True).click()
    expect(page.get_by_text("Piense en qué necesita la persona ahora.")).to_be_visible()
    page.get_by_label("La dejo con quien la trajo").check()
    if scripts:
        expect_saved(page)
    look(page)
    go_on(page)
    page.get_by_label("Un lugar sin ruido").check()
    page.get_by_label("Tiempo para pensar").check()
    look(page)
    go_on(page)
    page.get_by_label("Verdadero").check()
    go_on(page)
    page.get_by_label("Su respuesta").fill("Vinculár con ella")
    look(page)
    go_on(page)
    answer_number(page)
    look(page)
    page.get_by_label("Hueco 1").select_option(label="escuche")
    page.get_by_label("Hueco 2").fill("Espere")
    go_on(page)
    look(page)
    for name, half in (
        ("Salud", "atiende y registra"),
        ("Fiscalía", "dirige el caso"),
        ("Albergue", "acoge"),
    ):
        match(page, name, half)
    go_on(page)
    answer_order_and_spots(page, scripts=scripts)
    write_openly(page, scripts=scripts)


def match(page: Page, name: str, half: str) -> None:
    """Choose a half by its words; the letter before them depends on the attempt."""
    field = page.get_by_label(name)
    value = field.locator("option", has_text=half).get_attribute("value")
    field.select_option(value)


def answer_number(page: Page) -> None:
    """Type no number, be told so with nothing lost, and then one with a decimal comma."""
    field = page.get_by_label("Su respuesta")
    field.fill("cuarenta")
    page.get_by_role("button", name="Guardar y seguir").click()
    expect(page.get_by_role("alert")).to_contain_text("«cuarenta»")
    expect(field).to_have_value("cuarenta")
    look(page)
    field.fill("45,0")
    go_on(page)


def answer_order_and_spots(page: Page, *, scripts: bool) -> None:
    """Order by the buttons and press the picture; without scripts by the selects and the list."""
    steps = ["Saludar y presentarse", "Ofrecer agua y descanso", "Preguntar qué necesita"]
    look(page)
    if scripts:
        place_in_order(page, steps)
        expect_saved(page)
    else:
        for place, text in enumerate(steps, start=1):
            page.get_by_label(text).select_option(str(place))
    go_on(page)
    look(page)
    armchair = page.get_by_role("radio", name=re.compile("El sillón apartado"))
    if scripts:
        page.locator("[data-spot=c]").click()
        expect_saved(page)
    else:
        armchair.check()
    expect(armchair).to_be_checked()
    go_on(page)


def write_openly(page: Page, *, scripts: bool) -> None:
    """Write what looks like a real case, be warned with nothing lost, and write it without."""
    field = page.get_by_label("Su respuesta")
    look(page)
    field.fill(REAL_NUMBER)
    if scripts:
        expect(page.locator("[data-case-guard]")).to_contain_text("caso real")
    page.get_by_role("button", name="Revisar mis respuestas").click()
    expect(page.locator(".guard-warning mark")).to_have_text("45871236")
    expect(field).to_have_value(REAL_NUMBER)
    look(page)
    field.fill(REWRITTEN)
    if scripts:
        expect_saved(page)
    go_on(page, "Revisar mis respuestas")


def hand_in(page: Page) -> None:
    look(page)
    page.get_by_role("button", name="Enviar mis respuestas").click()
    page.wait_for_url("**/resultado/")
    look(page)


def walk_exam(page: Page) -> None:
    """Take the exam: a clock, no hints, and nothing of the result."""
    begin(page, "examen", re.compile("Empezar el examen|Begin the exam"))
    expect(page.locator("[data-clock]")).to_contain_text("Se entrega lo que esté guardado")
    expect(page.get_by_text("Pista", exact=True)).to_have_count(0)
    look(page)
    for name in ("Guardar y seguir", "Guardar y seguir", "Revisar mis respuestas"):
        page.get_by_label("Escucho con calma").check()
        go_on(page, name)
    hand_in(page)
    expect(
        page.get_by_text("Los resultados llegan cuando el examen se haya cerrado")
    ).to_be_visible()
    main = page.locator("main").inner_text()
    assert not re.search(r"Aprobad|Todavía no|Explicación|Correct", main), main


def walk_survey(page: Page) -> None:
    begin(page, "encuesta", "Empezar la encuesta")
    expect(page.get_by_text("Esta encuesta es anónima")).to_be_visible()
    look(page)
    page.get_by_label("Mucho").check()
    page.get_by_role("button", name="Enviar la encuesta").click()
    expect(page.get_by_role("heading", level=1, name="Gracias")).to_be_visible()
    look(page)


def choose(page: Page, name: str) -> None:
    """Take a choice of a scene and read what comes of it."""
    page.get_by_label(name).check()
    page.get_by_role("button", name="Ver qué resulta").click()
    page.wait_for_url("**/consecuencia/**")


def walk_case(page: Page) -> None:
    """Walk the case to an open end, think again once, and come to a safe one."""
    begin(page, "caso", "Comenzar el caso")
    look(page)
    choose(page, "Opción a-solas")
    look(page)
    page.get_by_role("link", name="Continuar").click()
    choose(page, "Opción despedir")
    page.get_by_role("link", name="Continuar").click()
    expect(page.get_by_text("Final incompleto")).to_be_visible()
    better = page.locator(".case-better")
    expect(better).to_contain_text("Opción derivar")
    look(page)
    page.get_by_role("button", name="Pensarlo otra vez").click()
    page.wait_for_url("**/escena/**")
    choose(page, "Opción derivar")
    page.get_by_role("link", name="Continuar").click()
    expect(page.get_by_text("Final seguro", exact=True)).to_be_visible()
    path = page.locator(".case-path > li")
    expect(path).to_have_count(2)
    expect(path.last).to_contain_text("Opción derivar")
    look(page)


@pytest.mark.parametrize(("email", "scripts"), [(SCRIPTED, True), (PLAIN, False)])
def test_learner_is_assessed_on_a_telephone(
    open_browser: OpenBrowser, email: str, scripts: bool
) -> None:
    page = open_browser(scripts=scripts)
    log_in(page, email)
    begin(page, "practica", "Empezar la prueba")
    answer_practice(page, scripts=scripts)
    hand_in(page)
    expect(page.get_by_text("Su docente lee lo que usted escribió")).to_be_visible()
    walk_exam(page)
    walk_survey(page)
    walk_case(page)
    page.goto(COURSE)
    expect(page.get_by_text("1 de 4 terminadas").first).to_be_visible()
    look(page)


def test_learner_is_assessed_in_english_on_a_desk(open_browser: OpenBrowser) -> None:
    """A critical question fails whatever the score, and the result says by which rule of safety."""
    page = open_browser(phone=False, language="en")
    page.goto("/en/")
    log_in(page, ENGLISH)
    begin(page, "practica", "Begin the quiz", prefix="/en")
    go_on(page, "Go on")
    page.get_by_label("I leave her with who brought her").check()
    expect_saved(page)
    go_on(page, "Save and go on")
    page.get_by_label("A place without noise").check()
    page.get_by_label("Time to think").check()
    page.get_by_role("button", name="Review and submit").click()
    page.wait_for_url("**/revisar/")
    expect(page.get_by_text("8 questions have no answer yet.")).to_be_visible()
    page.get_by_role("button", name="Submit my answers").click()
    page.wait_for_url("**/resultado/")
    expect(page.get_by_role("heading", name="A rule of safety comes before every")).to_be_visible()
    expect(page.locator(".safety-rules li")).to_have_text([SAFE_RULE])
    expect(page.locator("#q3 summary")).to_contain_text("Right")
    expect(page.locator("#q2")).to_contain_text("Your answer: not right")
    look(page)
