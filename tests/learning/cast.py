"""The people who stand in every test of a view, and a released course for them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.test import Client
from wagtail.models import Locale, Site

from courses.enums import StaffPart
from courses.models import CourseRelease, CourseStaff
from lms.accounts.enums import MembershipRole, StaffRole
from lms.accounts.models import User
from lms.learning.enums import LessonWay
from lms.learning.models import Enrolment
from lms.learning.progress import progress_in
from lms.learning.services import finish_lesson, open_lesson
from tests.factories import (
    AgencyFactory,
    EnrolmentFactory,
    MembershipFactory,
    UserFactory,
    make_course,
    release_course_for_tests,
)
from tests.factories.courses import MadeCourse

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


@dataclass
class Cast:
    """A learner in a course, her trainer, her coordinator, an administrator and a stranger."""

    made: MadeCourse
    release: CourseRelease
    enrolment: Enrolment
    trainer: User
    coordinator: User
    administrator: User
    stranger: User
    people: dict[str, User | None] = field(default_factory=dict)

    @property
    def learner(self) -> User:
        return self.enrolment.learner

    def statuses(self, url: str, *, method: str = "get", **data: Any) -> dict[str, int]:
        """Return what each of them gets at an address."""
        found = {}
        for name, user in self.people.items():
            answer = getattr(client_of(user), method)(url, data or None)
            if answer.streaming:
                body_of(answer)
            found[name] = answer.status_code
        return found


def client_of(user: User | None) -> Client:
    """Return a browser in which this person is logged in."""
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def make_cast(made: MadeCourse | None = None) -> Cast:
    """Return the cast of a released course."""
    made = made or make_course()
    release = release_course_for_tests(made)
    enrolment = EnrolmentFactory(release=release)
    agency = AgencyFactory()
    trainer = UserFactory(role=StaffRole.TRAINER)
    CourseStaff.objects.create(user=trainer, course_key=release.course_key, part=StaffPart.TRAINER)
    coordinator, stranger = UserFactory(), UserFactory()
    MembershipFactory(user=enrolment.learner, agency=agency)
    MembershipFactory(user=coordinator, agency=agency, role=MembershipRole.COORDINATOR)
    MembershipFactory(user=stranger)
    cast = Cast(
        made=made,
        release=release,
        enrolment=enrolment,
        trainer=trainer,
        coordinator=coordinator,
        administrator=UserFactory(role=StaffRole.ADMINISTRATOR),
        stranger=stranger,
    )
    cast.people = {
        "learner": cast.learner,
        "trainer": trainer,
        "coordinator": coordinator,
        "administrator": cast.administrator,
        "stranger": stranger,
        "nobody": None,
    }
    return cast


def body_of(answer: Any) -> bytes:
    """Return all of an answer, streamed or whole."""
    content: bytes = answer.getvalue()
    return content


def go_through(enrolment: Enrolment, key: UUID, *, way: str = LessonWay.FULL) -> None:
    """Open a lesson and finish it."""
    open_lesson(enrolment=enrolment, lesson_key=key, progress=progress_in(enrolment), now=NOW)
    finish_lesson(enrolment=enrolment, lesson_key=key, way=way, now=NOW)


def path_of(page: Any) -> str:
    """Return the Spanish address of a page."""
    return "/" + page.url_path.split("/", 2)[2]


def serve_home(made: MadeCourse) -> None:
    """Let the site's first page be the home of the made course."""
    home = made.course.get_parent().get_parent()
    Site.objects.update(root_page=home)
    Site.clear_site_root_paths_cache()


def english() -> Locale:
    """Return the English locale."""
    found: Locale = Locale.objects.get_or_create(language_code="en")[0]
    return found


def translate(page: Any, title: str) -> Any:
    """Return the published English translation of a page, whose parents have theirs."""
    copy = page.copy_for_translation(english())
    copy.title = title
    copy.live = True
    copy.save()
    return copy
