"""Certificates in every state, made by the real services."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from certificates import services
from certificates.enums import CertificateState, RevocationClass
from certificates.facts import CertificateFacts, PrintedModule, PrintedSignatory
from certificates.models import ApiToken, Certificate
from courses.enums import ItemKind
from lms.accounts.enums import StaffRole
from lms.learning.enums import AttemptState, EnrolmentState
from lms.learning.models import Attempt, Enrolment
from tests.factories import AgencyFactory, EnrolmentFactory, UserFactory

CODE = "8K2MZ4QW7TRXN5V0CDEH"
FACTS = CertificateFacts(
    full_name="María del Pilar Quispe Ñahui",
    document_tail="417",
    kind="Curso",
    mode="virtual, autoinstructivo",
    course_title="Identificar, cuidar, derivar",
    certificate_text="Atestigua que la persona terminó el curso.",
    start_date=date(2026, 11, 1),
    end_date=date(2026, 11, 24),
    issue_date=date(2026, 11, 24),
    valid_until_date=date(2028, 11, 24),
    minutes=126,
    hours=Decimal("2.8"),
    score="17,5 / 20",
    pass_mark="14 / 20",
    issuer_name="Amparo",
    issuer_ruc="20000000001",
    issuer_resolution="",
    place="Lima",
    release_number=1,
    is_pilot=True,
    modules=(
        PrintedModule("Orientación", 20, "", ("Para quién es",)),
        PrintedModule("¿Qué es la trata?", 106, "17,5 / 20", ("Tres elementos", "Mitos")),
    ),
    signatories=(PrintedSignatory("Rosa Elena Ccori", "Directora"),),
)


def facts_with(**changes: Any) -> CertificateFacts:
    """Return facts that differ in these fields."""
    return replace(FACTS, **changes)


def complete(enrolment: Enrolment, *, now: datetime, score: str = "87.5") -> Enrolment:
    """Complete an enrolment, with a passed attempt at each of its quizzes."""
    for item in enrolment.release.typed_promise.items():
        if item.kind == ItemKind.QUIZ:
            Attempt.objects.create(
                enrolment=enrolment,
                quiz_key=item.key,
                number=1,
                state=AttemptState.MARKED,
                rule={},
                started_at=now,
                submitted_at=now,
                score=Decimal(score),
                is_passed=True,
                counts=True,
            )
    enrolment.state = EnrolmentState.COMPLETED
    enrolment.completed_at = now
    enrolment.save()
    return enrolment


def make_certificate(
    state: CertificateState = CertificateState.VALID, *, now: datetime, **enrolment: Any
) -> Certificate:
    """Return a certificate that is in this state at `now`."""
    age = timedelta(days=3000) if state == CertificateState.EXPIRED else timedelta(days=10)
    done = complete(EnrolmentFactory(**enrolment), now=now - age)
    certificate = services.request_certificate(enrolment=done, now=now - age)
    administrator = UserFactory(role=StaffRole.ADMINISTRATOR)
    if state == CertificateState.REVOKED:
        return services.revoke_certificate(
            certificate=certificate,
            revocation_class=RevocationClass.ISSUED_IN_ERROR,
            reason="motivo interno",
            acting_user=administrator,
            now=now - timedelta(days=1),
        )
    if state == CertificateState.REPLACED:
        services.replace_certificate(
            certificate=certificate,
            acting_user=administrator,
            reason="motivo interno",
            now=now - timedelta(days=1),
        )
        certificate.refresh_from_db()
    return certificate


def make_token(*, now: datetime, days: int = 30) -> tuple[ApiToken, str]:
    """Return a key of an agency's system and the key itself."""
    return services.create_token(
        name="Sistema de prueba",
        agency=AgencyFactory(),
        expires_at=now + timedelta(days=days),
        acting_user=UserFactory(role=StaffRole.ADMINISTRATOR),
        now=now,
    )
