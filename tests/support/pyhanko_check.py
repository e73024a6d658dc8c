"""pyHanko's verdict on a signed file, from a thread of its own.

It runs an event loop, and a test that shares its process with a browser journey stands inside of
Playwright's already.
"""

import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext


def verdict_of(content: bytes, *roots: x509.Certificate) -> tuple[Any, Any]:
    """Return the only signature of a file, and its status if these roots are trusted.

    Without roots, the signer's own certificate is.
    """

    def look() -> tuple[Any, Any]:
        (found,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
        trusted = list(roots) or [found.signer_cert]
        context = ValidationContext(trust_roots=trusted, allow_fetching=False)
        return found, validate_pdf_signature(found, context)

    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(look).result()
