"""Writing a certificate down: its facts as they stand today, and the row that asks for its PDF."""

import calendar
import secrets
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from certificates.codes import new_code
from certificates.design_facts import with_design
from certificates.designs.queries import version_for_course
from certificates.facts import CertificateFacts, PrintedModule, PrintedSignatory
from certificates.models import (
    Certificate,
    CertificateDesignVersion,
    Issuance,
    IssuerSettings,
)
from certificates.print_jobs import FIRST_LAYOUT
from certificates.queries import CountedScore, counted_in, mean_score, standing_or_newest
from certificates.services.renewing import as_renewal, lock_renewable
from certificates.services.signing import enter_status_list
from certificates.wording import score_words
from courses.enums import ItemKind
from courses.promises import CoursePromise, PromisedModule
from courses.texts import in_language
from lms.accounts.documents import document_tail
from lms.accounts.models import User
from lms.core.outbox import send_on_commit
from lms.core.services import record_event
from lms.learning.models import Enrolment

RENDER_TASK = "certificates.render_issuance"


@transaction.atomic
def request_certificate(
    *,
    enrolment: Enrolment,
    now: datetime,
    acting_user: User | None = None,
    sends_task: bool = True,
) -> Certificate:
    """Insert the certificate of a completed enrolment and the outbox row that asks for its PDF.

    Runs in the transaction of the submission that completed the course, so it only reads and
    inserts. Asking again returns the same certificate, also one that was revoked meanwhile: what
    an administrator has taken back does not come again by itself. `sends_task` is False where the
    caller makes the file herself.
    """
    locked = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    found = standing_or_newest(locked)
    if found is not None:
        return found
    learner = User.objects.get(pk=locked.learner_id)
    language = learner.language
    valid_until = end_of_validity(now, months=locked.release.typed_promise.validity_months)
    facts = collect_facts(
        enrolment=locked, learner=learner, language=language, now=now, valid_until=valid_until
    )
    renewed = lock_renewable(locked, now=now)
    if renewed is not None:
        facts = as_renewal(facts, renewed, language=language)
    version, facts = in_its_design(facts, locked.release.course_key, language)
    certificate = Certificate.objects.create(
        code=new_code(),
        enrolment=locked,
        language=language,
        design=version.typed_content.layout if version is not None else FIRST_LAYOUT,
        design_version=version,
        facts=facts.to_json(),
        issued_at=now,
        valid_until=valid_until,
        renews=renewed,
    )
    enter_status_list(certificate, now=now)
    open_issuance(certificate, now=now, sends_task=sends_task)
    record_event(
        action="certificate_issued",
        target=certificate,
        acting_user=acting_user,
        now=now,
        subject=locked.learner_id,
    )
    return certificate


def in_its_design(
    facts: CertificateFacts, course_key: UUID, language: str
) -> tuple[CertificateDesignVersion | None, CertificateFacts]:
    """Return the version of the course's design, and the facts with what it says."""
    version = version_for_course(course_key)
    if version is None:
        return None, facts
    return version, with_design(facts, version.typed_content, language=language)


def open_issuance(certificate: Certificate, *, now: datetime, sends_task: bool = True) -> Issuance:
    """Insert the outbox row of a certificate and send its task on commit.

    The file's name is drawn here, unguessable, so that a worker that starts over writes over what
    a killed one left behind.
    """
    issuance = Issuance.objects.create(
        certificate=certificate,
        created_at=now,
        file=f"certificates/{secrets.token_urlsafe(32)}.pdf",
    )
    if sends_task:
        send_on_commit(RENDER_TASK, issuance_id=issuance.pk)
    return issuance


def end_of_validity(now: datetime, *, months: int) -> datetime:
    """Return the last second, in Lima, of the day so many months later (the last of a short month)."""
    today = timezone.localdate(now)
    years, month = divmod(today.month - 1 + months, 12)
    year, month = today.year + years, month + 1
    day = min(today.day, calendar.monthrange(year, month)[1])
    return timezone.make_aware(datetime.combine(date(year, month, day), time(23, 59, 59)))


def collect_facts(
    *, enrolment: Enrolment, learner: User, language: str, now: datetime, valid_until: datetime
) -> CertificateFacts:
    """Return everything that will be printed, in the certificate's language."""
    promise = enrolment.release.typed_promise
    scores = counted_in(enrolment)
    mean = mean_score(scores.values())
    not_seen = _practices_not_seen(enrolment)
    issuer: IssuerSettings = IssuerSettings.load()
    with translation.override(language):
        kind, mode = _("Course"), mode_words(promise)
    return CertificateFacts(
        full_name=printable(learner.full_name),
        document_tail=document_tail(learner) if promise.asks_for_document else "",
        kind=kind,
        mode=mode,
        course_title=printable(in_language(promise.titles, language)),
        certificate_text=printable(in_language(promise.certificate_texts, language)),
        start_date=timezone.localdate(enrolment.enrolled_at),
        end_date=timezone.localdate(enrolment.completed_at or now),
        issue_date=timezone.localdate(now),
        valid_until_date=timezone.localdate(valid_until),
        minutes=promise.minutes,
        hours=promise.hours,
        score="" if mean is None else score_words(mean, scale=promise.scale, language=language),
        pass_mark=pass_mark_words(promise, language),
        issuer_name=printable(issuer.name),
        issuer_ruc=issuer.ruc,
        issuer_resolution=printable(issuer.resolution),
        place=printable(issuer.place),
        release_number=enrolment.release.number,
        is_pilot=enrolment.release.is_pilot,
        modules=tuple(
            module_line(module, scores=scores, promise=promise, language=language, without=not_seen)
            for module in promise.asked_modules()
        ),
        signatories=tuple(
            PrintedSignatory(name=printable(one.name), post=printable(one.post))
            for one in issuer.signatories.order_by("sort_order", "pk")
        ),
    )


PRINTED_KINDS = (ItemKind.LESSON, ItemKind.PRACTICE)
"""The items that stand in the printed programme by their titles."""


def mode_words(promise: CoursePromise) -> str:
    """Return how the course was taken, in the active language: alone, or with others too."""
    is_blended = promise.attendance_percent is not None or any(
        item.kind == ItemKind.PRACTICE for item in promise.items()
    )
    return _("blended: online and with a trainer") if is_blended else _("online, self-paced")


def _practices_not_seen(enrolment: Enrolment) -> set[UUID]:
    """Return the practices that nobody saw a learner pass, because she was let off them."""
    promise = enrolment.release.typed_promise
    keys = {item.key for item in promise.items() if item.kind == ItemKind.PRACTICE}
    if not keys:
        return set()
    seen = enrolment.practice_observations.filter(is_passed=True, taken_back_at__isnull=True)
    return keys - set(seen.values_list("item_key", flat=True))


def module_line(
    module: PromisedModule,
    *,
    scores: Mapping[UUID, CountedScore],
    promise: CoursePromise,
    language: str,
    without: Collection[UUID] = (),
) -> PrintedModule:
    """Return one line of the programme, with the weighted mean of its quizzes if it has any.

    `without` are practices that nobody saw of this learner: no certificate may say so.
    """
    mean = mean_score(scores[item.key] for item in module.items if item.key in scores)
    return PrintedModule(
        title=printable(in_language(module.titles, language)),
        minutes=module.minutes,
        score="" if mean is None else score_words(mean, scale=promise.scale, language=language),
        topics=tuple(
            printable(in_language(item.titles, language))
            for item in module.items
            if item.kind in PRINTED_KINDS and item.key not in without
        ),
    )


def pass_mark_words(promise: CoursePromise, language: str) -> str:
    """Return the mark to pass, if all quizzes that count ask for the same; else nothing."""
    marks = {
        item.pass_mark for item in promise.items() if item.is_counted and item.pass_mark is not None
    }
    if len(marks) != 1:
        return ""
    return score_words(marks.pop(), scale=promise.scale, language=language)


def printable(text: str) -> str:
    """Return the text composed (NFC), in one line, without control and direction marks."""
    composed = unicodedata.normalize("NFC", text)
    seen = (sign for sign in composed if sign.isspace() or unicodedata.category(sign)[0] != "C")
    return " ".join("".join(seen).split())
