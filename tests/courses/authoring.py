"""What the tests of the trainer's side share: people, pages, posts."""

from typing import Any

from django.test import Client
from wagtail.models import Locale, Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield
from wagtail.users.models import UserProfile

from courses.enums import StaffPart
from courses.models import CourseIndexPage, CoursePage, CourseStaff, HomePage, LessonPage
from lms.accounts.enums import StaffRole
from lms.accounts.models import User
from tests.factories import UserFactory
from tests.factories.courses import MadeCourse


def make_trainer(course: CoursePage | None = None, part: StaffPart = StaffPart.LEAD) -> User:
    """Return a trainer, on the staff of a course if one is given."""
    trainer: User = UserFactory(role=StaffRole.TRAINER)
    if course is not None:
        CourseStaff.objects.create(user=trainer, course_key=course.translation_key, part=part)
    return trainer


def client_of(user: User) -> Client:
    """Return a browser in which the user is logged in, with the admin in English."""
    profile = UserProfile.get_for_user(user)
    profile.preferred_language = "en"
    profile.save()
    client = Client()
    client.force_login(user)
    return client


def lesson_post(**changes: Any) -> dict[str, Any]:
    """Return the post of a lesson's form that may be published."""
    values: dict[str, Any] = {
        "title": "Una lección",
        "slug": "leccion-9",
        "objective": "Explicar lo que se hace primero.",
        "minutes": "10",
        "body": streamfield([("text", rich_text("<p>Primero la seguridad.</p>"))]),
        "content_notice": "",
        "after_care": "",
        "brief_body": streamfield([]),
        "sources": streamfield([("source", {"label": "Ficha", "date": "", "url": "", "mark": ""})]),
        "last_reviewed_date": "2026-11-01",
        "review_due_date": "2027-05-01",
        "needs_legal_review": "on",
        "go_live_at": "",
        "expire_at": "",
        "comments": inline_formset([]),
    }
    data: dict[str, Any] = nested_form_data({**values, **changes})
    return data


def module_post(**changes: Any) -> dict[str, Any]:
    """Return the post of a module's form."""
    values: dict[str, Any] = {
        "title": "Un módulo",
        "slug": "modulo-9",
        "summary": "Resumen.",
        "objectives": streamfield([]),
        "body": rich_text("<p></p>"),
        "closing": "",
        "guide_title": "",
        "guide": streamfield([]),
        "requires": streamfield([]),
        "go_live_at": "",
        "expire_at": "",
        "comments": inline_formset([]),
    }
    data: dict[str, Any] = nested_form_data({**values, **changes})
    return data


def as_drafts(*pages: Page) -> None:
    """Take pages off the site without asking anybody, with a revision to publish."""
    for page in pages:
        page.live = False
        Page.objects.filter(pk=page.pk).update(live=False)
        page.save_revision()


def translate(made: MadeCourse, *, without: tuple[Page, ...] = ()) -> CoursePage:
    """Return the live English course, made page by page from the top down."""
    locale = Locale.objects.get_or_create(language_code="en")[0]
    index = made.course.get_parent().specific
    if not CourseIndexPage.objects.filter(locale=locale).exists():
        home = Page.get_first_root_node().add_child(
            instance=HomePage(
                title="Home",
                slug="inicio-en",
                lead="Learning.",
                locale=locale,
                translation_key=index.get_parent().translation_key,
            )
        )
        home.add_child(
            instance=CourseIndexPage(
                title="Courses",
                slug="cursos",
                locale=locale,
                translation_key=index.translation_key,
            )
        )
    pages = [made.course, *made.modules, *made.lessons]
    pages += [made.quiz_page] if made.quiz_page else []
    for page in pages:
        if page in without:
            continue
        copy = page.copy_for_translation(locale)
        copy.title = f"{page.title} (en)"
        copy.live = True
        copy.save(clean=False)
    return CoursePage.objects.get(translation_key=made.course.translation_key, locale=locale)


def fresh(page: Any) -> Any:
    """Return the page as the database has it."""
    return type(page).objects.get(pk=page.pk)


def draft_lesson(parent: Page, **changes: Any) -> LessonPage:
    """Return a draft lesson that may be published unless the changes say otherwise."""
    values: dict[str, Any] = {
        "title": "Borrador",
        "slug": "borrador",
        "objective": "Explicar.",
        "minutes": 10,
        "body": [{"type": "text", "value": "<p>Texto.</p>"}],
        "sources": [{"type": "source", "value": {"label": "Ficha"}}],
        "last_reviewed_date": "2026-11-01",
        "review_due_date": "2027-05-01",
        "live": False,
        "locale": parent.locale,
    }
    lesson: LessonPage = parent.add_child(instance=LessonPage(**{**values, **changes}))
    lesson = fresh(lesson)
    lesson.save_revision(clean=False)
    return fresh(lesson)
