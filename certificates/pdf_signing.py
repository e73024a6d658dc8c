"""The signature of a file: PAdES baseline B-B, as a CMS that is built here and nowhere else.

Its shape is fixed: SHA-256, three signed attributes, no time (the file says it), nothing unsigned.
So a check can build it again and compare byte by byte, and never has to parse what a stranger
hands in. Standards: RFC 5652, ETSI EN 319 142-1 section 6.3, ETSI EN 319 122-1.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from asn1crypto import algos, cms, core, pem, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

LEAST_RSA_BITS = 2048


class UnusableCertificateError(ValueError):
    """A certificate that cannot sign files; its message is for whoever runs the site."""


def certificates_in(text: str) -> tuple[bytes, ...]:
    """Return the certificates of a PEM text as DER; raise ValueError if it is something else."""
    if not text:
        return ()
    return tuple(der for _, _, der in pem.unarmor(text.encode(), multiple=True))


def usable_key(certificate: bytes) -> rsa.RSAPublicKey:
    """Return the public key of a certificate (DER).

    RSA alone, because its signatures (PKCS #1 v1.5) are the same each time: a file that is made
    again has the same bytes, and nobody can turn a signature into another one that holds too.

    Raises:
        UnusableCertificateError: it is no certificate, or its key is not RSA of 2048 bits or more.
    """
    try:
        key = x509.load_der_x509_certificate(certificate).public_key()
    except ValueError as error:
        raise UnusableCertificateError("this is no X.509 certificate") from error
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < LEAST_RSA_BITS:
        raise UnusableCertificateError("a signer needs an RSA key of 2048 bits or more")
    return key


@dataclass(frozen=True)
class SigningIdentity:
    """The public side of a signer: its certificate, and those that lead to its authority."""

    chain: tuple[bytes, ...]

    @classmethod
    def from_pem(cls, text: str) -> "SigningIdentity":
        """Read certificates, the signer's first; raise UnusableCertificateError if it cannot sign."""
        try:
            found = certificates_in(text)
        except ValueError as error:
            raise UnusableCertificateError("there is no X.509 certificate") from error
        if not found:
            raise UnusableCertificateError("there is no X.509 certificate")
        usable_key(found[0])
        return cls(chain=found)

    @property
    def certificate_pem(self) -> str:
        """The certificates as text, the signer's first."""
        return "".join(pem.armor("CERTIFICATE", der).decode() for der in self.chain)

    @cached_property
    def public_key(self) -> rsa.RSAPublicKey:
        """The key that verifies."""
        return usable_key(self.chain[0])

    @property
    def signature_size(self) -> int:
        """The bytes of a bare signature."""
        return self.public_key.key_size // 8

    @cached_property
    def name(self) -> str:
        """Who signs, as the certificate says."""
        subject = x509.load_der_x509_certificate(self.chain[0]).subject
        named = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(named[0].value) if named else subject.rfc4514_string()

    def verifies(self, signature: bytes, digest: bytes) -> bool:
        """Return whether these bytes are the CMS that we make for this digest, to the last bit."""
        bare = signature[-self.signature_size :]
        if signature != signature_container(self.chain, digest=digest, signature=bare):
            return False
        signed = signed_attributes(self.chain[0], digest=digest).dump()
        try:
            self.public_key.verify(bare, signed, padding.PKCS1v15(), hashes.SHA256())
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
            "signature_algorithm": {"algorithm": "sha256_rsa"},
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
    return before + b"<" + signer.sign(digest).hex().encode() + b">" + after


def signer_from_key(private: rsa.RSAPrivateKey, certificate_pem: str) -> PdfSigner:
    """Return the signer of a private key in memory.

    Raises:
        UnusableCertificateError: the certificate is not this key's, or cannot sign.
    """
    identity = SigningIdentity.from_pem(certificate_pem)
    if identity.public_key.public_numbers() != private.public_key().public_numbers():
        raise UnusableCertificateError("the certificate belongs to another key")
    return PdfSigner(
        identity, lambda content: private.sign(content, padding.PKCS1v15(), hashes.SHA256())
    )
