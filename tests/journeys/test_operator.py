"""An operator: signs up, learns, fails, passes, is certified, on a phone and in both languages."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenBrowser, check_page, log_in, press
from tests.journeys.walks import COURSE, follow, take_quiz, tick_options
from tests.support.product import Product

TOPIC = re.compile(r"trata|v[ií]ctim|traffick|explota|exploit", re.IGNORECASE)


def sign_up(page: Page, product: Product, prefix: str, email: str, name: str) -> None:
    """Make an account through the pages and the confirmation mail."""
    page.goto(f"{prefix}/accounts/signup/")
    check_page(page)
    page.fill("input[name=email]", email)
    page.fill("input[name=full_name]", name)
    page.fill("input[name=password1]", "caminar-despacio-41")
    page.fill("input[name=password2]", "caminar-despacio-41")
    page.check("input[name=agrees]")
    press(page.locator("main form button[type=submit]").first)
    mail = next(text for text in reversed(product.mails()) if email in text)
    assert not TOPIC.search(mail), mail
    flat = mail.replace("=\n", "").replace("=3D", "=")
    address = re.search(r"https?://\S+confirm-email/\S+", flat)
    assert address is not None, mail
    page.goto(address.group())
    press(page.locator("main form button[type=submit]").first)
    if "/mi-aprendizaje/" not in page.url:
        page.goto(f"{prefix}/accounts/login/")
        page.fill("input[name=login]", email)
        page.fill("input[name=password]", "caminar-despacio-41")
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url("**/mi-aprendizaje/**")


@pytest.mark.parametrize(
    ("prefix", "language", "name"),
    [("", "es", "Wayra Huamán Ñahui"), ("/en", "en", "Inés Shironkama Pérez")],
)
def test_operator_learns_and_is_certified(
    product: Product, open_browser: OpenBrowser, prefix: str, language: str, name: str
) -> None:
    page = open_browser(language=language)
    page.goto(f"{prefix}/")
    check_page(page)
    expect(page).to_have_title("Amparo")
    email = f"operadora-{language}@example.test"
    sign_up(page, product, prefix, email, name)
    page.goto(f"{prefix}{COURSE}")
    check_page(page)
    press(page.locator("form[action*='/inscripcion/'] button").first)

    follow(page, prefix, until="modulo-1/leccion-2", checked=True)
    if language == "es":  # the same pages in English were shown by the first lessons
        product.walk(email, until="modulo-1/caso-1")
        follow(page, prefix, until="modulo-1/caso-2", checked=True)
        product.walk(email, until="practica/leccion-1")
        follow(page, prefix, until="practica/leccion-2", checked=True)
    product.walk(email, until="cierre/examen")
    follow(page, prefix, until="cierre/examen", checked=True)
    take_quiz(page, checked=True)

    page.goto(f"{prefix}/mi-aprendizaje/")
    check_page(page)
    address = page.locator("main a[href*='/certificado/']").first.get_attribute("href") or ""
    answer = page.request.get(address)
    for _look in range(300):  # the worker renders it meanwhile
        if answer.status != 202:
            break
        page.wait_for_timeout(200)
        answer = page.request.get(address)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.body()[:5] == b"%PDF-"
    assert len(answer.body()) <= 90_000
    choose_to_be_told(page)
    page.locator("main a[href*='/v/']").first.click()
    expect(page.locator("main")).to_contain_text(name)


def choose_to_be_told(page: Page) -> None:
    """Make a choice on the page of one's own certificate, in a browser that sends an origin."""
    press(page.locator("main a[href*='/certificados/']").first)
    check_page(page)
    page.locator("form[action*='/consultas/'] button").click()
    page.wait_for_url("**#consultas")
    expect(page.locator("form[action*='/consultas/'] .label-done")).to_be_visible()


def test_operator_without_scripts_fails_kindly_and_may_try_again(
    product: Product, open_browser: OpenBrowser
) -> None:
    product.make_learner("sin-guiones@example.test", until="modulo-1/caso-2")
    page = open_browser(scripts=False)
    log_in(page, "sin-guiones@example.test")
    follow(page, until="modulo-1/prueba")
    take_quiz(page, right=False)

    main = page.locator("main")
    expect(main).not_to_contain_text(re.compile("suspend|fracas|reprob", re.IGNORECASE))
    page.goto(f"{COURSE}modulo-1/prueba/")
    expect(page.locator("main form button[type=submit]").first).to_be_visible()


def test_lost_session_loses_no_answer(product: Product, open_browser: OpenBrowser) -> None:
    product.make_learner("interrumpida@example.test", until="modulo-1/prueba")
    page = open_browser(scripts=False)
    log_in(page, "interrumpida@example.test")
    page.goto(f"{COURSE}modulo-1/prueba/")
    press(page.locator("main form button[type=submit], main a.button").first)
    asked = page.url
    tick_options(page, right=True)
    chosen = page.locator("main fieldset input:checked").first.get_attribute("value")

    page.context.clear_cookies(name="sessionid")
    press(page.locator("main form button[type=submit]").first)
    page.fill("input[name=login]", "interrumpida@example.test")
    page.fill("input[name=password]", "amparo-demo")
    press(page.locator("main form button[type=submit]").first)
    expect(page.locator("main form button[type=submit]")).to_have_count(1)
    press(page.locator("main form button[type=submit]"))

    page.goto(asked)
    assert page.locator("main fieldset input:checked").first.get_attribute("value") == chosen


def test_answer_is_saved_as_it_is_given_and_found_on_another_phone(
    product: Product, open_browser: OpenBrowser
) -> None:
    product.make_learner("dos-telefonos@example.test", until="modulo-1/prueba")
    first = open_browser()
    log_in(first, "dos-telefonos@example.test")
    first.goto(f"{COURSE}modulo-1/prueba/")
    press(first.locator("main form button[type=submit], main a.button").first)
    asked = re.sub(r"/\d+/$", "/3/", first.url)
    first.goto(asked)
    tick_options(first, right=True)
    expect(first.locator("[role=status], [aria-live=polite]").first).to_contain_text(
        re.compile(r"Guardad[oa].*\d\d:\d\d")
    )
    chosen = first.locator("main fieldset input:checked").first.get_attribute("value")

    second = open_browser()
    log_in(second, "dos-telefonos@example.test")
    second.goto(asked)

    assert second.locator("main fieldset input:checked").first.get_attribute("value") == chosen


def test_quick_exit_leaves_and_replaces_the_page(open_browser: OpenBrowser) -> None:
    page = open_browser()
    page.route("https://**/*", lambda route: route.fulfill(body="<title>afuera</title>"))
    page.goto("/")
    page.goto("/cursos/")
    page.locator("[data-quick-exit]").first.click()
    page.wait_for_url("https://**")
    page.go_back()

    expect(page).to_have_url(re.compile(r"/$"))


@pytest.mark.parametrize(
    "address",
    [
        "/cursos/",
        "/ayuda/",
        "/privacidad/",
        "/accesibilidad/",
        "/caso-real/",
        "/lineas/",
        "/glosario/",
        "/accounts/login/",
        "/accounts/password/reset/",
        "/v/",
        "/api/v1/docs",
        "/no-existe/",
        f"{COURSE}modulo-1/leccion-1/",
    ],
)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_public_page_is_accessible(open_browser: OpenBrowser, prefix: str, address: str) -> None:
    if address.startswith("/api/") and prefix:
        prefix = ""
    page = open_browser()
    page.goto(f"{prefix}{address}")

    check_page(page)


def test_quiz_can_be_answered_with_the_keyboard_alone(
    product: Product, open_browser: OpenBrowser
) -> None:
    product.make_learner("teclado@example.test", until="modulo-1/prueba")
    page = open_browser(phone=False)
    page.goto("/accounts/login/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#contenido"
    page.focus("input[name=login]")
    page.keyboard.type("teclado@example.test")
    page.keyboard.press("Tab")
    page.keyboard.type("amparo-demo")
    page.keyboard.press("Enter")
    page.wait_for_url("**/mi-aprendizaje/**")
    page.goto(f"{COURSE}modulo-1/prueba/")
    page.locator("main form button[type=submit]").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/1/")

    page.locator("main fieldset input").first.focus()
    page.keyboard.press("Space")
    outline = page.evaluate(
        "getComputedStyle(document.activeElement.closest('label') || document.activeElement)"
        ".outlineStyle + getComputedStyle(document.activeElement).outlineStyle"
    )
    assert outline != "nonenone"
    for _step in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "submit":
            break
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/2/$"))
