"""The pictures of the README, taken from a running product: make screenshots."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.product import BROWSER_FLAGS, ROOT, Product, find_browser, free_port

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
COURSE = "/cursos/curso-inicial/"


def window(browser: Browser, product: Product, size: dict[str, int], email: str = "") -> Page:
    """Open a window, logged in as a demo person if one is named."""
    page = browser.new_context(
        viewport=size, base_url=product.url, locale="es", reduced_motion="reduce"
    ).new_page()
    if email:
        page.goto("/accounts/login/")
        page.fill("input[name=login]", email)
        page.fill("input[name=password]", "amparo-demo")
        page.click("main button[type=submit]")
        page.wait_for_url("**/mi-aprendizaje/**")
    return page


def take(page: Page, address: str, path: Path) -> None:
    """Open an address and keep what the window shows."""
    page.goto(address)
    page.screenshot(path=path, type="jpeg", quality=82)
    print(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def take_all(browser: Browser, product: Product, folder: Path) -> None:
    """Take every picture of the README."""
    codes = json.loads(product.manage("demo_codes", "--save", str(product.folder / "pdf")))
    take(window(browser, product, DESK), "/", folder / "home.jpg")
    phone = window(browser, product, PHONE, "ana@demo.test")
    take(phone, COURSE, folder / "course-phone.jpg")
    take(phone, f"{COURSE}modulo-0/leccion-1/", folder / "lesson-phone.jpg")
    take(window(browser, product, PHONE), f"/v/{codes['valid']}/", folder / "check-phone.jpg")
    take(window(browser, product, DESK, "beto@demo.test"), "/admin/", folder / "admin.jpg")
    pages = product.folder / "certificate"
    subprocess.run(
        ["pdftoppm", "-jpeg", "-r", "70", product.folder / "pdf/valid.pdf", pages], check=True
    )
    for number, picture in enumerate(sorted(product.folder.glob("certificate-*.jpg")), start=1):
        shutil.copy(picture, folder / f"certificate-{number}.jpg")


def main() -> None:
    """Serve a fresh product and take the pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="amparo-pictures-") as name:
        product = Product(folder=Path(name), port=free_port())
        product.prepare()
        product.start()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=find_browser(), args=BROWSER_FLAGS
                )
                take_all(browser, product, folder)
                browser.close()
        finally:
            product.stop()


if __name__ == "__main__":
    main()
