"""Signing what was seen in a practice, and taking it back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.enums import ItemKind
from courses.promises import PromisedItem
from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.enums import READING_STATES, CriterionResult, NoticeKind
from lms.learning.models import CourseSession, Enrolment, PracticeObservation
from lms.learning.notices import notify_learner
from lms.learning.practice.services.common import PracticeRefused, notice_path, refuse_own_record
from lms.learning.services import complete_if_done, lock_enrolment

MOST_RACES = 5
"""How often somebody else may take the number of an observation before this gives up."""

PASSED_WORDS = gettext_lazy("It is passed.")
NOT_YET_WORDS = gettext_lazy("It is not passed yet; you may do it again.")
TAKEN_BACK_WORDS = gettext_lazy("What was signed on %(day)s was taken back: %(reason)s")


@transaction.atomic
def sign_practice(
    *,
    enrolment: Enrolment,
    item_key: UUID,
    results: Mapping[UUID, CriterionResult],
    remarks: str,
    form_key: UUID,
    acting_user: User,
    now: datetime,
    session: CourseSession | None = None,
) -> PracticeObservation:
    """Sign what was seen of a learner in a practice, line by line; complete the course if that was all.

    Whether it is passed follows from the checklist of the learner's own release. What was signed is
    never changed. The same form that comes twice signs once, and returns what it signed.

    Raises:
        PracticeRefused: the release promises no such practice, the course is over for her, a line
            was not answered, it is the acting user's own practice, or the form was used already.
    """
    locked = lock_enrolment(enrolment.pk)
    item = _practice(locked, item_key)
    _refuse(locked, item, results, acting_user)
    observation, is_new = _keep(
        PracticeObservation(
            enrolment=locked,
            item_key=item.key,
            form_key=form_key,
            session=session,
            results={str(key): str(result) for key, result in results.items()},
            remarks=remarks,
            is_passed=item.is_practice_passed(_met(results)),
            observed_at=now,
            observed_by=acting_user,
        )
    )
    if not is_new:
        return observation
    record_event(
        action="practice_signed",
        target=observation,
        acting_user=acting_user,
        now=now,
        subject=enrolment.learner_id,
    )
    _tell(observation, PASSED_WORDS if observation.is_passed else NOT_YET_WORDS, now)
    complete_if_done(enrolment=enrolment, now=now)
    return observation


def _refuse(
    enrolment: Enrolment,
    item: PromisedItem,
    results: Mapping[UUID, CriterionResult],
    acting_user: User,
) -> None:
    refuse_own_record(enrolment, acting_user)
    if enrolment.state not in READING_STATES:
        raise PracticeRefused(_("This person does not take the course any more."))
    if results.keys() != {criterion.key for criterion in item.criteria}:
        raise PracticeRefused(_("The checklist is not complete: mark each line."))


def _met(results: Mapping[UUID, CriterionResult]) -> list[UUID]:
    return [key for key, result in results.items() if result == CriterionResult.MET]


def _practice(enrolment: Enrolment, item_key: UUID) -> PromisedItem:
    item = enrolment.release.typed_promise.item(item_key)
    if item is None or item.kind != ItemKind.PRACTICE:
        raise PracticeRefused(_("The course of this person has no such practice."))
    return item


def _keep(row: PracticeObservation) -> tuple[PracticeObservation, bool]:
    """Insert the row with the next number; return it, or what the same form signed, and if it is new.

    The lock on the enrolment keeps two trainers apart where the database has locks; where it has
    none, the constraint of the database does, and the number is taken anew.
    """
    for _race in range(MOST_RACES):
        signed = _signed_by_form(row)
        if signed is not None:
            return signed, False
        row.number = _next_number(row)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            continue
        return row, True
    raise PracticeRefused(_("Somebody else is signing at this moment. Send it again."))


def _next_number(row: PracticeObservation) -> int:
    rows = PracticeObservation.objects.filter(enrolment=row.enrolment, item_key=row.item_key)
    return int(rows.aggregate(last=Max("number"))["last"] or 0) + 1


def _signed_by_form(row: PracticeObservation) -> PracticeObservation | None:
    signed = PracticeObservation.objects.filter(form_key=row.form_key).first()
    if signed is None:
        return None
    same = ("enrolment_id", "item_key", "observed_by_id")
    if any(getattr(signed, name) != getattr(row, name) for name in same):
        raise PracticeRefused(_("This form was sent already. Open the checklist again."))
    return signed


@transaction.atomic
def take_practice_back(
    *, observation: PracticeObservation, reason: str, acting_user: User, now: datetime
) -> None:
    """Take back what was signed by mistake: it stays on record and counts no more.

    A completed course stays completed, and its certificate stays. Taking back twice changes
    nothing.

    Raises:
        PracticeRefused: no reason was given, or it is the acting user's own practice.
    """
    locked = (
        PracticeObservation.objects.select_for_update(of=("self",))
        .select_related("enrolment__learner")
        .get(pk=observation.pk)
    )
    refuse_own_record(locked.enrolment, acting_user)
    if locked.taken_back_at is not None:
        return
    if not reason.strip():
        raise PracticeRefused(_("Say why it is taken back."))
    locked.taken_back_at, locked.taken_back_reason = now, reason.strip()
    locked.save(update_fields=["taken_back_at", "taken_back_reason"])
    record_event(
        action="practice_taken_back",
        target=locked,
        acting_user=acting_user,
        now=now,
        changed_fields=["taken_back_at", "taken_back_reason"],
        reason=locked.taken_back_reason,
        subject=locked.enrolment.learner_id,
    )
    _tell(locked, TAKEN_BACK_WORDS, now)


def _tell(observation: PracticeObservation, words: Any, now: datetime) -> None:
    """Put a line on the learner's page, in her language; the practice's page shows the rest."""
    learner = observation.enrolment.learner
    with translation.override(learner.language):
        said = str(words) % {
            "day": date_format(localtime(observation.observed_at), "SHORT_DATE_FORMAT"),
            "reason": observation.taken_back_reason,
        }
    notify_learner(
        learner=learner,
        kind=NoticeKind.PRACTICE_SIGNED,
        now=now,
        words=said,
        item_key=observation.item_key,
        path=notice_path(observation.item_key),
    )
