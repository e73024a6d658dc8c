"""Reading what people agreed to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from lms.accounts.enums import REQUIRED_PURPOSES, ConsentPurpose
from lms.accounts.models import Consent, ConsentText, CorrectionRequest, User

STANDING = {"is_given": True, "withdrawn_at__isnull": True}


@dataclass(frozen=True)
class PurposeInHand:
    """One purpose as somebody sees it: today's text, her last answer, whether her yes stands.

    `is_new` is true where today's text is not the one that she answered last.
    """

    purpose: ConsentPurpose
    text: ConsentText
    last: Consent | None
    is_given: bool

    @property
    def is_required(self) -> bool:
        """Whether nobody can learn here without a yes."""
        return self.purpose in REQUIRED_PURPOSES

    @property
    def is_new(self) -> bool:
        """Whether there is a text that she has not answered yet."""
        return self.last is None or self.last.text_id != self.text.pk


def current_text(purpose: ConsentPurpose, *, on: date) -> ConsentText | None:
    """Return the newest text of a purpose that has begun by that day."""
    rows = ConsentText.objects.filter(purpose=purpose, since_date__lte=on)
    return rows.order_by("-number").first()


def current_texts(*, on: date) -> dict[ConsentPurpose, ConsentText]:
    """Return today's text of each purpose, in the order of the purposes; one query."""
    rows = ConsentText.objects.filter(since_date__lte=on).order_by("number")
    newest = {row.purpose: row for row in rows}
    return {one: newest[one] for one in ConsentPurpose if one in newest}


def has_consent(user: User, purpose: ConsentPurpose) -> bool:
    """Say whether somebody's yes to a purpose stands; a newer text does not end it (one query)."""
    return Consent.objects.filter(user=user, text__purpose=purpose, **STANDING).exists()


def consenting(purpose: ConsentPurpose) -> QuerySet[User]:
    """Return the people whose yes to a purpose stands."""
    rows = Consent.objects.filter(user=OuterRef("pk"), text__purpose=purpose, **STANDING)
    return User.objects.filter(Exists(rows))


def consents_of(user: User) -> list[Consent]:
    """Return all that somebody ever answered, the newest first; one query."""
    rows = Consent.objects.filter(user=user).select_related("text")
    return list(rows.order_by("-answered_at", "-pk"))


def purposes_in_hand(user: User, *, on: date) -> list[PurposeInHand]:
    """Return every purpose with today's text and somebody's last answer; two queries."""
    answers = consents_of(user)
    return [_in_hand(purpose, text, answers) for purpose, text in current_texts(on=on).items()]


def _in_hand(
    purpose: ConsentPurpose, text: ConsentText, answers: Iterable[Consent]
) -> PurposeInHand:
    own = [one for one in answers if one.text.purpose == purpose]
    stands = any(one.is_given and one.withdrawn_at is None for one in own)
    return PurposeInHand(purpose, text, own[0] if own else None, stands)


def is_required_answer_due(user: User, *, on: date) -> bool:
    """Say whether there is a required text that somebody has not agreed to; at most two queries."""
    texts = [text for text in current_texts(on=on).values() if text.purpose in REQUIRED_PURPOSES]
    if not texts:
        return False
    agreed = Consent.objects.filter(user=user, text__in=texts, **STANDING)
    return agreed.count() < len(texts)


def corrections_of(user: User) -> list[CorrectionRequest]:
    """Return what somebody asked to have corrected, the newest first."""
    return list(CorrectionRequest.objects.filter(user=user).order_by("-asked_at", "-pk"))
