"""A trainer makes a cohort, and issues the certificates of another, on a phone without scripts."""

import time

from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenBrowser, check_page, log_in, press
from tests.support.product import Product

TRAINER = "beto@demo.test"
PEOPLE = 3
PATIENCE_SECONDS = 90


def test_trainer_makes_a_cohort(open_browser: OpenBrowser) -> None:
    page = open_browser()
    log_in(page, TRAINER)
    page.goto("/ensenar/cohortes/nueva/")
    check_page(page)
    page.fill("input[name=name]", "Segundo grupo")
    page.fill("input[name=starts_date]", "2026-11-01")
    page.fill("input[name=ends_date]", "2026-10-01")
    page.click("main form button[type=submit]")

    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("input[name=name]")).to_have_value("Segundo grupo")
    page.fill("input[name=ends_date]", "2026-12-01")
    page.click("main form button[type=submit]")

    page.wait_for_url("**/agregar/")
    check_page(page)
    page.goto("/ensenar/cohortes/")
    check_page(page)
    expect(page.get_by_role("link", name="Segundo grupo", exact=True)).to_be_visible()


def update_until_finished(page: Page) -> None:
    """Press "Update this page", as somebody without scripts does, until all is issued."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while page.locator("[data-batch-refresh]").count():
        assert time.monotonic() < deadline, "the certificates were not issued"
        time.sleep(0.1)
        press(page.locator("[data-batch-refresh]"))


def test_trainer_issues_to_a_cohort_without_scripts(
    open_browser: OpenBrowser, product: Product
) -> None:
    cohort = product.make_cohort(PEOPLE)
    page = open_browser(scripts=False)
    log_in(page, TRAINER)
    page.goto(f"/ensenar/cohortes/{cohort}/")
    page.get_by_role("link", name="Certificados", exact=True).click()
    page.click(".batch a.button")
    expect(page.locator(".batch-names li")).to_have_count(PEOPLE)
    press(page.locator("main form button[type=submit]"))
    press(page.locator("form[action$='/detener/'] button"))
    expect(page.locator("progress")).to_be_visible()
    press(page.locator("form[action$='/seguir/'] button"))
    update_until_finished(page)

    expect(page.locator(".notice-success")).to_contain_text(str(PEOPLE))
    expect(page.locator(".batch a.button")).to_have_count(0)


def test_pages_of_certificates_are_sound(open_browser: OpenBrowser, product: Product) -> None:
    cohort = product.make_cohort(2)
    page = open_browser()
    log_in(page, TRAINER)
    for address in ("", "agregar/", "cambiar/", "certificados/", "certificados/emitir/"):
        page.goto(f"/ensenar/cohortes/{cohort}/{address}")
        check_page(page)
    page.click("main form button[type=submit]")
    expect(page.locator(".notice-success")).to_be_visible(timeout=PATIENCE_SECONDS * 1000)
    check_page(page)
