"""The gate of a release: which texts lack which review, in exactly the state that learners meet."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from courses.promises import CoursePromise
from courses.queries import CourseTree
from courses.reviewing.enums import ReviewedKind, ReviewPart, Standing
from courses.reviewing.gathering import subjects_of
from courses.reviewing.subjects import Subject, is_needed, reviews_of, standing


@dataclass(frozen=True)
class MissingReview:
    """A text that cannot be released for good yet, and how it stands in each part that it lacks."""

    subject: Subject
    parts: tuple[tuple[ReviewPart, Standing], ...]

    @property
    def kind_label(self) -> str:
        """What it is, in one word."""
        if self.subject.kind == ReviewedKind.PAGE:
            return str(self.subject.record._meta.verbose_name)
        return str(self.subject.kind.label)


def missing_reviews(tree: CourseTree) -> list[MissingReview]:
    """Return what learners would meet without an approved review of exactly this state.

    It takes both reviews for a lesson or a question that says “needs legal review”, for every case,
    and for whatever was reviewed before and has changed since.
    """
    subjects = subjects_of(tree)
    reviews = reviews_of(subjects)
    found = []
    for subject in subjects:
        own = reviews.get((subject.kind, subject.key), [])
        if not is_needed(subject, own):
            continue
        stands = [(part, standing(subject, part, own)) for part in ReviewPart]
        lacking = tuple((part, state) for part, state in stands if state != Standing.APPROVED)
        if lacking:
            found.append(MissingReview(subject, lacking))
    return found


def review_problems(tree: CourseTree, promise: CoursePromise) -> list[str]:
    """Return why the course cannot be released for good; a pilot, which says so, always may."""
    if promise.is_pilot:
        return []
    lacking = len(missing_reviews(tree))
    if not lacking:
        return []
    message = _(
        "Texts that lack a review: %(number)d. Until they are approved, the course can only be "
        "released as a pilot."
    )
    return [message % {"number": lacking}]
