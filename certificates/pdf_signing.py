"""The signature of a file: PAdES baseline B-B, as a CMS that is built here and nowhere else.

Its shape is fixed: SHA-256, three signed attributes, no time (the file says it), nothing unsigned.
So a check can build it again and compare byte by byte, and never has to parse what a stranger
hands in. Standards: RFC 5652, ETSI EN 319 142-1 section 6.3, ETSI EN 319 122-1.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from asn1crypto import algos, cms, core, pem, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
LEAST_RSA_BITS = 2048
HEADER = 4
"""Bytes before the content of a CMS: a tag and a length of two bytes."""
OWN_CERTIFICATE_YEARS = 30
DAYS_OF_YEAR = 365.25


class UnusableCertificateError(ValueError):
    """A certificate that cannot sign files; its message is for whoever runs the site."""


def usable_key(certificate: bytes) -> PublicKey:
    """Return the public key of a certificate (DER).

    Raises:
        UnusableCertificateError: it is no certificate, or neither RSA of 2048 bits nor ECDSA.
    """
    try:
        key = x509.load_der_x509_certificate(certificate).public_key()
    except ValueError as error:
        raise UnusableCertificateError("this is no X.509 certificate") from error
    is_strong = isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_RSA_BITS
    if is_strong or isinstance(key, ec.EllipticCurvePublicKey):
        return key
    raise UnusableCertificateError("a signer needs RSA of 2048 bits or more, or ECDSA")


@dataclass(frozen=True)
class SigningIdentity:
    """The public side of a signer: its certificate, and those that lead to its authority."""

    chain: tuple[bytes, ...]

    @classmethod
    def from_pem(cls, text: str) -> "SigningIdentity":
        """Read certificates, the signer's first; raise UnusableCertificateError if it cannot sign."""
        try:
            found = tuple(der for _, _, der in pem.unarmor(text.encode(), multiple=True))
        except ValueError as error:
            raise UnusableCertificateError("there is no X.509 certificate") from error
        usable_key(found[0])
        return cls(chain=found)

    @property
    def certificate_pem(self) -> str:
        """The certificates as text, the signer's first."""
        return "".join(pem.armor("CERTIFICATE", der).decode() for der in self.chain)

    @cached_property
    def public_key(self) -> PublicKey:
        """The key that verifies."""
        return usable_key(self.chain[0])

    @property
    def signature_size(self) -> int:
        """The largest number of bytes of a bare signature."""
        if isinstance(self.public_key, rsa.RSAPublicKey):
            return self.public_key.key_size // 8
        number = (self.public_key.curve.key_size + 7) // 8 + 3
        return 2 * number + 3

    @cached_property
    def name(self) -> str:
        """Who signs, as the certificate says."""
        subject = x509.load_der_x509_certificate(self.chain[0]).subject
        named = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(named[0].value) if named else subject.rfc4514_string()

    def verifies(self, signature: bytes, digest: bytes) -> bool:
        """Return whether these bytes are exactly the CMS that we make for this digest.

        Zeros behind it are allowed where the size of a signature varies, and nothing else is.
        """
        if signature[:2] != b"\x30\x82":
            return False
        end = HEADER + int.from_bytes(signature[2:HEADER], "big")
        body, rest = signature[:end], signature[end:]
        if rest.strip(b"\0") or self.chain[0] not in body:
            return False
        return any(
            body == signature_container(self.chain, digest=digest, signature=body[-size:])
            and self._holds(body[-size:], digest)
            for size in self._sizes(body)
        )

    def _sizes(self, body: bytes) -> Sequence[int]:
        """Return how long the bare signature at the end may be, by the length before it."""
        if isinstance(self.public_key, rsa.RSAPublicKey):
            return [self.signature_size]
        return [
            size
            for size in range(8, min(self.signature_size, 127) + 1)
            if body[-size - 2 : -size] == bytes([4, size])
        ]

    def _holds(self, bare: bytes, digest: bytes) -> bool:
        signed = signed_attributes(self.chain[0], digest=digest).dump()
        try:
            if isinstance(self.public_key, rsa.RSAPublicKey):
                self.public_key.verify(bare, signed, padding.PKCS1v15(), hashes.SHA256())
            else:
                self.public_key.verify(bare, signed, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class PdfSigner:
    """Who signs files: the certificates, and the hand that signs bytes with SHA-256."""

    identity: SigningIdentity
    sign_bytes: Callable[[bytes], bytes]

    @property
    def certificate_pem(self) -> str:
        """What has to be kept for ever, so that its files can be checked."""
        return self.identity.certificate_pem

    @cached_property
    def size(self) -> int:
        """The bytes to leave free for a signature."""
        empty = bytes(self.identity.signature_size)
        digest = bytes(hashlib.sha256().digest_size)
        return len(signature_container(self.identity.chain, digest=digest, signature=empty))

    def sign(self, digest: bytes) -> bytes:
        """Return the CMS for the SHA-256 of what is signed."""
        attributes = signed_attributes(self.identity.chain[0], digest=digest).dump()
        bare = self.sign_bytes(attributes)
        return signature_container(self.identity.chain, digest=digest, signature=bare)


def signed_attributes(certificate: bytes, *, digest: bytes) -> cms.CMSAttributes:
    """Return what is signed: the kind of content, its digest, and which certificate signs it."""
    named = tsp.SigningCertificateV2(
        {"certs": [tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(certificate).digest()})]}
    )
    return cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute({"type": "message_digest", "values": [digest]}),
            cms.CMSAttribute({"type": "signing_certificate_v2", "values": [named]}),
        ]
    )


def signature_container(chain: Sequence[bytes], *, digest: bytes, signature: bytes) -> bytes:
    """Return the CMS of one signature; equal input gives equal bytes."""
    certificate = asn1_x509.Certificate.load(chain[0])
    algorithm = certificate.public_key.algorithm
    sha256 = algos.DigestAlgorithm({"algorithm": "sha256", "parameters": core.Null()})
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                {"issuer": certificate.issuer, "serial_number": certificate.serial_number},
            ),
            "digest_algorithm": sha256,
            "signed_attrs": signed_attributes(chain[0], digest=digest),
            "signature_algorithm": {
                "algorithm": "sha256_rsa" if algorithm == "rsa" else "sha256_ecdsa"
            },
            "signature": signature,
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [sha256],
            "encap_content_info": {"content_type": "data"},
            "certificates": [asn1_x509.Certificate.load(der) for der in chain],
            "signer_infos": [signer],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


def fill_in(before: bytes, after: bytes, *, signer: PdfSigner) -> bytes:
    """Return the signed file from the two parts that its signature covers."""
    digest = hashlib.sha256(before + after).digest()
    signature = signer.sign(digest).ljust(signer.size, b"\0")
    return before + b"<" + signature.hex().encode() + b">" + after


def signer_from_key(private: PrivateKey, certificate_pem: str) -> PdfSigner:
    """Return the signer of a private key in memory.

    Raises:
        UnusableCertificateError: the certificate is not this key's, or cannot sign.
    """
    identity = SigningIdentity.from_pem(certificate_pem)
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    if identity.public_key.public_bytes(*form) != private.public_key().public_bytes(*form):
        raise UnusableCertificateError("the certificate belongs to another key")
    if isinstance(private, rsa.RSAPrivateKey):
        return PdfSigner(
            identity, lambda content: private.sign(content, padding.PKCS1v15(), hashes.SHA256())
        )
    return PdfSigner(identity, lambda content: private.sign(content, ec.ECDSA(hashes.SHA256())))


def own_certificate(private: PrivateKey, *, common_name: str, valid_from: datetime) -> str:
    """Return a certificate that a key of ours gives to itself, as PEM.

    Nobody but us vouches for it. Readers of files show its name and that nothing was changed.
    """
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid_from)
        .not_valid_after(valid_from + timedelta(OWN_CERTIFICATE_YEARS * DAYS_OF_YEAR))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False
        )
        .sign(private, hashes.SHA256())
    )
    return built.public_bytes(serialization.Encoding.PEM).decode()
