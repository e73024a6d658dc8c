"""What is kept of a check, and what its holder is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection

from certificates import services
from certificates.models import Certificate, CertificateCheck
from lms.core.enums import OutboxState
from lms.learning.enums import NoticeKind
from lms.learning.models import Notice
from lms.learning.notices import put_away, send_notice
from tests.accounts.test_mail import TOPIC
from tests.certificates.holding_scene import address, hold
from tests.factories import AgencyFactory
from tests.factories.certificates import make_certificate
from tests.learning.cast import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def certificate(cast: Cast, now: datetime) -> Certificate:
    return hold(cast, now=now, is_signed=False, is_made=False)


def test_one_row_a_day_for_each_agency_and_one_for_others(
    certificate: Certificate, now: datetime
) -> None:
    one, two = AgencyFactory(), AgencyFactory()
    asked = [one, None, one, two, None]
    later = now + timedelta(days=1)

    new = [
        services.note_certificate_check(certificate=certificate, agency=agency, now=at)
        for at in (now, later)
        for agency in asked
    ]

    assert new == [True, True, False, True, False] * 2
    rows = CertificateCheck.objects.order_by("date", "agency_id").values_list("date", "agency_id")
    today, tomorrow = date(2026, 11, 24), date(2026, 11, 25)
    assert sorted(rows, key=str) == sorted(
        [(day, who) for day in (today, tomorrow) for who in (one.pk, two.pk, None)], key=str
    )


def test_checks_of_a_whole_list_tell_whoever_chose_it(
    cast: Cast, certificate: Certificate, now: datetime
) -> None:
    told = services.set_tells_of_checks(
        certificate=certificate, is_wanted=True, acting_user=cast.learner, now=now
    )
    quiet, erased = (make_certificate(now=now, release=cast.release) for _ in range(2))
    services.detach_holder(certificate=erased, keep=True, acting_user=None, now=now)
    erased.refresh_from_db()
    agency = AgencyFactory()

    for _time in range(2):
        services.note_certificate_checks(certificates=[told, quiet, erased], agency=agency, now=now)

    rows = CertificateCheck.objects.order_by("certificate_id")
    assert [(row.certificate_id, row.agency_id) for row in rows] == [
        (told.pk, agency.pk),
        (quiet.pk, agency.pk),
    ]
    assert [notice.learner_id for notice in Notice.objects.all()] == [cast.learner.pk]


def test_day_is_the_day_in_lima(certificate: Certificate) -> None:
    late_evening = datetime(2026, 11, 25, 4, 30, tzinfo=UTC)

    services.note_certificate_check(certificate=certificate, agency=None, now=late_evening)

    assert CertificateCheck.objects.get().date == date(2026, 11, 24)


def test_nobody_is_told_who_did_not_choose_it(certificate: Certificate, now: datetime) -> None:
    services.note_certificate_check(certificate=certificate, agency=None, now=now)

    assert Notice.objects.count() == 0


def test_holder_who_chose_it_is_told_once_until_she_has_read_it(
    cast: Cast, certificate: Certificate, now: datetime
) -> None:
    certificate = services.set_tells_of_checks(
        certificate=certificate, is_wanted=True, acting_user=cast.learner, now=now
    )
    for number in range(3):
        day = now + timedelta(days=number)
        services.note_certificate_check(certificate=certificate, agency=None, now=day)
    notice = Notice.objects.get()
    assert (notice.learner, notice.kind) == (cast.learner, NoticeKind.CERTIFICATE_CHECKED)
    assert (notice.path, notice.state) == (address(certificate), OutboxState.PENDING)

    put_away(learner=cast.learner, notice_id=None, now=now)
    services.note_certificate_check(certificate=certificate, agency=None, now=now)
    assert Notice.objects.count() == 1
    later = now + timedelta(days=9)
    services.note_certificate_check(certificate=certificate, agency=None, now=later)
    assert Notice.objects.count() == 2


def test_mail_about_a_check_tells_nothing(
    cast: Cast, certificate: Certificate, now: datetime
) -> None:
    certificate = services.set_tells_of_checks(
        certificate=certificate, is_wanted=True, acting_user=cast.learner, now=now
    )
    services.note_certificate_check(certificate=certificate, agency=AgencyFactory(), now=now)

    send_notice(notice_id=Notice.objects.get().pk, now=now)

    (message,) = mail.outbox
    assert TOPIC.findall(f"{message.subject} {message.body}") == []
    assert (message.to, certificate.code in str(message.body)) == ([cast.learner.email], False)


@pytest.mark.xdist_group("races")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_many_checks_at_once_are_one_row_and_one_notice() -> None:
    cast = make_cast()
    certificate = hold(cast, now=NOW, is_signed=False, is_made=False)
    certificate = services.set_tells_of_checks(
        certificate=certificate, is_wanted=True, acting_user=cast.learner, now=NOW
    )
    cast.learner.emailaddress_set.all().delete()  # the notice is enough; no mail in this test
    workers = 6
    gate = Barrier(workers)

    def check(_number: int) -> bool:
        try:
            gate.wait(timeout=30)
            return services.note_certificate_check(certificate=certificate, agency=None, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=workers) as pool:
        new = list(pool.map(check, range(workers)))

    assert sorted(new) == [False] * (workers - 1) + [True]
    assert (CertificateCheck.objects.count(), Notice.objects.count()) == (1, 1)
