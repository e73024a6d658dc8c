"""A running product, a browser, and the checks that every page must pass."""

import fcntl
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from tests.support.databases import ensure_template, template_path
from tests.support.product import BROWSER_FLAGS, ROOT, Product, find_browser, free_port

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
AXE = (ROOT / "tests/vendor/axe-core/axe.min.js").read_text()
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


STILL = (
    "() => Promise.all(document.getAnimations()"
    ".filter(one => Number.isFinite(one.effect.getComputedTiming().endTime))"
    ".map(one => one.finished.catch(() => null)))"
)
"""Waits until every animation and transition with an end has come to it."""

GROUPS = {
    "test_assessment_learner.py": "assessment",
    "test_assessment_trainer.py": "assessment",
    "test_agency.py": "certificates",
    "test_agency_desk.py": "certificates",
    "test_checking.py": "certificates",
    "test_cohorts.py": "certificates",
    "test_right_useful_safe.py": "assessment",
    "test_operator.py": "operator",
    "test_programme.py": "programme",
}
"""Journeys that stay together on one worker; all others are one more group."""


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep journeys of one kind on one worker, where they share one running product."""
    for item in items:
        if "tests/journeys" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group(GROUPS.get(item.path.name, "browser")))


@pytest.fixture(scope="session")
def product(prepared: Path) -> Iterator[Product]:
    """Serve the product with the starter curriculum and the demo people."""
    folder = Path(tempfile.mkdtemp(prefix="amparo-journey-"))
    served = Product(folder=folder, port=free_port())
    try:
        served.begin_with(prepared)
        served.start()
        yield served
    finally:
        served.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Return a folder that was prepared from nothing: by the first worker that asks, for all."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "main" else base.parent
    whole = shared / "prepared"
    with (shared / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            draft = shared / "prepared-draft"
            draft.mkdir()
            ensure_template()
            Product(folder=draft, port=free_port()).prepare(migrated=template_path())
            draft.rename(whole)
    return whole


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the system's Chromium with a new profile."""
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=find_browser(), args=BROWSER_FLAGS)
        yield started
        started.close()


OpenBrowser = Callable[..., Page]


@pytest.fixture
def open_browser(browser: Browser, product: Product) -> Iterator[OpenBrowser]:
    """Return a function that opens a fresh window: a phone or a desk, with or without scripts."""
    contexts: list[BrowserContext] = []

    def open_window(*, phone: bool = True, scripts: bool = True, language: str = "es") -> Page:
        context = browser.new_context(
            viewport=PHONE if phone else DESK,
            java_script_enabled=scripts,
            locale=language,
            base_url=product.url,
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()


def press(place: Locator) -> None:
    """Press what leads to another page, and return when that page has been loaded.

    A press alone returns when the browser is told to go: what is then asked of the page may still
    be answered by the old one, or by a new one of which half has come.
    """
    with place.page.expect_navigation():
        place.click()


def log_in(page: Page, email: str) -> None:
    """Log a demo person in through the page."""
    prefix = "/en" if "/en/" in page.url else ""
    page.goto(f"{prefix}/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", "amparo-demo")
    page.click("main button[type=submit]")
    page.wait_for_url("**/mi-aprendizaje/**")


def check_page(page: Page) -> None:
    """Fail if axe finds anything, or if the page can be scrolled sideways at 320 px."""
    page.wait_for_load_state()  # a page without its styles yet is not what people see
    page.evaluate(STILL)  # nor is a message that is still fading in
    page.evaluate(AXE)
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules})"
        ".then(r => r.violations.map(v => `${v.id}: ${v.nodes[0].html} (${v.nodes.length})`))",
        AXE_RULES,
    )
    assert found == [], f"{page.url}\n" + "\n".join(found)
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 640})
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0, f"{page.url} is {overflow} px too wide at 320 px"
    if size is not None:
        page.set_viewport_size(size)
