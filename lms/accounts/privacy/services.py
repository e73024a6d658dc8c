"""Agreeing, taking it back, publishing texts, asking for corrections."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.accounts.enums import REQUIRED_PURPOSES, ConsentPurpose, ConsentWay
from lms.accounts.models import Consent, ConsentText, CorrectionRequest, User
from lms.accounts.privacy.queries import STANDING, current_text
from lms.accounts.privacy.shipped import SHIPPED, SHIPPED_ON
from lms.core.services import record_event

MOST_OPEN_CORRECTIONS = 5


class ConsentRefused(Exception):
    """An answer cannot be taken; the message says why."""


class CorrectionRefused(Exception):
    """A request for a correction cannot be taken or answered; the message says why."""


@transaction.atomic
def give_consent(
    *,
    user: User,
    purpose: ConsentPurpose,
    way: ConsentWay,
    now: datetime,
    text_id: int | None = None,
) -> Consent | None:
    """Note that somebody agrees to today's text of a purpose; repeating it changes nothing.

    Returns None where no text of this purpose has begun yet: then nobody could have read one.

    Args:
        user: who.
        purpose: to what.
        way: where she answered.
        now: when.
        text_id: the text that stood on her page, where it is known.

    Raises:
        ConsentRefused: the text on her page is not today's any more.
    """
    User.objects.select_for_update().get(pk=user.pk)
    text = _todays_text(purpose, text_id=text_id, now=now)
    if text is None:
        return None
    standing = Consent.objects.filter(user=user, text=text, **STANDING).first()
    if standing is not None:
        return standing
    return _answer(user, text, is_given=True, way=way, now=now)


@transaction.atomic
def decline_consent(
    *,
    user: User,
    purpose: ConsentPurpose,
    way: ConsentWay,
    now: datetime,
    text_id: int | None = None,
) -> Consent | None:
    """Note that somebody does not agree; a yes of hers that stands is taken back.

    Raises:
        ConsentRefused: the purpose is required, or the text on her page is not today's any more.
    """
    _refuse_required(purpose)
    User.objects.select_for_update().get(pk=user.pk)
    text = _todays_text(purpose, text_id=text_id, now=now)
    if text is None:
        return None
    _withdraw(user, purpose, now=now)
    last = Consent.objects.filter(user=user, text=text).order_by("-answered_at", "-pk").first()
    if last is not None and not last.is_given:
        return last
    return _answer(user, text, is_given=False, way=way, now=now)


@transaction.atomic
def withdraw_consent(*, user: User, purpose: ConsentPurpose, now: datetime) -> int:
    """Take somebody's yes to a purpose back; return how many rows it was. Repeating changes nothing.

    Raises:
        ConsentRefused: the purpose is required: whoever does not agree any more closes the account.
    """
    _refuse_required(purpose)
    User.objects.select_for_update().get(pk=user.pk)
    return _withdraw(user, purpose, now=now)


def _refuse_required(purpose: ConsentPurpose) -> None:
    if purpose in REQUIRED_PURPOSES:
        raise ConsentRefused(
            _("Without this there is no account. If you do not agree any more, close your account.")
        )


def _todays_text(
    purpose: ConsentPurpose, *, text_id: int | None, now: datetime
) -> ConsentText | None:
    text = current_text(purpose, on=timezone.localdate(now))
    if text_id is not None and (text is None or text.pk != text_id):
        raise ConsentRefused(_("This text has changed in the meantime. Please read the new one."))
    return text


def _answer(
    user: User, text: ConsentText, *, is_given: bool, way: ConsentWay, now: datetime
) -> Consent:
    consent = Consent.objects.create(
        user=user, text=text, is_given=is_given, answered_at=now, way=way
    )
    record_event(
        action="consent_given" if is_given else "consent_declined",
        target=consent,
        acting_user=user,
        now=now,
        changed_fields=["is_given"],
        subject=user,
    )
    return consent


def _withdraw(user: User, purpose: ConsentPurpose, *, now: datetime) -> int:
    rows = list(Consent.objects.filter(user=user, text__purpose=purpose, **STANDING))
    for row in rows:
        row.withdrawn_at = now
        row.save(update_fields=["withdrawn_at"])
        record_event(
            action="consent_withdrawn",
            target=row,
            acting_user=user,
            now=now,
            changed_fields=["withdrawn_at"],
            subject=user,
        )
    return len(rows)


@transaction.atomic
def publish_text(
    *,
    purpose: ConsentPurpose,
    titles: tuple[str, str],
    words: tuple[str, str],
    since_date: date,
    acting_user: User | None,
    now: datetime,
) -> ConsentText:
    """Make the next version of a text; those from before stay as they are, with their answers.

    Args:
        purpose: what it is about.
        titles: in Spanish and in English.
        words: in Spanish and in English.
        since_date: from which day people are shown it.
        acting_user: who wrote it; None for a text that is shipped, which leaves no trace.
        now: when.
    """
    rows = ConsentText.objects.select_for_update().filter(purpose=purpose)
    newest = max((row.number for row in rows), default=0)
    text = ConsentText.objects.create(
        purpose=purpose,
        number=newest + 1,
        title_es=titles[0],
        title_en=titles[1],
        words_es=words[0],
        words_en=words[1],
        since_date=since_date,
        created_at=now,
        created_by=acting_user,
    )
    if acting_user is not None:
        record_event(action="consent_text_published", target=text, acting_user=acting_user, now=now)
    return text


def ensure_texts(*, now: datetime) -> None:
    """Give each purpose that has no text yet the one that is shipped."""
    known = ConsentText.objects.values("purpose").annotate(newest=Max("number"))
    missing = set(SHIPPED) - {row["purpose"] for row in known}
    for purpose in sorted(missing):
        shipped = SHIPPED[purpose]
        publish_text(
            purpose=purpose,
            titles=shipped.titles,
            words=shipped.words,
            since_date=SHIPPED_ON,
            acting_user=None,
            now=now,
        )


@transaction.atomic
def ask_for_correction(*, user: User, subject: str, text: str, now: datetime) -> CorrectionRequest:
    """Keep what somebody asks to have corrected; an administrator answers it.

    The same words about the same thing that wait for an answer are kept once.

    Raises:
        CorrectionRefused: too many of hers wait for an answer.
    """
    User.objects.select_for_update().get(pk=user.pk)
    waiting = CorrectionRequest.objects.filter(user=user, answered_at__isnull=True)
    same = waiting.filter(subject=subject, text=text).first()
    if same is not None:
        return same
    if waiting.count() >= MOST_OPEN_CORRECTIONS:
        raise CorrectionRefused(
            _("Several of your requests wait for an answer. Please wait until they are answered.")
        )
    request = CorrectionRequest.objects.create(user=user, subject=subject, text=text, asked_at=now)
    record_event(action="correction_asked", target=request, acting_user=user, now=now, subject=user)
    return request


@transaction.atomic
def answer_correction(
    *,
    request: CorrectionRequest,
    answer: str,
    is_corrected: bool,
    acting_user: User,
    now: datetime,
) -> CorrectionRequest:
    """Answer a request for a correction, once.

    Raises:
        CorrectionRefused: somebody answered it already, or there are no words.
    """
    locked = CorrectionRequest.objects.select_for_update().get(pk=request.pk)
    if locked.answered_at is not None:
        raise CorrectionRefused(_("This request was answered already."))
    if not answer.strip():
        raise CorrectionRefused(_("Write what was done, or why not."))
    locked.answer, locked.is_corrected = answer.strip(), is_corrected
    locked.answered_at, locked.answered_by = now, acting_user
    changed = ["answer", "is_corrected", "answered_at", "answered_by"]
    locked.save(update_fields=changed)
    record_event(
        action="correction_answered",
        target=locked,
        acting_user=acting_user,
        now=now,
        changed_fields=changed,
        subject=locked.user,
    )
    return locked
