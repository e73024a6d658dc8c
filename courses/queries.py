"""Reading what trainers wrote: promises, releases, the bank and its counts."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail_localize.models import Translation

from courses.checklists import checklist_problems, promised_criteria
from courses.enums import AttemptCounting, ItemKind, QuizMode, Scale
from courses.models import (
    CasePage,
    CoursePage,
    CourseRelease,
    LessonPage,
    ModulePage,
    PracticePage,
    Question,
    QuestionCategory,
    QuestionVersion,
    QuizPage,
)
from courses.promises import CoursePromise, PromisedItem, PromisedModule
from courses.publication import publication_problems
from courses.texts import languages

ItemPage = LessonPage | QuizPage | CasePage | PracticePage
"""The pages that a module holds."""


def latest_release(course_key: UUID) -> CourseRelease | None:
    """Return the newest release of a course, or None if it was never released."""
    return CourseRelease.objects.filter(course_key=course_key).order_by("-number").first()


def releases_of(course_key: UUID) -> QuerySet[CourseRelease]:
    """Return the releases of a course, the newest first."""
    found = CourseRelease.objects.filter(course_key=course_key)
    return found.select_related("created_by").order_by("-number")


def source_course(course_page: CoursePage) -> CoursePage:
    """Return the course in the source language, which every promise is read from."""
    if course_page.locale.language_code == languages()[0]:
        return course_page
    source: CoursePage = CoursePage.objects.get(
        translation_key=course_page.translation_key, locale__language_code=languages()[0]
    )
    return source


@dataclass(frozen=True)
class CourseTree:
    """The live pages of a course in tree order, with their live translations by language."""

    course: CoursePage
    modules: tuple[tuple[ModulePage, tuple[ItemPage, ...]], ...]
    translations: dict[UUID, dict[str, Page]]

    def pages(self) -> list[Page]:
        """Return the course, and every module followed by its items."""
        found: list[Page] = [self.course]
        for module, items in self.modules:
            found += [module, *items]
        return found

    @cached_property
    def copies(self) -> dict[int, Page]:
        """The pages of shared modules, by the ids of their originals."""
        return {page.alias_of_id: page for page in self.pages() if page.alias_of_id is not None}

    def titles(self, page: Page) -> dict[str, str]:
        """Return the titles by language, the source language first."""
        others = self.translations.get(page.translation_key, {})
        return {
            code: page.title if code == languages()[0] else others[code].title
            for code in languages()
            if code == languages()[0] or code in others
        }


def course_tree(course_page: CoursePage) -> CourseTree:
    """Return the live tree of a course; what hangs below a draft module is left out."""
    course = source_course(course_page)
    below = list(course.get_descendants().live().specific())
    modules = [page for page in below if isinstance(page, ModulePage)]
    grouped = tuple(
        (
            module,
            tuple(
                page for page in below if isinstance(page, ItemPage) and page.is_child_of(module)
            ),
        )
        for module in modules
    )
    keys = [course.translation_key, *(page.translation_key for page in below)]
    found = Page.objects.live().filter(translation_key__in=keys).select_related("locale")
    translations: dict[UUID, dict[str, Page]] = defaultdict(dict)
    for page in found.exclude(locale=course.locale):
        translations[page.translation_key][page.locale.language_code] = page
    return CourseTree(course=course, modules=grouped, translations=dict(translations))


def build_promise(course_page: CoursePage) -> CoursePromise:
    """Return what a release of the course would promise today, from its live pages."""
    return promise_of(course_tree(course_page))


def promise_of(tree: CourseTree) -> CoursePromise:
    """Return the promise of a tree that was read already."""
    course = tree.course
    complete = complete_languages(tree)
    texts = dict(
        CoursePage.objects.filter(translation_key=course.translation_key, live=True).values_list(
            "locale__language_code", "certificate_text"
        )
    )
    texts[languages()[0]] = course.certificate_text
    return CoursePromise(
        course_key=course.translation_key,
        titles=_only(tree.titles(course), complete),
        certificate_texts=_only({code: texts.get(code, "") for code in languages()}, complete),
        modules=tuple(
            PromisedModule(
                key=module.translation_key,
                titles=_only(tree.titles(module), complete),
                requires=_required_keys(module, tree),
                items=tuple(_promised_item(tree, item, complete) for item in items),
            )
            for module, items in tree.modules
        ),
        validity_months=course.validity_months,
        languages=complete,
        scale=Scale(course.scale),
        is_pilot=not course.is_partner_reviewed,
        renews=course.renews.translation_key if course.renews is not None else None,
        attendance_percent=course.attendance_percent,
        needs_approval=course.needs_approval,
        asks_for_document=course.asks_for_document,
    )


def complete_languages(tree: CourseTree) -> tuple[str, ...]:
    """Return the languages in which the course and every part of it is live."""
    return tuple(
        code
        for code in languages()
        if code == languages()[0]
        or all(code in tree.translations.get(page.translation_key, {}) for page in tree.pages())
    )


def _only(texts: dict[str, str], codes: tuple[str, ...]) -> dict[str, str]:
    return {code: text for code, text in texts.items() if code in codes}


def _required_keys(page: Any, tree: CourseTree) -> tuple[UUID, ...]:
    """Return the keys of the pages asked for first; a deleted page asks for nothing.

    For a page of a shared module its copy in this course stands. A copy names pages of the course
    in which it was written: what this course does not have of them is not asked for.
    """
    is_copy = page.alias_of_id is not None
    found = [
        tree.copies.get(block.value.pk, None if is_copy else block.value)
        for block in page.requires
        if block.value is not None
    ]
    return tuple(dict.fromkeys(one.translation_key for one in found if one is not None))


def _promised_item(tree: CourseTree, page: ItemPage, complete: tuple[str, ...]) -> PromisedItem:
    titles = _only(tree.titles(page), complete)
    if isinstance(page, QuizPage):
        return PromisedItem(
            key=page.translation_key,
            kind=ItemKind.QUIZ,
            titles=titles,
            minutes=page.minutes,
            requires=_required_keys(page, tree),
            pass_mark=page.quiz.pass_mark if page.quiz.is_counted else None,
            attempts=page.quiz.attempts,
            mode=QuizMode(page.quiz.mode),
            counting=AttemptCounting(page.quiz.counting),
            weight=page.quiz.weight,
            is_voluntary=page.quiz.is_anonymous,
        )
    if isinstance(page, CasePage):
        return PromisedItem(
            key=page.translation_key,
            kind=ItemKind.CASE,
            titles=titles,
            minutes=page.minutes,
            requires=_required_keys(page, tree),
            is_voluntary=page.is_voluntary,
        )
    if isinstance(page, PracticePage):
        return PromisedItem(
            key=page.translation_key,
            kind=ItemKind.PRACTICE,
            titles=titles,
            minutes=page.minutes,
            requires=_required_keys(page, tree),
            criteria=promised_criteria(
                page, tree.translations.get(page.translation_key, {}), complete
            ),
            needed=page.needed,
        )
    return PromisedItem(
        key=page.translation_key, kind=ItemKind.LESSON, titles=titles, minutes=page.minutes
    )


def release_problems(tree: CourseTree, promise: CoursePromise) -> list[str]:
    """Return why the course cannot be released today, each for the trainer to read."""
    problems = []
    if not tree.course.live:
        problems.append(_("The course is not published."))
    if not any(promise.items()):
        problems.append(_("The course has no published lesson or quiz."))
    for page in tree.pages():
        for problem in publication_problems(page):
            problems.append(f"{page.title}: {problem.message}")
    problems += _language_problems(tree) + checklist_problems(
        tree.pages(),
        tree.translations,
        claimed=tree.translations.get(tree.course.translation_key, {}),
    )
    problems += _requirement_problems(promise)
    last = latest_release(promise.course_key)
    if last is not None and last.typed_promise == promise:
        problems.append(_("Nothing has changed since release %d.") % last.number)
    return problems


def _language_problems(tree: CourseTree) -> list[str]:
    """A language is claimed once the course's own page is live in it."""
    problems = []
    claimed = tree.translations.get(tree.course.translation_key, {})
    for code in claimed:
        for page in tree.pages():
            if code not in tree.translations.get(page.translation_key, {}):
                message = _("“%(title)s” is not published in “%(language)s”.")
                problems.append(message % {"title": page.title, "language": code})
    titles = {page.translation_key: page.title for page in tree.pages()}
    begun = Translation.objects.filter(source__object_id__in=titles, enabled=True)
    for translation in begun.select_related("source", "target_locale").order_by("pk"):
        total, done = translation.get_progress()
        code = translation.target_locale.language_code
        if code in claimed and done < total:
            title = titles[translation.source.object_id]
            message = _("“%(title)s” is not wholly translated into “%(language)s”.")
            problems.append(message % {"title": title, "language": code})
    return problems


def _requirement_problems(promise: CoursePromise) -> list[str]:
    """Walk the course as a learner would: whatever never opens is a problem."""
    waiting = list(promise.items())
    done: set[UUID] = set()
    known = {item.key for item in waiting}
    problems = []
    while True:
        opened = [i for i in waiting if set(promise.required_before(i.key)) <= done]
        if not opened:
            break
        done |= {item.key for item in opened}
        waiting = [item for item in waiting if item.key not in done]
    for item in waiting:
        asked = set(promise.required_before(item.key))
        message = (
            _("“%s” asks first for something that is not published.")
            if asked - known
            else _("“%s” can never open: what it asks for first waits for it.")
        )
        problems.append(message % item.title)
    return problems


WITH_TAGS: list[str] = ["tags"]
"""A list, for the types of Django do not know that taggit's manager can be prefetched."""


def questions_for_list() -> QuerySet[Question]:
    """Return the questions with bank, category and the numbers of their versions, newest first."""
    newest = QuestionVersion.objects.filter(question=OuterRef("pk")).order_by("-number")
    return (
        Question.objects.select_related("category__bank", "live_version")
        .annotate(
            newest_number=Subquery(newest.values("number")[:1]),
            newest_content=Subquery(newest.values("content")[:1]),
            newest_at=Subquery(newest.values("created_at")[:1]),
        )
        .prefetch_related(*WITH_TAGS)
        .order_by("category__bank__name", "category__path", "key")
    )


def questions_by_category() -> list[tuple[QuestionCategory, list[tuple[int, str, Any, bool]]]]:
    """Return the questions of each category in one query: id, key, newest texts, is published."""
    newest = QuestionVersion.objects.filter(question=OuterRef("pk")).order_by("-number")
    questions = (
        Question.objects.select_related("category__bank")
        .annotate(newest_stems=Subquery(newest.values("content__stems")[:1]))
        .order_by("category__bank__name", "category__path", "key")
    )
    found: list[tuple[QuestionCategory, list[tuple[int, str, Any, bool]]]] = []
    for question in questions:
        if not found or found[-1][0].pk != question.category_id:
            found.append((question.category, []))
        is_published = question.live_version_id is not None
        found[-1][1].append((question.pk, question.key, question.newest_stems, is_published))
    return found


def newest_version(question: Question) -> QuestionVersion | None:
    """Return the last saved state of a question, published or not."""
    return question.versions.order_by("-number").first()


@dataclass(frozen=True)
class CategoryCount:
    """How many published questions a category offers, with all below it."""

    category: QuestionCategory
    published: int


def category_counts() -> list[CategoryCount]:
    """Return every category with its published questions, in the order of the tree."""
    categories = list(
        QuestionCategory.objects.select_related("bank").order_by("bank__name", "path")
    )
    published = Question.objects.filter(live_version__isnull=False)
    own = dict(published.values_list("category").annotate(Count("pk")).order_by())
    return [
        CategoryCount(
            category=category,
            published=sum(
                own.get(other.pk, 0)
                for other in categories
                if other.bank_id == category.bank_id
                and (other.path == category.path or other.path.startswith(f"{category.path}/"))
            ),
        )
        for category in categories
    ]


def course_titles() -> dict[UUID, str]:
    """Return the title of every course in the source language by its key."""
    courses = CoursePage.objects.filter(locale__language_code=languages()[0])
    return dict(courses.values_list("translation_key", "title"))


def promised_titles(pages: Iterable[Page]) -> list[str]:
    """Return the titles of those of these pages, and of all below them, that a release promised."""
    titles: dict[UUID, str] = {}
    for page in pages:
        inside = page.get_descendants(inclusive=True)
        copies = Page.objects.filter(alias_of__in=inside.values("pk"))
        for below in (*inside, *copies):
            titles[below.translation_key] = below.title
    if not titles:
        return []
    promised: set[UUID] = set()
    for release in CourseRelease.objects.only("promise"):
        promise = release.typed_promise
        promised.add(promise.course_key)
        for module in promise.modules:
            promised |= {module.key, *(item.key for item in module.items)}
    return [title for key, title in titles.items() if key in promised]
