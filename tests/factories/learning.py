"""Enrolments, and a release without the admin."""

from decimal import Decimal

import factory

from courses.enums import AttemptCounting, ItemKind, QuizMode, Scale
from courses.models import CourseRelease
from courses.promises import CoursePromise, PromisedItem, PromisedModule
from lms.learning.models import Enrolment
from tests.factories.accounts import UserFactory
from tests.factories.courses import MADE_AT, MadeCourse, make_course


def release_course_for_tests(made: MadeCourse) -> CourseRelease:
    """Return a release that promises the pieces of a made course."""
    items = [
        PromisedItem(
            key=lesson.translation_key,
            kind=ItemKind.LESSON,
            titles={"es": lesson.title},
            minutes=lesson.minutes,
        )
        for lesson in made.lessons
    ]
    if made.quiz_page is not None and made.quiz is not None:
        items.append(
            PromisedItem(
                key=made.quiz_page.translation_key,
                kind=ItemKind.QUIZ,
                titles={"es": made.quiz_page.title},
                minutes=made.quiz_page.minutes,
                pass_mark=Decimal(made.quiz.pass_mark) if made.quiz.is_counted else None,
                attempts=made.quiz.attempts,
                mode=QuizMode(made.quiz.mode),
                counting=AttemptCounting(made.quiz.counting),
                weight=Decimal(made.quiz.weight),
            )
        )
    promise = CoursePromise(
        course_key=made.course.translation_key,
        titles={"es": made.course.title, "en": f"{made.course.title} (en)"},
        certificate_texts={"es": made.course.certificate_text},
        modules=(
            PromisedModule(
                key=made.modules[0].translation_key,
                titles={"es": made.modules[0].title},
                items=tuple(items),
            ),
        ),
        validity_months=made.course.validity_months,
        languages=("es",),
        scale=Scale(made.course.scale),
        is_pilot=not made.course.is_partner_reviewed,
        renews=made.course.renews.translation_key if made.course.renews else None,
    )
    number = CourseRelease.objects.filter(course_key=promise.course_key).count() + 1
    return CourseRelease.objects.create(
        course_key=promise.course_key,
        number=number,
        promise=promise.to_json(),
        is_pilot=promise.is_pilot,
        created_at=MADE_AT,
    )


class EnrolmentFactory(factory.django.DjangoModelFactory):
    """An active enrolment in the release of a made course."""

    class Meta:
        model = Enrolment

    learner = factory.SubFactory(UserFactory)
    release = factory.LazyFunction(lambda: release_course_for_tests(make_course()))
    course_key = factory.LazyAttribute(lambda made: made.release.course_key)
    enrolled_at = MADE_AT
