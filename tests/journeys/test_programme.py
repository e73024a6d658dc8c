"""A programme from its sheet of names to its hall of certified people, as each of them walks it.

A coordinator brings 200 people, a cohort meets in two rooms, somebody is watched and marked, all
are certified, and the coverage of the agency shows it, two years later, too. What the many do is
done by the services behind the pages; every kind of page is walked once.
"""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenBrowser, check_page, log_in, press
from tests.support.product import Product
from tests.support.sheets import xlsx

COORDINATOR, TRAINER = "delia@demo.test", "beto@demo.test"
PEOPLE, HALL = 200, 12
PATIENCE_SECONDS = 180
HEAD = ("Correo", "Nombres y apellidos", "DNI", "Unidad", "Cohorte")
COHORT = "Primer contacto, Paso Real"
LEARNER = "persona-001@example.test"
PASSWORD = "un paso tras otro 7"
UNITS = ("Puesto Paso Real Centro", "Puesto Quebrada Seca")


def sheet() -> bytes:
    """Return the people of the agency; one address is wrong, and one is there twice."""
    rows = [
        [
            f"persona-{number:03d}@example.test",
            f"Persona Inventada {letters(number)}",
            f"{40_000_000 + number}",
            UNITS[number % 2],
            COHORT,
        ]
        for number in range(1, PEOPLE + 1)
    ]
    rows[4][0] = "persona-005 example.test"
    rows[9][0] = "persona-009@example.test"
    return xlsx([HEAD, *rows])


def letters(number: int) -> str:
    """Return a number in letters, as names have no digits."""
    return "".join("ABCDEFGHIJ"[int(digit)] for digit in f"{number:03d}").title()


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    """Look again until something is so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def wait_for_the_worker(page: Page) -> None:
    """Wait until a page of progress, which looks again by itself, says that all is done."""
    expect(page.locator("[data-batch-refresh]")).to_have_count(0, timeout=PATIENCE_SECONDS * 1000)


def make_the_cohort(page: Page, release: int) -> str:
    log_in(page, TRAINER)
    page.goto("/ensenar/cohortes/nueva/")
    check_page(page)
    today = timezone.localdate()
    page.select_option("select[name=release]", str(release))
    page.fill("input[name=name]", COHORT)
    page.fill("input[name=starts_date]", (today - timedelta(days=1)).isoformat())
    page.fill("input[name=ends_date]", (today + timedelta(days=60)).isoformat())
    page.check("input[name=certificate_timing][value=trainer]")
    page.fill("input[name=seats]", str(PEOPLE))
    page.get_by_label("Comisaría de Paso Real").check()
    page.click("main form button[type=submit]")
    page.wait_for_url("**/agregar/")
    found = re.search(r"/cohortes/(\d+)/", page.url)
    assert found is not None
    return found[1]


def bring_the_people(page: Page, agency: int, folder: Path) -> None:
    log_in(page, COORDINATOR)
    page.goto(f"/agencia/{agency}/importar/")
    check_page(page)
    file = folder / "personal.xlsx"
    file.write_bytes(sheet())
    page.set_input_files("main input[type=file]", file)
    page.click("main form[enctype] button[type=submit]")
    page.wait_for_url(re.compile(r"/importar/\d+/$"))
    check_page(page)
    form = page.locator("form[action$='/corregir/']")
    form.locator("input[value='persona-005 example.test']").fill("persona-005@example.test")
    form.locator("input[value='persona-009@example.test']").last.fill("persona-010@example.test")
    form.locator("button[type=submit]").click()
    expect(page.locator("form[action$='/corregir/']")).to_have_count(0)
    press(page.locator("form[action$='/confirmar/'] button"))
    wait_for_the_worker(page)
    check_page(page)


def accept_the_invitation(page: Page, product: Product) -> None:
    """Follow the link of the mail, make an account, and find the group on one's own page."""

    def own_letters() -> list[str]:
        return [letter for letter in product.letters() if f"To: {LEARNER}" in letter]

    wait_until(lambda: bool(own_letters()), "the invitation was not sent")
    letter = own_letters()[0]
    assert "trata" not in letter.lower()
    found = re.search(r"/invitacion/[^/\s]+/", letter)
    assert found is not None
    page.goto(found[0])
    check_page(page)
    page.fill("input[name=password1]", PASSWORD)
    page.fill("input[name=password2]", PASSWORD)
    page.check("input[name=agrees]")
    page.click("button[name=answer][value=create]")
    page.wait_for_url("**/mi-aprendizaje/**")
    expect(page.get_by_text(COHORT).first).to_be_visible()
    check_page(page)


def learn_alone(page: Page) -> None:
    """Read the lesson and answer the question."""
    page.goto("/cursos/taller-contacto/")
    check_page(page)
    page.goto("/cursos/taller-contacto/modulo-1/leccion-1/")
    press(page.locator(".finish form button[type=submit]"))
    page.goto("/cursos/taller-contacto/modulo-1/prueba/")
    page.get_by_role("button", name="Empezar la prueba").click()
    page.fill("textarea", "Le digo mi nombre, le ofrezco agua y espero.")
    page.get_by_role("button", name="Guardar todo y revisar").click()
    page.get_by_role("button", name="Enviar mis respuestas").click()
    page.wait_for_url("**/resultado/")
    check_page(page)


def plan_and_call_off(page: Page, cohort: str) -> None:
    """Set a session for tomorrow, and call it off."""
    page.goto(f"/ensenar/cohortes/{cohort}/sesiones/nueva/")
    check_page(page)
    page.fill("input[name=title]", "Encuentro de mañana")
    page.fill("input[name=day]", (timezone.localdate() + timedelta(days=1)).isoformat())
    page.fill("input[name=starts]", "09:00")
    page.fill("input[name=ends]", "11:00")
    page.check("input[name=place][value=video]")
    page.fill("input[name=link]", "https://video.example.test/sala")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/sesiones/")
    check_page(page)
    press(page.locator("a[href$='/suspender/']").last)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/sesiones/")


def be_in_the_room(trainer: Page, learner: Page, cohort: str, room: int) -> None:
    """Show the code on the trainer's screen, and type it on the learner's telephone."""
    trainer.goto(f"/ensenar/cohortes/{cohort}/sesiones/{room}/codigo/")
    press(trainer.locator("main form button[type=submit]"))
    check_page(trainer)
    shown = re.search(r"\b\d{3}\s?\d{3}\b", trainer.locator("main").inner_text())
    assert shown is not None
    learner.goto("/asistencia/")
    learner.fill("input[name=code]", "000000" if shown[0] != "000000" else "111111")
    learner.click("main form button[type=submit]")
    expect(learner.locator(".error-summary")).to_be_visible()
    learner.fill("input[name=code]", shown[0])
    learner.click("main form button[type=submit]")
    expect(learner.locator(".notice-success")).to_be_visible()


def watch_and_mark(page: Page, cohort: str, practice: str) -> None:
    """Sign the learner's practice on a telephone, and mark her answer."""
    page.goto(f"/ensenar/cohortes/{cohort}/practica/{practice}/")
    press(page.get_by_role("link", name=re.compile("Persona Inventada Aab")).first)
    check_page(page)
    for group in page.locator("main fieldset").all():
        group.locator("input[type=radio]").first.check()
    page.fill("textarea[name=remarks]", "Habló con calma y preguntó qué necesitaba.")
    press(page.locator("button[name=stay]"))
    page.goto("/ensenar/corregir/")
    page.click("main h3 a[href*='/corregir/prueba/']")
    press(page.locator("main a[href*='/corregir/respuesta/']").first)
    for rubric in page.locator("fieldset.rubric").all():
        rubric.locator("input[type=radio]").last.check()
    press(page.locator("button[name=do][value=mark]"))


def numbers(page: Page) -> dict[str, int]:
    """Return what the coverage says at its top; the number of people under way is left out."""
    found = [int(text) for text in page.locator(".coverage-numbers dd").all_inner_texts()]
    return dict(zip(("nobody", "current", "ending"), found, strict=False))


def certify(page: Page, cohort: str) -> None:
    """Issue all certificates of the cohort at once."""
    page.goto(f"/ensenar/cohortes/{cohort}/certificados/")
    press(page.locator(".batch a.button"))
    press(page.locator("main form button[type=submit]"))
    wait_for_the_worker(page)
    expect(page.locator(".notice-success")).to_contain_text(str(HALL))


def test_programme_from_a_sheet_to_the_coverage(
    open_browser: OpenBrowser, product: Product, tmp_path: Path
) -> None:
    course = product.play("course")
    agency = product.play("agency")["agency"]
    trainer, coordinator = open_browser(), open_browser()
    learner, desk = open_browser(), open_browser(phone=False)

    cohort = make_the_cohort(trainer, course["release"])
    bring_the_people(coordinator, agency, tmp_path)
    accept_the_invitation(learner, product)
    product.play("accept", cohort, HALL - 1, LEARNER)
    learn_alone(learner)
    product.play("learn", cohort, LEARNER)
    plan_and_call_off(trainer, cohort)
    first, second = product.play("rooms", cohort)["rooms"]
    be_in_the_room(trainer, learner, cohort, first)
    product.play("attest", cohort, second, LEARNER)
    learner.goto("/cursos/taller-contacto/")
    check_page(learner)
    watch_and_mark(trainer, cohort, course["practice"])

    log_in(desk, TRAINER)
    for address in ("", "avance/", "personas/", "sesiones/", "practica/", "mensajes/"):
        desk.goto(f"/ensenar/cohortes/{cohort}/{address}")
        check_page(desk)
        trainer.goto(f"/ensenar/cohortes/{cohort}/{address}")
        check_page(trainer)
    certify(desk, cohort)

    learner.goto("/mi-aprendizaje/")
    expect(learner.get_by_text("Taller de primer contacto").first).to_be_visible()
    check_page(learner)
    later = (timezone.localdate() + timedelta(days=900)).isoformat()
    coordinator.goto(f"/agencia/{agency}/cobertura/")
    check_page(coordinator)
    assert numbers(coordinator)["current"] == HALL
    coordinator.goto(f"/agencia/{agency}/personas/")
    check_page(coordinator)
    expect(coordinator.get_by_text("Persona Inventada Aab")).to_have_count(1)
    expect(coordinator.get_by_text(re.compile("certificado vigente hasta"))).to_have_count(HALL)
    coordinator.goto(f"/agencia/{agency}/cobertura/?dia={later}")
    assert numbers(coordinator) == {"nobody": len(UNITS), "current": 0, "ending": 0}
