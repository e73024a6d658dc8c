"""Guards around every request."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings

from lms.core.middleware import TrustedProxyMiddleware


def seen_by_view(**headers: str) -> tuple[str, str, list[str]]:
    """Return the address, the scheme and the proxy headers that a view would see."""
    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    TrustedProxyMiddleware(view)(RequestFactory().get("/", **headers))
    left = [name for name in seen[0].META if name in TrustedProxyMiddleware.HEADERS]
    return seen[0].META["REMOTE_ADDR"], seen[0].scheme or "", left


FORWARDED = {"HTTP_X_FORWARDED_FOR": "203.0.113.9, 10.0.0.7", "HTTP_X_FORWARDED_PROTO": "https"}


@override_settings(TRUSTED_PROXIES=["10.0.0.0/8"])
def test_trusted_proxy_is_believed() -> None:
    assert seen_by_view(REMOTE_ADDR="10.0.0.7", **FORWARDED) == ("203.0.113.9", "https", [])


@override_settings(TRUSTED_PROXIES=["10.0.0.0/8"])
def test_stranger_is_not_believed() -> None:
    assert seen_by_view(REMOTE_ADDR="198.51.100.4", **FORWARDED) == ("198.51.100.4", "http", [])


@override_settings(TRUSTED_PROXIES=[])
def test_nobody_is_believed_by_default() -> None:
    assert seen_by_view(REMOTE_ADDR="10.0.0.7", **FORWARDED) == ("10.0.0.7", "http", [])


@override_settings(TRUSTED_PROXIES=["10.0.0.0/8"])
def test_client_cannot_put_an_address_before_the_proxys() -> None:
    headers = {"HTTP_X_FORWARDED_FOR": "1.1.1.1, 203.0.113.9"}

    assert seen_by_view(REMOTE_ADDR="10.0.0.7", **headers) == ("203.0.113.9", "http", [])


@override_settings(TRUSTED_PROXIES=["10.0.0.0/8"])
def test_proxy_that_talks_nonsense_changes_nothing() -> None:
    headers = {"HTTP_X_FORWARDED_FOR": "not-an-address"}

    assert seen_by_view(REMOTE_ADDR="10.0.0.7", **headers) == ("10.0.0.7", "http", [])


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/v/?code=%00", "/cursos/?q=a%00b", "/%00"])
def test_null_byte_in_an_address_is_answered(client: Client, path: str) -> None:
    assert client.get(path).status_code == 400


@pytest.mark.django_db
def test_public_page_has_a_strict_policy(client: Client) -> None:
    response = client.get("/ayuda/")

    assert response["X-Frame-Options"] == "DENY"
    assert sorted(response["Content-Security-Policy"].split("; ")) == [
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "manifest-src 'self'",
        "media-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
    ]


@pytest.mark.django_db
@override_settings(DEBUG=True)
def test_missing_page_is_ours_even_with_debug(client: Client) -> None:
    response = client.get("/no-existe/")

    assert (response.status_code, response.templates[0].name) == (404, "404.html")
