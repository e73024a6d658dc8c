"""Jobs of printing: every layout, a full design, and a signer whose key lives as long as the tests."""

import hashlib
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from PIL import Image, ImageDraw

from certificates.design_content import LAYOUTS, DesignContent, DesignLogo, DesignSignatory
from certificates.facts import PrintedSignatory
from certificates.pdf_signing import PdfSigner, signer_from_key
from certificates.print_jobs import FIRST_LAYOUT, Print
from tests.factories.certificates import CODE, FACTS

ALL_LAYOUTS = (FIRST_LAYOUT, *LAYOUTS)
SIGNED_AT = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
CREDENTIAL = (
    '{"@context":["https://www.w3.org/ns/credentials/v2"],"id":"urn:uuid:0",'
    '"type":["VerifiableCredential"],"name":"María"}'
)


@cache
def rsa_key(name: str = "ours") -> rsa.RSAPrivateKey:
    """Return a key, the same one for the same name all through the tests."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate_of(
    public: rsa.RSAPublicKey,
    *,
    name: str,
    issuer: str,
    signed_with: rsa.RSAPrivateKey,
    is_authority: bool = False,
    valid_from: datetime = SIGNED_AT - timedelta(days=1),
) -> x509.Certificate:
    """Return an X.509 certificate that holds for ten years."""

    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    usage = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid_from)
        .not_valid_after(valid_from + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not is_authority,
                content_commitment=not is_authority,
                key_cert_sign=is_authority,
                crl_sign=is_authority,
                **usage,
            ),
            critical=True,
        )
        .sign(signed_with, hashes.SHA256())
    )


def pem_of(certificate: x509.Certificate) -> str:
    """Return a certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


@cache
def signer(name: str = "ours") -> PdfSigner:
    """Return a signer with a certificate that it gave to itself."""
    key = rsa_key(name)
    own = certificate_of(key.public_key(), name=name, issuer=name, signed_with=key)
    return signer_from_key(key, pem_of(own))


@cache
def picture(number: int, size: tuple[int, int]) -> bytes:
    """Return a small picture with an edge that does not compress away, as a PNG with transparency."""
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    drawing = ImageDraw.Draw(image)
    drawing.ellipse((4, 4, size[0] - 4, size[1] - 4), fill=(20 + 40 * number, 60, 120, 255))
    drawing.line((0, size[1], size[0], 0), fill=(200, 160, 30, 160), width=5)
    stored = io.BytesIO()
    image.save(stored, "PNG", optimize=True)
    return stored.getvalue()


def full_design(layout: str) -> tuple[DesignContent, dict[str, bytes]]:
    """Return a design with all that it may have, and its pictures by digest."""
    pngs = [picture(number, (240, 120)) for number in range(4)]
    pngs += [picture(number, (320, 110)) for number in range(4, 7)]
    digests = [hashlib.sha256(png).hexdigest() for png in pngs]
    content = DesignContent(
        layout=layout,
        main_colour="#1c2d4f",
        accent_colour="#972040",
        logos=tuple(
            DesignLogo(institution=f"Institución {number}", picture=digest)
            for number, digest in enumerate(digests[:4])
        ),
        signatories=tuple(
            DesignSignatory(name=f"Firmante {number}", post="Cargo de prueba", picture=digest)
            for number, digest in enumerate(digests[4:])
        ),
    )
    return content, dict(zip(digests, pngs, strict=True))


def job_with(layout: str = FIRST_LAYOUT, **changes: Any) -> Print:
    """Return a whole job: signed, with a credential, and with a full design where one fits."""
    content, pictures = (None, {}) if layout == FIRST_LAYOUT else full_design(layout)
    facts = FACTS
    if content is not None:
        facts = replace(
            facts,
            signatories=tuple(PrintedSignatory(one.name, one.post) for one in content.signatories),
        )
    job = Print(
        facts=facts,
        code=CODE,
        language="es",
        layout=layout,
        content=content,
        pictures=pictures,
        credential=CREDENTIAL,
        signer=signer(),
        signed_at=SIGNED_AT,
    )
    return replace(job, **changes)
