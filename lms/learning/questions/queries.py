"""Reading questions: one's own, those that wait, those that were published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet

from courses.page_links import PageLink, links_by_key
from lms.accounts.models import User
from lms.learning.enums import PublicationState
from lms.learning.models import Enrolment, LearnerQuestion


@dataclass(frozen=True)
class ListedQuestion:
    """A question with the page that it is about, if it is about one that still stands."""

    question: LearnerQuestion
    item: PageLink | None

    @property
    def is_answered(self) -> bool:
        """Whether a trainer has answered."""
        return self.question.answered_at is not None

    @property
    def course_title(self) -> str:
        """The title of the course, in the reader's language."""
        return self.question.enrolment.release.typed_promise.title

    @property
    def item_title(self) -> str:
        """What it is about: today's title, else the promised one; nothing if it is the course."""
        if self.item is not None:
            return self.item.title
        key = self.question.item_key
        promised = self.question.enrolment.release.typed_promise.item(key) if key else None
        return promised.title if promised is not None else ""


@dataclass(frozen=True)
class PublishedQuestion:
    """A question and its answer as others read them: no name, no day of asking."""

    text: str
    answer: str
    published_at: datetime | None


def own_questions(user: User) -> QuerySet[LearnerQuestion]:
    """Return what a learner asked, the newest first."""
    rows = LearnerQuestion.objects.filter(enrolment__learner=user)
    return rows.select_related("enrolment__release").order_by("-asked_at", "-pk")


def waiting_first(questions: QuerySet[LearnerQuestion]) -> QuerySet[LearnerQuestion]:
    """Return questions with those that wait first, the longest waiting at the top."""
    return questions.order_by(F("answered_at").desc(nulls_first=True), "asked_at", "pk")


def listed(questions: Iterable[LearnerQuestion]) -> list[ListedQuestion]:
    """Return questions with their pages; one query."""
    rows = list(questions)
    keys = {row.item_key for row in rows if row.item_key is not None}
    links = links_by_key(keys) if keys else {}
    return [ListedQuestion(row, links.get(row.item_key) if row.item_key else None) for row in rows]


def published_about(enrolment: Enrolment, item_key: UUID) -> list[PublishedQuestion]:
    """Return what was published about an item of the course, the newest first."""
    rows = LearnerQuestion.objects.filter(
        item_key=item_key,
        publication=PublicationState.PUBLIC,
        enrolment__course_key=enrolment.course_key,
    ).order_by("-published_at", "-pk")
    return [PublishedQuestion(row.public_text, row.public_answer, row.published_at) for row in rows]
