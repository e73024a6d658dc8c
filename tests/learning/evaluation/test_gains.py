"""What was learned between two tests: sums, their edges, and who sees what."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from courses.models import QuizSource
from lms.learning.attempts.services import start_attempt
from lms.learning.enums import PlaceState
from lms.learning.evaluation.gains import Gain, gain_words
from lms.learning.evaluation.queries import gains_of, quiz_pairs
from lms.learning.models import Attempt, CohortPlace, Enrolment
from tests.factories import AgencyFactory, MembershipFactory, make_question
from tests.factories.cohorts import make_cohort
from tests.learning.cast import client_of
from tests.learning.statistics.sittings import NOW, make_scene, sit


@pytest.mark.parametrize(
    ("before", "after", "points", "normalised", "words"),
    [
        (4, 7, 30, Decimal("0.50"), "0.50"),
        (0, 10, 100, Decimal("1.00"), "1.00"),
        (5, 5, 0, Decimal("0.00"), "0.00"),
        (6, 4, -20, Decimal("-0.50"), "less than before"),
        (10, 10, 0, None, "all was right before"),
        (10, 8, -20, None, "all was right before"),
    ],
)
def test_normalised_gain_is_the_part_of_what_could_be_gained(
    before, after, points, normalised, words
):
    gain = Gain(1, Decimal(before), Decimal(10), Decimal(after), Decimal(10))

    with override("en"):
        assert (gain.points, gain.normalised, gain_words(gain)) == (points, normalised, words)


def test_gain_without_questions_is_none():
    gain = Gain(3, Decimal(1), Decimal(2))

    assert (gain.before, gain.after, gain.points, gain.normalised) == (50, None, None, None)


@pytest.fixture
def scene(db):
    return make_scene()


def both(scene, before_key, before, after, *, enrolment=None):
    first = sit(scene, before, enrolment=enrolment, quiz_key=before_key)
    sit(scene, after, enrolment=first.enrolment)
    Attempt.objects.filter(enrolment=first.enrolment).update(is_in_statistics=True)
    return first.enrolment


def everybody(scene):
    return Enrolment.objects.filter(course_key=scene.cast.release.course_key)


def live(scene):
    scene.page.__class__.objects.update(live=True, first_published_at=timezone.now())


def test_only_people_with_both_tests_are_counted(scene):
    key = scene.add_pre_test()
    live(scene)
    both(scene, key, ["b", "b"], ["a", "a"])
    both(scene, key, ["a", "b"], ["a", "a"])
    alone = sit(scene, ["a", "a"])
    Attempt.objects.filter(pk=alone.pk).update(is_in_statistics=True)

    (pair,) = quiz_pairs(scene.cast.release.course_key)
    found = gains_of(pair, everybody(scene))

    # marks are 1 and 2: three of six before the second person, all after
    assert (pair.before_key, pair.after_key) == (key, scene.quiz_key)
    assert found.people == 2
    assert (found.total.before, found.total.after) == (Decimal("16.7"), Decimal("100.0"))
    assert [module.gain for module in found.modules] == [found.total]


def test_agency_of_nine_is_reserved_and_agency_of_ten_is_not(scene):
    key = scene.add_pre_test()
    live(scene)
    cohort = make_cohort(scene.cast.release)
    sizes = {"Nueve": 9, "Diez": 10, "Once": 11}
    for name, size in sizes.items():
        agency = AgencyFactory(name=name)
        for _person in range(size):
            enrolment = both(scene, key, ["b"], ["a"])
            CohortPlace.objects.create(
                cohort=cohort,
                learner=enrolment.learner,
                enrolment=enrolment,
                agency=agency,
                state=PlaceState.SEATED,
                created_at=timezone.now(),
            )

    (pair,) = quiz_pairs(scene.cast.release.course_key)
    found = {one.name: one.gain for one in gains_of(pair, everybody(scene)).agencies}

    assert found["Nueve"] is None
    assert found["Diez"] is None  # it would give the nine away
    assert found["Once"] is not None
    CohortPlace.objects.filter(agency__name="Nueve").update(agency=None)
    again = {one.name: one.gain for one in gains_of(pair, everybody(scene)).agencies}
    assert again["Once"] is not None


def test_gains_take_the_same_queries_for_any_number(scene, django_assert_num_queries):
    key = scene.add_pre_test()
    live(scene)
    (pair,) = quiz_pairs(scene.cast.release.course_key)
    for _person in range(3):
        both(scene, key, ["b"], ["a"])
        with django_assert_num_queries(3):
            gains_of(pair, everybody(scene))


def test_staff_sees_the_course_and_a_learner_only_herself(scene):
    key = scene.add_pre_test()
    live(scene)
    both(scene, key, ["b"], ["a"])
    both(scene, key, ["b"], ["a"], enrolment=scene.cast.enrolment)
    cast, course_key = scene.cast, scene.cast.release.course_key

    assert cast.statuses(reverse("learning_gains", args=[course_key])) == {
        "learner": 404,
        "trainer": 200,
        "coordinator": 404,
        "administrator": 200,
        "stranger": 404,
        "nobody": 302,
    }
    statuses = cast.statuses(reverse("own_gains", args=[course_key]))
    assert statuses["learner"] == 200
    assert {statuses[name] for name in ("trainer", "coordinator", "stranger")} == {404}
    own = client_of(cast.learner).get(reverse("own_gains", args=[course_key]))
    assert [one.people for one in own.context["gains"]] == [1]
    whole = client_of(cast.trainer).get(reverse("learning_gains", args=[course_key]))
    assert [one.people for one in whole.context["gains"]] == [2]


def test_trainer_of_an_agency_cannot_subtract_the_cohort_of_another(scene):
    key = scene.add_pre_test()
    live(scene)
    both(scene, key, ["b"], ["a"])
    hidden = both(scene, key, ["a"], ["a"])
    theirs, cast = make_cohort(scene.cast.release), scene.cast
    theirs.agencies.add(AgencyFactory())
    Enrolment.objects.filter(pk=hidden.pk).update(cohort=theirs)
    MembershipFactory(user=cast.trainer, agency=AgencyFactory())
    address = reverse("learning_gains", args=[cast.release.course_key])

    seen = [
        [one.people for one in client_of(user).get(address).context["gains"]]
        for user in (cast.trainer, cast.administrator)
    ]

    assert seen == [[1], [2]]


def test_post_test_asks_nothing_that_the_pre_test_asked(scene):
    key = scene.add_pre_test()
    live(scene)
    category = scene.questions[0].category
    fresh = {make_question(f"nueva-{number}", category=category).pk for number in (1, 2)}
    scene.quiz.sources.all().delete()
    QuizSource.objects.create(quiz=scene.quiz, category=category, count=2)
    before = sit(scene, ["a"] * len(scene.questions), quiz_key=key)

    after = start_attempt(
        enrolment=before.enrolment,
        quiz_key=scene.quiz_key,
        acting_user=before.enrolment.learner,
        now=NOW,
    )

    asked = after.items.values_list("question_version__question_id", flat=True)
    assert set(asked) == fresh


def test_course_without_a_pair_says_so(scene):
    address = reverse("learning_gains", args=[scene.cast.release.course_key])

    answer = client_of(scene.cast.trainer).get(f"{address}?cohorte=99999999999999999999")

    assert answer.status_code == 200
    assert answer.context["gains"] == []
