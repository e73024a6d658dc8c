"""A course with everything in it, and what stands in the addresses."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Site
from wagtail_localize.models import Translation, TranslationSource
from wagtailmedia.models import get_media_model

from certificates import services
from certificates.enums import ProposalKind
from certificates.models import (
    Certificate,
    CertificateProposal,
    CertificateShare,
    IssueBatch,
    IssueItem,
)
from courses.models import CourseStaff, GlossaryTerm, Helpline, Question, QuestionImport
from lms.accounts.enums import StaffRole
from lms.core.enums import OutboxState
from lms.core.models import SiteSettings
from lms.learning.attempts.services import start_attempt, submit_attempt
from lms.learning.enums import RegradeKind
from lms.learning.models import (
    Appeal,
    Attempt,
    ImportedSitting,
    Message,
    Regrade,
    RegradeWork,
)
from tests.factories import EnrolmentFactory, UserFactory, make_course
from tests.factories.cases import add_case_page
from tests.factories.certificates import make_certificate, make_token
from tests.factories.cohorts import completed_in, make_cohort
from tests.factories.messages import make_announcement
from tests.learning.cast import NOW, Cast, english, make_cast, serve_home, translate
from tests.security.people import library_records, people_numbers


@pytest.fixture
def cast() -> Cast:
    made = make_course(is_enrolment_open=False)
    found = make_cast(made)
    found.people["reviewer"] = UserFactory(role=StaffRole.LEGAL_REVIEWER)
    serve_home(made)
    return found


def _import(cast: Cast, question: Question) -> QuestionImport:
    """Return an import of the trainer that waits for its check."""
    return QuestionImport.objects.create(
        bank=question.category.bank,
        format="gift",
        file_name="uno.gift",
        file=ContentFile(b"Uno{}", name="uno"),
        created_at=NOW,
        created_by=cast.trainer,
    )


def _sitting(cast: Cast) -> ImportedSitting:
    """Return a sitting that came from another program."""
    return ImportedSitting.objects.create(
        source="copia",
        sitting_number=1,
        learner=cast.learner,
        quiz_title="Prueba",
        score=1,
        possible=2,
        percent=50,
        pass_mark=50,
        is_complete=True,
        is_passed=True,
        imported_at=NOW,
    )


def _shared(certificate: Certificate, cast: Cast) -> CertificateShare:
    """Return a certificate that its holder shares with her agency."""
    return CertificateShare.objects.create(
        certificate=certificate,
        agency_id=cast.learner.memberships.get().agency_id,
        created_at=NOW,
    )


def _batch(cast: Cast) -> IssueBatch:
    """Return an issue to a cohort of two, one of whom failed."""
    cohort = make_cohort(cast.release)
    batch = IssueBatch.objects.create(cohort=cohort, created_at=NOW, finished_at=NOW)
    IssueItem.objects.create(
        batch=batch,
        enrolment=completed_in(cohort, now=NOW),
        created_at=NOW,
        state=OutboxState.FAILED,
        failure="Texto",
    )
    completed_in(cohort, now=NOW)
    return batch


def _announcement(cast: Cast, batch: IssueBatch) -> Message:
    """Return what the trainer told the cohort of an issue."""
    return make_announcement(batch.cohort, by=cast.trainer, now=NOW)


def _proposal(cast: Cast, certificate: Certificate) -> CertificateProposal:
    """Return a decision that waits for a second person."""
    return CertificateProposal.objects.create(
        certificate=certificate,
        kind=ProposalKind.REPLACE,
        reason="Texto",
        proposed_by=cast.trainer,
        proposed_at=NOW,
    )


def _hand_in(cast: Cast, quiz_key: Any) -> Attempt:
    """Return another learner's attempt that was handed in, objected to and corrected."""
    enrolment = EnrolmentFactory(release=cast.release)
    acting = {"acting_user": enrolment.learner, "now": NOW}
    attempt = start_attempt(enrolment=enrolment, quiz_key=quiz_key, **acting)
    attempt = submit_attempt(attempt=attempt, **acting)
    Appeal.objects.create(attempt=attempt, text="Texto", created_at=NOW)
    regrade = Regrade.objects.create(
        quiz_key=quiz_key,
        question_version_id=attempt.items.order_by("pk")[0].question_version_id,
        kind=RegradeKind.FULL_MARK,
        reason="Texto",
        made_at=NOW,
    )
    RegradeWork.objects.create(regrade=regrade, created_at=NOW)
    return attempt


@pytest.fixture
def values(cast: Cast) -> dict[str, str]:
    """What stands in the addresses: the objects of a course that is not the stranger's."""
    made = cast.made
    assert made.quiz_page is not None
    attempt = start_attempt(
        enrolment=cast.enrolment,
        quiz_key=made.quiz_page.translation_key,
        acting_user=cast.learner,
        now=NOW,
    )
    lesson, question = made.lessons[0], made.questions[0]
    handed_in = _hand_in(cast, made.quiz_page.translation_key)
    lesson.save_revision()
    image = get_image_model().objects.create(title="Dibujo", file=get_test_image_file())
    files = {"title": "Ficha", "file": ContentFile(b"%PDF-1.4", name="ficha.pdf")}
    document = get_document_model().objects.create(**files)
    media = get_media_model().objects.create(
        title="Video", type="video", file=ContentFile(b"....ftyp", name="v.mp4")
    )
    source = TranslationSource.update_or_create_from_instance(lesson)[0]
    translation = Translation.objects.create(source=source, target_locale=english())
    catalogue = made.course.get_parent().specific
    for page in (catalogue.get_parent().specific, catalogue, made.course, made.modules[0]):
        translate(page, f"English {page.title}")
    translation.save_target()
    certificate = make_certificate(now=NOW, release=cast.release)
    batch = _batch(cast)
    numbers: dict[str, Any] = {
        "pk": lesson.pk,
        "page_pk": lesson.pk,
        "page_id": lesson.pk,
        "page_to_move_id": lesson.pk,
        "parent_page_id": made.modules[0].pk,
        "destination_id": made.course.pk,
        "revision_id": lesson.latest_revision_id or lesson.revisions.get().pk,
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
        "image_id": image.pk,
        "document_id": document.pk,
        "doc_id": document.pk,
        "media_id": media.pk,
        "translation_id": translation.pk,
        "translation_source_id": source.pk,
        "string_segment_id": source.stringsegment_set.order_by("pk")[0].pk,
        "overridable_segment_id": source.overridablesegment_set.order_by("pk")[0].pk,
        "collection_id": Collection.get_first_root_node().pk,
        "object_id": lesson.pk,
        "number": 1,
        "wish_id": 1,
        "version_id": question.live_version_id,
        "enrolment_id": cast.enrolment.pk,
        "position": 1,
        "item_id": handed_in.items.order_by("pk")[0].pk,
        "asked_version": handed_in.items.order_by("pk")[0].question_version_id,
        "appeal_id": Appeal.objects.get().pk,
        "regrade_id": Regrade.objects.get().pk,
        "agency_id": cast.learner.memberships.get().agency_id,
        "share_id": _shared(certificate, cast).pk,
        "token_id": make_token(now=NOW)[0].pk,
        "agencies:pk": cast.learner.memberships.get().agency_id,
        "bancos:pk": question.category.bank_id,
        "categorias:pk": question.category_id,
        "certificate_id": certificate.pk,
        "certificados:pk": certificate.pk,
        "disenos:digest": "0" * 64,
        "disenos:pk": certificate.design_version.design_id,
        "cohort_id": batch.cohort_id,
        "batch_id": batch.pk,
        "message_id": _announcement(cast, batch).pk,
        "decisiones:pk": _proposal(cast, certificate).pk,
        "ediciones:pk": made.course.pk,
        "compartidos:pk": made.course.pk,
        "importar:pk": _import(cast, question).pk,
        "intentos-importados:pk": _sitting(cast).pk,
        "equipo:pk": CourseStaff.objects.get().pk,
        "llaves:pk": make_token(now=NOW)[0].pk,
        "person_chooser:pk": cast.learner.pk,
        "preguntas:pk": question.pk,
        "pruebas:pk": made.quiz.pk if made.quiz else 0,
        "wagtailadmin_api:documents:pk": document.pk,
        "wagtailadmin_api:images:pk": image.pk,
        "wagtailadmin_collections:pk": Collection.get_first_root_node().add_child(name="Otra").pk,
        "wagtaildocs_chooser:pk": document.pk,
        "wagtailimages_chooser:pk": image.pk,
        "wagtaillocales:pk": english().pk,
        "wagtailsettings:pk": SiteSettings.load().pk,
        "wagtailsites:pk": Site.objects.get().pk,
        "wagtailusers_groups:pk": cast.trainer.groups.get().pk,
        "wagtailusers_users:pk": cast.learner.pk,
        **people_numbers(cast, batch.cohort),
    }
    services.sign_certificate(certificate=certificate, now=NOW)
    services.signed_status_list(
        status_list=certificate.status_entry.status_list, now=timezone.now()
    )
    locale = made.course.locale
    shared = [
        *library_records(locale),
        GlossaryTerm.objects.create(key="trata", term="Trata", definition="Texto", locale=locale),
        Helpline.objects.create(key="l", name="Línea", source_read_on=NOW.date(), locale=locale),
    ]
    for text in shared:
        name = f"{text._meta.app_label}_{text._meta.model_name}"
        numbers[f"wagtailsnippets_{name}:pk"] = text.pk
        numbers[f"wagtailsnippetchoosers_{name}:pk"] = text.pk
    words = {
        "course_key": cast.release.course_key,
        "lesson_key": lesson.translation_key,
        "quiz_key": made.quiz_page.translation_key,
        "item_key": lesson.translation_key,
        "module_key": made.modules[0].translation_key,
        "case_key": add_case_page(made).translation_key,
        "page_key": lesson.translation_key,
        "public_id": attempt.public_id,
        "code": certificate.code,
        "kind": "image",
        "preguntas:kind": "single_choice",
        "action_name": "publish",
        "action": "delete",
        "app_label": "wagtailcore",
        "app_name": "core",
        "model_name": "page",
        "wagtailsettings:model_name": "sitesettings",
        "content_type_app_name": "courses",
        "content_type_model_name": "lessonpage",
        "filter_spec": "width-10",
        "media_type": "video",
        "mode": "default",
        "form": "csv",
        "path": "original_images/test.png",
        "uidb64": "MQ",
        "uidb36": "1",
        "key": "abc-def",
        "token": "set-password",
        "^((?:[\\w\\-]+/)*)$": "cursos/curso-prueba/modulo-1/leccion-1/",
        "^(cursos/(?:[\\w\\-]+/)*)$": "cursos/curso-prueba/modulo-1/prueba/",
        "documents/^(\\d+)/(.*)$": f"documents/{document.pk}/ficha.pdf",
        "admin/^.*/$": "admin/nada/",
        "ob/keys/<str:name>": f"ob/keys/{certificate.signed.jwt_key.name}",
        "ob/achievements/<str:name>": f"ob/achievements/{cast.release.pk}-es",
        "^admin/snippets/choose/\\w+/\\w+/create/$": "admin/snippets/choose/courses/helpline/create/",
    }
    rest = dict.fromkeys(
        ("task_id", "task_state_id", "workflow_pk", "workflow_state_id", "session_id"), "1"
    )
    rest |= dict.fromkeys(("restriction_id", "page_view_restriction_id", "uploaded_file_id"), "1")
    rest |= dict.fromkeys(("observation_id",), "1")
    return {name: str(value) for name, value in (numbers | words | rest).items()}
