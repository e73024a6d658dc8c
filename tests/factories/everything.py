"""A person about whom there is a row of every kind, and where each of her words stands."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from certificates.enums import ProposalKind, RevocationClass
from certificates.models import Certificate, CertificateMail, CertificateProposal
from certificates.services import note_certificate_check, share_certificate
from courses.models import Question
from lms.accounts.documents import document_fingerprint, encrypt_number
from lms.accounts.models import (
    AccessCode,
    Agency,
    Consent,
    ConsentText,
    ContactWish,
    CorrectionRequest,
    KnownDevice,
    PersonalFile,
    User,
)
from lms.core.enums import OutboxState
from lms.core.services import record_event
from lms.learning.enums import (
    AttemptState,
    MarkKind,
    MessageKind,
    NoticeKind,
    PlaceState,
    StaffImportStage,
)
from lms.learning.models import (
    AfterCourseSetting,
    Allowance,
    Appeal,
    Approval,
    Attempt,
    AttemptItem,
    Attendance,
    Booster,
    Cohort,
    CohortPlace,
    Enrolment,
    Exemption,
    FollowUp,
    ImportedSitting,
    ItemMark,
    LearnerQuestion,
    LessonProgress,
    Message,
    MessageCopy,
    Notice,
    Plan,
    PlanStep,
    PracticeObservation,
    Reminder,
    ReminderSetting,
    Response,
    StaffImport,
    SupervisorLine,
)
from lms.learning.staff_imports.rows import Column, SheetRow, seal
from tests.certificates.holding_scene import hold
from tests.factories import EnrolmentFactory, make_course, make_question, release_course_for_tests
from tests.factories.accounts import PASSWORD
from tests.factories.cohorts import make_cohort
from tests.factories.followups import answered_practice, wait_for_supervisor
from tests.factories.groups import make_session
from tests.factories.staff import make_invitation
from tests.learning.cast import Cast, make_cast

NAME = "Rosamunda Quilcayauri"
MAIL, OTHER_MAIL = "rosamunda@correo.test", "rq.segunda@correo.test"
USERNAME, ALIAS, DOCUMENT = "rosamunda.q", "Palomita7", "45671239"
WORDS = "PALABRA-SUYA"
"""Stands in every text that she typed, or that somebody typed about her."""


@dataclass
class Everything:
    """The cast whose learner has it all; her certificate; the course under way beside it."""

    cast: Cast
    agency: Agency
    cohort: Cohort
    certificate: Certificate
    active: Enrolment
    open_attempt: Attempt
    appeal: Appeal
    waiting: CohortPlace
    client: Client

    @property
    def person(self) -> User:
        """Who has it all, as the database has her now."""
        return User.objects.get(pk=self.cast.learner.pk)

    def marks(self) -> list[str]:
        """Return what may stand nowhere once she is erased."""
        fingerprint = document_fingerprint("dni", DOCUMENT)
        return [NAME, MAIL, OTHER_MAIL, USERNAME, ALIAS, DOCUMENT, WORDS, fingerprint, "Rosamunda"]


def make_everything(*, now: datetime) -> Everything:
    """Return a learner with a live certificate, open marking, an appeal, and all the rest."""
    cast = make_cast()
    person = cast.learner
    _account(person, now)
    certificate = hold(cast, now=now)
    agency = Agency.objects.get(memberships__user=person)
    _about_certificate(cast, certificate, now)
    made = make_course(slug="otro-curso")
    release = release_course_for_tests(made)
    cohort = make_cohort(release, seats=1)
    cohort.agencies.add(agency)
    active = EnrolmentFactory(release=release, learner=person, cohort=cohort)
    place = {"cohort": cohort, "created_at": now - timedelta(days=3)}
    CohortPlace.objects.create(
        learner=person,
        agency=agency,
        enrolment=active,
        state=PlaceState.SEATED,
        reason=WORDS,
        **place,
    )
    waiting = CohortPlace.objects.create(learner=cast.stranger, state=PlaceState.WAITING, **place)
    attempt = _answers(active, made.questions[0], cast, now)
    appeal = _appeal(cast.enrolment, now)
    _attested(cast, active, cohort, now)
    _spoken(cast, active, cohort, now)
    _of_the_agency(cast, agency, now)
    _after_course(cast.enrolment, now)
    client = Client()
    client.post("/accounts/login/", {"login": MAIL, "password": PASSWORD})
    return Everything(cast, agency, cohort, certificate, active, attempt, appeal, waiting, client)


def _account(person: User, now: datetime) -> None:
    EmailAddress.objects.filter(user=person).update(email=MAIL)
    other = EmailAddress.objects.create(user=person, email=OTHER_MAIL, verified=True)
    EmailConfirmation.objects.create(email_address=other, key=WORDS)
    User.objects.filter(pk=person.pk).update(
        email=MAIL,
        username=USERNAME,
        full_name=NAME,
        display_name=ALIAS,
        sex="woman",
        document_kind="dni",
        document_ciphertext=encrypt_number(DOCUMENT),
        document_fingerprint=document_fingerprint("dni", DOCUMENT),
    )
    person.refresh_from_db()
    Authenticator.objects.create(
        user=person, type=Authenticator.Type.RECOVERY_CODES, data={"seed": WORDS}
    )
    AccessCode.objects.create(
        user=person, digest="c" * 64, created_at=now, expires_at=now, ended_at=now
    )
    ContactWish.objects.create(
        user=person, ciphertext=WORDS, created_at=now, delete_date=now.date()
    )
    KnownDevice.objects.create(user=person, digest="d" * 64, created_at=now, browser=WORDS)
    UserProfile.objects.create(user=person, avatar="")
    text = ConsentText.objects.order_by("pk")[0]
    Consent.objects.create(user=person, text=text, is_given=True, answered_at=now, way="page")
    CorrectionRequest.objects.create(user=person, subject="name", text=WORDS, asked_at=now)
    PersonalFile.objects.create(
        user=person,
        kind="data_pdf",
        language="es",
        created_at=now,
        expires_at=now,
        ciphertext=WORDS.encode(),
    )
    ModelLogEntry.objects.create(
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(person.pk),
        label=ALIAS,
        action="wagtail.edit",
        timestamp=now,
        data={"title": NAME},
    )


def _about_certificate(cast: Cast, certificate: Certificate, now: datetime) -> None:
    share_certificate(
        certificate=certificate,
        agency=Agency.objects.get(memberships__user=cast.learner),
        acting_user=cast.learner,
        now=now,
    )
    note_certificate_check(certificate=certificate, agency=None, now=now)
    CertificateProposal.objects.create(
        certificate=certificate,
        kind=ProposalKind.REVOKE,
        revocation_class=RevocationClass.ISSUED_IN_ERROR,
        reason=WORDS,
        proposed_by=cast.administrator,
        proposed_at=now,
    )
    CertificateMail.objects.create(
        certificate=certificate, created_at=now, state=OutboxState.FAILED, failure=MAIL
    )


def _answers(enrolment: Enrolment, beside: Question, cast: Cast, now: datetime) -> Attempt:
    """Return an attempt that waits for a marker, with a draft of a mark beside a typed answer."""
    question = make_question("abierta", category=beside.category, kind="open")
    version = question.live_version
    key = next(one.key for one in enrolment.release.typed_promise.items() if one.kind == "quiz")
    attempt = Attempt.objects.create(
        enrolment=enrolment,
        quiz_key=key,
        number=1,
        state=AttemptState.SUBMITTED,
        rule={},
        started_at=now,
        submitted_at=now,
    )
    item = AttemptItem.objects.create(
        attempt=attempt, position=1, question_version=version, option_order=[], is_waiting=True
    )
    Response.objects.create(item=item, given={"text": WORDS}, sequence=1, saved_at=now)
    mark: dict[str, Any] = {"item": item, "created_at": now, "marker": cast.trainer}
    ItemMark.objects.create(kind=MarkKind.FIRST, is_draft=True, comment=WORDS, **mark)
    ItemMark.objects.create(
        kind=MarkKind.REMARK, mark=0, comment=WORDS, private_note=WORDS, reason=WORDS, **mark
    )
    Allowance.objects.create(
        enrolment=enrolment, quiz_key=key, extra_minutes=9, reason=WORDS, granted_at=now
    )
    Attempt.objects.create(
        enrolment=enrolment,
        quiz_key=uuid4(),
        number=1,
        state=AttemptState.ANNULLED,
        rule={},
        started_at=now,
        annulled_at=now,
        annulled_reason=WORDS,
    )
    return attempt


def _appeal(enrolment: Enrolment, now: datetime) -> Appeal:
    attempt = Attempt.objects.filter(enrolment=enrolment).order_by("pk").first()
    return Appeal.objects.create(attempt=attempt, text=WORDS, created_at=now)


def _attested(cast: Cast, active: Enrolment, cohort: Cohort, now: datetime) -> None:
    PracticeObservation.objects.create(
        enrolment=active,
        item_key=uuid4(),
        number=1,
        results={},
        remarks=WORDS,
        is_passed=False,
        observed_at=now,
        observed_by=cast.trainer,
        taken_back_at=now,
        taken_back_reason=WORDS,
    )
    Approval.objects.create(
        enrolment=active, approved_at=now, approved_by=cast.trainer, remark=WORDS
    )
    Exemption.objects.create(enrolment=active, item_key=uuid4(), reason=WORDS, granted_at=now)
    LessonProgress.objects.create(enrolment=active, lesson_key=uuid4(), opened_at=now)
    Attendance.objects.create(
        session=make_session(cohort, now),
        enrolment=active,
        state="present",
        way="list",
        noted_at=now,
    )


def _after_course(enrolment: Enrolment, now: datetime) -> None:
    plan = Plan.objects.create(enrolment=enrolment, changed_at=now)
    PlanStep.objects.create(plan=plan, position=1, text=WORDS, by_date=now.date())
    follow_up = answered_practice(enrolment, now=now)
    FollowUp.objects.filter(pk=follow_up.pk).update(remark=WORDS)
    request = wait_for_supervisor(enrolment, now=now)
    SupervisorLine.objects.create(request=request, statement="applies", answer="yes")
    Booster.objects.create(enrolment=enrolment, interval="1w", offered_at=now)
    AfterCourseSetting.objects.create(learner=enrolment.learner)


def _spoken(cast: Cast, active: Enrolment, cohort: Cohort, now: datetime) -> None:
    LearnerQuestion.objects.create(
        enrolment=active,
        text=WORDS,
        asked_at=now,
        answer=WORDS,
        answered_at=now,
        publication="public",
        public_text=WORDS,
        public_answer=WORDS,
        published_at=now,
    )
    message = Message.objects.create(
        cohort=cohort, kind=MessageKind.MESSAGE, title=WORDS, text=WORDS, written_at=now
    )
    notice = Notice.objects.create(
        learner=cast.learner, kind=NoticeKind.MESSAGE, created_at=now, words=WORDS, failure=MAIL
    )
    MessageCopy.objects.create(message=message, enrolment=active, notice=notice)
    Reminder.objects.create(enrolment=active, kind="idle", for_date=now.date(), given_at=now)
    ReminderSetting.objects.create(learner=cast.learner, choice="few")
    ImportedSitting.objects.create(
        source="otro",
        sitting_number=1,
        learner=cast.learner,
        user_label=NAME,
        quiz_title="Prueba",
        score=1,
        possible=1,
        percent=100,
        pass_mark=50,
        is_complete=True,
        is_passed=True,
        answers=[{"given": WORDS}],
        imported_at=now,
    )
    record_event(
        action="enrolment_withdrawn",
        target=active,
        acting_user=cast.trainer,
        now=now,
        reason=WORDS,
        subject=cast.learner,
    )


def _of_the_agency(cast: Cast, agency: Agency, now: datetime) -> None:
    make_invitation(agency, by=cast.coordinator, now=now, email=OTHER_MAIL, full_name=NAME)
    StaffImport.objects.create(
        agency=agency,
        made_by=cast.coordinator,
        file_name="gente.xlsx",
        created_at=now,
        stage=StaffImportStage.CHECKED,
        rows=seal(
            [
                SheetRow(2, {Column.EMAIL: MAIL.upper(), Column.NAME: "otra escritura"}),
                SheetRow(3, {Column.NAME: NAME, Column.EMAIL: "otra@correo.test"}),
                SheetRow(4, {Column.NAME: NAME, Column.DOCUMENT: "45.671.239"}),
            ]
        ),
    )
