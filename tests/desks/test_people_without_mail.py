"""Everything works without an e-mail address: notices on the page, the certificate as a download."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from certificates.services import render_issuance
from lms.core.enums import OutboxState
from lms.learning.enums import NoticeKind
from lms.learning.models import Notice
from lms.learning.notices import notify_learner, send_notices
from tests.factories.certificates import make_certificate
from tests.factories.paper import make_person_without_mail
from tests.learning.cast import client_of

pytestmark = pytest.mark.django_db


def test_certificate_is_on_the_page_and_downloaded() -> None:
    now, person = timezone.now(), make_person_without_mail()
    certificate = make_certificate(now=now, learner=person)
    render_issuance(issuance_id=certificate.issuance.pk, now=now)
    url = reverse("certificate_pdf", args=[certificate.pk])
    assert url in client_of(person).get(reverse("my_learning")).content.decode()
    answer = client_of(person).get(url)
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
    assert mail.outbox == []


def test_notice_stands_on_the_page_and_waits_for_no_mail() -> None:
    person = make_person_without_mail()
    notify_learner(
        learner=person, kind=NoticeKind.MESSAGE, words="El salón cambió.", now=timezone.now()
    )
    assert Notice.objects.get().state == OutboxState.DONE
    assert send_notices(clock=timezone.now) == 0
    page = client_of(person).get(reverse("my_learning")).content.decode()
    assert "El salón cambió." in page
    assert mail.outbox == []
