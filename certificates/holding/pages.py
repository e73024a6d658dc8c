"""What a holder's page shows of her certificate."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.enums import CertificateState
from certificates.models import (
    Certificate,
    CertificateCheck,
    CertificateMail,
    CertificateShare,
    SignedCredential,
)
from certificates.presenting import Answer, Line, answer_for
from certificates.print_jobs import FIRST_LAYOUT
from certificates.services.mailing import MOST_A_DAY
from lms.accounts.models import Agency, Membership, User
from lms.core.enums import OutboxState
from lms.learning.notices import mail_address

MOST_DAYS = 60


@dataclass(frozen=True)
class AgencyChoice:
    """An agency that may be let see the certificate, or that sees it."""

    agency: Agency
    is_shared: bool
    is_current: bool
    """Whether the holder belongs to it today; a share of before can still be ended."""


@dataclass(frozen=True)
class CheckedDay:
    """A day on which the certificate was checked: by these agencies, and perhaps by others."""

    date: date
    agencies: tuple[str, ...]
    is_by_others: bool


@dataclass(frozen=True)
class MailChoice:
    """Whether the holder may have the certificate sent to her now; '' where she has no address."""

    address: str
    is_under_way: bool
    is_used_up: bool


@dataclass(frozen=True)
class HeldPage:
    """Everything on the page; nine queries, however many rows there are."""

    certificate: Certificate
    state: CertificateState
    answer: Answer
    is_signed: bool
    mail: MailChoice
    agencies: tuple[AgencyChoice, ...]
    checks: tuple[CheckedDay, ...]

    @property
    def first_lines(self) -> tuple[Line, ...]:
        """What is asked for most: whose it is, when, how long, with which mark."""
        asked_for = {_("Full name"), _("Dates"), _("Duration"), _("Mark")}
        return tuple(line for line in self.answer.lines if line.label in asked_for)

    @property
    def has_place_for_qr(self) -> bool:
        """Whether its layout can bear the second QR."""
        return self.certificate.design != FIRST_LAYOUT

    @property
    def has_holder(self) -> bool:
        """Whether it still bears the holder's name."""
        return self.certificate.holder_erased_at is None

    @property
    def stands(self) -> bool:
        """Whether there is still something to download, send or share."""
        return self.has_holder and self.state in (CertificateState.VALID, CertificateState.EXPIRED)

    @property
    def is_ready(self) -> bool:
        """Whether the PDF is made."""
        return bool(self.certificate.issuance.state == OutboxState.DONE)

    @property
    def is_failed(self) -> bool:
        """Whether the PDF could not be made."""
        return bool(self.certificate.issuance.state == OutboxState.FAILED)

    @property
    def is_shared(self) -> bool:
        """Whether any agency sees it."""
        return any(choice.is_shared for choice in self.agencies)


def held_page(certificate: Certificate, *, language: str, now: datetime) -> HeldPage:
    """Return what the holder's page says in a language at this moment."""
    return HeldPage(
        certificate=certificate,
        state=certificate.state(now=now),
        answer=answer_for(certificate, language=language, now=now),
        is_signed=SignedCredential.objects.filter(certificate=certificate)
        .exclude(json_text="")
        .exists(),
        mail=_mail_choice(certificate, now=now),
        agencies=tuple(_agency_choices(certificate, now=now)),
        checks=tuple(_checked_days(certificate)),
    )


def _mail_choice(certificate: Certificate, *, now: datetime) -> MailChoice:
    rows: QuerySet[CertificateMail] = QuerySet(CertificateMail).filter(
        certificate=certificate, created_at__gt=now - timedelta(days=1)
    )
    states = list(rows.values_list("state", flat=True))
    return MailChoice(
        address=mail_address(certificate.enrolment.learner) or "",
        is_under_way=OutboxState.PENDING in states,
        is_used_up=len(states) >= MOST_A_DAY,
    )


def own_agencies(learner: User, *, now: datetime) -> "QuerySet[Agency]":
    """Return the agencies to which somebody belongs today."""
    current = Membership.objects.current(on=timezone.localdate(now)).filter(user=learner)
    found: QuerySet[Agency] = Agency.objects.filter(pk__in=current.values("agency"))
    return found.order_by("name", "pk")


def _agency_choices(certificate: Certificate, *, now: datetime) -> Iterator[AgencyChoice]:
    shares = CertificateShare.objects.filter(certificate=certificate, ended_at=None)
    shared = {share.agency_id: share.agency for share in shares.select_related("agency")}
    own = list(own_agencies(certificate.enrolment.learner, now=now))
    for agency in own:
        yield AgencyChoice(agency, is_shared=agency.pk in shared, is_current=True)
    for pk in sorted(shared.keys() - {agency.pk for agency in own}):
        yield AgencyChoice(shared[pk], is_shared=True, is_current=False)


def _checked_days(certificate: Certificate) -> Iterator[CheckedDay]:
    """Yield the last days on which it was checked, newest first."""
    rows = CertificateCheck.objects.filter(certificate=certificate).select_related("agency")
    for number, (day, found) in enumerate(
        groupby(rows.order_by("-date", "agency__name"), key=lambda row: row.date)
    ):
        if number == MOST_DAYS:
            return
        agencies = [row.agency.name if row.agency else "" for row in found]
        yield CheckedDay(day, tuple(filter(None, agencies)), is_by_others="" in agencies)
