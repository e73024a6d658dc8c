"""A coordinator: checks a pasted list and a sheet without scripts, makes a key and ends it."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenBrowser, check_page, log_in, press
from tests.support.product import Product
from tests.support.sheets import rows_of, xlsx


@pytest.fixture(scope="module")
def codes(product: Product) -> dict[str, str]:
    """Make the demo certificates and return their codes by state."""
    found: dict[str, str] = json.loads(product.manage("demo_codes"))
    return found


def open_desk(page: Page, name: str) -> str:
    """Log the coordinator in, go to a page of her desk through its links, and return its address."""
    log_in(page, "delia@demo.test")
    press(page.locator("main a[href='/agencia/']"))
    press(page.locator(f"main a[href$='/{name}/']").first)
    return page.url


def test_coordinator_checks_a_pasted_table(
    open_browser: OpenBrowser, codes: dict[str, str]
) -> None:
    page = open_browser(scripts=False)
    open_desk(page, "comprobar")
    lines = ["Nombre\tCódigo", *[f"Persona\t{code.lower()}" for code in codes.values()], "nada"]
    page.fill("textarea[name=codes]", "\n".join(lines))
    page.locator("main form button").first.click()

    expect(page.locator("tbody tr")).to_have_count(5)
    expect(page.locator("tbody tr").first).to_contain_text("Vigente")
    expect(page.locator("main")).not_to_contain_text("Quispe")


def test_coordinator_gets_her_sheet_back(
    open_browser: OpenBrowser, codes: dict[str, str], tmp_path: Path
) -> None:
    page = open_browser(scripts=False)
    open_desk(page, "comprobar")
    sheet = tmp_path / "personal.xlsx"
    sheet.write_bytes(xlsx([["Nombre", "Código"], ["=1+1", codes["revoked"]]]))
    page.set_input_files("input[type=file]", sheet)
    with page.expect_download() as download:
        page.click("button[name=download]")
    back = rows_of(Path(download.value.path()).read_bytes())

    assert back[1][:2] == ["'=1+1", codes["revoked"]]
    assert back[1][2].startswith("Revocado")


def test_coordinator_makes_a_key_that_works_and_ends_it(
    open_browser: OpenBrowser, codes: dict[str, str]
) -> None:
    page = open_browser()
    keys = open_desk(page, "llaves")
    press(page.locator("main a[href$='/nueva/']"))
    check_page(page)
    page.fill("input[name=name]", "Sistema de la prueba")
    page.locator("main form button[type=submit]").click()
    secret = page.locator("#new-key").input_value()
    headers = {"Authorization": f"Bearer {secret}"}
    address = f"/api/v1/certificates/{codes['valid']}"

    answer = page.request.get(address, headers=headers)
    assert (answer.status, answer.json()["state"], answer.json()["facts"]) == (200, "valid", None)
    check_page(page)
    page.goto(keys)
    expect(page.locator("main")).not_to_contain_text(secret)
    check_page(page)
    press(page.locator("tbody a[href$='/terminar/']").first)
    check_page(page)
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(re.compile("/llaves/$"))
    assert page.request.get(address, headers=headers).status == 401


@pytest.mark.parametrize("name", ["comprobar", "certificados", "cobertura", "unidades"])
def test_pages_of_the_desk_are_for_everybody(open_browser: OpenBrowser, name: str) -> None:
    page = open_browser()
    open_desk(page, name)
    check_page(page)
    page.goto("/agencia/")
    check_page(page)
