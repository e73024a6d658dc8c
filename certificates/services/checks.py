"""Noting that a certificate was checked, so that its holder may know of it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from certificates.models import Certificate, CertificateCheck
from lms.accounts.models import Agency, User
from lms.learning.enums import NoticeKind
from lms.learning.kept_paths import kept_path
from lms.learning.models import Notice
from lms.learning.notices import notify_learner

INSERT_ONCE = """
    INSERT INTO certificates_certificatecheck (certificate_id, "date", agency_id)
    VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
"""


@transaction.atomic
def note_certificate_check(
    *, certificate: Certificate, agency: Agency | None, now: datetime
) -> bool:
    """Write down that a certificate was checked today; True if this day did not know it yet.

    One row a day (in Lima) for each agency and one for everybody else, by one statement that loses
    no race: neither how often, nor at what hour, nor from where. Once a certificate has lost its
    holder there is nobody left to tell, so nothing is written.

    Args:
        certificate: the one that was found; whoever tries an unknown code leaves nothing.
        agency: whose key or desk asked; None for somebody who has the code.
        now: when.
    """
    if certificate.holder_erased_at is not None:
        return False
    values = [certificate.pk, timezone.localdate(now).isoformat(), agency.pk if agency else None]
    with connection.cursor() as cursor:
        cursor.execute(INSERT_ONCE, values)
        is_new = bool(cursor.rowcount == 1)
    if is_new and certificate.tells_of_checks:
        _tell_holder(certificate, now=now)
    return is_new


@transaction.atomic
def note_certificate_checks(
    *, certificates: Iterable[Certificate], agency: Agency, now: datetime
) -> None:
    """Write down that an agency checked these certificates today, as `note_certificate_check` does.

    One statement for all of them, and a few for each holder who wishes to be told.
    """
    held = [one for one in certificates if one.holder_erased_at is None]
    today = timezone.localdate(now)
    CertificateCheck.objects.bulk_create(
        [
            CertificateCheck(certificate=one, date=today, agency=agency)
            for one in held
            if not one.tells_of_checks
        ],
        ignore_conflicts=True,
    )
    for one in held:
        if one.tells_of_checks:
            note_certificate_check(certificate=one, agency=agency, now=now)


def _tell_holder(certificate: Certificate, *, now: datetime) -> None:
    """Tell the holder, unless she was told and has not read it yet: one mail is enough then."""
    learner = User.objects.get(enrolments__certificates=certificate)
    path = kept_path("own_certificate", certificate.pk)
    kind = NoticeKind.CERTIFICATE_CHECKED
    told: QuerySet[Notice] = QuerySet(Notice).filter(
        learner=learner, kind=kind, path=path, read_at__isnull=True
    )
    if not told.exists():
        notify_learner(learner=learner, kind=kind, now=now, path=path)
