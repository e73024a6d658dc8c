"""What an account holds, and what its person must hand over before it can be closed."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from certificates.enums import ProposalState
from certificates.models import CertificateProposal
from courses.enums import StaffPart
from courses.models import CoursePage, CourseStaff
from lms.accounts.enums import MembershipRole, StaffRole
from lms.accounts.models import CareSettings, Membership, User
from lms.desks.leaving.steps import STEPS, Fate, Step


@dataclass(frozen=True)
class Line:
    """One kind of record that a person has: how many, and what becomes of it."""

    step: Step
    count: int


@dataclass(frozen=True)
class Overview:
    """Everything that would be deleted, emptied, detached and kept."""

    lines: tuple[Line, ...]

    def of(self, *fates: Fate) -> list[Line]:
        """Return the lines with one of these fates."""
        return [line for line in self.lines if line.step.fate in fates]

    @property
    def gone(self) -> list[Line]:
        """What is deleted."""
        return self.of(Fate.DELETED)

    @property
    def emptied(self) -> list[Line]:
        """What loses its words."""
        return self.of(Fate.EMPTIED)

    @property
    def detached(self) -> list[Line]:
        """What stays and leads to nobody."""
        return self.of(Fate.DETACHED)

    @property
    def kept(self) -> list[Line]:
        """What has to be kept."""
        return self.of(Fate.KEPT)

    def has(self, key: str) -> bool:
        """Say whether there is something of this kind."""
        return any(line.step.key == key for line in self.lines)


def overview_of(user: User) -> Overview:
    """Return what an account holds today, kind by kind; what there is none of is left out."""
    found = ((step, step.count(user)) for step in STEPS)
    return Overview(tuple(Line(step, count) for step, count in found if count))


def to_hand_over(user: User, *, on: date) -> list[str]:
    """Return, in words for the person, what keeps the account open until somebody else has it."""
    return [
        *_as_administrator(user),
        *_as_coordinator(user, on=on),
        *_as_lead(user),
        *_as_proposer(user),
        *_as_reader(user),
    ]


def _as_administrator(user: User) -> list[str]:
    administrators = User.objects.filter(
        Q(is_superuser=True) | Q(groups__name=StaffRole.ADMINISTRATOR), is_active=True
    ).distinct()
    if not administrators.filter(pk=user.pk).exists():
        return []
    if administrators.exclude(pk=user.pk).exists():
        return []
    return [_("You are the only administrator. Make somebody else an administrator first.")]


def _as_coordinator(user: User, *, on: date) -> list[str]:
    current = Membership.objects.current(on=on).filter(role=MembershipRole.COORDINATOR)
    return [
        _(
            "You are the only one who coordinates %(agency)s. Ask an administrator of the site to "
            "name somebody else first."
        )
        % {"agency": row.agency.name}
        for row in current.filter(user=user).select_related("agency").order_by("agency__name")
        if not current.filter(agency=row.agency_id, user__is_active=True)
        .exclude(user=user)
        .exists()
    ]


def _as_lead(user: User) -> list[str]:
    rows = CourseStaff.objects.filter(user__is_active=True)
    mine = rows.filter(user=user).values_list("course_key", "part")
    alone = [
        key
        for key, part in mine
        if not rows.filter(course_key=key, part=part).exclude(user=user).exists()
        and (part == StaffPart.LEAD or not rows.filter(course_key=key).exclude(user=user).exists())
    ]
    pages = CoursePage.objects.filter(translation_key__in=alone).order_by("title")
    titles = {page.translation_key: page.title for page in pages}
    return [
        _("Nobody else is responsible for the course “%(course)s”. Give it to somebody first.")
        % {"course": title}
        for title in titles.values()
    ]


def _as_proposer(user: User) -> list[str]:
    mine = CertificateProposal.objects.filter(state=ProposalState.OPEN, proposed_by=user)
    waiting = mine.exclude(certificate__enrolment__learner=user).count()
    if not waiting:
        return []
    return [
        _(
            "Decisions about certificates that you asked for still wait: %(number)d. Take them "
            "back, or have them decided, first."
        )
        % {"number": waiting}
    ]


def _as_reader(user: User) -> list[str]:
    named = CareSettings.objects.filter(Q(first_person=user) | Q(second_person=user)).first()
    if named is None:
        return []
    others = {named.first_person_id, named.second_person_id} - {user.pk, None}
    if others:
        return []
    return [
        _(
            "You are the only one who reads the wishes to be contacted. Ask an administrator to "
            "name somebody else first."
        )
    ]
