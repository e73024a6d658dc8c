"""Somebody who knows only the printed page: by code, by file, and by QR with the network cut."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfWriter

from tests.journeys.conftest import OpenBrowser, check_page, press
from tests.support.product import Product

# Each language has a worker of its own: a phone is ready when both are, and when it keeps a list
# other than the one of a moment that is given. Gives the moment of the list.
KEPT = """async (before) => {
  for (let tries = 0; tries < 200; tries += 1) {
    const workers = await navigator.serviceWorker.getRegistrations();
    const isReady = workers.length === 2 && workers.every((one) => one.active?.state === "activated");
    const found = await caches.match("/ob/status/1");
    const keys = await caches.match("/.well-known/jwks.json");
    const at = found?.headers.get("x-kept-at");
    if (isReady && keys && at && at !== before) return at;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return null;
}"""
ADDRESSES_KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) found.push(request.url);
  }
  return found;
}"""


@dataclass(frozen=True)
class Printed:
    """What two QRs of a printed page carry."""

    code: str
    fragment: str

    @property
    def address(self) -> str:
        return f"/v/{self.code}/#{self.fragment}"


@pytest.fixture(scope="session")
def printed(product: Product) -> dict[str, Printed]:
    """Make the demo certificates and return what is printed on each, by state."""
    found = json.loads(product.make_offline())
    return {state: Printed(**values) for state, values in found.items()}


@pytest.fixture(scope="session")
def files(product: Product, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save the files of the demo certificates."""
    folder = tmp_path_factory.mktemp("pdf")
    product.manage("demo_codes", "--save", str(folder))
    return folder


def kept_phone(open_browser: OpenBrowser, at: str = "/v/") -> Page:
    """Return a phone that opened a page of the check once, and has no network since."""
    page = open_browser()
    page.goto(at)
    assert page.evaluate(KEPT)
    page.context.set_offline(True)
    return page


def answer_of(page: Page) -> str | None:
    """Return which answer the page shows, once it has one."""
    shown = page.locator("[data-answer]:not([hidden]):not([data-answer=wait])")
    expect(shown).to_have_count(1)
    return shown.get_attribute("data-answer")


# --- Without a network ---------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_phone_without_a_network_checks_the_second_qr(
    open_browser: OpenBrowser, printed: dict[str, Printed], prefix: str
) -> None:
    page = kept_phone(open_browser)
    page.goto(prefix + printed["valid"].address)

    assert answer_of(page) == "valid"
    expect(page.locator("h1:visible")).to_contain_text("Valid" if prefix else "Vigente")
    expect(page.locator("[data-fact=name]")).to_have_text("Rosa Luz Quispe Ñahui")
    expect(page.locator("[data-pilot]")).to_be_visible()
    expect(page.locator("[data-list-age]")).to_have_text("today" if prefix else "hoy")
    check_page(page)


@pytest.mark.parametrize(
    ("state", "answer"),
    [("expired", "expired"), ("revoked", "withdrawn"), ("replaced", "withdrawn")],
)
def test_phone_without_a_network_knows_what_no_longer_holds(
    open_browser: OpenBrowser, printed: dict[str, Printed], state: str, answer: str
) -> None:
    page = kept_phone(open_browser)
    page.goto(printed[state].address)

    assert answer_of(page) == answer
    check_page(page)


def test_phone_without_a_network_refuses_what_was_altered(
    open_browser: OpenBrowser, printed: dict[str, Printed]
) -> None:
    page = kept_phone(open_browser)
    valid, other = printed["valid"], printed["expired"]
    payload = valid.fragment.split(".")[2]
    changed = valid.fragment.replace(payload, payload[:-1] + ("A" if payload[-1] != "A" else "B"))
    wrong = {
        f"/v/{valid.code}/#{changed}": "wrong",
        f"/v/{other.code}/#{valid.fragment}": "wrong",
        f"/v/{valid.code}/#{valid.fragment.replace('credential-', 'otra-')}": "unknown-key",
        f"/v/{valid.code}/#a1.x": "malformed",
        f"/v/{valid.code}/": "no-fragment",
        "/v/": "start",
    }

    for address, answer in wrong.items():
        page.goto("about:blank")
        page.goto(address)
        assert answer_of(page) == answer, address
        for part in ("facts", "pilot", "list"):
            expect(page.locator(f"[data-{part}]")).to_be_hidden()
        check_page(page)


def test_phone_learns_of_a_revocation_at_its_next_visit(
    open_browser: OpenBrowser, product: Product, printed: dict[str, Printed]
) -> None:
    own = printed["own"]
    page = kept_phone(open_browser, f"/v/{own.code}/")
    page.goto("about:blank")
    page.goto(own.address)
    assert answer_of(page) == "valid"

    product.revoke(own.code)
    page.reload()
    assert answer_of(page) == "valid"  # the phone cannot know, and says how old its list is
    page.context.set_offline(False)
    before = page.evaluate(KEPT)
    page.goto("/v/")
    assert page.evaluate(KEPT, before)
    page.context.set_offline(True)
    page.goto(own.address)

    assert answer_of(page) == "withdrawn"


def test_browser_without_ed25519_asks_the_server_as_soon_as_it_can(
    open_browser: OpenBrowser, printed: dict[str, Printed]
) -> None:
    page = open_browser()
    page.add_init_script(
        "const real = SubtleCrypto.prototype.importKey;"
        "SubtleCrypto.prototype.importKey = function (form, key, kind, ...rest) {"
        "  if (kind?.name === 'Ed25519') throw new DOMException('no', 'NotSupportedError');"
        "  return real.call(this, form, key, kind, ...rest); };"
    )
    page.goto("/v/")
    assert page.evaluate(KEPT)
    page.context.set_offline(True)
    page.goto(printed["expired"].address)
    assert answer_of(page) == "cannot"
    check_page(page)

    page.context.set_offline(False)

    expect(page.locator(".state-expired")).to_be_visible()
    assert page.locator("[data-offline]").count() == 0


def test_with_a_network_the_server_answers_and_hears_nothing_of_the_fragment(
    open_browser: OpenBrowser, printed: dict[str, Printed]
) -> None:
    page = open_browser()
    page.goto("/v/")
    assert page.evaluate(KEPT)
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    page.goto(printed["expired"].address)

    expect(page.locator(".state-expired")).to_be_visible()
    assert page.locator("[data-offline]").count() == 0
    assert not [address for address in asked if "WyJ" in address.split("#")[0]]


def test_phone_keeps_no_code_and_touches_no_other_page(
    open_browser: OpenBrowser, printed: dict[str, Printed]
) -> None:
    page = open_browser()
    page.goto(printed["expired"].address)
    assert page.evaluate(KEPT)
    page.goto(f"/en/v/{printed['revoked'].code}/")
    kept = [re.sub(r"^http://[^/]+", "", address) for address in page.evaluate(ADDRESSES_KEPT)]

    assert not [address for address in kept if printed["expired"].code in address]
    outside = [one for one in kept if not one.startswith("/static/")]
    assert set(outside) == {
        "/v/sin-red.html",
        "/en/v/sin-red.html",
        "/.well-known/jwks.json",
        "/ob/status/1",
    }
    page.goto("/ayuda/")
    assert page.evaluate("navigator.serviceWorker.controller") is None


# --- By its file ---------------------------------------------------------------------------------


def send(page: Page, path: Path) -> None:
    """Choose a file on the first page and send it."""
    page.goto("/v/")
    page.set_input_files("input[type=file]", path)
    press(page.locator("form.drop button"))


@pytest.mark.parametrize("scripts", [True, False])
def test_file_of_ours_is_ours_whole_and_current(
    open_browser: OpenBrowser, files: Path, scripts: bool
) -> None:
    page = open_browser(scripts=scripts)
    send(page, files / "expired.pdf")

    expect(page.locator(".state-expired")).to_be_visible()
    assert page.locator(".verdicts .mark-yes").count() == 2
    assert page.locator(".verdicts .mark-no").count() == 1
    expect(page.locator("main")).to_contain_text("Rosa Luz Quispe Ñahui")
    if scripts:
        check_page(page)


def test_file_that_was_added_to_is_not_whole(
    open_browser: OpenBrowser, files: Path, tmp_path: Path
) -> None:
    writer = PdfWriter(files / "expired.pdf", incremental=True)
    writer.add_metadata({"/Title": "otro"})
    writer.write(tmp_path / "added.pdf")
    page = open_browser()
    send(page, tmp_path / "added.pdf")

    expect(page.locator(".state-altered")).to_be_visible()
    expect(page.locator(".state-valid")).to_have_count(0)
    check_page(page)


def test_file_of_a_stranger_is_not_ours(open_browser: OpenBrowser, tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(tmp_path / "foreign.pdf")
    page = open_browser()
    send(page, tmp_path / "foreign.pdf")

    expect(page.locator(".state-foreign")).to_be_visible()
    check_page(page)


def test_file_that_is_none_and_one_of_fifty_megabytes_are_answered(
    open_browser: OpenBrowser, tmp_path: Path
) -> None:
    (tmp_path / "x.pdf").write_bytes(b"GIF89a")
    (tmp_path / "big.pdf").write_bytes(b"%PDF-1.7" + b"0" * 50_000_000)
    page = open_browser()
    send(page, tmp_path / "x.pdf")
    expect(page.locator(".drop .errorlist")).to_be_visible()
    check_page(page)
    page.goto("/v/")
    page.set_input_files("input[type=file]", tmp_path / "big.pdf")
    expect(page.locator("[data-drop-words]")).not_to_be_empty()
    page = open_browser(scripts=False)
    send(page, tmp_path / "big.pdf")
    expect(page.locator(".drop .errorlist")).to_be_visible()


def test_file_can_be_dropped(open_browser: OpenBrowser, files: Path) -> None:
    page = open_browser(phone=False)
    page.goto("/v/")
    content = list((files / "revoked.pdf").read_bytes())
    dropped = page.evaluate_handle(
        "bytes => { const data = new DataTransfer();"
        " data.items.add(new File([new Uint8Array(bytes)], 'c.pdf', {type: 'application/pdf'}));"
        " return data; }",
        content,
    )
    page.dispatch_event("form.drop", "drop", {"dataTransfer": dropped})

    expect(page.locator(".state-revoked")).to_be_visible()
    check_page(page)


def test_unknown_code_and_first_page_pass_the_checks(open_browser: OpenBrowser) -> None:
    page = open_browser()
    for address in ("/v/", "/en/v/", "/v/0123456789ABCDEFGHJK/"):
        page.goto(address)
        check_page(page)
