"""The only road from a request to an agency: whoever coordinates it today."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from certificates.agency.queries import keys_of, shares_with
from certificates.models import ApiToken, CertificateShare
from lms.accounts.models import Agency, User
from lms.accounts.queries import coordinated_agencies

View = Callable[..., HttpResponse]


def access_agency(user: User | AnonymousUser, agency_id: int) -> Agency:
    """Return an agency to its coordinator of today; to others, its members too, there is none (404)."""
    found = (
        coordinated_agencies(user, on=timezone.localdate()).filter(pk=agency_id).first()
        if isinstance(user, User)
        else None
    )
    if found is None:
        raise Http404
    return found


def access_key(agency: Agency, token_id: int) -> ApiToken:
    """Return a key of this agency; 404 for every other one."""
    found = keys_of(agency.pk).filter(pk=token_id).first()
    if found is None:
        raise Http404
    return found


def access_shared(agency: Agency, share_id: int) -> CertificateShare:
    """Return a certificate that is shared with this agency now; 404 for every other one."""
    found = shares_with(agency.pk).filter(pk=share_id).first()
    if found is None:
        raise Http404
    return found


def signed_in(request: HttpRequest) -> User:
    """Return who asks; a view behind `for_coordinators` always has somebody."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def for_coordinators(*methods: str) -> Callable[[View], View]:
    """Let only a coordinator of the agency in the address in; the view gets the agency itself.

    No cache keeps the page. (`no-referrer` has no place here: browsers then send these forms with
    `Origin: null`, which the protection against forged requests refuses.)
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(
            request: HttpRequest, agency_id: int, *args: object, **kwargs: object
        ) -> HttpResponse:
            agency = access_agency(request.user, agency_id)
            return view(request, agency, *args, **kwargs)

        return never_cache(require_http_methods([*methods])(login_required(guarded)))

    return decorate
