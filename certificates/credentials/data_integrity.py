"""Proofs by `eddsa-rdfc-2022` (W3C Data Integrity EdDSA Cryptosuites 1.0), made and verified.

What is signed is SHA-256 of the canonical proof options and SHA-256 of the canonical document, as
RDF Dataset Canonicalization 1.0 writes them. RDF leaves out what a context does not define, so a
term that is not defined is refused here: else it could be added to a signed document unseen.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pyld import jsonld

from certificates.credentials.context_files import (
    BADGES_CONTEXT,
    VC_CONTEXT,
    UnknownContextError,
    load_context,
)
from certificates.credentials.encodings import base58btc, from_base58btc

CRYPTOSUITE = "eddsa-rdfc-2022"
PROOF_TERMS = frozenset(
    {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"}
)
CONTEXTS = ([VC_CONTEXT, BADGES_CONTEXT], [VC_CONTEXT])
"""The orders of contexts that our documents have: credentials, and status lists."""

FindKey = Callable[[str], Ed25519PublicKey | None]


class ProofError(ValueError):
    """A document has no proof, or one that does not hold; the message says which."""


def add_proof(
    document: Mapping[str, Any],
    *,
    private: Ed25519PrivateKey,
    verification_method: str,
    created: str,
) -> dict[str, Any]:
    """Return the document with its proof, in a list of one as the schema of 1EdTech asks.

    Args:
        document: without a proof.
        private: the issuer's key.
        verification_method: the key's name in the issuer's DID document.
        created: when it was signed, as `2026-11-24T17:00:00Z`.

    Raises:
        ProofError: the document uses a term that its contexts do not define.
        UnknownContextError: it names a context that is not among ours.
    """
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "created": created,
        "verificationMethod": verification_method,
        "proofPurpose": "assertionMethod",
    }
    signature = private.sign(_signed_bytes(document, options))
    return {**document, "proof": [{**options, "proofValue": "z" + base58btc(signature)}]}


def verify_proof(secured: Mapping[str, Any], find_key: FindKey) -> None:
    """Return quietly if the document's one proof holds.

    Args:
        secured: the document with its proof.
        find_key: gives the public key of a verification method that the issuer has published, and
            None for every other; what the document itself says of a key proves nothing.

    Raises:
        ProofError: it does not hold, whatever the reason.
    """
    proofs = secured.get("proof")
    proof = proofs[0] if isinstance(proofs, list) and len(proofs) == 1 else None
    if not isinstance(proof, dict) or set(proof) != PROOF_TERMS:
        raise ProofError("there is no proof of the kind that we make")
    if not all(isinstance(value, str) for value in proof.values()):
        raise ProofError("the proof is not made of texts")
    if (proof["type"], proof["cryptosuite"], proof["proofPurpose"]) != (
        "DataIntegrityProof",
        CRYPTOSUITE,
        "assertionMethod",
    ):
        raise ProofError("the proof is of another kind")
    public = find_key(proof["verificationMethod"])
    if public is None:
        raise ProofError("the key is not one of the issuer's")
    document = {name: value for name, value in secured.items() if name != "proof"}
    if document.get("@context") not in CONTEXTS:
        raise ProofError("the contexts are not the ones that we use")
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    try:
        if not proof["proofValue"].startswith("z"):
            raise ProofError("the value of the proof is not base58btc")
        signature = from_base58btc(proof["proofValue"][1:])
        public.verify(signature, _signed_bytes(document, options))
    except (InvalidSignature, UnknownContextError, jsonld.JsonLdError, ValueError) as error:
        raise ProofError("the signature does not hold") from error


def _signed_bytes(document: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    configuration = {"@context": document["@context"], **options}
    return b"".join(
        hashlib.sha256(canonical(part).encode()).digest() for part in (configuration, document)
    )


def canonical(document: Mapping[str, Any]) -> str:
    """Return the canonical N-Quads of a document (RDFC-1.0).

    Raises:
        ProofError: a term is not defined by the contexts, or a name is not absolute.
        UnknownContextError: a context is not among ours.
    """
    processor = jsonld.JsonLdProcessor(on_property_dropped=_refuse)
    options = {"documentLoader": load_context, "base": "", "processingMode": "json-ld-1.1"}
    expanded = processor.expand(document, options)
    _check_names(expanded)
    text: str = jsonld.normalize(
        expanded,
        {
            "algorithm": "URDNA2015",
            "format": "application/n-quads",
            "documentLoader": load_context,
        },
    )
    return text


def _refuse(term: str | None) -> None:
    raise ProofError(f"a term is not defined: {str(term)[:100]}")


def _check_names(node: Any) -> None:
    """Refuse names without a scheme: RDF drops them, and what they say with them."""
    if isinstance(node, list):
        for one in node:
            _check_names(one)
    elif isinstance(node, dict):
        types = node.get("@type", [])
        names = [*(types if isinstance(types, list) else [types]), node.get("@id", "_:")]
        if not all(isinstance(name, str) and ":" in name for name in names):
            raise ProofError("a name is not absolute")
        for one in node.values():
            _check_names(one)
