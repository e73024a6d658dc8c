"""Steps that several journeys share."""

import re
from functools import cache
from pathlib import Path

import yaml
from playwright.sync_api import Page, expect

from courses.case_graph import read_case
from tests.journeys.conftest import check_page, press
from tests.support.ways import safe_way

CURRICULUM = Path(__file__).resolve().parents[2] / "fixtures" / "curriculum"
QUESTIONS = CURRICULUM / "questions"
COURSE = "/cursos/primera-respuesta/"
"""The short course: its modules are written in the full one."""

QUIZ = re.compile(r"/(prueba|apertura|prueba-inicial|prueba-final|examen)/$")
QUESTION = re.compile(r"/\d+/$")


def plain(text: str) -> str:
    """Return a text without Markdown's marks and with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"[*_`]", "", text)).strip()


@cache
def known_questions() -> dict[str, frozenset[str]]:
    """Return the words of the right options of every question by the words of its stem."""
    found: dict[str, frozenset[str]] = {}
    for path in QUESTIONS.rglob("*.md"):
        for part in re.split(r"^# (?:es|en)$", path.read_text(), flags=re.MULTILINE)[1:]:
            stem = plain(re.split(r"^(?:- \[|## )", part, flags=re.MULTILINE)[0])
            options = re.findall(r"^- \[x\] \w+: (.*)$", part, re.MULTILINE)
            found[stem] = frozenset(map(plain, options))
    return found


def right_options(page: Page) -> frozenset[str]:
    """Return the words of the right options of the question that is shown."""
    shown = plain(page.locator("main").inner_text())
    stems = [stem for stem in known_questions() if stem in shown]
    assert stems, shown
    return known_questions()[max(stems, key=len)]


def follow(page: Page, prefix: str = "", *, until: str, checked: bool = False) -> None:
    """Follow the one button of `my learning`, step after step, until it leads to an item."""
    for _step in range(120):
        page.goto(f"{prefix}/mi-aprendizaje/")
        press(page.locator("main a.button").first)
        if checked:
            check_page(page)
        if f"/{until}/" in page.url:
            return
        if QUIZ.search(page.url.partition("?")[0]):
            take_quiz(page, checked=checked)
        elif "/caso-" in page.url:
            walk_case(page, checked=checked)
        else:
            read_lesson(page, checked=checked)
    raise AssertionError(f"the way never led to {until}")


def read_lesson(page: Page, *, checked: bool = False) -> None:
    """Say that the lesson is done, after its notice if it has one."""
    if page.locator("form[action*='/leccion/']").count() == 0:
        press(page.locator(".content-notice a.button").first)
        if checked:
            check_page(page)
    press(page.locator("form[action*='/leccion/'] button"))


def walk_case(page: Page, *, checked: bool = False) -> None:
    """Walk from the page of a case to a safe ending."""
    module, slug = page.url.partition("?")[0].rstrip("/").rsplit("/", 2)[1:]
    file = CURRICULUM / f"courses/curso-inicial/{module}/{slug}.yaml"
    case = yaml.safe_load(file.read_text())["case"]
    graph = read_case(yaml.safe_load((CURRICULUM / f"cases/{case}.yaml").read_text()))
    page.locator("main form[action*='/caso/'] button").first.click()
    for choice in safe_way(graph):
        page.wait_for_url("**/escena/**")
        if checked:
            check_page(page)
        page.locator(f"input[name='choice'][value='{choice}']").check()
        page.locator("form.case-choices button").click()
        page.wait_for_url("**/consecuencia/**")
        page.locator("main a.button").first.click()
    page.wait_for_url("**/final/**")
    if checked:
        check_page(page)


def take_quiz(page: Page, *, right: bool = True, checked: bool = False) -> None:
    """Begin a quiz from its page, answer one question after the other, review, and submit."""
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(QUESTION)
    answer_quiz(page, right=right, checked=checked)


def answer_quiz(page: Page, *, right: bool = True, checked: bool = False) -> None:
    """Answer the question that is shown and all that follow, review, and submit."""
    is_first = True
    while QUESTION.search(page.url):
        if checked and is_first:
            check_page(page)
        tick_options(page, right=right)
        check = page.locator("button[name=check]")
        if check.count():
            press(check)
            assert not (errors := page.locator(".question-error").all_inner_texts()), errors
            expect(check).to_have_count(0)
            if checked and is_first:
                check_page(page)
            press(page.locator("button[name=go][value=next]").first)
        else:
            press(page.locator("main form button[type=submit]").first)
        is_first = False
    if checked:
        check_page(page)
    page.locator("form[action$='/enviar/'] button").click()
    page.wait_for_url("**/resultado/")
    if checked:
        check_page(page)


def tick_options(page: Page, *, right: bool) -> None:
    """Choose all right options of the question shown, or one wrong one; guess at other types."""
    labels = page.locator("main fieldset label:has(input[type=radio], input[type=checkbox])")
    answers = right_options(page) if labels.count() else frozenset()
    for number in range(labels.count()):
        label = labels.nth(number)
        if (plain(label.inner_text()) in answers) == right:
            label.click()
            if not right:
                return
    selects = [
        one.get_attribute("id") for one in page.locator("main fieldset select:visible").all()
    ]
    for place, name in enumerate(selects):  # by name: parts of an order may move meanwhile
        field = page.locator(f"#{name}")
        field.select_option(index=1 + place % (field.locator("option").count() - 1))
    for field in page.locator("main fieldset input[type=text]:visible").all():
        field.fill("18")
    moves = page.locator("main fieldset [data-ordering] button[data-down]")
    if moves.count():
        moves.first.click()
