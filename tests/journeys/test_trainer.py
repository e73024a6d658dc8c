"""A trainer who has never seen the admin: writes, is refused, mends, publishes, releases.

She works on a course of her own and in a category of her own, so that the learners of the other
journeys meet the starter course as it was loaded.
"""

import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import (
    AXE,
    AXE_RULES,
    OpenBrowser,
    check_page,
    log_in,
    press,
)
from tests.support.product import Product

COURSE_TITLE = "Taller de acogida"
LESSON_TITLE = "La primera conversación"
TEXT = "Presentarse, ofrecer agua y preguntar qué necesita ahora."
IDEA = "Primero la persona, después el papel."
STEM = "Una persona llega asustada a la ventanilla. ¿Qué hace usted primero?"
OPTIONS = [
    ("Le ofrezco un lugar tranquilo", "I offer a quiet place"),
    ("Le pido su documento", "I ask for an identity document"),
    ("Le digo que vuelva mañana", "I say to come back tomorrow"),
]


def check_part(page: Page, selector: str) -> None:
    """Fail if axe finds a breach of WCAG in this part of an admin page.

    Left out is what Wagtail draws around our part: the side bar, the bar above with its toggles,
    the minimap and the messages; and axe's `best-practice` rules, which judge the whole page's
    landmarks (each of Wagtail's blocks is one, and empty ones share a name).
    """
    page.wait_for_load_state()
    page.evaluate(AXE)
    found = page.evaluate(
        "([part, rules]) => axe.run(part, {runOnly: rules})"
        ".then(r => r.violations.map(v => `${v.id}: ${v.nodes[0].html} (${v.nodes.length})`))",
        [selector, [rule for rule in AXE_RULES if rule.startswith("wcag")]],
    )
    assert found == [], f"{page.url} {selector}\n" + "\n".join(found)


def open_menu(page: Page, *names: str) -> None:
    """Follow the side bar, a group first where there is one."""
    for name in names[:-1]:
        page.get_by_role("button", name=name, exact=True).click()
    page.locator("#wagtail-sidebar").get_by_role("link", name=names[-1], exact=True).click()


def open_children(page: Page, *titles: str) -> None:
    """Go down the tree from the catalogue."""
    open_menu(page, "Cursos")
    for title in titles:
        page.get_by_role("link", name=f"Explorar páginas hijas de '{title}'").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def field(page: Page, name: str) -> Locator:
    """Return an input of the page by its label."""
    label = page.get_by_label(re.compile(rf"^\s*{name}\s*\*?\s*$"))
    return page.locator("main").locator("input, textarea, select").and_(label)


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=re.compile(rf"^{name}")).click()


def save_draft(page: Page) -> None:
    page.get_by_role("button", name="Guardar borrador").click()
    expect(page.locator(".messages .success")).to_be_visible()


def publish(page: Page) -> None:
    page.get_by_role("button", name="Más acciones").click()
    page.get_by_role("button", name="Publicar", exact=True).click()


def begin_course(page: Page) -> None:
    """Write a course and its first module as drafts."""
    open_menu(page, "Cursos")
    page.get_by_role("link", name="Añadir página hija").click()
    field(page, "Título").fill(COURSE_TITLE)
    field(page, "Resumen").fill("Cómo recibir a quien llega por primera vez.")
    field(page, "Para quién").fill("Para quien atiende en ventanilla.")
    open_tab(page, "Ajustes")
    field(page, "Cualquier persona puede inscribirse").check()
    field(page, "Texto del certificado").fill("Acredita que la persona completó el taller.")
    save_draft(page)
    open_children(page)
    page.get_by_role("link", name=f"Añadir página hija a '{COURSE_TITLE}'").click()
    field(page, "Título").fill("Recibir")
    field(page, "Resumen").fill("Los primeros minutos.")
    save_draft(page)


def add_text(page: Page, region: Locator, kind: str, text: str, *, last: bool) -> None:
    """Insert a block and type into it."""
    editors = region.locator("[contenteditable=true]")
    before = editors.count()
    buttons = region.get_by_role("button", name="Insertar un bloque")
    (buttons.last if last else buttons.first).click()
    page.get_by_role("option", name=kind, exact=True).click()
    expect(editors).to_have_count(before + 1)
    editors.last.click()
    page.keyboard.type(text)
    # Draftail hands its text to the form a moment after the last key.
    expect(region.locator("input[type=hidden][name$=-value]").last).to_have_value(re.compile(text))


def write_lesson(page: Page) -> None:
    """Write a lesson without a source: it is refused with a message at its place, and mended."""
    open_children(page, COURSE_TITLE)
    page.get_by_role("link", name="Añadir página hija a 'Recibir'").click()
    page.get_by_role("link", name="Lección", exact=True).click()
    field(page, "Título").fill(LESSON_TITLE)
    field(page, "Objetivo").fill("Abrir una conversación sin presionar.")
    field(page, "Minutos").fill("12")
    body = page.get_by_role("region", name=re.compile("^Lección"))
    add_text(page, body, "Texto", TEXT, last=False)
    add_text(page, body, "Idea clave", IDEA, last=True)
    save_draft(page)
    publish(page)

    expect(page.locator(".messages .error")).to_contain_text("Indique al menos una fuente.")
    expect(field(page, "Título")).to_have_value(LESSON_TITLE)
    expect(body).to_contain_text(TEXT)
    expect(body).to_contain_text(IDEA)
    open_tab(page, "Fuentes y revisión")
    sources = page.get_by_role("region", name=re.compile("^Fuentes"))
    expect(sources.locator(".error-message, .help-critical").first).to_contain_text(
        "Indique al menos una fuente."
    )
    sources.get_by_role("button", name="Insertar un bloque").click()
    field(page, "Fuente").fill("Guía de atención del taller")
    fill_date(page, "Última revisión", "2026-11-20")
    fill_date(page, "Próxima revisión", "2027-05-20")


def fill_date(page: Page, name: str, day: str) -> None:
    """Type a date and close the calendar, which would lie on what comes next."""
    calendar = page.locator(".xdsoft_datetimepicker:visible")
    field(page, name).click()
    expect(calendar).to_have_count(1)
    field(page, name).fill(day)
    page.get_by_role("tab", selected=True).click()
    expect(calendar).to_have_count(0)
    expect(field(page, name)).to_have_value(day)


def look_at_preview(page: Page) -> None:
    """See the lesson as a learner does, beside the editor."""
    page.get_by_role("button", name="Alternar vista previa").click()
    shown = page.frame_locator("#w-preview-iframe").locator("main")
    expect(shown.get_by_role("heading", level=1)).to_have_text(LESSON_TITLE)
    expect(shown).to_contain_text(TEXT)
    expect(shown).to_contain_text(IDEA)


def publish_upwards(page: Page) -> None:
    """Publish the module and then the course, from the list."""
    for above, title in (((COURSE_TITLE,), "Recibir"), ((), COURSE_TITLE)):
        open_children(page, *above)
        page.get_by_role("link", name=title, exact=True).first.click()
        publish(page)
        expect(page.locator(".messages .success")).to_contain_text(title)


def add_category(page: Page) -> None:
    """Make a category from which no other quiz draws."""
    open_menu(page, "Banco de preguntas", "Categorías")
    page.locator("main").get_by_role("link", name=re.compile("^Añadir")).first.click()
    field(page, "Banco").select_option(index=1)
    field(page, "Ruta").fill("taller")
    field(page, "Nombre").fill("Taller")
    page.get_by_role("button", name="Crear", exact=True).click()
    expect(page.locator(".messages .success")).to_be_visible()


def write_question(page: Page) -> None:
    """Write a question without a right answer: refused at its place, and mended."""
    open_menu(page, "Banco de preguntas", "Preguntas")
    page.get_by_role("link", name="Añadir pregunta").click()
    page.get_by_role("link", name="Opción única").click()
    expect(page.get_by_label("Es la respuesta correcta")).to_have_count(4)
    check_part(page, "main .nice-padding")
    field(page, "Categoría").select_option(label="Taller (Banco inicial)")
    fill_both(page, "stems", STEM, "Somebody arrives frightened. What do you do first?")
    for number, (spanish, english) in enumerate(OPTIONS):
        fill_both(page, f"options-{number}-value-texts", spanish, english)
    fill_both(page, "explanations", "Primero la calma.", "Calm comes first.")
    page.locator("[data-contentpath=sources]").get_by_role("button", name="Agregar").click()
    page.locator("#content-sources-0-value-label").fill("Guía de atención del taller")
    page.get_by_role("button", name="Guardar y publicar").click()

    expect(page.locator(".messages .error")).to_contain_text("no se publicó")
    expect(page.locator("[data-contentpath=options]")).to_contain_text(
        "La pregunta no tiene respuesta correcta."
    )
    expect(page.locator("#content-stems-es")).to_have_value(STEM)
    check_part(page, "main .nice-padding")
    page.get_by_label("Es la respuesta correcta").first.check()
    page.get_by_role("button", name="Guardar y publicar").click()
    expect(page.locator(".amparo-state")).to_contain_text("Publicada")
    expect(page.get_by_label("Es la respuesta correcta")).to_have_count(3)
    check_part(page, "main .nice-padding")
    page.get_by_role("link", name="Verla como quien aprende").click()
    expect(page.locator("main")).to_contain_text(STEM)
    check_page(page)


def fill_both(page: Page, path: str, spanish: str, english: str) -> None:
    """Write the same in both languages, side by side."""
    page.locator(f"#content-{path}-es").fill(spanish)
    page.locator(f"#content-{path}-en").fill(english)


def test_trainer_writes_publishes_and_releases(product: Product, open_browser: OpenBrowser) -> None:
    page = open_browser(phone=False)
    log_in(page, "beto@demo.test")
    page.goto("/admin/")
    check_part(page, ".amparo-home")
    begin_course(page)
    write_lesson(page)
    look_at_preview(page)
    publish(page)
    expect(page.locator(".messages .success")).to_contain_text(LESSON_TITLE)
    publish_upwards(page)
    open_children(page, COURSE_TITLE, "Recibir")
    expect(page.get_by_role("link", name=LESSON_TITLE, exact=True)).to_have_count(1)
    release_course(page)
    read_as_learner(product, open_browser())


def release_course(page: Page) -> None:
    """Read what is promised, freeze it, and see that nothing is left to change."""
    open_menu(page, "Ediciones")
    row = page.get_by_role("row").filter(has_text=COURSE_TITLE)
    row.get_by_role("link", name="Publicar una edición del curso").click()
    main = page.locator("main")
    expect(main).to_contain_text("Es la primera edición del curso.")
    expect(page.get_by_role("row").filter(has_text=LESSON_TITLE)).to_contain_text("12")
    check_part(page, "main .nice-padding")
    page.get_by_role("button", name="Publicar una edición del curso").click()
    expect(page.locator(".messages .success")).to_contain_text("1")
    expect(main).to_contain_text("Nada ha cambiado desde la edición 1.")
    check_part(page, "main .nice-padding")


def read_as_learner(product: Product, page: Page) -> None:
    """Join the released course, find the lesson in its outline, and open it."""
    product.make_learner("estrena-taller@example.test")
    log_in(page, "estrena-taller@example.test")
    page.goto("/cursos/")
    page.get_by_role("link", name=COURSE_TITLE).first.click()
    press(page.locator("form[action*='/inscripcion/'] button").first)
    page.get_by_role("link", name=LESSON_TITLE).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(LESSON_TITLE)
    expect(page.locator("main")).to_contain_text(IDEA)
    check_page(page)


def test_trainer_writes_a_question_and_a_quiz(product: Product, open_browser: OpenBrowser) -> None:
    page = open_browser(phone=False)
    log_in(page, "beto@demo.test")
    page.goto("/admin/")
    add_category(page)
    write_question(page)
    page.goto("/admin/")
    open_menu(page, "Banco de preguntas", "Preguntas")
    page.goto("/admin/preguntas/?q=asustada")
    row = page.get_by_role("row").filter(has_text=STEM)
    expect(row).to_contain_text("publicada")
    open_menu(page, "Pruebas")
    page.get_by_role("link", name="Prueba del módulo 1", exact=True).click()
    expect(field(page, "Nombre")).to_have_value("Prueba del módulo 1")
    check_part(page, "main form")
