"""A learner's plan and her answers on practice: hers alone, guarded, and in sums only."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from lms.learning.enums import (
    AfterInterval,
    EnrolmentState,
    FollowUpState,
    Obstacle,
    StepOutcome,
)
from lms.learning.followups import services
from lms.learning.followups.queries import booster_curve, practice_sums, supervisor_sums
from lms.learning.models import Booster, Enrolment, FollowUp, Plan, PlanStep
from tests.factories import EnrolmentFactory
from tests.factories.certificates import complete
from tests.factories.followups import ANSWERS, answered_practice, ask_about, offer_practice
from tests.learning.cast import NOW, Cast, client_of

pytestmark = pytest.mark.django_db
STEP = {"text_1": "Hablar a solas con quien llega.", "by_1": "2026-12-31"}
QUARTER = AfterInterval.QUARTER


@pytest.fixture(autouse=True)
def now_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def url(cast: Cast, end: str = "") -> str:
    return f"/mi-aprendizaje/despues/{cast.enrolment.pk}/{end}"


def test_a_plan_is_written_changed_and_deleted(cast: Cast) -> None:
    client = client_of(cast.learner)

    assert client.post(url(cast, "plan/"), STEP).status_code == 302
    text = client.get(url(cast)).content.decode()
    client.post(url(cast, "plan/"), {**STEP, "by_1": "31/12/2026", "outcome_1": "done"})

    assert STEP["text_1"] in text
    assert "31 de diciembre de 2026" in text
    step = PlanStep.objects.get()
    assert (step.outcome, step.position) == (StepOutcome.DONE, 1)
    client.post(url(cast, "plan/borrar/"))
    assert not Plan.objects.exists()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"by_1": "2026-12-31"}, "text_1"),
        ({"text_1": "Algo."}, "by_1"),
        ({**STEP, "by_2": "2026-12-31"}, "text_2"),
        ({**STEP, "text_2": "Algo."}, "by_2"),
        ({**STEP, "by_1": "2026-11-01"}, "by_1"),
        ({**STEP, "by_1": "2036-11-01"}, "by_1"),
        ({**STEP, "by_1": "mañana"}, "by_1"),
        ({**STEP, "text_3": "x" * 301, "by_3": "2026-12-31"}, "text_3"),
    ],
)
def test_what_is_missing_in_a_plan_is_said_at_its_field(
    cast: Cast, data: dict[str, str], field: str
) -> None:
    page = client_of(cast.learner).post(url(cast, "plan/"), data)

    assert page.status_code == 400
    assert list(page.context["form"].errors) == [field]
    assert all(value in page.content.decode() for value in data.values())
    assert not Plan.objects.exists()


def test_real_case_data_is_asked_to_be_left_out(cast: Cast) -> None:
    client = client_of(cast.learner)
    data = {**STEP, "text_1": "Llamar a la señora del DNI 45678912."}

    assert client.post(url(cast, "plan/"), data).status_code == 400
    assert not Plan.objects.exists()
    assert client.post(url(cast, "plan/"), {**data, "checked": "yes"}).status_code == 302


def test_everything_after_a_course_is_the_learners_alone(cast: Cast) -> None:
    follow_up = offer_practice(cast.enrolment, now=NOW)
    request = ask_about(cast.enrolment, now=NOW)
    hidden = {"trainer": 404, "coordinator": 404, "administrator": 404, "stranger": 404}

    for end in ("", "plan/", f"seguimiento/{follow_up.interval}/", "jefatura/"):
        assert cast.statuses(url(cast, end)) == {"learner": 200, **hidden, "nobody": 302}, end
    posts = cast.statuses(url(cast, f"jefatura/{request.pk}/retirar/"), method="post")
    assert {name: posts[name] for name in hidden} == hidden


def test_before_the_end_there_is_only_the_plan(cast: Cast) -> None:
    Enrolment.objects.update(state=EnrolmentState.ACTIVE, completed_at=None)
    client = client_of(cast.learner)

    text = client.get(url(cast)).content.decode()
    assert 'id="plan"' in text
    assert 'id="repaso"' not in text
    assert client.post(url(cast, "plan/"), STEP).status_code == 302


def test_five_answers_are_kept_and_the_plan_is_brought_up_to_date(cast: Cast) -> None:
    client = client_of(cast.learner)
    client.post(url(cast, "plan/"), STEP)
    step, follow_up = PlanStep.objects.get(), offer_practice(cast.enrolment, now=NOW)
    page = url(cast, f"seguimiento/{follow_up.interval}/")
    data = {**ANSWERS, "obstacles": ["no_time"], f"step_{step.pk}": "under_way"}

    assert STEP["text_1"] in client.get(page).content.decode()
    assert client.post(page, {**data, "uses_it": ""}).status_code == 400
    assert client.post(page, {**data, "remark": "Vino Ana con DNI 45678912"}).status_code == 400
    assert client.post(page, data).status_code == 302
    assert client.post(page, {**data, "uses_it": "1"}).status_code == 302

    follow_up.refresh_from_db()
    step.refresh_from_db()
    assert follow_up.state == FollowUpState.ANSWERED
    assert dict(follow_up.answers.values_list("question", "step")) == dict.fromkeys(ANSWERS, 3)
    assert (follow_up.obstacles, step.outcome) == (["no_time"], StepOutcome.UNDER_WAY)


@pytest.mark.parametrize(
    ("end", "data", "state"),
    [
        ("seguimiento/3m/luego/", {"what": "skip"}, FollowUpState.SKIPPED),
        ("seguimiento/3m/luego/", {"what": "postpone"}, FollowUpState.OFFERED),
        ("../terminar/", {"all": "yes"}, FollowUpState.SKIPPED),
    ],
)
def test_they_can_be_left_out_put_off_or_ended(
    cast: Cast, end: str, data: dict[str, str], state: str
) -> None:
    offer_practice(cast.enrolment, now=NOW)
    path = url(cast, end).replace(f"{cast.enrolment.pk}/../", "")

    assert client_of(cast.learner).post(path, data).status_code == 302
    assert FollowUp.objects.get().state == state


def test_questions_are_closed_after_their_time(cast: Cast) -> None:
    follow_up = offer_practice(cast.enrolment, now=NOW - timedelta(days=91))
    page = url(cast, f"seguimiento/{follow_up.interval}/")

    assert client_of(cast.learner).get(page).status_code == 404
    assert client_of(cast.learner).get(url(cast, "seguimiento/6m/")).status_code == 404
    assert client_of(cast.learner).get(url(cast, "seguimiento/nunca/")).status_code == 404


def _people(cast: Cast, number: int) -> list[Enrolment]:
    return [
        complete(EnrolmentFactory(release=cast.release), now=NOW, score="80")
        for _person in range(number)
    ]


def test_sums_are_held_back_below_ten_people(cast: Cast) -> None:
    everybody = Enrolment.objects.exclude(pk=cast.enrolment.pk)
    for person in _people(cast, 9):
        answered_practice(person, now=NOW)
        Booster.objects.create(
            enrolment=person,
            interval=QUARTER,
            offered_at=NOW,
            attempt=person.attempts.get(),
        )
        _confirm(person)
    few = practice_sums(everybody, QUARTER)
    assert (few.people, few.is_shown, few.questions) == (9, False, ())
    assert [point.mean for point in booster_curve(everybody)] == [None] * 4
    assert supervisor_sums(everybody).lines == ()

    tenth = _people(cast, 1)[0]
    answered = answered_practice(tenth, now=NOW, step=1)
    FollowUp.objects.filter(pk=answered.pk).update(obstacles=[Obstacle.UNSURE])
    Booster.objects.create(
        enrolment=tenth, interval=QUARTER, offered_at=NOW, attempt=tenth.attempts.get()
    )
    _confirm(tenth, "partly")
    enough = practice_sums(everybody, QUARTER)
    assert enough.questions[0].counts == (1, 0, 9, 0)
    assert str(enough.questions[0].mean) == "2.8"
    assert dict(enough.obstacles)[Obstacle.UNSURE] == 1
    assert [(one.people, one.mean) for one in booster_curve(everybody)][2] == (10, 80)
    assert supervisor_sums(everybody).lines[0][1:] == (9, 1, 0)


def _confirm(person: Enrolment, said: Any = "yes") -> None:
    request = ask_about(person, now=NOW, address=f"jefa{person.pk}@ejemplo.pe")
    lines = {line.statement: said for line in request.lines.all()}
    services.answer_supervisor(request=request, answers=lines, now=NOW)
