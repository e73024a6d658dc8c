"""A certificate printed without care: what our rendering is compared with."""

from collections.abc import Callable
from pathlib import Path

from certificates import pdf
from certificates.designs.queries import design_pictures
from certificates.models import Certificate
from certificates.print_jobs import Print
from certificates.print_pages import page_of, style_sheets_of


def job_of(certificate: Certificate) -> Print:
    """Return what is printed of a certificate, unsigned."""
    version = certificate.design_version
    content = version.typed_content if version is not None else None
    return Print(
        facts=certificate.typed_facts,
        code=certificate.code,
        language=certificate.language,
        layout=certificate.design,
        content=content,
        pictures=design_pictures(content) if content is not None else {},
    )


def naive_rendering(job: Print, folder: Path) -> Callable[[], bytes]:
    """Return a plain `write_pdf()` of the same page: its own fonts, its own fetcher, every time."""
    html = pdf.engine().html
    sheets = "".join(
        (pdf.PRINT / f"{name}.css").read_text() for name in style_sheets_of(job.layout)
    )
    page = page_of(job).replace("</head>", f"<style>{sheets}</style></head>")
    addresses = {address: path for address, (path, _media_type) in pdf.ASSETS.items()}
    for number, (address, (content, media_type)) in enumerate(pdf.assets_of(job).items()):
        addresses[address] = folder / f"{number}.{media_type.partition('/')[2].partition('+')[0]}"
        addresses[address].write_bytes(content)
    for address in sorted(addresses, key=len, reverse=True):  # the default fetcher reads files
        page = page.replace(address, addresses[address].as_uri())

    def naive() -> bytes:
        document: bytes = html(string=page).write_pdf()
        return document

    return naive
