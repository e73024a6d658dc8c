"""A learner goes through everything that is assessed, on a telephone with and without scripts.

Each walk has a learner of its own, so that the attempts of one do not use up those of another.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenBrowser, check_page, log_in
from tests.support.product import Product

SCRIPTED, PLAIN, ENGLISH = "con@prueba.test", "sin@prueba.test", "en@prueba.test"
COURSE = "/cursos/taller-evaluacion/"
MODULE = f"{COURSE}taller/"
SAFE_RULE = "Nunca entregue a la persona a quien dice ser su empleador."
REAL_NUMBER = "Me presento con calma. Su documento es DNI 45871236."
REWRITTEN = "Me presento con calma y le digo que puede descansar."


@pytest.fixture(scope="module", autouse=True)
def scene(product: Product) -> None:
    """Make the course with a question of every type, and a learner for each walk."""
    product.make_assessment(SCRIPTED, PLAIN, ENGLISH)


def begin(page: Page, name: str, button: str, *, prefix: str = "") -> None:
    """Open the page of a quiz or a case and press its one button."""
    page.goto(f"{prefix}{MODULE}{name}/")
    check_page(page)
    page.get_by_role("button", name=button).click()
    page.wait_for_load_state()


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
