"""A completed course writes a certificate and an outbox row, and nothing else."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import translation

from certificates import pdf, services
from certificates.enums import CertificateState
from certificates.facts import CertificateFacts
from certificates.models import Certificate, Issuance, IssuerSettings, Signatory
from certificates.services.issuing import mode_words
from courses.enums import ItemKind, QuizMode
from lms.accounts.documents import document_fingerprint, encrypt_number
from lms.core.enums import OutboxState
from lms.core.models import AuditEvent
from lms.learning.models import Attempt, Enrolment, Exemption
from lms.learning.signals import course_completed
from tests.factories import EnrolmentFactory, UserFactory
from tests.factories.certificates import complete, make_certificate
from tests.factories.practice import make_blended_course, observe
from tests.factories.privacy import promise

pytestmark = pytest.mark.django_db


def test_completed_course_writes_certificate_and_outbox_row(now: datetime) -> None:
    enrolment = complete(EnrolmentFactory(), now=now)

    with transaction.atomic():
        course_completed.send(sender=None, enrolment=enrolment, now=now)

    certificate = Certificate.objects.get()
    issuance = Issuance.objects.get()
    assert certificate.enrolment == enrolment
    assert certificate.issued_at == now
    assert certificate.state(now=now) == CertificateState.VALID
    assert issuance.certificate == certificate
    assert (issuance.state, issuance.tries, issuance.digest) == (OutboxState.PENDING, 0, "")
    assert not default_storage.exists(issuance.file.name)
    assert list(AuditEvent.objects.values_list("action", "target_id")) == [
        ("certificate_issued", str(certificate.pk))
    ]


def test_issuing_twice_is_issuing_once(now: datetime) -> None:
    enrolment = complete(EnrolmentFactory(), now=now)

    first = services.request_certificate(enrolment=enrolment, now=now)
    again = services.request_certificate(enrolment=enrolment, now=now + timedelta(days=1))

    assert first == again
    assert Certificate.objects.count() == Issuance.objects.count() == 1


def test_revoked_certificate_does_not_come_again_by_itself(now: datetime) -> None:
    revoked = make_certificate(CertificateState.REVOKED, now=now)

    again = services.request_certificate(enrolment=revoked.enrolment, now=now)

    assert again == revoked
    assert Certificate.objects.count() == 1


def test_database_lets_only_one_certificate_of_an_enrolment_stand(now: datetime) -> None:
    certificate = make_certificate(now=now)
    certificate.pk = None
    certificate.code = "0" * 20

    with pytest.raises(IntegrityError), transaction.atomic():
        certificate.save()


def test_rolled_back_submission_leaves_no_certificate(now: datetime) -> None:
    enrolment = complete(EnrolmentFactory(), now=now)

    with pytest.raises(ZeroDivisionError):
        fail_after_issuing(enrolment, now)

    assert Certificate.objects.count() == Issuance.objects.count() == 0


def test_broken_design_does_not_undo_the_submission(
    now: datetime, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def raising(facts: CertificateFacts, **_kwargs: str) -> bytes:
        raise LookupError("a broken design")

    monkeypatch.setattr(pdf, "render", raising)
    enrolment = complete(EnrolmentFactory(), now=now)
    with django_capture_on_commit_callbacks() as callbacks:
        course_completed.send(sender=None, enrolment=enrolment, now=now)

    with pytest.raises(LookupError, match="a broken design"):
        callbacks[0]()

    issuance = Issuance.objects.get()
    assert len(callbacks) == 1
    assert Certificate.objects.filter(enrolment=enrolment).exists()
    assert (issuance.state, issuance.failure) == (
        OutboxState.PENDING,
        "LookupError: a broken design",
    )


def fail_after_issuing(enrolment: Enrolment, now: datetime) -> None:
    with transaction.atomic():
        services.request_certificate(enrolment=enrolment, now=now)
        raise ZeroDivisionError


def test_document_is_printed_only_where_the_course_asked_for_it(now: datetime) -> None:
    learner = UserFactory(
        document_kind="dni",
        document_ciphertext=encrypt_number("45678417"),
        document_fingerprint=document_fingerprint("dni", "45678417"),
    )
    enrolment = complete(EnrolmentFactory(learner=learner), now=now)
    assert services.request_certificate(enrolment=enrolment, now=now).facts["document_tail"] == ""


def test_facts_are_what_the_enrolment_was_promised(now: datetime) -> None:
    issuer = IssuerSettings.load()
    issuer.name, issuer.ruc, issuer.place = "Entidad de prueba", "20000000001", "Cusco"
    issuer.save()
    Signatory.objects.create(issuer=issuer, sort_order=1, name="Segunda", post="Jefa")
    Signatory.objects.create(issuer=issuer, sort_order=0, name="Primera", post="Directora")
    learner = UserFactory(
        full_name="Ana Ñawi",
        document_kind="dni",
        document_ciphertext=encrypt_number("45678417"),
        document_fingerprint=document_fingerprint("dni", "45678417"),
    )
    enrolment = complete(EnrolmentFactory(learner=learner), now=now)
    promise(enrolment.release, asks_for_document=True)

    facts = services.request_certificate(enrolment=enrolment, now=now).typed_facts

    assert facts.full_name == "Ana Ñawi"
    assert facts.document_tail == "417"
    assert facts.course_title == "Curso de prueba"
    assert (facts.minutes, facts.hours) == (30, Decimal("0.7"))
    assert (facts.score, facts.pass_mark) == ("17,5 / 20", "14 / 20")
    assert (facts.issuer_name, facts.issuer_ruc, facts.place) == (
        "Entidad de prueba",
        "20000000001",
        "Cusco",
    )
    assert [one.name for one in facts.signatories] == ["Primera", "Segunda"]
    assert (facts.end_date, facts.issue_date) == (date(2026, 11, 24), date(2026, 11, 24))
    assert [(one.title, one.minutes, one.score) for one in facts.modules] == [
        ("Módulo", 30, "17,5 / 20")
    ]
    assert facts.modules[0].topics == ("Lección 1", "Lección 2")


def test_score_is_that_of_the_attempt_that_counts(now: datetime) -> None:
    enrolment = complete(EnrolmentFactory(), now=now, score="70")
    first = Attempt.objects.get()
    first.counts = False
    first.save()
    first.pk = None
    first.public_id = "6f1c8a4e-6a54-4f0e-9a7b-2a1f0c9d5e11"
    first.number, first.score, first.counts = 2, Decimal("99.9999"), True
    first.save()

    facts = services.request_certificate(enrolment=enrolment, now=now).typed_facts

    assert facts.score == "19,99 / 20"


def promise_quizzes(enrolment: Enrolment, *rules: dict[str, Any]) -> None:
    """Promise as many quizzes as there are rules, in one module each."""
    promise = enrolment.release.typed_promise
    quiz = next(item for item in promise.items() if item.kind == ItemKind.QUIZ)
    modules = tuple(
        replace(
            promise.modules[0],
            key=uuid4(),
            items=(replace(quiz, **{"key": uuid4(), **rule}),),
        )
        for rule in rules
    )
    release = enrolment.release
    release.promise = replace(promise, modules=modules).to_json()
    release.save()
    enrolment.refresh_from_db()


def test_module_in_which_nothing_had_to_be_done_is_not_printed(now: datetime) -> None:
    enrolment = complete(EnrolmentFactory(), now=now)
    promise_quizzes(enrolment, {}, {"is_voluntary": True})

    facts = services.request_certificate(enrolment=enrolment, now=now).typed_facts

    assert len(enrolment.release.typed_promise.modules) == 2
    assert len(facts.modules) == 1


def score_attempts(enrolment: Enrolment, *scores: str) -> None:
    """Give the learner these scores, quiz by quiz, as far as the quizzes count."""
    items = list(Enrolment.objects.get().release.typed_promise.items())
    for item, score in zip(items, scores, strict=True):
        Attempt.objects.filter(quiz_key=item.key).update(score=Decimal(score))


@pytest.mark.parametrize(
    ("rules", "scores", "whole", "modules", "pass_mark"),
    [
        (
            [{"weight": Decimal(1)}, {"weight": Decimal(3)}],
            ["60", "100"],
            "18 / 20",
            ["12 / 20", "20 / 20"],
            "14 / 20",
        ),
        (
            [{"weight": Decimal("0.5")}, {"weight": Decimal(0)}],
            ["80", "100"],
            "16 / 20",
            ["16 / 20", ""],
            "14 / 20",
        ),
        ([{"weight": Decimal(0)}, {"weight": Decimal(0)}], ["80", "90"], "", ["", ""], "14 / 20"),
        (
            [{}, {"mode": QuizMode.DIAGNOSIS, "pass_mark": None}],
            ["80", "10"],
            "16 / 20",
            ["16 / 20", ""],
            "14 / 20",
        ),
        (
            [{"weight": Decimal(1)}, {"weight": Decimal(2)}],
            ["70", "70.0001"],
            "14 / 20",
            ["14 / 20", "14 / 20"],
            "14 / 20",
        ),
        ([{}, {"pass_mark": Decimal(80)}], ["90", "90"], "18 / 20", ["18 / 20"] * 2, ""),
    ],
)
def test_score_is_the_mean_by_the_promised_weights(
    now: datetime,
    rules: list[dict[str, Any]],
    scores: list[str],
    whole: str,
    modules: list[str],
    pass_mark: str,
) -> None:
    enrolment = EnrolmentFactory()
    promise_quizzes(enrolment, *rules)
    complete(Enrolment.objects.get(), now=now)
    score_attempts(enrolment, *scores)

    facts = services.request_certificate(enrolment=Enrolment.objects.get(), now=now).typed_facts

    assert facts.score == whole
    assert [module.score for module in facts.modules] == modules
    assert facts.pass_mark == pass_mark


def test_certificate_speaks_the_learners_language(now: datetime) -> None:
    enrolment = complete(EnrolmentFactory(learner=UserFactory(language="en")), now=now)

    certificate = services.request_certificate(enrolment=enrolment, now=now)

    assert certificate.language == "en"
    assert certificate.typed_facts.course_title == "Curso de prueba (en)"
    assert certificate.typed_facts.score == "17.5 / 20"
    assert certificate.typed_facts.kind == "Course"


def test_later_edits_change_no_certificate(now: datetime) -> None:
    certificate = make_certificate(now=now)
    before = certificate.facts
    learner = certificate.enrolment.learner
    learner.full_name = "Otro Nombre"
    learner.save()
    issuer = IssuerSettings.load()
    issuer.name = "Otro emisor"
    issuer.save()

    certificate.refresh_from_db()

    assert certificate.facts == before


def test_request_reads_and_inserts_in_a_bounded_number_of_queries(
    now: datetime, django_assert_max_num_queries: Any
) -> None:
    enrolment = complete(EnrolmentFactory(), now=now)

    with django_assert_max_num_queries(24):
        services.request_certificate(enrolment=enrolment, now=now)


@pytest.mark.parametrize("is_let_off", [True, False])
def test_blended_course_says_so_and_names_the_practice_that_was_seen(
    now: datetime, is_let_off: bool
) -> None:
    course = make_blended_course(attendance_percent=None, needs_approval=False)
    enrolment = EnrolmentFactory(release=course.release)
    if is_let_off:
        Exemption.objects.create(
            enrolment=enrolment, item_key=course.practice.key, reason="Ya", granted_at=now
        )
    else:
        observe(enrolment, course.practice, by=UserFactory())

    certificate = services.request_certificate(enrolment=complete(enrolment, now=now), now=now)
    facts = certificate.typed_facts

    assert facts.minutes == 30
    assert facts.modules[0].topics == ("Lección 1",) + (("Práctica 1",) if not is_let_off else ())
    with translation.override(certificate.language):
        assert facts.mode == mode_words(course.release.typed_promise)
        assert facts.mode != mode_words(EnrolmentFactory().release.typed_promise)
