"""Steps that several journeys share."""

import re
from collections import deque
from pathlib import Path

import yaml
from playwright.sync_api import Page, expect

from courses.case_graph import read_case
from courses.case_walks import Situation, after, beginning, open_choices
from courses.enums import EndingKind
from tests.journeys.conftest import check_page

CURRICULUM = Path(__file__).resolve().parents[2] / "fixtures" / "curriculum"
QUESTIONS = CURRICULUM / "questions"
COURSE = "/cursos/curso-inicial/"


def plain(text: str) -> str:
    """Return a text without Markdown's marks and with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"[*_`]", "", text)).strip()


def right_options() -> set[str]:
    """Return the words of every right option of the graded quiz, in both languages."""
    quiz = yaml.safe_load((CURRICULUM / f"courses{COURSE[7:]}modulo-1/prueba.yaml").read_text())
    drawn = [
        path for source in quiz["sources"] for path in (QUESTIONS / source["from"]).rglob("*.md")
    ]
    return {
        plain(match)
        for path in drawn
        for match in re.findall(r"^- \[x\] \w+: (.*)$", path.read_text(), re.MULTILINE)
    }


def finish_all_lessons(page: Page, prefix: str = "", *, checked: bool = False) -> None:
    """Follow the one button of `my learning`, step after step, until it leads to the graded quiz."""
    for _step in range(20):
        page.goto(f"{prefix}/mi-aprendizaje/")
        page.locator("main a.button").first.click()
        page.wait_for_load_state()
        if checked:
            check_page(page)
        if "/prueba/" in page.url:
            return
        if "/practica/" in page.url:
            practise(page, checked=checked)
            continue
        if "/caso-" in page.url:
            walk_case(page, checked=checked)
            continue
        if page.locator("form[action*='/leccion/']").count() == 0:
            page.locator(".content-notice a.button").first.click()
            page.wait_for_load_state()
            if checked:
                check_page(page)
        page.locator("form[action*='/leccion/'] button").click()
        page.wait_for_load_state()
    raise AssertionError("the lessons never ended")


def safe_choices(slug: str) -> list[str]:
    """Return the ids of the choices on a shortest way through a starter case to a safe ending."""
    page = yaml.safe_load((CURRICULUM / f"courses{COURSE[7:]}modulo-1/{slug}.yaml").read_text())
    graph = read_case(yaml.safe_load((CURRICULUM / f"cases/{page['case']}.yaml").read_text()))
    ways: deque[tuple[Situation, list[str]]] = deque([(beginning(graph), [])])
    while ways:
        situation, taken = ways.popleft()
        scene = graph.scene(situation.scene)
        if scene and scene.ending and scene.ending.kind == EndingKind.SAFE:
            return taken
        for choice in open_choices(graph, situation):
            ways.append((after(graph, situation, choice), [*taken, choice.id]))
    raise AssertionError(f"{slug} has no safe ending")


def walk_case(page: Page, *, checked: bool = False) -> None:
    """Walk from the page of a case to a safe ending."""
    slug = page.url.rstrip("/").rpartition("/")[2].partition("?")[0]
    page.locator("main form[action*='/caso/'] button").first.click()
    for choice in safe_choices(slug):
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


def practise(page: Page, *, checked: bool = False) -> None:
    """Answer the practice as it comes, read what it says after each answer, and hand it in."""
    page.locator("main form button[type=submit]").first.click()
    for number in range(1, 7):
        page.wait_for_url(f"**/{number}/")
        fields = page.locator("main fieldset")
        selects = [one.get_attribute("id") for one in fields.locator("select:visible").all()]
        for place, name in enumerate(selects):  # by name: parts of an order may move meanwhile
            field = page.locator(f"#{name}")
            field.select_option(index=1 + place % (field.locator("option").count() - 1))
        for field in fields.locator("input[type=text]:visible").all():
            field.fill("18")
        if fields.locator("[data-ordering] button[data-down]").count():
            fields.locator("[data-ordering] button[data-down]").first.click()
        if checked:
            check_page(page)
        page.locator("button[name=check]").click()
        page.wait_for_load_state()
        assert not (errors := page.locator(".question-error").all_inner_texts()), errors
        expect(page.locator("button[name=check]")).to_have_count(0)
        if checked:
            check_page(page)
        page.locator("button[name=go][value=next]").first.click()
    page.locator("form[action$='/enviar/'] button").click()
    page.wait_for_url("**/resultado/")
    if checked:
        check_page(page)


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
