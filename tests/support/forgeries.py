"""What forgers try with a whole credential, and with its JWT, where single changes do not help."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

from tests.support.by_hand import BASE58, HandIssuer, base58, base64url, compact
from tests.support.mutations import cut, put

ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of the group of Ed25519 (RFC 8032): S and S + ORDER sign the same if nobody looks."""


@dataclass
class Genuine:
    """Two genuine credentials in both forms, and what is published of the keys."""

    document: Any
    other: Any
    token: str
    other_token: str
    rsa_pem: str
    kids: list[str]


def base58_bytes(text: str) -> bytes:
    """Return the bytes of a text in base 58."""
    number = 0
    for sign in text:
        number = number * 58 + BASE58.index(sign)
    return number.to_bytes(64, "big")


def tampered(genuine: Genuine, foreign: HandIssuer) -> dict[str, Any]:
    """Return the kinds of tampered credentials by name."""
    document, other = genuine.document, genuine.other
    subject, achievement = ("credentialSubject",), ("credentialSubject", "achievement")
    results = document["credentialSubject"]["result"]
    method = document["proof"][0]["verificationMethod"]
    value = document["proof"][0]["proofValue"]
    raw = base58_bytes(value[1:])
    heavier = raw[:32] + (int.from_bytes(raw[32:], "little") + ORDER).to_bytes(32, "little")
    bare = cut(document, ("proof",))
    meaning = [*document["@context"], {"identityHash": "https://schema.org/alternateName"}]
    alias = [*document["@context"], {"nombre": "https://schema.org/name"}]
    someone = put(document, (*subject, "identifier", 0, "identityHash"), "Otra Persona")
    return {
        "another name": someone,
        "another course": put(document, ("name",), "Otro curso"),
        "more hours": put(document, (*subject, "result", 0, "value"), "400"),
        "a better mark": put(document, (*subject, "result", len(results) - 1, "value"), "20"),
        "an easier course": put(document, (*achievement, "criteria", "narrative"), "Nada."),
        "a longer life": put(document, ("validUntil",), "2099-01-01T00:00:00Z"),
        "an earlier day": put(document, ("validFrom",), "2020-01-01T00:00:00Z"),
        "an older course": put(document, (*subject, "activityStartDate"), "2020-01-01T00:00:00Z"),
        "another issuer's name": put(document, ("issuer", "name"), "Ministerio"),
        "another issuer": put(document, ("issuer", "id"), foreign.did),
        "another's place in the list": put(
            document, ("credentialStatus",), other["credentialStatus"]
        ),
        "a list elsewhere": put(
            document, ("credentialStatus", "statusListCredential"), "https://example.test/1"
        ),
        "no status": cut(document, ("credentialStatus",)),
        "no proof": bare,
        "no signature": cut(document, ("proof", 0, "proofValue")),
        "an empty signature": put(document, ("proof", 0, "proofValue"), "z"),
        "half a signature": put(document, ("proof", 0, "proofValue"), value[: len(value) // 2]),
        "a heavier signature": put(document, ("proof", 0, "proofValue"), "z" + base58(heavier)),
        "a signature of zeros": put(document, ("proof", 0, "proofValue"), "z" + "1" * 64),
        "another's proof": put(document, ("proof",), other["proof"]),
        "another's subject": put(document, subject, other["credentialSubject"]),
        "two subjects": put(
            document, subject, [document["credentialSubject"], other["credentialSubject"]]
        ),
        "another suite": put(document, ("proof", 0, "cryptosuite"), "eddsa-jcs-2022"),
        "another purpose": put(document, ("proof", 0, "proofPurpose"), "authentication"),
        "another day of signing": put(document, ("proof", 0, "created"), "2020-01-01T00:00:00Z"),
        "a foreign key's name": put(document, ("proof", 0, "verificationMethod"), foreign.method),
        "a foreign key inside": put(
            foreign.proved(someone),
            ("proof", 0, "verificationMethod"),
            foreign.did_document()["verificationMethod"][0],
        ),
        "a foreign signature in our key's name": foreign.proved(someone, method=method),
        "a foreign signature in its own name": foreign.proved(someone),
        "a foreign proof beside ours": put(
            someone, ("proof",), [*document["proof"], *foreign.proved(someone)["proof"]]
        ),
        "wholly foreign": foreign.proved(put(bare, ("issuer", "id"), foreign.did)),
        "words with another meaning": put(document, ("@context",), meaning),
        "words by an alias": {
            ("nombre" if name == "name" else name): one
            for name, one in put(document, ("@context",), alias).items()
        },
        "another version's words": put(
            document,
            ("@context", 1),
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
        ),
        "no words": put(document, ("@context",), []),
        "a presentation": put(document, ("type",), ["VerifiablePresentation"]),
    }


def parts_of(token: str) -> tuple[Any, Any, str]:
    """Return the header, the payload and the signature's text of a JWT."""
    header, payload, signature = token.split(".")

    def read(text: str) -> Any:
        return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))

    return read(header), read(payload), signature


def with_secret(header: Any, payload: Any, secret: bytes) -> str:
    """Return a JWT that was signed by HS256 with this secret."""
    text = f"{base64url(compact(header))}.{base64url(compact(payload))}"
    return f"{text}.{base64url(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"


def forged_tokens(genuine: Genuine, foreign: HandIssuer) -> dict[str, str]:
    """Return the attacks on the JWT by name."""
    header, payload, signature = parts_of(genuine.token)
    head, body, _signature = genuine.token.split(".")
    other_head, other_body, _other = genuine.other_token.split(".")
    someone = put(payload, ("credentialSubject", "identifier", 0, "identityHash"), "Otra Persona")
    jwk = foreign.public_jwk()

    def resigned(changed_payload: Any = someone, **changed: Any) -> str:
        return foreign.signed_token({**header, **changed}, changed_payload)

    def restated(changed_payload: Any = payload, **changed: Any) -> str:
        text = base64url(compact({**header, **changed}))
        return f"{text}.{base64url(compact(changed_payload))}.{signature}"

    found = {
        "our key's name, a foreign signature": resigned(),
        "same words, a foreign signature": resigned(payload),
        "a foreign key's name": resigned(kid=foreign.kid),
        "a key in the header": resigned(jwk=jwk),
        "a key in the header, by its name": resigned(jwk=jwk, kid=foreign.kid),
        "a chain in the header": resigned(x5c=["MIIB"], x5t="MIIB"),
        "an address of keys": resigned(jku="https://example.test/jwks.json"),
        "an address of a chain": resigned(x5u="https://example.test/x.pem"),
        "a path as the key's name": resigned(kid="../../dev/null"),
        "no key's name": foreign.signed_token({"alg": "RS256", "typ": "JWT"}, someone),
        "a number as the key's name": resigned(kid=1),
        "a demand that nobody knows": resigned(crit=["exp"], exp=1),
        "a payload that is not encoded": resigned(b64=False, crit=["b64"]),
        "a longer life": restated(put(payload, ("exp",), 4102444800)),
        "an earlier start": restated(put(payload, ("nbf",), 0)),
        "a later start": restated(put(payload, ("nbf",), 4102444800)),
        "another name": restated(someone),
        "another issuer": restated(put(payload, ("iss",), "did:web:example.test")),
        "another number": restated(put(payload, ("jti",), "urn:uuid:0")),
        "another kind": restated(typ="at+jwt"),
        "no kind": f"{base64url(compact(cut(header, ('typ',))))}.{body}.{signature}",
        "another's payload": f"{head}.{other_body}.{signature}",
        "another's signature": f"{head}.{body}.{_other}",
        "another's head and payload": f"{other_head}.{other_body}.{signature}",
        "no signature": f"{head}.{body}.",
        "no third part": f"{head}.{body}",
        "half a signature": f"{head}.{body}.{signature[: len(signature) // 2]}",
        "a signature of zeros": f"{head}.{body}.{base64url(bytes(256))}",
        "a fourth part": f"{genuine.token}.{signature}",
        "five parts": f"{head}.{body}.{signature}.{body}.{signature}",
        "wholly foreign": foreign.token(
            put(payload, ("issuer", "id"), foreign.did), nbf=payload["nbf"], exp=payload["exp"]
        ),
        "nothing": "..",
        "no JSON": f"{base64url(b'{')}.{body}.{signature}",
        "a list as its head": f"{base64url(b'[]')}.{body}.{signature}",
    }
    for name in ("none", "None", "NONE", "nOnE"):
        text = f"{base64url(compact({**header, 'alg': name}))}.{base64url(compact(someone))}"
        found[f"alg {name}"] = f"{text}."
        found[f"alg {name}, signed"] = f"{text}.{signature}"
    for name in ("RS384", "RS512", "PS256", "ES256", "EdDSA", "HS256", "rs256", ""):
        found[f"alg {name or 'empty'}"] = restated(alg=name)
    public = json.dumps(jwk, separators=(",", ":"))
    for name, secret in (
        ("the public key", genuine.rsa_pem.encode()),
        ("the public key without its last line", genuine.rsa_pem.strip().encode()),
        ("the key's name", header["kid"].encode()),
        ("nothing", b""),
        ("a JWK", public.encode()),
    ):
        found[f"HS256 with {name}"] = with_secret({**header, "alg": "HS256"}, someone, secret)
    for kid in genuine.kids:
        if kid != header["kid"]:
            found[f"the name of our other key {kid.rpartition('/')[2][:3]}"] = restated(kid=kid)
    return found
