"""The one rule for publishing: what must be mended before a page may go live.

Every door calls it: the edit form, the bulk action, the schedule, a workflow's approval,
wagtail-localize, copies and aliases that stay live, and `load_curriculum`. It reads pages by their
names and fields only, so that the models may import it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from courses.case_checks import case_problems
from courses.question_types.base import Problem
from courses.quiz_publication import quiz_problems
from courses.term_checks import record_term_problems


class PublicationRefused(ValidationError):
    """The page may not go live; `problems` says why, each at the name of its field."""

    def __init__(self, page: Any, problems: Sequence[Problem]) -> None:
        self.page = page
        self.problems = tuple(problems)
        by_place: dict[str, list[str]] = {}
        for problem in problems:
            by_place.setdefault(problem.place or NON_FIELD_ERRORS, []).append(problem.message)
        super().__init__(by_place)


def publication_problems(page: Any) -> list[Problem]:
    """Return what must be mended before this state of the page may go live."""
    rule = _RULES.get(page._meta.model_name)
    return [*(rule(page) if rule else []), *record_term_problems(page)]


def copy_problems(page: Any, *, is_whole: bool) -> list[Problem]:
    """Return why a copy of the page may not be live at once, alone or with all that is below it."""
    if not is_whole:
        if page._meta.model_name in _PARTS:
            message = _("A copy without its parts cannot be published: it would be empty.")
            return [Problem("", message)]
        return publication_problems(page)
    found = publication_problems(page)
    for below in page.get_descendants().live().specific():
        for problem in publication_problems(below):
            found.append(Problem("", f"{below.title}: {problem.message}"))
    return found


def last_one_problems(pages: Iterable[Any]) -> list[Problem]:
    """Return whose live parents would be left empty if these pages all went away together.

    Decided: a live module keeps a live item and a live course a live module, so the parent is
    unpublished first. A date of expiry is not refused: it comes due when nobody is there to read a
    refusal; the parent is then shown as incomplete and cannot be released.
    """
    leaving: dict[int, list[Any]] = {}
    parents: dict[int, Any] = {}
    gone = {page.pk for page in pages}
    for page in pages:
        parent = page.get_parent()
        if page.live and parent is not None and parent.live and parent.pk not in gone:
            parents[parent.pk] = parent
            leaving.setdefault(parent.pk, []).append(page)
    problems = []
    for pk, parent in parents.items():
        kinds = _PARTS.get(parent.specific_class._meta.model_name)
        if kinds is None:
            continue
        left = _live_children(parent, kinds).exclude(pk__in=[page.pk for page in leaving[pk]])
        needed = any(page.specific_class._meta.model_name in kinds for page in leaving[pk])
        if needed and not left.exists():
            message = _("“%(title)s” would be left empty: unpublish it first.")
            problems.append(Problem("", message % {"title": parent.title}))
    return problems


_PARTS = {
    "coursepage": ("modulepage",),
    "modulepage": ("lessonpage", "casepage", "quizpage", "practicepage"),
}
"""What a page is made of: it is empty without one of these."""


def _live_children(page: Any, model_names: Sequence[str]) -> Any:
    children = page.get_children().live()
    return children.filter(content_type__app_label="courses", content_type__model__in=model_names)


def _has_live_part(page: Any) -> bool:
    parts = _PARTS[page._meta.model_name]
    return bool(page.pk and page.path and _live_children(page, parts).exists())


def _course_problems(page: Any) -> list[Problem]:
    found = _renewal_problems(page)
    if not _has_live_part(page):
        message = _("The course has no published module. Publish a module first.")
        found.append(Problem("", message))
    return found


def _renewal_problems(page: Any) -> list[Problem]:
    """A course renews the certificates of another, which is no such course itself: no circles."""
    renewed = page.renews
    if renewed is None:
        return []
    if renewed.translation_key == page.translation_key:
        return [Problem("renews", _("A course cannot renew its own certificates."))]
    if renewed.renews_id is not None:
        message = _("“%(title)s” renews another course itself: name that one.")
        return [Problem("renews", message % {"title": renewed.title})]
    return []


def _module_problems(page: Any) -> list[Problem]:
    problems = _block_problems("guide", page.guide)
    if page.guide and not page.guide_title.strip():
        problems.append(Problem("guide_title", _("The trainer's guide has no title.")))
    if not _has_live_part(page):
        message = _(
            "The module has nothing published in it. Publish a lesson or another item first."
        )
        problems.append(Problem("", message))
    return problems


def _lesson_problems(page: Any) -> list[Problem]:
    checks: list[tuple[bool, str, str]] = [
        (not page.body, "body", _("The lesson has no content yet.")),
        (not page.sources, "sources", _("Name at least one source.")),
        (not page.minutes, "minutes", _("Say how many minutes the lesson takes.")),
        (not page.last_reviewed_date, "last_reviewed_date", _("Say when it was last reviewed.")),
        (not page.review_due_date, "review_due_date", _("Say when the next review is due.")),
        (
            bool(
                page.last_reviewed_date
                and page.review_due_date
                and page.review_due_date < page.last_reviewed_date
            ),
            "review_due_date",
            _("The next review cannot be due before the last one."),
        ),
        (
            bool(page.content_notice) and not page.brief_body,
            "brief_body",
            _("A lesson with a content notice needs the brief way."),
        ),
        (
            bool(page.content_notice) and not page.after_care.strip(),
            "after_care",
            _("A lesson with a content notice says who to talk to afterwards."),
        ),
    ]
    problems = [Problem(place, message) for is_wrong, place, message in checks if is_wrong]
    for place in ("body", "brief_body"):
        problems += _block_problems(place, getattr(page, place))
    return problems


def _block_problems(place: str, stream: Any) -> list[Problem]:
    problems = []
    for number, block in enumerate(stream or (), start=1):
        check = _BLOCK_RULES.get(block.block_type)
        message = check(block.value) if check else ""
        if message:
            text = _("Block %(number)d: %(problem)s") % {"number": number, "problem": message}
            problems.append(Problem(place, text))
    return problems


def _image_problem(value: Any) -> str:
    if value.get("image") is None:
        return _("The image is missing.")
    if not value.get("is_decorative") and not (value.get("alt") or "").strip():
        return _("The image has no alternative text and is not marked as decorative.")
    return ""


def _drawing_problem(value: Any) -> str:
    has_alt = bool((value.get("alt") or "").strip())
    return "" if has_alt else _("The drawing has no alternative text.")


def _video_problem(value: Any) -> str:
    captions, transcript = value.get("captions"), value.get("transcript")
    if value.get("video") is None:
        return _("The video is missing.")
    if captions is None or not captions.filename.lower().endswith(".vtt"):
        return _("The video has no captions (a .vtt file).")
    if transcript is None or not str(transcript.source).strip():
        return _("The video has no transcript.")
    return ""


def _download_problem(value: Any) -> str:
    return _("The document is missing.") if value.get("document") is None else ""


def _term_problem(value: Any) -> str:
    return _("The glossary term is missing.") if value.get("term") is None else ""


def _table_problem(value: Any) -> str:
    has_caption = bool((value.get("caption") or "").strip())
    return "" if has_caption else _("The table has no caption.")


_BLOCK_RULES: dict[str, Callable[[Any], str]] = {
    "image": _image_problem,
    "drawing": _drawing_problem,
    "video": _video_problem,
    "download": _download_problem,
    "term": _term_problem,
    "table": _table_problem,
}


def _quiz_page_problems(page: Any) -> list[Problem]:
    problems = []
    if not page.minutes:
        problems.append(Problem("minutes", _("Say how many minutes the quiz takes.")))
    if page.quiz_id is None:
        return [*problems, Problem("quiz", _("Choose the quiz."))]
    quiz = page.quiz
    found = quiz_problems(
        quiz,
        sources=list(
            quiz.sources.select_related("question__live_version", "category", "tag").order_by(
                "sort_order", "pk"
            )
        ),
        sections=list(quiz.sections.order_by("number")),
    )
    messages = dict.fromkeys(problem.message for problem in found)
    return problems + [Problem("quiz", message) for message in messages]


def _case_page_problems(page: Any) -> list[Problem]:
    checks: list[tuple[bool, str, str]] = [
        (not page.minutes, "minutes", _("Say how many minutes the case takes.")),
        (not page.objective.strip(), "objective", _("Say what the learner will be able to do.")),
        (
            bool(page.content_notice) and not page.after_care.strip(),
            "after_care",
            _("A case with a content notice says who to talk to afterwards."),
        ),
    ]
    problems = [Problem(place, message) for is_wrong, place, message in checks if is_wrong]
    if page.case_id is None:
        return [*problems, Problem("case", _("Choose the case."))]
    version = page.case.live_version
    if version is None:
        return [*problems, Problem("case", _("The case is not published yet."))]
    if case_problems(version.graph):
        problems.append(Problem("case", _("The published case has to be mended first.")))
    return problems


FEWEST_CRITERIA = 3
"""A checklist of fewer lines says too little to sign for."""


def _practice_page_problems(page: Any) -> list[Problem]:
    lines = [block.value for block in page.criteria]
    essential = sum(bool(line["is_essential"]) for line in lines)
    needed = page.needed or 0
    fewest = _("The checklist needs at least %(number)d lines.") % {"number": FEWEST_CRITERIA}
    too_many = _("The checklist has only %(number)d lines.") % {"number": len(lines)}
    too_few = _("%(number)d lines are essential: at least so many must be met.")
    checks: list[tuple[bool, str, str]] = [
        (not page.objective.strip(), "objective", _("Say what the learner will be able to do.")),
        (not page.minutes, "minutes", _("Say how many minutes the practice takes.")),
        (not strip_tags(page.intro).strip(), "intro", _("Say how the practice goes.")),
        (len(lines) < FEWEST_CRITERIA, "criteria", fewest),
        (needed < 1, "needed", _("At least one line must be met.")),
        (needed > len(lines) > 0, "needed", too_many),
        (1 <= needed < essential, "needed", too_few % {"number": essential}),
    ]
    return [Problem(place, message) for is_wrong, place, message in checks if is_wrong]


_RULES: dict[str, Callable[[Any], list[Problem]]] = {
    "coursepage": _course_problems,
    "modulepage": _module_problems,
    "lessonpage": _lesson_problems,
    "quizpage": _quiz_page_problems,
    "casepage": _case_page_problems,
    "practicepage": _practice_page_problems,
}
