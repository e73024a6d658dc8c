"""What is known of the time after a course: for its learner, and in sums for the report.

Sums hold back below FEWEST people: then there is no figure, only how many there are.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256

from django.db.models import Avg, Count, Prefetch, QuerySet
from django.utils.translation import gettext as _

from lms.learning.enums import (
    CONFIDENCE_QUESTIONS,
    RESULT_STATES,
    AfterInterval,
    EnrolmentState,
    FollowUpState,
    Obstacle,
    PracticeQuestion,
    SupervisorAnswer,
    SupervisorStatement,
)
from lms.learning.followups.rules import due_date, interval_on, next_interval
from lms.learning.models import (
    AfterCourseSetting,
    Booster,
    Enrolment,
    FollowUp,
    FollowUpAnswer,
    Plan,
    PlanStep,
    SupervisorLine,
    SupervisorRequest,
)
from lms.learning.quiet_hours import lima_date
from lms.learning.small_groups import FEWEST

STEPS = (1, 2, 3, 4)
PLACES = Decimal("0.1")


def supervisor_requests() -> QuerySet[SupervisorRequest]:
    """Return the rows as what they are: the manager of an outbox knows them by their base only."""
    return QuerySet(SupervisorRequest)


def requests_of(address_digest: str) -> QuerySet[SupervisorRequest]:
    """Return what was sent to one address, as far as it is still known."""
    return supervisor_requests().filter(address_digest=address_digest)


def token_digest_of(secret: str) -> str:
    """Return what is kept of the secret of a link."""
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


def request_by_secret(secret: str, *, now: datetime) -> SupervisorRequest | None:
    """Return the request to which a link leads, while it can be answered; else None."""
    rows = supervisor_requests().filter(
        token_digest=token_digest_of(secret), answered_at=None, expires_at__gt=now
    )
    return rows.select_related("enrolment__learner", "enrolment__release").first()


def step_words(question: PracticeQuestion) -> tuple[str, ...]:
    """Return the words of the four steps of a question, from the lowest."""
    if question in CONFIDENCE_QUESTIONS:
        return (_("No"), _("Rather not"), _("Rather yes"), _("Yes, surely"))
    return (_("Not yet"), _("Sometimes"), _("Often"), _("Nearly always"))


@dataclass(frozen=True)
class OwnBooster:
    """One interval of a learner: when it comes, and her attempt at it, if she began one."""

    interval: AfterInterval
    day: date
    booster: Booster | None
    is_now: bool

    @property
    def is_done(self) -> bool:
        """Whether it was handed in."""
        attempt = self.booster.attempt if self.booster else None
        return attempt is not None and attempt.state in RESULT_STATES

    @property
    def is_begun(self) -> bool:
        """Whether it is under way."""
        attempt = self.booster.attempt if self.booster else None
        return attempt is not None and attempt.state not in RESULT_STATES


@dataclass(frozen=True)
class AfterCourse:
    """What there is for one learner after one course."""

    enrolment: Enrolment
    is_completed: bool
    plan: Plan | None
    boosters: tuple[OwnBooster, ...]
    next_day: date | None
    follow_ups: tuple[FollowUp, ...]
    requests: tuple[SupervisorRequest, ...]
    wants_boosters: bool

    @property
    def booster_now(self) -> OwnBooster | None:
        """The booster whose time has come and that was not handed in."""
        return next((one for one in self.boosters if one.is_now and not one.is_done), None)

    @property
    def waiting(self) -> FollowUp | None:
        """The questions on practice that wait for an answer."""
        return next((one for one in self.follow_ups if one.state == FollowUpState.OFFERED), None)

    @property
    def is_confirmed(self) -> bool:
        """Whether a supervisor has confirmed something."""
        good = {SupervisorAnswer.YES, SupervisorAnswer.PARTLY}
        return any(line.answer in good for one in self.requests for line in one.lines.all())


def after_course(enrolment: Enrolment, *, now: datetime) -> AfterCourse:
    """Return what there is for a learner after a course; five queries."""
    today = lima_date(now)
    is_completed = enrolment.state == EnrolmentState.COMPLETED
    completed_on = lima_date(enrolment.completed_at) if enrolment.completed_at else None
    setting = AfterCourseSetting.objects.filter(learner=enrolment.learner_id).first()
    upcoming = next_interval(completed_on, today) if completed_on else None
    return AfterCourse(
        enrolment=enrolment,
        is_completed=is_completed,
        plan=own_plan(enrolment),
        boosters=_own_boosters(enrolment, completed_on, today) if completed_on else (),
        next_day=due_date(completed_on, upcoming) if completed_on and upcoming else None,
        follow_ups=tuple(FollowUp.objects.filter(enrolment=enrolment).order_by("-offered_at")),
        requests=tuple(
            supervisor_requests()
            .filter(enrolment=enrolment)
            .prefetch_related("lines")
            .order_by("-created_at")
        ),
        wants_boosters=setting is None or setting.wants_boosters,
    )


def own_plan(enrolment: Enrolment) -> Plan | None:
    """Return a learner's plan with its steps in their order; two queries."""
    steps = Prefetch("steps", queryset=PlanStep.objects.order_by("position"))
    return Plan.objects.filter(enrolment=enrolment).prefetch_related(steps).first()


def _own_boosters(enrolment: Enrolment, completed_on: date, today: date) -> tuple[OwnBooster, ...]:
    rows = Booster.objects.filter(enrolment=enrolment).select_related("attempt")
    found = {row.interval: row for row in rows}
    current = interval_on(completed_on, today)
    return tuple(
        OwnBooster(one, due_date(completed_on, one), found.get(one), one == current)
        for one in AfterInterval
        if due_date(completed_on, one) <= today
    )


@dataclass(frozen=True)
class QuestionSum:
    """How often each step was chosen at one question; `mean` from 1 to 4."""

    question: PracticeQuestion
    words: tuple[str, ...]
    counts: tuple[int, ...]
    mean: Decimal


@dataclass(frozen=True)
class PracticeSums:
    """The answers on practice at one interval; empty while fewer than FEWEST have answered."""

    interval: AfterInterval
    offered: int
    people: int
    questions: tuple[QuestionSum, ...] = ()
    obstacles: tuple[tuple[Obstacle, int], ...] = ()

    @property
    def is_shown(self) -> bool:
        """Whether there are enough people."""
        return self.people >= FEWEST


def practice_sums(enrolments: QuerySet[Enrolment], interval: AfterInterval) -> PracticeSums:
    """Return what these learners say of their practice; three queries. Remarks are in no sum."""
    rows = FollowUp.objects.filter(
        enrolment__in=enrolments.order_by().values("pk"), interval=interval
    )
    answered = rows.filter(state=FollowUpState.ANSWERED)
    offered, obstacles = rows.count(), list(answered.values_list("obstacles", flat=True))
    people = len(obstacles)
    if people < FEWEST:
        return PracticeSums(interval, offered, people)
    given = Counter(
        FollowUpAnswer.objects.filter(follow_up__in=answered.order_by().values("pk")).values_list(
            "question", "step"
        )
    )
    named = Counter(code for codes in obstacles for code in codes)
    return PracticeSums(
        interval,
        offered,
        people,
        tuple(_question_sum(one, given) for one in PracticeQuestion),
        tuple((one, named[str(one)]) for one in Obstacle),
    )


def _question_sum(question: PracticeQuestion, given: Counter[tuple[str, int]]) -> QuestionSum:
    counts = tuple(given[str(question), step] for step in STEPS)
    whole = sum(step * number for step, number in zip(STEPS, counts, strict=True))
    mean = Decimal(whole) / max(sum(counts), 1)
    return QuestionSum(question, step_words(question), counts, mean.quantize(PLACES))


@dataclass(frozen=True)
class CurvePoint:
    """How boosters went at one interval: the mean in per cent, None below FEWEST people."""

    interval: AfterInterval
    people: int
    mean: Decimal | None


def booster_curve(enrolments: QuerySet[Enrolment]) -> list[CurvePoint]:
    """Return how these learners' boosters went, interval by interval; one query."""
    rows = Booster.objects.filter(
        enrolment__in=enrolments.order_by().values("pk"),
        attempt__state__in=RESULT_STATES,
        attempt__score__isnull=False,
    ).order_by()
    sums = rows.values_list("interval").annotate(people=Count("pk"), mean=Avg("attempt__score"))
    found = {interval: (people, mean) for interval, people, mean in sums}
    points = []
    for interval in AfterInterval:
        people, mean = found.get(str(interval), (0, None))
        is_shown = people >= FEWEST and mean is not None
        shown = Decimal(mean).quantize(PLACES) if is_shown else None
        points.append(CurvePoint(interval, people, shown))
    return points


@dataclass(frozen=True)
class SupervisorSums:
    """What supervisors confirmed, by statement: yes, partly, not observed; empty below FEWEST."""

    asked: int
    people: int
    lines: tuple[tuple[SupervisorStatement, int, int, int], ...] = ()

    @property
    def is_shown(self) -> bool:
        """Whether there are enough people."""
        return self.people >= FEWEST


def supervisor_sums(enrolments: QuerySet[Enrolment]) -> SupervisorSums:
    """Return what supervisors said of these learners, the newest answer of each; two queries."""
    rows = supervisor_requests().filter(enrolment__in=enrolments.order_by().values("pk"))
    asked = rows.values("enrolment").distinct().count()
    lines = SupervisorLine.objects.filter(request__in=rows.values("pk")).exclude(answer="")
    newest: dict[int, dict[str, str]] = defaultdict(dict)
    for enrolment_id, statement, answer in lines.order_by("request__answered_at").values_list(
        "request__enrolment_id", "statement", "answer"
    ):
        newest[enrolment_id][statement] = answer
    if len(newest) < FEWEST:
        return SupervisorSums(asked, len(newest))
    counts = Counter((code, said) for one in newest.values() for code, said in one.items())
    return SupervisorSums(
        asked,
        len(newest),
        tuple(
            (
                one,
                counts[str(one), str(SupervisorAnswer.YES)],
                counts[str(one), str(SupervisorAnswer.PARTLY)],
                counts[str(one), str(SupervisorAnswer.NOT_SEEN)],
            )
            for one in SupervisorStatement
        ),
    )
