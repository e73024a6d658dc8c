"""The API for agencies' systems: `GET /api/v1/certificates/{code}`, `POST …/certificates/check`."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.http import require_safe
from ninja import NinjaAPI, Status
from ninja.decorators import decorate_view
from ninja.errors import AuthenticationError, ValidationError
from ninja.security import HttpBearer

from certificates import services
from certificates.agency.describing import DESCRIPTION, responses
from certificates.agency.limits import (
    CODES_PER_AGENCY,
    UNKNOWN_PER_AGENCY,
    Allowance,
    TooManyChecksError,
    allowance_of,
    note_refusal,
    refusals_of,
)
from certificates.agency.schemas import (
    MOST_CODES,
    CertificateAnswer,
    CodeList,
    ListAnswer,
    Refusal,
    UnknownAnswer,
)
from certificates.enums import TokenScope
from certificates.models import ApiToken, Certificate
from certificates.presenting import revoked_date
from certificates.queries import live_token
from lms.core.ratelimit import network_of

LONGEST_KEY = 200
LONGEST_BODY = 256 * 1024
"""Bytes: 500 codes with a space between all their signs are a tenth of it."""

View = Callable[..., HttpResponse]


class AgencyKey(HttpBearer):
    """`Authorization: Bearer <key>`, with a key that a coordinator or an administrator made."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """Return the live key; None for one that is unknown, expired or revoked."""
        now = timezone.now()
        network = _network(request)
        refusals = refusals_of(network, now=now)
        if not refusals.left:
            raise TooManyChecksError(refusals)
        found = live_token(token[:LONGEST_KEY], now=now)
        if found is None:
            note_refusal(network, now=now)
            return None
        services.note_use(token=found, now=now)
        return found


class AgencyRequest(HttpRequest):
    """A request whose key was found good."""

    auth: ApiToken


def _network(request: HttpRequest) -> str:
    return network_of(request.META.get("REMOTE_ADDR", ""))


api = NinjaAPI(
    title="Amparo",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    openapi_url="/openapi.json",
    docs_url=None,
    auth=AgencyKey(),
)


@api.exception_handler(AuthenticationError)
def refuse(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Answer 401 and name the scheme, as RFC 6750 asks; the same for every bad key."""
    response = _refusal(request, 401, "A valid key is needed: Authorization: Bearer <key>.")
    response["WWW-Authenticate"] = 'Bearer realm="amparo", error="invalid_token"'
    return response


@api.exception_handler(TooManyChecksError)
def ask_to_wait(request: HttpRequest, error: TooManyChecksError) -> HttpResponse:
    """Answer 429 and say for how long."""
    words = "Too many codes for this minute. Wait and try again."
    response = _refusal(request, 429, words)
    response["Retry-After"] = str(error.allowance.seconds)
    return response


@api.exception_handler(ValidationError)
def explain(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer 422 with one sentence about the first thing that is wrong; nothing sent comes back."""
    first = error.errors[0]
    place = [part for part in first["loc"] if isinstance(part, int)]
    words = {
        "too_long": f"At most {MOST_CODES} codes in one request. Send the others in another one.",
        "too_short": "Send at least one code.",
    }.get(first["type"], 'Send {"codes": [...]} with 1 to 500 texts.')
    if place:
        words = f"codes[{place[0]}] is not a text."
    return _refusal(request, 422, words)


def _refusal(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    return api.create_response(request, {"detail": detail}, status=status)


def answered(view: View) -> View:
    """Put the headers on every answer: the limits, what a cache may do, and the tag of its bytes.

    An answer to a GET may be kept by whoever asked, and must be asked for again each time: a
    revocation counts from its second. A body that is too long is refused before it is read.
    """

    @wraps(view)
    def with_headers(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _length(request) > LONGEST_BODY:
            words = f"The body is longer than {LONGEST_BODY // 1024} kB."
            response = _refusal(request, 413, words)
        else:
            response = view(request, *args, **kwargs)
        is_kept = request.method == "GET" and response.status_code in (200, 404)
        if is_kept:
            response = _tagged(request, response)
        response["Cache-Control"] = "private, no-cache" if is_kept else "no-store"
        _say_allowance(response, _allowance(request, now=timezone.now()))
        return response

    return with_headers


def _length(request: HttpRequest) -> int:
    said = request.META.get("CONTENT_LENGTH") or ""
    return int(said) if said.isdecimal() and len(said) < 20 else 0


def _tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return the answer with its tag, or 304 if the asker has these bytes; never for unknown codes."""
    tag = quote_etag(hashlib.sha256(response.content).hexdigest())
    held = {one.removeprefix("W/") for one in parse_etags(request.headers.get("If-None-Match", ""))}
    if response.status_code == 200 and held & {tag, "*"}:
        response = HttpResponseNotModified()
    response["ETag"] = tag
    patch_vary_headers(response, ["Authorization"])
    return response


def _allowance(request: HttpRequest, *, now: datetime) -> Allowance:
    """Return what the asker may still do: check codes, or try keys."""
    token = getattr(request, "auth", None)
    if isinstance(token, ApiToken):
        return allowance_of(token.agency_id, now=now)
    return refusals_of(_network(request), now=now)


def _say_allowance(response: HttpResponse, allowance: Allowance) -> None:
    response["RateLimit-Limit"] = str(allowance.most)
    response["RateLimit-Remaining"] = str(allowance.left)
    response["RateLimit-Reset"] = str(allowance.seconds)


@api.post(
    "/certificates/check",
    response={200: ListAnswer} | dict.fromkeys((400, 401, 413, 422, 429), Refusal),
    summary="Check up to 500 certificates",
    operation_id="check_certificates",
    openapi_extra=responses(200, 400, 401, 413, 422, 429),
)
@decorate_view(answered)
def check_certificates(request: AgencyRequest, wanted: CodeList) -> dict[str, Any]:
    """Return an answer for each code, in the order in which they were sent; twins get one each.

    A text that is no code at all is answered like a code that nobody was given.
    """
    now = timezone.now()
    token = request.auth
    found = services.check_for_agency(texts=wanted.codes, agency=token.agency, now=now)
    nothing = dict.fromkeys(name for name in CertificateAnswer.model_fields if name != "code")
    return {
        "results": [
            {
                **nothing,
                **(_answer(one.certificate, token=token, now=now) if one.certificate else {}),
                "asked": one.asked,
                "code": one.code,
                "state": one.state(now=now),
            }
            for one in found
        ]
    }


@api.get(
    "/certificates/{code}",
    response={200: CertificateAnswer, 404: UnknownAnswer} | dict.fromkeys((401, 429), Refusal),
    summary="Check one certificate",
    operation_id="check_certificate",
    openapi_extra=responses(200, 304, 401, 404, 429, with_etag=(200, 304, 404)),
)
@decorate_view(answered)
def check_certificate(request: AgencyRequest, code: str) -> Status[dict[str, Any]]:
    """Return the state of a certificate and, if the key may read it, all that is printed on it.

    The code may be typed sloppily: case, spaces, hyphens, O for 0 and I or L for 1 are forgiven.
    """
    now = timezone.now()
    token = request.auth
    (found,) = services.check_for_agency(texts=[code], agency=token.agency, now=now)
    if found.certificate is None:
        return Status(404, {"state": "unknown"})
    return Status(200, _answer(found.certificate, token=token, now=now))


def _answer(certificate: Certificate, *, token: ApiToken, now: datetime) -> dict[str, Any]:
    successor = certificate.replaced_by
    facts = certificate.typed_facts
    return {
        "state": str(certificate.state(now=now)),
        "code": certificate.code,
        "language": certificate.language,
        "is_pilot": facts.is_pilot,
        "valid_until_date": facts.valid_until_date,
        "revoked_date": revoked_date(certificate),
        "revocation": certificate.revocation_class or None,
        "replaced_by": successor.code if successor else None,
        "facts": facts.to_json() if token.scope == TokenScope.FACTS else None,
    }


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """Describe the API on a plain page of ours; scripts of others have no place here."""
    context = {
        "most_codes": MOST_CODES,
        "codes_a_minute": CODES_PER_AGENCY.most,
        "unknown_a_minute": UNKNOWN_PER_AGENCY.most,
    }
    return render(request, "certificates/api_docs.html", context)
