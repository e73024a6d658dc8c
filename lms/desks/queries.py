"""What a learner's own page shows."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from certificates.enums import CertificateState
from certificates.models import Certificate
from lms.core.enums import OutboxState
from lms.learning.enums import EnrolmentState
from lms.learning.queries import CourseInHand, courses_in_hand, own_enrolments
from lms.learning.tailoring.queries import Change, changes_for


@dataclass(frozen=True)
class CertificateInHand:
    """A certificate with its state today."""

    certificate: Certificate
    state: CertificateState

    @property
    def title(self) -> str:
        """The title that is printed on it."""
        return self.certificate.typed_facts.course_title

    @property
    def is_ready(self) -> bool:
        """Whether its PDF can be downloaded."""
        return bool(self.certificate.issuance.state == OutboxState.DONE)

    @property
    def is_standing(self) -> bool:
        """Whether its PDF is still worth having: neither revoked nor replaced, its name still on it."""
        stands = self.state in {CertificateState.VALID, CertificateState.EXPIRED}
        return stands and self.certificate.holder_erased_at is None


@dataclass(frozen=True)
class MyLearning:
    """Everything on the learner's own page."""

    courses: list[CourseInHand]
    certificates: list[CertificateInHand]
    changes: dict[int, list[Change]] = field(default_factory=dict)

    @property
    def under_way_with_changes(self) -> list[tuple[CourseInHand, list[Change]]]:
        """The courses that are not completed yet, each with what trainers changed in it for her."""
        return [
            (course, self.changes.get(course.enrolment.pk, []) if course.enrolment else [])
            for course in self.under_way
        ]

    @property
    def under_way(self) -> list[CourseInHand]:
        """The courses that are not completed yet."""
        return [course for course in self.courses if not course.is_completed]

    @property
    def completed(self) -> list[CourseInHand]:
        """The courses that are completed."""
        return [course for course in self.courses if course.is_completed]

    @property
    def waiting_for_group(self) -> list[CourseInHand]:
        """The completed courses whose certificate comes later, with those of the group."""
        certified = {held.certificate.enrolment_id for held in self.certificates}
        return [
            course
            for course in self.completed
            if course.is_certified_by_trainer
            and course.enrolment is not None
            and course.enrolment.pk not in certified
        ]

    @property
    def is_waiting(self) -> bool:
        """Whether the file of a certificate is still being made."""
        return any(held.is_standing and not held.is_ready for held in self.certificates)


def my_learning(user: Any, *, now: datetime) -> MyLearning:
    """Return a learner's courses and certificates; five queries, however many there are."""
    rows = (
        Certificate.objects.filter(enrolment__learner=user)
        .select_related("issuance")
        .order_by("-issued_at", "-pk")
    )
    enrolments = own_enrolments(user)
    return MyLearning(
        courses=courses_in_hand(enrolments),
        certificates=[CertificateInHand(row, row.state(now=now)) for row in rows],
        changes=changes_for(row for row in enrolments if row.state == EnrolmentState.ACTIVE),
    )
