"""An agency: checks certificates in each state, by a code typed sloppily, in both languages."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import OpenBrowser, check_page, press
from tests.support.product import Product


@pytest.fixture(scope="session")
def codes(product: Product) -> dict[str, str]:
    """Make the demo certificates and return their codes by state."""
    found: dict[str, str] = json.loads(product.manage("demo_codes"))
    return found


WORDS = {
    "valid": ("Vigente", "Valid"),
    "expired": ("Vencido", "Expired"),
    "revoked": ("Revocado", "Revoked"),
    "replaced": ("Reemplazado", "Replaced"),
}


@pytest.mark.parametrize("state", list(WORDS))
@pytest.mark.parametrize(("prefix", "language"), [("", 0), ("/en", 1)])
def test_agency_sees_the_state(
    open_browser: OpenBrowser, codes: dict[str, str], state: str, prefix: str, language: int
) -> None:
    page = open_browser(scripts=False)
    page.goto(f"{prefix}/v/{codes[state]}/")

    expect(page.locator("h1")).to_contain_text(WORDS[state][language])
    page = open_browser(phone=False)
    page.goto(f"{prefix}/v/{codes[state]}/")
    check_page(page)


def test_agency_types_a_code_sloppily(open_browser: OpenBrowser, codes: dict[str, str]) -> None:
    page = open_browser(scripts=False)
    page.goto("/v/")
    typed = " ".join(re.findall("....", codes["valid"].lower())).replace("0", "o").replace("1", "l")
    page.locator("main input").first.fill(typed)
    press(page.locator("main form button[type=submit]").first)

    expect(page).to_have_url(re.compile(f"/v/{codes['valid']}/$"))
    expect(page.locator("h1")).to_contain_text("Vigente")


def test_unknown_codes_are_all_alike(open_browser: OpenBrowser) -> None:
    page = open_browser()
    answers = [page.request.get(f"/v/{'0123456789ABCDEFGHJK'[::step]}/") for step in (1, -1)]

    assert [answer.status for answer in answers] == [404, 404]
    assert answers[0].body() == answers[1].body()


def test_demo_codes_saves_one_pdf_for_each_state(product: Product, tmp_path: Path) -> None:
    first = product.manage("demo_codes", "--save", str(tmp_path))
    second = product.manage("demo_codes")

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "expired.pdf",
        "replaced.pdf",
        "revoked.pdf",
        "valid.pdf",
    ]
    assert {path.read_bytes()[:5] for path in tmp_path.iterdir()} == {b"%PDF-"}
    assert json.loads(first) == json.loads(second)
