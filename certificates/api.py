"""The API for agencies' systems: `GET /api/v1/certificates/{code}`."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from ninja import NinjaAPI, Schema, Status
from ninja.decorators import decorate_view
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer

from certificates import services
from certificates.check_limits import (
    note_refusal,
    note_token_check,
    refused_seconds_to_wait,
    token_seconds_to_wait,
)
from certificates.codes import read_code
from certificates.models import ApiToken, Certificate
from certificates.presenting import revoked_date
from certificates.queries import certificate_by_code, live_token
from lms.core.ratelimit import network_of

LONGEST_KEY = 200


class TooManyChecksError(Exception):
    """The caller must wait so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class AgencyKey(HttpBearer):
    """`Authorization: Bearer <key>`, with a key that an administrator made."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """Return the live key; None for one that is unknown, expired or revoked."""
        now = timezone.now()
        network = network_of(request.META.get("REMOTE_ADDR", ""))
        wait = refused_seconds_to_wait(network, now=now)
        if wait is not None:
            raise TooManyChecksError(wait)
        found = live_token(token[:LONGEST_KEY], now=now)
        if found is None:
            note_refusal(network, now=now)
            return None
        services.note_use(token=found, now=now)
        return found


class AgencyRequest(HttpRequest):
    """A request whose key was found good."""

    auth: ApiToken


class ModuleFacts(Schema):
    """One module of the programme; `score` as printed, empty where nothing is marked."""

    title: str
    minutes: int
    score: str
    topics: list[str]


class SignatoryFacts(Schema):
    """Somebody whose name stands under the certificate."""

    name: str
    post: str


class Facts(Schema):
    """Everything that is printed on the certificate, in the certificate's language."""

    full_name: str
    document_tail: str
    kind: str
    mode: str
    course_title: str
    certificate_text: str
    start_date: date
    end_date: date
    issue_date: date
    valid_until_date: date
    minutes: int
    hours: Decimal
    score: str
    pass_mark: str
    issuer_name: str
    issuer_ruc: str
    issuer_resolution: str
    place: str
    is_pilot: bool
    modules: list[ModuleFacts]
    signatories: list[SignatoryFacts]


class CertificateAnswer(Schema):
    """A certificate as it stands now.

    `state` is `valid`, `expired`, `revoked` or `replaced`. A pilot (`facts.is_pilot`) has no
    validity whatever its state. `revoked_date` and `revocation` (`issued_in_error`,
    `holder_request` or `issuer_decision`) come with `revoked`, `replaced_by` with `replaced`.
    """

    state: str
    code: str
    language: str
    revoked_date: date | None
    revocation: str | None
    replaced_by: str | None
    facts: Facts


class UnknownAnswer(Schema):
    """No certificate has this code: the same answer for all of them."""

    state: str = "unknown"


class Refusal(Schema):
    """Why there is no answer."""

    detail: str


api = NinjaAPI(
    title="Amparo",
    version="1",
    description="Checks certificates for the systems of agencies.",
    urls_namespace="api",
    openapi_url="/openapi.json",
    docs_url=None,
    auth=AgencyKey(),
)


@api.exception_handler(AuthenticationError)
def refuse(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Answer 401 and name the scheme, as RFC 6750 asks; the same for every bad key."""
    response = api.create_response(
        request, {"detail": "A valid key is needed: Authorization: Bearer <key>."}, status=401
    )
    response["WWW-Authenticate"] = 'Bearer realm="amparo", error="invalid_token"'
    response["Cache-Control"] = "no-store"
    return response


@api.exception_handler(TooManyChecksError)
def ask_to_wait(request: HttpRequest, error: TooManyChecksError) -> HttpResponse:
    """Answer 429 and say for how long."""
    response = api.create_response(
        request, {"detail": "Too many requests. Wait and try again."}, status=429
    )
    response["Retry-After"] = str(error.seconds)
    response["Cache-Control"] = "no-store"
    return response


@api.get(
    "/certificates/{code}",
    response={200: CertificateAnswer, 404: UnknownAnswer, 401: Refusal, 429: Refusal},
    summary="Check one certificate",
    operation_id="check_certificate",
)
@decorate_view(cache_control(no_store=True))
def check_certificate(request: AgencyRequest, code: str) -> Status[dict[str, Any]]:
    """Return the state of a certificate and all that is printed on it.

    The code may be typed sloppily: case, spaces, hyphens, O for 0 and I or L for 1 are forgiven.
    """
    now = timezone.now()
    token_id = request.auth.pk
    wait = token_seconds_to_wait(token_id, now=now)
    if wait is not None:
        raise TooManyChecksError(wait)
    certificate = certificate_by_code(read_code(code))
    note_token_check(token_id, is_known=certificate is not None, now=now)
    if certificate is None:
        return Status(404, {"state": "unknown"})
    return Status(200, _answer(certificate, now=now))


def _answer(certificate: Certificate, *, now: datetime) -> dict[str, Any]:
    successor = certificate.replaced_by
    return {
        "state": str(certificate.state(now=now)),
        "code": certificate.code,
        "language": certificate.language,
        "revoked_date": revoked_date(certificate),
        "revocation": certificate.revocation_class or None,
        "replaced_by": successor.code if successor else None,
        "facts": certificate.typed_facts.to_json(),
    }


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """Describe the API on a plain page of ours; scripts of others have no place here."""
    return render(request, "certificates/api_docs.html", {"other_language_url": ""})
