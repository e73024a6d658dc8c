"""Asking the trainers, answering, and publishing both without a name.

What is published are words that the trainer wrote for it and the learner has read and agreed to:
her own question stays as it is, and is seen by nobody else.
"""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.enums import READING_STATES, NoticeKind, PublicationState
from lms.learning.kept_paths import kept_path
from lms.learning.models import Enrolment, LearnerQuestion
from lms.learning.notices import notify_learner

MOST_IN_A_DAY = 20


class QuestionRefused(Exception):
    """Something cannot be done with a question; the message says why."""


@transaction.atomic
def ask_question(
    *, enrolment: Enrolment, item_key: UUID | None, text: str, now: datetime
) -> LearnerQuestion:
    """Send a question of a learner to the trainers of her course.

    The very same words about the same item that still wait for an answer are one question, so
    that a weak link may send them twice.

    Raises:
        QuestionRefused: the enrolment has ended, or she has asked very often today.
    """
    locked = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if locked.state not in READING_STATES:
        raise QuestionRefused(_("This enrolment has ended."))
    own = LearnerQuestion.objects.filter(enrolment__learner_id=locked.learner_id)
    standing = own.filter(enrolment=locked, item_key=item_key, text=text, answered_at=None).first()
    if standing is not None:
        return standing
    if own.filter(asked_at__gt=now - timedelta(days=1)).count() >= MOST_IN_A_DAY:
        raise QuestionRefused(_("You have asked many questions today. Wait until tomorrow."))
    question = LearnerQuestion.objects.create(
        enrolment=locked, item_key=item_key, text=text, asked_at=now
    )
    record_event(
        action="question_asked",
        target=question,
        acting_user=locked.learner,
        now=now,
        subject=locked.learner_id,
    )
    return question


@transaction.atomic
def answer_question(
    *, question: LearnerQuestion, answer: str, acting_user: User, now: datetime
) -> LearnerQuestion:
    """Answer a question, or change the answer; the learner is told whenever it is new to her.

    Raises:
        QuestionRefused: it is the trainer's own question.
    """
    locked = _lock(question)
    _refuse_own(locked, acting_user)
    if locked.answer == answer:
        return locked
    locked.answer, locked.answered_at, locked.answered_by = answer, now, acting_user
    locked.save(update_fields=["answer", "answered_at", "answered_by"])
    record_event(
        action="question_answered",
        target=locked,
        acting_user=acting_user,
        now=now,
        changed_fields=["answer"],
        subject=locked.enrolment.learner_id,
    )
    _tell(locked, NoticeKind.QUESTION_ANSWERED, now=now)
    return locked


@transaction.atomic
def ask_to_publish(
    *,
    question: LearnerQuestion,
    public_text: str,
    public_answer: str,
    acting_user: User,
    now: datetime,
) -> LearnerQuestion:
    """Ask the learner whether these words may be published, without her name.

    Raises:
        QuestionRefused: there is no answer yet, she has said no, it is published, or it is the
            trainer's own question.
    """
    locked = _lock(question)
    _refuse_own(locked, acting_user)
    if not locked.answer:
        raise QuestionRefused(_("Answer the question first."))
    if locked.publication == PublicationState.REFUSED:
        raise QuestionRefused(_("The learner does not want it to be published."))
    if locked.publication == PublicationState.PUBLIC:
        raise QuestionRefused(_("It is published already."))
    wanted = (PublicationState.ASKED, public_text, public_answer)
    if (locked.publication, locked.public_text, locked.public_answer) == wanted:
        return locked
    locked.publication, locked.public_text, locked.public_answer = wanted
    _save_publication(locked, "question_publication_asked", acting_user=acting_user, now=now)
    _tell(locked, NoticeKind.PUBLICATION_ASKED, now=now)
    return locked


@transaction.atomic
def decide_publication(
    *, question: LearnerQuestion, is_agreed: bool, seen: str, now: datetime
) -> LearnerQuestion:
    """Let the learner say yes or no to the publication; a yes publishes, a no can be said any time.

    Args:
        question: her own.
        is_agreed: what she says.
        seen: the fingerprint of the words that she read (`words_fingerprint`).
        now: when.

    Raises:
        QuestionRefused: nobody has asked her, or the words were changed since she read them.
    """
    locked = _lock(question)
    learner = locked.enrolment.learner
    if not is_agreed:
        if locked.publication in (PublicationState.ASKED, PublicationState.PUBLIC):
            locked.publication, locked.published_at = PublicationState.REFUSED, None
            _save_publication(locked, "question_publication_refused", acting_user=learner, now=now)
        return locked
    if locked.publication == PublicationState.PUBLIC:
        return locked
    if locked.publication != PublicationState.ASKED:
        raise QuestionRefused(_("Nobody asks to publish this question any more."))
    if seen != words_fingerprint(locked):
        raise QuestionRefused(_("The words were changed in the meantime. Read them again."))
    locked.publication, locked.published_at = PublicationState.PUBLIC, now
    _save_publication(locked, "question_published", acting_user=learner, now=now)
    return locked


@transaction.atomic
def take_down(*, question: LearnerQuestion, acting_user: User, now: datetime) -> LearnerQuestion:
    """Take a published question and its answer out of the lesson; repeating it changes nothing."""
    locked = _lock(question)
    if locked.publication in (PublicationState.ASKED, PublicationState.PUBLIC):
        locked.publication, locked.published_at = PublicationState.PRIVATE, None
        _save_publication(locked, "question_taken_down", acting_user=acting_user, now=now)
    return locked


def words_fingerprint(question: LearnerQuestion) -> str:
    """Return what stands for the words to be published, so that a yes holds for these alone."""
    words = f"{question.public_text}\0{question.public_answer}"
    return hashlib.sha256(words.encode()).hexdigest()


def _lock(question: LearnerQuestion) -> LearnerQuestion:
    rows = LearnerQuestion.objects.select_for_update(of=("self",))
    return rows.select_related("enrolment__learner", "enrolment__release").get(pk=question.pk)


def _refuse_own(question: LearnerQuestion, acting_user: User) -> None:
    if question.enrolment.learner_id == acting_user.pk:
        raise QuestionRefused(_("This is your own question: another trainer answers it."))


def _save_publication(
    question: LearnerQuestion, action: str, *, acting_user: User, now: datetime
) -> None:
    fields = ["publication", "public_text", "public_answer", "published_at"]
    question.save(update_fields=fields)
    record_event(
        action=action,
        target=question,
        acting_user=acting_user,
        now=now,
        changed_fields=["publication"],
        subject=question.enrolment.learner_id,
    )


def _tell(question: LearnerQuestion, kind: NoticeKind, *, now: datetime) -> None:
    path = kept_path("own_question", question.pk)
    notify_learner(
        learner=question.enrolment.learner, kind=kind, now=now, path=path, is_repeat=True
    )
