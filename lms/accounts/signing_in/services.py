"""Knowing a device again, telling its owner of a new one, and ending what she does not know."""

from datetime import datetime, timedelta
from ipaddress import IPv4Address

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from lms.accounts.models import KnownDevice, User
from lms.core.enums import OutboxState
from lms.core.mails import MailFate, give_up_and_list, message_id, send_row_mail
from lms.core.outbox import send_now, send_on_commit

SEND_TASK = "lms.accounts.send_device_mail"
LEASE = timedelta(minutes=2)
KNOWN_FOR = timedelta(days=365)
NO_ADDRESS = str(IPv4Address(0))
MOST_DEVICES = 20
"""So many devices of one person are known; the oldest makes room."""


def known_devices() -> QuerySet[KnownDevice]:
    """Return the rows typed as what they are: the shared manager knows only their base."""
    return QuerySet(KnownDevice)


@transaction.atomic
def remember_device(
    *, user: User, digest: str, browser: str, is_first: bool, now: datetime
) -> bool:
    """Note that a person logged in on this device; True if it was not known, and she is told.

    Nobody is told of the device on which she signed up, or of the only one there is.

    Args:
        user: who logged in.
        digest: of the secret that the browser keeps.
        browser: its kind.
        is_first: whether the account was made just now.
        now: when.
    """
    rows = known_devices().filter(user=user)
    if rows.filter(digest=digest).exists():
        return False
    tells = not is_first and rows.exists() and bool(user.email)
    made, is_new = KnownDevice.objects.get_or_create(
        user=user,
        digest=digest,
        defaults={
            "browser": browser,
            "created_at": now,
            "state": OutboxState.PENDING if tells else OutboxState.DONE,
        },
    )
    spare = rows.order_by("-created_at", "-pk").values_list("pk", flat=True)[MOST_DEVICES:]
    known_devices().filter(pk__in=list(spare)).delete()
    if is_new and tells:
        send_on_commit(SEND_TASK, device_id=made.pk)
    return is_new and tells


def lessen_session(*, user: User, session_key: str, browser: str) -> None:
    """Keep of a visit only the kind of browser: neither its network address nor all it says."""
    rows = UserSession.objects.filter(user=user, session_key=session_key)
    rows.update(ip=NO_ADDRESS, user_agent=browser)


def forget_devices(user: User, *, but: str = "") -> int:
    """Forget the devices of a person, but for the one with this digest; return how many."""
    return known_devices().filter(user=user).exclude(digest=but or "-").delete()[0]


@transaction.atomic
def end_session(*, user: User, session_id: int) -> bool:
    """End one visit of a person; False if it is over, or not hers."""
    found = UserSession.objects.filter(user=user, pk=session_id).first()
    if found is None:
        return False
    found.end()
    return True


@transaction.atomic
def end_other_sessions(*, user: User, session_key: str, digest: str) -> int:
    """End every visit but this one, and forget every device but this one; return the visits."""
    others = list(UserSession.objects.filter(user=user).exclude(session_key=session_key))
    for one in others:
        one.end()
    forget_devices(user, but=digest)
    return len(others)


def send_device_mail(*, device_id: int, now: datetime) -> bool:
    """Tell a person, by a neutral mail, that somebody logged in on a new device."""
    if not KnownDevice.objects.claim(device_id, now=now, lease=LEASE):
        return False
    rows = known_devices().filter(pk=device_id)
    device = rows.select_related("user").get()
    address = EmailAddress.objects.get_primary_email(device.user) or device.user.email
    if not address or not device.user.is_active:
        rows.update(state=OutboxState.DONE, done_at=now, claimed_until=None)
        return False
    return send_row_mail(rows, _mail(device, address), now=now) == MailFate.SENT


def _mail(device: KnownDevice, address: str) -> EmailMessage:
    with translation.override(device.user.language):
        context = {
            "at": device.created_at,
            "sessions_url": f"{settings.BASE_URL}{reverse('usersessions_list')}",
            "password_url": f"{settings.BASE_URL}{reverse('account_change_password')}",
        }
        return EmailMessage(
            subject=_("A new device"),
            body=render_to_string("account/email/new_device.txt", context),
            to=[address],
            headers={"Message-ID": message_id("dispositivo", device.pk, device.created_at)},
        )


def resend_stale_device_mails(*, now: datetime) -> int:
    """Send again what was lost on the way or refused; return how many wait."""
    pks = give_up_and_list(KnownDevice.objects.all(), now=now, lease=LEASE)
    for pk in pks:
        send_now(SEND_TASK, device_id=pk)
    return len(pks)


def forget_old_devices(*, now: datetime) -> int:
    """Forget devices that were met more than a year ago; return how many."""
    return known_devices().filter(created_at__lte=now - KNOWN_FOR).delete()[0]
