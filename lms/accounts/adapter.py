"""How allauth behaves here: neutral mail, no invented user names, no answer that tells who has an
account, second factors encrypted."""

import html
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lms.accounts.crypto import cipher
from lms.accounts.enums import Language
from lms.accounts.models import User
from lms.accounts.queries import is_staff_member
from lms.accounts.services import save_signed_up_user
from lms.accounts.signing_in.browsers import browser_kind
from lms.accounts.signing_in.cookies import (
    COOKIE,
    KEPT_SECONDS,
    digest_of,
    new_secret,
    secret_of,
    signed,
)
from lms.accounts.signing_in.doors import door_of
from lms.accounts.signing_in.limits import forget_account, give_back, take_try
from lms.accounts.signing_in.services import forget_devices, lessen_session, remember_device

TOO_MANY = _(
    "Too many attempts that were not right. Wait %(minutes)d min and try again. On a device on "
    "which you have logged in before, you need not wait."
)
WRONG_LOGIN = _("The e-mail or user name, or the password, is not right.")


def current_language() -> str:
    """Return the language of the page, as a choice of `Language`."""
    code = (get_language() or settings.LANGUAGE_CODE)[:2]
    return code if code in Language.values else Language.SPANISH


class AccountAdapter(DefaultAccountAdapter):
    """Accounts."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": WRONG_LOGIN,
        "username_password_mismatch": WRONG_LOGIN,
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password."),
        "incorrect_code": _("This code is not right, or its time has passed. Try the next one."),
        "duplicate_email": _("This is already your e-mail."),
        "too_many_login_attempts": _(
            "Too many attempts that were not right. Wait five minutes and try again."
        ),
        "rate_limited": _("Too many attempts in a row. Wait a minute and try again."),
    }

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """Leave the user name empty: it is for people without an address."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Store a new person with her name and the language of the page."""
        super().save_user(request, user, form, commit=False)
        return save_signed_up_user(
            user=user,
            full_name=form.cleaned_data["full_name"],
            language=current_language(),
            now=timezone.now(),
            agrees=form.cleaned_data.get("agrees", False),
        )

    def get_login_stages(self) -> list[str]:
        """Return the steps of a login; who has no address need not confirm one."""
        own = "lms.accounts.stages.ConfirmedAddressStage"
        theirs = "allauth.account.stages.EmailVerificationStage"
        return [own if stage == theirs else stage for stage in super().get_login_stages()]

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Return the home page in the language of the page."""
        language = current_language()
        return "/" if language == settings.LANGUAGE_CODE else f"/{language}/"

    def is_safe_url(self, url: str) -> bool:
        """Say whether a redirect may lead there; to what is no address at all it may not."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def can_delete_email(self, email_address: EmailAddress) -> bool:
        """Keep the address in use: it is replaced by another, never just removed."""
        return not email_address.primary and email_address.email != email_address.user.email

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Confirm an address, unless somebody else signed up with it in the meantime."""
        others = User.objects.filter(email__iexact=email_address.email)
        if others.exclude(pk=email_address.user_id).exists():
            self.add_message(
                request,
                messages.ERROR,
                "account/messages/email_confirmation_failed.txt",
                {"email": email_address.email},
            )
            return False
        return bool(super().confirm_email(request, email_address))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail whose links lead to BASE_URL, whatever Host header the request had."""
        links = {key: on_base_url(url) for key, url in context.items() if key.endswith("_url")}
        super().send_mail(template_prefix, email, {**context, **links})

    def render_mail(self, *args: Any, **kwargs: Any) -> EmailMessage:
        """Return the mail as plain text: an address with an apostrophe is not HTML."""
        message: EmailMessage = super().render_mail(*args, **kwargs)
        message.subject = html.unescape(str(message.subject))
        message.body = html.unescape(str(message.body))
        return message

    def send_account_already_exists_mail(self, email: str) -> None:
        """Tell the owner of an address; hash a password, so that it takes as long as a sign-up."""
        User().set_password(email)
        super().send_account_already_exists_mail(email)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try before the password is compared; refuse it if it comes too early."""
        login = credentials.get("email") or credentials.get("username") or ""
        self._door = door_of(
            login=str(login),
            address=request.META.get("REMOTE_ADDR", ""),
            device_digest=digest_of(secret_of(request.COOKIES.get(COOKIE, ""))),
        )
        seconds = take_try(self._door, now=timezone.now())
        if seconds:
            raise ValidationError(
                TOO_MANY,
                code="too_many_login_attempts",
                params={"minutes": -(-seconds // 60), "seconds": seconds},
            )

    def _rollback_login_failed_rl_usage(self) -> None:
        """Give a try back whose password was right; allauth calls it so."""
        give_back(self._door)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Remember the device, and keep of the visit no more than its owner needs."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        secret = secret_of(request.COOKIES.get(COOKIE, "")) or new_secret()
        browser = browser_kind(request.META.get("HTTP_USER_AGENT", ""))
        remember_device(
            user=user,
            digest=digest_of(secret),
            browser=browser,
            is_first=bool(kwargs.get("signup")),
            now=timezone.now(),
        )
        lessen_session(user=user, session_key=request.session.session_key or "", browser=browser)
        response.set_cookie(
            COOKIE,
            signed(secret),
            max_age=KEPT_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response

    def set_password(self, user: User, password: str) -> None:
        """Change a password; of the devices that knew the old one, only this one stays known.

        Were it forgotten, too, the next device of all would be the first, and nobody told of it.
        """
        super().set_password(user, password)
        cookies = context.request.COOKIES if context.request is not None else {}
        forget_devices(user, but=digest_of(secret_of(cookies.get(COOKIE, ""))))

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Forget wrong passwords after a reset; allauth calls it so."""
        forget_account(str(credentials.get("email", "")))


def on_base_url(url: str) -> str:
    """Return the same address on the host of BASE_URL."""
    parts = urlsplit(url)
    return settings.BASE_URL + parts._replace(scheme="", netloc="").geturl()


class MFAAdapter(DefaultMFAAdapter):
    """Second factors."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right, or its time has passed. Try the next one."),
        "cannot_delete_authenticator": _(
            "Your role on this site needs the second step; it cannot be switched off."
        ),
        "cannot_generate_recovery_codes": _("Set up the authenticator app first."),
        "unverified_email": _("Confirm your e-mail first; then set up the second step."),
    }

    def encrypt(self, text: str) -> str:
        """Return a secret as it is stored."""
        return cipher("second-factor").encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a stored secret."""
        return cipher("second-factor").decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Keep the second factor of staff while the site requires one."""
        return not (settings.REQUIRE_STAFF_MFA and is_staff_member(authenticator.user))
