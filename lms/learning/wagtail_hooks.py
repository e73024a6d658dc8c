"""Who may see a page of a course, and the learner's progress beside it."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from wagtail import hooks

from courses.models import (
    CasePage,
    CourseIndexPage,
    CoursePage,
    HomePage,
    LessonPage,
    ModulePage,
    PracticePage,
    QuizPage,
)
from courses.models.serving import active_language
from courses.page_links import links_by_key
from courses.quiz_changes import COUNT_HOOK, QuizUse
from courses.rich_links import linked_page_ids_in
from lms.learning.attempts.queries import quiz_standing
from lms.learning.cases.queries import case_standing
from lms.learning.enums import LessonWay
from lms.learning.models import Enrolment
from lms.learning.permissions import (
    CourseAccess,
    ItemAccess,
    Verdict,
    access_course,
    access_item,
)
from lms.learning.practice.queries import (
    PracticeStanding,
    cohorts_to_observe,
    practice_standing,
)
from lms.learning.progress import Progress, progress_in
from lms.learning.queries import (
    CourseInHand,
    course_in_hand,
    course_not_released,
    item_in_hand,
    module_in_hand,
    progress_of_courses,
    published_content,
    with_missing,
)
from lms.learning.services import open_lesson
from lms.learning.supervision.queries import attempts_by_state
from lms.learning.viewsets import ImportedSittingViewSet

WAYS = {"completa": LessonWay.FULL, "breve": LessonWay.BRIEF}
"""The names of a lesson's two ways in addresses."""

Serve = Callable[[Any, HttpRequest, list[Any], dict[str, Any]], HttpResponse]


@hooks.register(COUNT_HOOK)
def count_quiz_attempts(quiz_keys: Iterable[UUID]) -> QuizUse:
    """Tell the editor of quizzes how many attempts a change would meet."""
    return attempts_by_state(quiz_keys)


@hooks.register("register_admin_viewset")
def register_viewset() -> ImportedSittingViewSet:
    """Return the administrator's page of imported sittings."""
    return ImportedSittingViewSet()


@hooks.register("before_serve_page", order=-10)
def guard_page(
    page: Any, request: HttpRequest, args: list[Any], kwargs: dict[str, Any]
) -> HttpResponse | None:
    """Refuse the page, or let it be served with what it needs to know of the learner."""
    if isinstance(page, LessonPage | QuizPage | CasePage | PracticePage):
        return _guard_item(page, request, args, kwargs)
    if isinstance(page, CoursePage | ModulePage):
        return _guard_course(page, request, args, kwargs)
    if not page.live:
        raise Http404
    if isinstance(page, HomePage | CourseIndexPage):
        kwargs["learning"] = progress_of_courses(request.user)
    return None


@hooks.register("on_serve_page")
def keep_out_of_caches(serve: Serve) -> Serve:
    """Let no cache keep what was made for one person: telephones are shared."""

    def serve_privately(
        page: Any, request: HttpRequest, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse:
        response = serve(page, request, args, kwargs)
        if request.user.is_authenticated:
            add_never_cache_headers(response)
        return response

    return serve_privately


@hooks.register("before_serve_document")
def guard_document(document: Any, request: HttpRequest) -> None:
    """Answer 404 below /documents/ to all but staff: learners take files through their lesson."""
    if not request.user.has_perm("wagtailadmin.access_admin"):
        raise Http404


def _course_in_hand(
    access: CourseAccess, progress: Progress | None, linked_ids: Iterable[int] = ()
) -> CourseInHand:
    """Return the course by the learner's release, else the newest, else today's live pages."""
    if access.release is None:
        page = CoursePage.objects.filter(translation_key=access.course_key).first()
        return course_not_released(page, is_staff=access.is_staff)
    is_learner = access.enrolment is not None
    return course_in_hand(
        access.release,
        enrolment=access.enrolment,
        progress=progress if is_learner else None,
        is_staff=access.is_staff,
        linked_ids=linked_ids,
    )


def _guard_course(
    page: Any, request: HttpRequest, args: list[Any], kwargs: dict[str, Any]
) -> HttpResponse | None:
    access = access_course(request.user, page)
    if not page.live and (access.enrolment is None or page.first_published_at is None):
        raise Http404
    progress = progress_in(access.enrolment) if access.enrolment is not None else None
    course = _course_in_hand(access, progress)
    if isinstance(page, CoursePage):
        kwargs["learning"] = with_missing(course, progress)
    else:
        kwargs["learning"] = module_in_hand(course, page)
        if kwargs["learning"] is None:
            if access.enrolment is None or not page.live:
                raise Http404
            return _gate(request, page, ItemAccess(Verdict.ADDED_LATER, access, progress))
    return _serve_published(page, request, args, kwargs)


def _guard_item(
    page: Any, request: HttpRequest, args: list[Any], kwargs: dict[str, Any]
) -> HttpResponse | None:
    access = access_item(request.user, page)
    if access.verdict == Verdict.HIDDEN:
        raise Http404
    if not access.is_open:
        return _gate(request, page, access)
    is_learner = access.verdict == Verdict.LEARNER
    course = _course_of_item(access, page)
    way = _way(page, request) if isinstance(page, LessonPage) else ""
    item = item_in_hand(
        course, page, way=way, is_notice_due=isinstance(page, LessonPage) and not way
    )
    kwargs["learning"] = item
    if course.is_released:
        kwargs["page_urls"] = course.page_urls
    if is_learner and access.course.enrolment is not None and access.progress is not None:
        if request.method == "GET":
            _note(access.course.enrolment, access.progress, page, way)
        if isinstance(page, QuizPage):
            kwargs["standing"] = quiz_standing(
                access.course.enrolment, page.translation_key, now=timezone.now()
            )
        if isinstance(page, CasePage):
            kwargs["standing"] = case_standing(access.course.enrolment, page.translation_key)
        if isinstance(page, PracticePage):
            kwargs["standing"] = _practice(access.course.enrolment, access.progress, page)
    if isinstance(page, PracticePage) and access.course.is_staff:
        kwargs["cohorts"] = cohorts_to_observe(access.course.course_key, page.translation_key)
    return _serve_published(page, request, args, kwargs)


def _practice(enrolment: Enrolment, progress: Progress, page: Any) -> PracticeStanding | None:
    key = page.translation_key
    item = enrolment.release.typed_promise.item(key)
    if item is None:
        return None
    return practice_standing(enrolment, item, is_done=key in progress.done)


def _course_of_item(access: ItemAccess, page: Any) -> CourseInHand:
    """Return the course; staff also see what is in no release yet, by today's live pages."""
    streams = (page.body, page.brief_body) if isinstance(page, LessonPage) else ()
    linked_ids = linked_page_ids_in(*streams)
    if access.verdict == Verdict.LEARNER:
        return _course_in_hand(access.course, access.progress, linked_ids)
    release = access.course.release
    if release is not None and release.typed_promise.item(page.translation_key) is not None:
        return course_in_hand(release, is_staff=True, linked_ids=linked_ids)
    course_page = CoursePage.objects.filter(translation_key=access.course.course_key).first()
    return course_not_released(course_page, is_staff=True)


def _way(page: Any, request: HttpRequest) -> str:
    """Return the way that the learner chose; nothing where a notice still waits for the choice."""
    chosen = WAYS.get(request.GET.get("via", ""))
    if chosen == LessonWay.BRIEF and page.brief_body:
        return LessonWay.BRIEF
    if chosen is not None or not page.content_notice:
        return LessonWay.FULL
    return ""


def _note(enrolment: Enrolment, progress: Progress, page: Any, way: str) -> None:
    """Note that a lesson was seen; a notice that only asks how to go on is not the lesson."""
    if isinstance(page, LessonPage) and way:
        open_lesson(
            enrolment=enrolment,
            lesson_key=page.translation_key,
            progress=progress,
            now=timezone.now(),
        )


def _serve_published(
    page: Any, request: HttpRequest, args: list[Any], kwargs: dict[str, Any]
) -> HttpResponse | None:
    """Go on as usual, or serve what was last published of a page that was taken down."""
    content = published_content(page)
    if content is page:
        return None
    response: HttpResponse = content.serve(request, *args, **kwargs)
    add_never_cache_headers(response)
    return response


def _gate(request: HttpRequest, page: Any, access: ItemAccess) -> HttpResponse:
    """Say what the page is part of and how to come in, with status 403."""
    course_key = access.course.course_key
    keys = [course_key, *access.missing]
    links = links_by_key(keys)
    course_page = CoursePage.objects.filter(translation_key=course_key, live=True).first()
    written_in = page.locale.language_code
    context = {
        "page": page,
        "content_language": "" if written_in == active_language() else written_in,
        "verdict": access.verdict,
        "course_key": course_key,
        "course": links.get(course_key),
        "missing": [links[key] for key in access.missing if key in links],
        "is_released": access.course.release is not None,
        "is_enrolment_open": course_page is not None and course_page.is_enrolment_open,
    }
    response = render(request, "courses/gate.html", context, status=403)
    add_never_cache_headers(response)
    return response
