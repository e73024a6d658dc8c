"""A reviewed course, its refresher, and certificates that end when a test wants them to."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from certificates import services
from certificates.models import Certificate
from courses.models import CourseRelease
from lms.accounts.models import User
from lms.learning.models import Enrolment
from tests.factories import EnrolmentFactory, UserFactory, make_course, release_course_for_tests
from tests.factories.certificates import complete
from tests.factories.courses import MadeCourse


@dataclass
class LifeScene:
    """Two released courses; the second one renews the certificates of the first."""

    now: datetime
    is_reviewed: bool = True
    course: MadeCourse = field(init=False)
    release: CourseRelease = field(init=False)
    refresher: MadeCourse = field(init=False)
    refresher_release: CourseRelease = field(init=False)

    def __post_init__(self) -> None:
        self.course = make_course(
            slug="curso-vida", title="Curso vida", is_partner_reviewed=self.is_reviewed
        )
        self.release = release_course_for_tests(self.course)
        self.refresher = make_course(
            slug="repaso",
            title="Repaso",
            lessons=1,
            questions=1,
            certificate_text="Atestigua el repaso.",
            is_partner_reviewed=self.is_reviewed,
            renews=self.course.course,
        )
        self.refresher_release = release_course_for_tests(self.refresher)

    def certificate(self, *, days_left: float = 400, **learner: Any) -> Certificate:
        """Return the certificate of a new learner that ends in so many days."""
        return self.certificate_of(UserFactory(**learner), days_left=days_left)

    def certificate_of(self, learner: User, *, days_left: float = 400) -> Certificate:
        """Return a certificate of the first course that ends in so many days."""
        enrolment = EnrolmentFactory(release=self.release, learner=learner)
        issued_at = self.now - timedelta(days=800)
        complete(enrolment, now=issued_at)
        certificate = services.request_certificate(enrolment=enrolment, now=issued_at)
        certificate.valid_until = self.now + timedelta(days=days_left)
        certificate.save(update_fields=["valid_until"])
        return certificate

    def enrolment_in_refresher(self, learner: User) -> Enrolment:
        """Return a completed enrolment of the refresher, without its certificate yet."""
        return complete(
            EnrolmentFactory(release=self.refresher_release, learner=learner), now=self.now
        )

    def renew(self, certificate: Certificate, *, now: datetime | None = None) -> Certificate:
        """Return what the completion of the refresher issues to the holder of a certificate."""
        enrolment = self.enrolment_in_refresher(certificate.enrolment.learner)
        return services.request_certificate(enrolment=enrolment, now=now or self.now)
