"""No page over its budget on a first visit with an empty cache."""

import json
from typing import Any

from playwright.sync_api import Page

from tests.journeys.conftest import OpenBrowser, log_in
from tests.journeys.walks import CURRICULUM
from tests.support.product import Product

LESSON = (60_000, 8)
CHECK = (25_000, 3)


def _kind(event: dict[str, Any]) -> dict[str, str]:
    """Return the kind of one answer; what stands in the style sheet itself is no request."""
    is_request = not event["response"]["url"].startswith("data:")
    return {event["requestId"]: event["type"]} if is_request else {}


def load(page: Page, address: str) -> tuple[int, int]:
    """Return the bytes over the wire, without images and videos, and the number of requests."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on("Network.responseReceived", lambda e: kinds.update(_kind(e)))
    session.on(
        "Network.loadingFinished",
        lambda e: sizes.update({e["requestId"]: int(e["encodedDataLength"])}),
    )
    page.goto(address, wait_until="networkidle")
    counted = {key for key, kind in kinds.items() if kind not in ("Image", "Media")}
    return sum(sizes.get(key, 0) for key in counted), len(kinds)


def test_lessons_stay_within_their_budget(product: Product, open_browser: OpenBrowser) -> None:
    product.make_learner(
        "presupuesto@example.test", until="inicio/prueba-inicial", course="curso-inicial"
    )
    page = open_browser()
    log_in(page, "presupuesto@example.test")
    page.wait_for_load_state("networkidle")  # what this page still loads is not the lesson's

    lessons = (CURRICULUM / "courses/curso-inicial").glob("*/leccion-*.es.md")
    heaviest = sorted(lessons, key=lambda file: (-file.stat().st_size, file.name))[:6]
    for lesson in heaviest:
        name = lesson.name.partition(".")[0]
        address = f"/cursos/curso-inicial/{lesson.parent.name}/{name}/?via=completa"
        size, requests = load(page, address)

        assert size <= LESSON[0], address
        assert requests <= LESSON[1], address


def test_check_page_stays_within_its_budget(product: Product, open_browser: OpenBrowser) -> None:
    codes = json.loads(product.manage("demo_codes"))
    page = open_browser()

    size, requests = load(page, f"/v/{codes['valid']}/")

    assert size <= CHECK[0]
    assert requests <= CHECK[1]
