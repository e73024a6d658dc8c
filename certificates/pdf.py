"""The printed certificate: the only module that knows WeasyPrint.

WeasyPrint is loaded at the first certificate (it takes half a second), once per process, with one
font configuration (a new one per document leaks) and one fetcher that knows our own files only.
Never call this from two threads: Pango's font map is not made for that; workers are processes.
"""

import atexit
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import ImageFile

from certificates import pdf_structure
from certificates.pdf_signing import PdfSigner, fill_in
from certificates.print_jobs import FIRST_LAYOUT, Print
from certificates.print_pages import FONTS, page_of
from certificates.wording import signature_field_words

PRINT = Path(__file__).resolve().parents[1] / "templates" / "certificates" / "print"
ASSETS: Mapping[str, tuple[Path, str]] = {
    **{f"amparo:{path.name}": (path, "font/ttf") for path in sorted(FONTS.glob("*.ttf"))},
    **{f"amparo:{path.name}": (path, "image/svg+xml") for path in sorted(PRINT.glob("*.svg"))},
}
"""All that a certificate may load, by address; anything else is refused."""


@dataclass(frozen=True)
class Engine:
    """What one process shares between all documents."""

    html: Any
    font_config: Any
    fetcher: Any
    style_sheets: Mapping[str, Any]


@lru_cache(maxsize=1)
def engine() -> Engine:
    """Load WeasyPrint, the fonts and the style sheets of this process."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    # WeasyPrint's import tells Pillow, for the whole process, to accept pictures that are cut off.
    # Uploads must go on being refused then; a certificate has no picture of that kind.
    ImageFile.LOAD_TRUNCATED_IMAGES = False

    class OwnAssets(URLFetcher):
        """Gives out our bundled files, and refuses every other address."""

        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
            found = ASSETS.get(url)
            if found is None:
                raise ValueError("A certificate loads nothing but its own assets.")
            path, media_type = found
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": media_type})

    fonts, fetcher = FontConfiguration(), OwnAssets()
    atexit.register(engine.cache_clear)  # its folder of fonts is removed before Python is
    sheets = {
        path.stem: CSS(string=path.read_text(), font_config=fonts, url_fetcher=fetcher)
        for path in sorted(PRINT.glob("*.css"))
    }
    return Engine(html=HTML, font_config=fonts, fetcher=fetcher, style_sheets=sheets)


def to_pdf(
    html: str,
    *,
    design: str,
    identifier: str,
    finisher: Callable[[Any, Any], None] | None = None,
    **options: Any,
) -> bytes:
    """Return a page as a tagged PDF; equal input gives equal bytes, and nothing is fetched."""
    shared = engine()
    document: bytes = shared.html(string=html, url_fetcher=shared.fetcher).write_pdf(
        stylesheets=[shared.style_sheets[design]],
        font_config=shared.font_config,
        pdf_tags=True,
        pdf_identifier=identifier.encode(),
        finisher=finisher,
        **options,
    )
    return document


def render(job: Print) -> bytes:
    """Return the certificate as a PDF of two pages in its own language.

    It is PDF/A-3a and PDF/UA-1, with its credential inside and signed, as far as the job has
    them. Equal jobs give equal bytes, where the signer's algorithm does (RSA does). The first
    layout without either of them keeps the bytes that it always had.

    Raises:
        django.template.TemplateDoesNotExist: no layout has this name.
    """
    html = page_of(job.facts, code=job.code, language=job.language, design=job.layout)
    if job.layout == FIRST_LAYOUT and job.signer is None and not job.credential:
        return to_pdf(html, design=job.layout, identifier=job.code)
    signer = job.signer
    document = to_pdf(
        html,
        design=job.layout,
        identifier=job.code,
        finisher=lambda _document, pdf: _finish(pdf, job=job, signer=signer),
        output_intent="srgb",
    )
    if signer is None:
        return document
    return fill_in(*pdf_structure.signable(document), signer=signer)


def _finish(pdf: Any, *, job: Print, signer: PdfSigner | None) -> None:
    """Add to the file, before it is written, what is no part of its pages."""
    pdf_structure.dress(pdf, facts=job.facts, code=job.code, language=job.language)
    if job.credential:
        pdf_structure.attach(pdf, job.credential, at=job.signed_at)
    if signer is not None and job.signed_at is not None:
        pdf_structure.reserve_signature(
            pdf,
            name=signer.identity.name,
            tooltip=signature_field_words(job.language),
            at=job.signed_at,
            size=signer.size,
        )
