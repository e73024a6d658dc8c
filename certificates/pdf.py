"""The printed certificate: the only module that knows WeasyPrint.

WeasyPrint is loaded at the first certificate (it takes half a second), once per process, with one
font configuration (a new one per document leaks) and one fetcher that knows our own files only.
Never call this from two threads: Pango's font map is not made for that; workers are processes.
"""

import atexit
import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import ImageFile

from certificates import pdf_structure
from certificates.pdf_pictures import index_pictures
from certificates.pdf_signing import PdfSigner, fill_in
from certificates.print_fitting import FONTS
from certificates.print_jobs import FIRST_LAYOUT, Print
from certificates.print_pages import PICTURE, drawings_of, page_of, style_sheets_of
from certificates.wording import signature_field_words

TEMPLATES = Path(__file__).resolve().parents[1] / "templates" / "certificates"
PRINT = TEMPLATES / "print"
DOCUMENTS = TEMPLATES / "documents"
"""Style sheets of plain documents; they use the fonts that the certificates bring."""
ASSETS: Mapping[str, tuple[Path, str]] = {
    **{f"amparo:{path.name}": (path, "font/ttf") for path in sorted(FONTS.glob("*.ttf"))},
    **{f"amparo:{path.name}": (path, "image/svg+xml") for path in sorted(PRINT.glob("*.svg"))},
}
"""All that a certificate may load, by address; anything else is refused."""
PROFILE = "sRGB2014.icc"
"""What the colours mean, as PDF/A asks; WeasyPrint brings the file, and leaves it open if it adds it."""


@dataclass(frozen=True)
class Engine:
    """What one process shares between all documents."""

    html: Any
    font_config: Any
    fetcher: Any
    style_sheets: Mapping[str, Any]
    colour_profile: bytes


@lru_cache(maxsize=1)
def engine() -> Engine:
    """Load WeasyPrint, the fonts and the style sheets of this process."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    # WeasyPrint's import tells Pillow, for the whole process, to accept pictures that are cut off.
    # Uploads must go on being refused then; a certificate has no picture of that kind.
    ImageFile.LOAD_TRUNCATED_IMAGES = False

    class OwnAssets(URLFetcher):
        """Gives out our bundled files and what this one document brings, and refuses the rest."""

        brought: Mapping[str, tuple[bytes, str]] = {}

        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
            if url in self.brought:
                content, media_type = self.brought[url]
                return URLFetcherResponse(url, content, {"Content-Type": media_type})
            found = ASSETS.get(url)
            if found is None:
                raise ValueError("A certificate loads nothing but its own assets.")
            path, media_type = found
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": media_type})

    fonts, fetcher = FontConfiguration(), OwnAssets()
    atexit.register(engine.cache_clear)  # its folder of fonts is removed before Python is
    sheets = {
        path.stem: weasyprint.CSS(string=path.read_text(), font_config=fonts, url_fetcher=fetcher)
        for path in [*sorted(PRINT.glob("*.css")), *sorted(DOCUMENTS.glob("*.css"))]
    }
    gc.collect()
    gc.freeze()  # what is loaded now stays: looking through it again and again took a tenth of the time
    return Engine(
        html=weasyprint.HTML,
        font_config=fonts,
        fetcher=fetcher,
        style_sheets=sheets,
        colour_profile=Path(weasyprint.__file__).with_name("pdf").joinpath(PROFILE).read_bytes(),
    )


@contextmanager
def _bringing(assets: Mapping[str, tuple[bytes, str]]) -> Iterator[Engine]:
    """Let the fetcher give out these assets too, for one document only."""
    shared = engine()
    shared.fetcher.brought = assets
    try:
        yield shared
    finally:
        shared.fetcher.brought = {}


def to_pdf(
    html: str,
    *,
    design: str,
    identifier: str,
    assets: Mapping[str, tuple[bytes, str]] | None = None,
    finisher: Callable[[Any, Any], None] | None = None,
) -> bytes:
    """Return a page as a tagged PDF; equal input gives equal bytes, and nothing is fetched.

    `assets` are the only addresses beside our own files, with their content and media type.
    `finisher` is given the document and the file before it is written.
    """
    with _bringing(assets or {}) as shared:
        document: bytes = shared.html(string=html, url_fetcher=shared.fetcher).write_pdf(
            stylesheets=[shared.style_sheets[name] for name in style_sheets_of(design)],
            font_config=shared.font_config,
            pdf_tags=True,
            pdf_identifier=identifier.encode(),
            finisher=finisher,
        )
    return document


def document_pdf(html: str, *, identifier: str, style_sheet: str = "document-1") -> bytes:
    """Return a plain document (a record, a report) as a tagged PDF/UA-1; nothing is fetched.

    Args:
        html: the whole page, with `lang` and a title.
        identifier: what tells this file from others in its own metadata.
        style_sheet: the name of one of DOCUMENTS.

    Raises:
        KeyError: no style sheet has this name.
    """
    with _bringing({}) as shared:
        document: bytes = shared.html(string=html, url_fetcher=shared.fetcher).write_pdf(
            stylesheets=[shared.style_sheets[style_sheet]],
            font_config=shared.font_config,
            pdf_variant="pdf/ua-1",
            pdf_identifier=identifier.encode(),
        )
    return document


def assets_of(job: Print) -> dict[str, tuple[bytes, str]]:
    """Return the drawings and pictures that the page of a job asks for, by address."""
    drawings = drawings_of(job).items()
    return {
        **{url: (drawing.encode(), "image/svg+xml") for url, drawing in drawings},
        **{f"{PICTURE}{digest}": (png, "image/png") for digest, png in job.pictures.items()},
    }


def render(job: Print) -> bytes:
    """Return the certificate as a PDF of two pages in its own language.

    It is PDF/A-3a and PDF/UA-1, with its credential inside and signed, as far as the job has
    them. Equal jobs give equal bytes. The first layout without either of them keeps the bytes that
    it had before there were signatures.

    Raises:
        KeyError: no layout has this name.
        ValueError: there is a signer or a credential, and no time of signing.
    """
    html, assets = page_of(job), assets_of(job)
    if job.layout == FIRST_LAYOUT and job.signer is None and not job.credential:
        return to_pdf(html, design=job.layout, identifier=job.code, assets=assets)
    document = to_pdf(
        html,
        design=job.layout,
        identifier=job.code,
        assets=assets,
        finisher=lambda _document, file: _finish(file, job),
    )
    if job.signer is None:
        return document
    return fill_in(*pdf_structure.signable(document), signer=job.signer)


def _finish(file: Any, job: Print) -> None:
    """Add to the file, before it is written, what is no part of its pages."""
    signer: PdfSigner | None = job.signer
    index_pictures(file)
    pdf_structure.dress(
        file,
        facts=job.facts,
        code=job.code,
        language=job.language,
        colour_profile=engine().colour_profile,
    )
    if signer is None and not job.credential:
        return
    if job.signed_at is None:
        raise ValueError("what is signed has a time")
    if job.credential:
        pdf_structure.attach(file, job.credential, at=job.signed_at)
    if signer is not None:
        pdf_structure.reserve_signature(
            file,
            name=signer.identity.name,
            tooltip=signature_field_words(job.language),
            at=job.signed_at,
            size=signer.size,
        )
