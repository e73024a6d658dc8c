"""Steps that several journeys share."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import check_page

QUESTIONS = Path(__file__).resolve().parents[2] / "fixtures" / "curriculum" / "questions"
COURSE = "/cursos/curso-inicial/"


def plain(text: str) -> str:
    """Return a text without Markdown's marks and with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"[*_`]", "", text)).strip()


def right_options() -> set[str]:
    """Return the words of every right option of the starter questions, in both languages."""
    return {
        plain(match)
        for path in QUESTIONS.rglob("*.md")
        for match in re.findall(r"^- \[x\] \w+: (.*)$", path.read_text(), re.MULTILINE)
    }


def finish_all_lessons(page: Page, prefix: str = "", *, checked: bool = False) -> None:
    """Follow the one button of `my learning` until it leads to the quiz."""
    for _step in range(20):
        page.goto(f"{prefix}/mi-aprendizaje/")
        page.locator("main a.button").first.click()
        page.wait_for_load_state()
        if checked:
            check_page(page)
        if "/prueba/" in page.url:
            return
        if page.locator("form[action*='/leccion/']").count() == 0:
            page.locator(".content-notice a.button").first.click()
            page.wait_for_load_state()
            if checked:
                check_page(page)
        page.locator("form[action*='/leccion/'] button").click()
        page.wait_for_load_state()
    raise AssertionError("the lessons never ended")


def tick_options(page: Page, *, right: bool) -> None:
    """Choose all right options of the question shown, or one wrong one."""
    answers = right_options()
    labels = page.locator("main fieldset label")
    for number in range(labels.count()):
        label = labels.nth(number)
        if (plain(label.inner_text()) in answers) == right:
            label.click()
            if not right:
                return


def answer_quiz(page: Page, *, right: bool = True, checked: bool = False) -> None:
    """Answer one question after the other, review, and submit."""
    for number in range(1, 11):
        expect(page).to_have_url(re.compile(rf"/{number}/$"))
        if checked and number == 1:
            check_page(page)
        tick_options(page, right=right)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_load_state()
    if checked:
        check_page(page)
    page.locator("form[action$='/enviar/'] button").click()
    page.wait_for_url("**/resultado/")
