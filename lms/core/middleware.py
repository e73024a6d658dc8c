"""Small guards around every request."""

import codecs
import ipaddress
import logging
from collections.abc import Callable
from json import JSONDecodeError
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.translation import gettext as _

from lms.core.numbers import LONGEST_NUMBER
from lms.core.terms import worded_page

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]
ADMIN_PREFIX = "/admin/"
BIGGEST = 2**63 - 1


def _networks(texts: list[str]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    return [ipaddress.ip_network(text, strict=False) for text in texts]


class TrustedProxyMiddleware:
    """Reads the client's address and scheme from a proxy's headers, if the proxy is trusted.

    From anybody else these headers are removed, so that nothing later believes them.
    """

    HEADERS = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_REAL_IP", "HTTP_FORWARDED")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.trusted = _networks(settings.TRUSTED_PROXIES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        if self._is_trusted(meta.get("REMOTE_ADDR", "")):
            hops = [hop.strip() for hop in meta.get("HTTP_X_FORWARDED_FOR", "").split(",")]
            strangers = [hop for hop in hops if hop and not self._is_trusted(hop)]
            if strangers and self._address(strangers[-1]) is not None:
                meta["REMOTE_ADDR"] = strangers[-1]
            if meta.get("HTTP_X_FORWARDED_PROTO") == "https":
                meta["wsgi.url_scheme"] = "https"
        for header in self.HEADERS:
            meta.pop(header, None)
        return self.get_response(request)

    def _is_trusted(self, text: str) -> bool:
        address = self._address(text)
        return address is not None and any(address in network for network in self.trusted)

    @staticmethod
    def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
        try:
            return ipaddress.ip_address(text)
        except ValueError:
            return None


class NullByteMiddleware:
    """Answers 400 to an address with a null byte, which PostgreSQL would refuse with an error."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if "\x00" in request.path or "%00" in query or "\x00" in query:
            return render(
                request,
                "400.html",
                {"reason": _("The address has an invalid character.")},
                status=400,
            )
        return self.get_response(request)


class Utf8Middleware:
    """Answers 400 to a form in another encoding than UTF-8, before anybody tries to read it.

    Our pages send none. Django refuses some of them, and then reads the form again to say so.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        claimed = request.encoding
        if claimed is None:
            return self.get_response(request)
        request.encoding = "utf-8"
        if codecs.lookup(claimed).name == "utf-8":
            return self.get_response(request)
        return render(request, "400.html", status=400)


class NumbersMiddleware:
    """Answers 404 to the number of a row that no database can have.

    Wagtail's choosers and bulk actions read `id` and `pk` as they come, and break over a word.
    """

    CHOOSERS = ("chosen", "chosen_multiple", "wagtail_bulk_action")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Look at the parts of the address, and in the admin at its query."""
        is_right = all(value <= BIGGEST for value in kwargs.values() if isinstance(value, int))
        if is_right and _is_of_admin(request):
            is_right = self._is_query_right(request, kwargs)
        return None if is_right else render(request, "404.html", status=404)

    def _is_query_right(self, request: HttpRequest, kwargs: dict[str, Any]) -> bool:
        values = [value for name, found in request.GET.lists() if name != "q" for value in found]
        if any(len(value) > LONGEST_NUMBER and value.isdecimal() for value in values):
            return False
        match = request.resolver_match
        if match is None or match.url_name not in self.CHOOSERS:
            return True
        keys = [*request.GET.getlist("id"), str(kwargs.get("pk", "all"))]
        return all(key == "all" or (key.isdecimal() and len(key) <= LONGEST_NUMBER) for key in keys)


class PersonalPagesMiddleware:
    """Lets no cache keep a page that was made for somebody's visit: telephones are shared.

    A page that never asked who is there may be kept; one with a rule of its own keeps that rule.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_personal = request.session.accessed and not request.session.is_empty()
        if is_personal and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class AdminPolicyMiddleware:
    """Loosens the Content-Security-Policy where Wagtail needs it, and nowhere else.

    The admin has inline scripts and styles of its own; a preview keeps the strict policy of the
    page that it shows, but may stand in the admin's frame.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _is_of_admin(request) or _is_preview(request):
            response["X-Frame-Options"] = "SAMEORIGIN"
        if _is_of_admin(request):
            response.__dict__["_csp_config"] = settings.ADMIN_CONTENT_SECURITY_POLICY
        elif _is_preview(request):
            response.__dict__["_csp_replace"] = {"frame-ancestors": ["'self'"]}
        return response


def _is_of_admin(request: HttpRequest) -> bool:
    return request.path.startswith(ADMIN_PREFIX)


def _is_preview(request: HttpRequest) -> bool:
    """Wagtail marks the request that it makes up for a preview; no browser can."""
    return bool(getattr(request, "is_preview", False))


class SiteTermsMiddleware:
    """Words the terms that the owner of the site decides, on every page that people read.

    One place for lessons, quizzes, cases, certificates' pages and whatever comes later. The admin
    shows its authors the placeholder, but in the preview of a page. Without a placeholder in the
    page it costs one look and no query.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return response
        if _is_of_admin(request) and not _is_preview(request):
            return response
        if b"{{" in response.content:
            charset = response.charset
            response.content = worded_page(response.content.decode(charset)).encode(charset)
        return response


class FriendlyAnswerMiddleware:
    """Answers in our own words what a view could only raise, with DEBUG on too.

    What is not there: Django's technical page would tell a visitor of a demonstration every
    address that exists. A form without the fields that its page has, or with JSON that is none: no
    browser sends one. A row that others need: the database refuses to delete it, and Wagtail's
    views do not expect that.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer these three; leave every other exception alone."""
        if isinstance(exception, Http404):
            return render(request, "404.html", status=404)
        if isinstance(exception, MultiValueDictKeyError | JSONDecodeError):
            logger.warning("A form came without a field, or damaged: %s", request.path)
            return render(request, "400.html", status=400)
        if isinstance(exception, ProtectedError) and request.method in ("POST", "DELETE"):
            text = _("This cannot be deleted: other records still refer to it. Nothing changed.")
            messages.error(request, text)
            return redirect(request.get_full_path())
        return None
