"""What the renderer is given for one certificate: plain values, no records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from certificates.design_content import DesignContent
from certificates.facts import CertificateFacts
from certificates.pdf_signing import PdfSigner

FIRST_LAYOUT = "horizonte-1"
"""The layout from before there were designs; certificates of then keep it, byte by byte."""


@dataclass(frozen=True)
class Print:
    """One certificate to be printed.

    `pictures` are PNG files by their digest; `credential` is attached and `fragment` makes the QR
    for checks without a network, each unless it is empty. `is_sample` is for looking at a design.
    """

    facts: CertificateFacts
    code: str
    language: str
    layout: str = FIRST_LAYOUT
    content: DesignContent | None = None
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    credential: str = ""
    fragment: str = ""
    signer: PdfSigner | None = None
    signed_at: datetime | None = None
    is_sample: bool = False
