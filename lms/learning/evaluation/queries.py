"""What was learned between a pre-test and its post-test, by module, and by agency."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery, Sum

from courses.models import CoursePage, QuestionCategory, QuizPage
from courses.page_links import PageLink, links_by_key
from lms.accounts.models import Agency
from lms.learning.evaluation.gains import Gain, together
from lms.learning.evaluation.protecting import may_show, shown_table
from lms.learning.models import Attempt, AttemptItem, CohortPlace, Enrolment
from lms.learning.small_groups import FEWEST

Branch = tuple[int, str]
"""A bank, and the first name of a category's path: what the curriculum calls a module."""


@dataclass(frozen=True)
class QuizPair:
    """A pre-test and the post-test that is compared with it, as they stand in one course."""

    before_key: UUID
    after_key: UUID
    link: PageLink
    """The post-test."""


@dataclass(frozen=True)
class ModuleGain:
    """What was gained in the questions of one module."""

    name: str
    gain: Gain


@dataclass(frozen=True)
class AgencyGain:
    """What the people of one agency gained; None where they are too few, or give others away."""

    name: str
    gain: Gain | None


@dataclass(frozen=True)
class PairGains:
    """What a group of people gained between two tests; only who did both is counted."""

    pair: QuizPair
    total: Gain
    modules: Sequence[ModuleGain]
    agencies: Sequence[AgencyGain] = ()

    @property
    def people(self) -> int:
        """How many people did both."""
        return self.total.people

    @property
    def has_enough(self) -> bool:
        """Whether so many did both that a report may tell of them."""
        return self.people >= FEWEST


def quiz_pairs(course_key: UUID) -> list[QuizPair]:
    """Return the pairs of tests of a course, in its order; two queries, three where there are any.

    A pair is a diagnosis that is compared with another one of the same course.
    """
    code = settings.LANGUAGE_CODE
    course = CoursePage.objects.filter(translation_key=course_key, locale__language_code=code)
    path = course.values_list("path", flat=True).first()
    if path is None:
        return []
    pages = QuizPage.objects.filter(path__startswith=path, first_published_at__isnull=False)
    rows = list(
        pages.order_by("path").values_list("translation_key", "quiz", "quiz__compared_with")
    )
    by_quiz: dict[int, UUID] = {}
    for key, quiz, _before in rows:
        by_quiz.setdefault(quiz, key)
    found = [(by_quiz[before], key) for key, _quiz, before in rows if before in by_quiz]
    links = links_by_key(after for _before, after in found) if found else {}
    return [QuizPair(before, after, links.get(after, PageLink("", ""))) for before, after in found]


def gains_of(pair: QuizPair, enrolments: QuerySet[Enrolment]) -> PairGains:
    """Return what these enrolments gained between two tests; four queries at most, whatever the numbers.

    A person counts with her first result at each test, the same one as in the statistics. An
    agency's people are those whom it nominated first.
    """
    counted = Attempt.objects.filter(is_in_statistics=True, score__isnull=False)
    both = enrolments.order_by().filter(
        Exists(counted.filter(enrolment=OuterRef("pk"), quiz_key=pair.before_key)),
        Exists(counted.filter(enrolment=OuterRef("pk"), quiz_key=pair.after_key)),
    )
    people = _people_by_agency(both)
    sums: dict[tuple[Any, Branch], Gain] = defaultdict(Gain)
    for row in _marks(pair, counted, both):
        branch = (row["bank"], row["path"].split("/", 1)[0])
        earned, most = row["earned"] or Decimal(0), row["most"] or Decimal(0)
        sums[row["agency"], branch] += (
            Gain(0, earned, most, Decimal(0), Decimal(0))
            if row["attempt__quiz_key"] == pair.before_key
            else Gain(0, Decimal(0), Decimal(0), earned, most)
        )
    total_people = sum(people.values())
    return PairGains(
        pair=pair,
        total=together(sums.values(), people=total_people),
        modules=_by_module(sums, total_people),
        agencies=_by_agency(sums, people),
    )


def _first_agency(enrolment: str) -> Subquery:
    nominations = CohortPlace.objects.filter(enrolment=OuterRef(enrolment), agency__isnull=False)
    return Subquery(nominations.order_by("pk").values("agency")[:1])


def _people_by_agency(both: QuerySet[Enrolment]) -> dict[int | None, int]:
    rows = both.annotate(agency=_first_agency("pk")).values("agency")
    return {row["agency"]: row["people"] for row in rows.annotate(people=Count("pk"))}


def _marks(
    pair: QuizPair, counted: QuerySet[Attempt], both: QuerySet[Enrolment]
) -> Iterable[Mapping[str, Any]]:
    attempts = counted.filter(
        quiz_key__in=(pair.before_key, pair.after_key), enrolment__in=both.values("pk")
    )
    items = AttemptItem.objects.filter(attempt__in=attempts, is_dropped=False)
    return (
        items.annotate(
            agency=_first_agency("attempt__enrolment"),
            bank=F("question_version__question__category__bank"),
            path=F("question_version__question__category__path"),
        )
        .values("agency", "bank", "path", "attempt__quiz_key")
        .annotate(earned=Sum("mark"), most=Sum("max_mark"))
        .order_by()
    )


def _by_module(sums: Mapping[tuple[Any, Branch], Gain], people: int) -> list[ModuleGain]:
    by_branch: dict[Branch, list[Gain]] = defaultdict(list)
    for (_agency, branch), gain in sums.items():
        by_branch[branch].append(gain)
    rows = QuestionCategory.objects.filter(path__in={path for _bank, path in by_branch})
    names = {(row.bank_id, row.path): row.name for row in rows}
    return [
        ModuleGain(names.get(branch, branch[1]), together(gains, people=people))
        for branch, gains in sorted(by_branch.items(), key=lambda one: (one[0][1], one[0][0]))
    ]


def _by_agency(
    sums: Mapping[tuple[Any, Branch], Gain], people: Mapping[int | None, int]
) -> list[AgencyGain]:
    """Return the agencies by name; small ones, and who would give them away, keep their figures."""
    names = dict(
        Agency.objects.filter(pk__in=[pk for pk in people if pk is not None]).values_list(
            "pk", "name"
        )
    )
    table = shown_table({str(pk): (count,) * 4 for pk, count in people.items()})
    shown = {row.key for row in table.rows if not row.is_kept_back}
    found = []
    for pk, count in people.items():
        if pk is None:
            continue
        gains = [gain for (agency, _branch), gain in sums.items() if agency == pk]
        is_shown = str(pk) in shown and may_show((count,), (0,))
        found.append(AgencyGain(names[pk], together(gains, people=count) if is_shown else None))
    return sorted(found, key=lambda one: one.name)
