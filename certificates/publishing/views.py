"""Addresses for other people's software; no session, no cookie, no language."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from certificates import services
from certificates.check_limits import note_check, seconds_to_wait
from certificates.codes import read_code
from certificates.key_files import KeyFileError
from certificates.keyring import published_keys
from certificates.models import Certificate, SignedCredential, StatusList
from certificates.publishing.documents import did_document, jwk_of
from certificates.queries import certificate_by_code, newest_of_release
from lms.core.ratelimit import network_of

SHORT = 300
DAY = 86_400
JSON_LD = "application/ld+json"
CREDENTIAL = "application/vc+ld+json"


def _answer(
    data: Any, *, media_type: str = "application/json", seconds: int = 0, status: int = 200
) -> HttpResponse:
    """Return JSON that any site may read; kept for so many seconds, or by nobody."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    response = HttpResponse(text, content_type=media_type, status=status)
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Content-Type-Options"] = "nosniff"
    if seconds:
        patch_cache_control(response, public=True, max_age=seconds)
    else:
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@require_safe
def did_json(request: HttpRequest) -> HttpResponse:
    """Publish the DID document."""
    services.ensure_keys(now=timezone.now())
    return _answer(
        did_document(published_keys(), host=request.get_host()),
        media_type="application/did+json",
        seconds=SHORT,
    )


@require_safe
def jwks_json(request: HttpRequest) -> HttpResponse:
    """Publish every key as a JSON Web Key Set."""
    services.ensure_keys(now=timezone.now())
    keys = [jwk_of(row) for row in published_keys()]
    return _answer({"keys": keys}, media_type="application/jwk-set+json", seconds=SHORT)


@require_safe
def key_json(request: HttpRequest, name: str) -> HttpResponse:
    """Publish one key at the address that the header of a JWT names."""
    found = [row for row in published_keys() if row.name == name]
    if not found:
        raise Http404
    return _answer(jwk_of(found[0]), media_type="application/jwk+json", seconds=SHORT)


@require_safe
def status_list(request: HttpRequest, number: int) -> HttpResponse:
    """Publish a status list as a signed credential."""
    found = StatusList.objects.filter(number=number).first()
    if found is None:
        raise Http404
    try:
        found = services.signed_status_list(status_list=found, now=timezone.now())
    except KeyFileError:
        return _unable()
    return _answer(found.signed_text, media_type=CREDENTIAL, seconds=SHORT)


@require_safe
def achievement(request: HttpRequest, name: str) -> HttpResponse:
    """Publish what a course release certifies; nothing of any holder."""
    plain = name.removesuffix(services.RENEWAL_SUFFIX)
    release, _dash, language = plain.partition("-")
    if not (release.isdecimal() and len(release) < 10):
        raise Http404
    found = newest_of_release(int(release), language, is_renewal=plain != name)
    if found is None:
        raise Http404
    return _answer(services.achievement_of(found), media_type=JSON_LD, seconds=DAY)


@require_safe
def credential_json(request: HttpRequest, code: str) -> HttpResponse:
    """Give the credential with its proof to whoever holds the code."""
    return _credential(request, code, "json_text", CREDENTIAL)


@require_safe
def credential_jwt(request: HttpRequest, code: str) -> HttpResponse:
    """Give the credential as a JWT to whoever holds the code."""
    return _credential(request, code, "jwt_text", "application/jwt")


def _credential(request: HttpRequest, code: str, form: str, media_type: str) -> HttpResponse:
    """Answer with the stored bytes; limits are those of the check page."""
    now = timezone.now()
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    wait = seconds_to_wait(network, now=now)
    if wait is not None:
        response = _answer({"detail": "Too many requests. Wait and try again."}, status=429)
        response["Retry-After"] = str(wait)
        return response
    certificate = certificate_by_code(read_code(code))
    burst = note_check(network, is_known=certificate is not None, now=now)
    if burst is not None:
        services.note_burst(burst=burst, now=now)
    if certificate is None:
        return _answer({"detail": "No certificate has this code."}, status=404)
    if certificate.holder_erased_at is not None:
        return _answer({"detail": "The holder's data were erased."}, status=410)
    signed = SignedCredential.objects.filter(certificate=certificate).first()
    if signed is None:
        return _not_signed(certificate)
    return _answer(getattr(signed, form), media_type=media_type)


def _not_signed(certificate: Certificate) -> HttpResponse:
    """Say whether the credential is still being signed or will never be."""
    if not hasattr(certificate, "status_entry"):
        words = "This certificate was issued before open credentials: it has none."
        return _answer({"detail": words}, status=404)
    response = _answer({"detail": "The credential is being signed."}, status=503)
    response["Retry-After"] = "5"
    return response


def _unable() -> HttpResponse:
    response = _answer({"detail": "The issuer cannot sign at the moment."}, status=503)
    response["Retry-After"] = "60"
    return response
