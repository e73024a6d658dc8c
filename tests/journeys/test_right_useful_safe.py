"""Content that is followed when a norm changes, a course that is followed, a person who leaves."""

import io
import json
import re
import zipfile

from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenBrowser, check_page, log_in, press
from tests.support.product import Product

LEARNER, LEAVER = "despues@example.test", "se-va@example.test"
PATIENCE_SECONDS = 60


def fetch(page: Page, address: str) -> bytes:
    """Return the body of what a link leads to, as the person who is logged in."""
    answer = page.request.get(address)
    assert answer.status == 200, f"{address}: {answer.status}"
    return answer.body()


def log_in_to_admin(page: Page, email: str) -> None:
    """Log somebody of the staff in, with the admin in Spanish."""
    log_in(page, email)
    page.goto("/admin/fuentes-cambios/")


def test_norm_changes_and_all_that_rests_on_it_is_checked(open_browser: OpenBrowser) -> None:
    desk = open_browser(phone=False)
    log_in_to_admin(desk, "emilio@demo.test")
    check_page(desk)
    value = desk.locator("select[name=fuente] option", has_text="DS 008-2018-IN").first
    desk.select_option("select[name=fuente]", value.get_attribute("value"))
    press(desk.locator("form:has(select[name=fuente]) button[type=submit]"))
    check_page(desk)
    desk.check("input[name=kind][value=amended]")
    desk.fill("input[name=changed_date]", "2026-11-20")
    desk.fill("textarea[name=words_es]", "Cambió una definición.")
    desk.fill("textarea[name=words_en]", "A definition was changed.")
    desk.locator("form:has(textarea[name=words_es]) button[type=submit]").click()
    desk.wait_for_url(re.compile(r"/fuentes-cambios/\d+/$"))
    check_page(desk)
    change, rows = desk.url, desk.locator("table.listing tbody tr")
    assert rows.count() > 0

    learner = open_browser()
    log_in(learner, "ana@demo.test")
    learner.goto("/biblioteca/normas/")
    check_page(learner)
    expect(learner.locator("main")).to_contain_text("DS 008-2018-IN")

    for _row in range(rows.count()):
        desk.goto(change)
        press(desk.locator("tr", has_text="Por revisar").first.locator("a").first)
        check_page(desk)
        desk.check("input[name=outcome][value=unchanged]")
        desk.fill("[name=note]", "Leído de nuevo; el cambio no toca este texto.")
        desk.locator("form:has([name=note]) button[type=submit]").click()
        desk.wait_for_url(change)
    expect(desk.locator("main")).to_contain_text("Cerrado el")


def test_course_is_followed_to_its_report_and_its_booster(
    open_browser: OpenBrowser, product: Product
) -> None:
    product.make_learner(LEARNER, until="modulo-1/prueba", course="curso-inicial")
    product.follow_up(LEARNER)
    phone = open_browser()
    log_in(phone, LEARNER)
    phone.goto("/avisos/")
    check_page(phone)
    press(phone.locator("main a[href*='/despues/']").first)
    check_page(phone)
    press(phone.locator("form[action$='/repaso/'] button"))
    check_page(phone)
    expect(phone.locator("main form").first).to_be_visible()

    desk = open_browser(phone=False)
    log_in(desk, "beto@demo.test")
    desk.goto("/ensenar/informes/")
    check_page(desk)
    desk.select_option("select[name=period]", index=0)
    press(desk.locator("main form button[type=submit]"))
    wait_for(desk, "a[href$='informe.pdf']")
    check_page(desk)
    expect(desk.locator("main")).to_contain_text("42")
    expect(desk.locator("main")).to_contain_text("reservado")
    assert fetch(desk, f"{desk.url}informe.pdf").startswith(b"%PDF-")
    book = zipfile.ZipFile(io.BytesIO(fetch(desk, f"{desk.url}informe.xlsx")))
    assert "xl/workbook.xml" in book.namelist()


def test_person_sees_takes_along_and_erases_what_is_hers(
    open_browser: OpenBrowser, product: Product
) -> None:
    product.make_learner(LEAVER, until="modulo-1/prueba")
    phone = open_browser()
    log_in(phone, LEAVER)
    phone.goto("/mi-aprendizaje/historial/")
    check_page(phone)
    with phone.expect_download() as record:
        phone.click("form[action$='/historial/archivo/'] button")
    assert json.loads(record.value.path().read_text())["courses"]
    phone.goto("/mis-datos/")
    check_page(phone)
    phone.goto("/mis-datos/descargar/")
    confirm_password(phone)
    check_page(phone)
    press(phone.locator("button[name=kind][value=data_json]"))
    wait_for(phone, "a[href*='/mis-datos/archivo/']")
    link = phone.locator("a[href*='/mis-datos/archivo/']").first
    assert LEAVER.encode() in fetch(phone, str(link.get_attribute("href")))

    phone.goto("/mi-aprendizaje/cerrar-cuenta/")
    check_page(phone)
    press(phone.locator("main form[action*='/confirmar/'] button[type=submit]"))
    check_page(phone)
    phone.fill("input[name=password]", "amparo-demo")
    phone.check("input[name=is_sure]")
    phone.click("main form button[type=submit]")
    phone.wait_for_url("**/cuenta-cerrada/")
    check_page(phone)
    phone.goto("/accounts/login/")
    phone.fill("input[name=login]", LEAVER)
    phone.fill("input[name=password]", "amparo-demo")
    phone.click("main button[type=submit]")
    expect(phone.locator("input[name=password]")).to_be_visible()


def wait_for(page: Page, selector: str) -> None:
    """Look again until the worker has made what the page waits for."""
    for _look in range(PATIENCE_SECONDS * 2):
        if page.locator(selector).count():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(f"{page.url} never had {selector}")


def confirm_password(page: Page) -> None:
    """Type the password again where the page asks for it."""
    if "/reauthenticate/" in page.url:
        page.fill("input[name=password]", "amparo-demo")
        press(page.locator("main form button[type=submit]"))
