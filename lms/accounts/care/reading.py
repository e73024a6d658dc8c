"""Reading who is named for wishes to be contacted, and the wishes themselves."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from lms.accounts.care.words import WishWords
from lms.accounts.enums import MembershipRole, StaffRole
from lms.accounts.models import AccessCode, CareSettings, ContactWish, Membership, User


@dataclass(frozen=True)
class Care:
    """Who reads wishes today, and for how many days they are kept; off while nobody does."""

    people: tuple[User, ...]
    keep_days: int

    @property
    def is_on(self) -> bool:
        """Whether anybody is named."""
        return bool(self.people)

    @property
    def names(self) -> list[str]:
        """The names that others see of those who read."""
        return [person.get_display_name() for person in self.people]

    def names_person(self, user: User) -> bool:
        """Say whether this person is named."""
        return user.pk in self.pks

    @property
    def pks(self) -> tuple[int, ...]:
        """The numbers of those who read."""
        return tuple(person.pk for person in self.people)


@dataclass(frozen=True)
class OpenedWish:
    """A wish with its words; `readers` are those of its readers who are named still.

    `is_held` says that a code on paper opened the account after the wish was sent.
    """

    wish: ContactWish
    words: WishWords
    readers: tuple[User, ...]
    is_held: bool = False

    @property
    def reader_names(self) -> list[str]:
        """The names that others see of those who read it."""
        return [person.get_display_name() for person in self.readers]

    @property
    def shown_answer(self) -> str:
        """The answer on the page, for who sent the wish; nothing while it is held."""
        return "" if self.is_held else self.words.answer


def wishes() -> QuerySet[ContactWish]:
    """Return the rows as what they are: the manager of an outbox knows them by their base only."""
    return QuerySet(ContactWish)


def care(*, on: date) -> Care:
    """Return who is named today; two queries.

    Whoever has left, trains, or coordinates an agency reads nothing, whatever the settings say:
    those who ask are promised that.
    """
    row = CareSettings.objects.order_by("pk").first()
    if row is None:
        return Care((), 0)
    asked = [pk for pk in (row.first_person_id, row.second_person_id) if pk is not None]
    if not asked:
        return Care((), row.keep_days)
    trainers = User.groups.through.objects.filter(
        user_id=OuterRef("pk"), group__name=StaffRole.TRAINER
    )
    coordinating = Membership.objects.current(on=on).filter(
        user_id=OuterRef("pk"), role=MembershipRole.COORDINATOR
    )
    people = User.objects.filter(
        ~Exists(trainers), ~Exists(coordinating), pk__in=asked, is_active=True
    )
    return Care(tuple(sorted(people, key=lambda one: asked.index(one.pk))), row.keep_days)


def opened(wish: ContactWish, named: Care) -> OpenedWish | None:
    """Return a wish with its words; None if they cannot be read any more."""
    words = WishWords.open(wish.ciphertext)
    if words is None:
        return None
    return OpenedWish(wish, words, tuple(one for one in named.people if one.pk in words.readers))


def own_wish(user: User, named: Care, *, now: datetime) -> OpenedWish | None:
    """Return the wish that somebody sent and that is still kept."""
    rows = wishes().filter(user=user, delete_date__gt=timezone.localdate(now))
    row = rows.order_by("-created_at", "-pk").first()
    found = opened(row, named) if row is not None else None
    return replace(found, is_held=is_held(found.wish)) if found is not None else None


def is_held(wish: ContactWish) -> bool:
    """Say whether a code on paper opened the account since the wish was sent; one query.

    Somebody else made that code, and may have used it: a coordinator or a trainer, who are
    promised never to read of it.
    """
    codes = AccessCode.objects.filter(user=wish.user_id, used_at__gte=wish.created_at)
    return codes.exists()


def wishes_for(user: User, named: Care, *, now: datetime) -> list[OpenedWish]:
    """Return the wishes that this named person may read, those that wait first."""
    rows = wishes().filter(delete_date__gt=timezone.localdate(now)).select_related("user")
    found = [opened(row, named) for row in rows.order_by("handled_at", "created_at", "pk")]
    mine = [one for one in found if one is not None and user in one.readers]
    return sorted(mine, key=lambda one: one.wish.handled_at is not None)


def confirmed_addresses(people: tuple[User, ...]) -> list[str]:
    """Return where these people may be written to."""
    wanted = {one.pk: one.email for one in people if one.email}
    rows = EmailAddress.objects.filter(user__in=wanted, verified=True)
    return sorted(
        {
            wanted[pk]
            for pk, email in rows.values_list("user_id", "email")
            if email.lower() == wanted[pk].lower()
        }
    )
