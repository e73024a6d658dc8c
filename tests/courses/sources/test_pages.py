"""The pages of sources in the admin: the list, noting a change, checking item by item."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.enums import SourceState
from courses.models import SourceChange, SourceRecord
from lms.accounts.enums import StaffRole
from tests.courses.authoring import client_of, make_trainer
from tests.factories import UserFactory, make_course
from tests.factories.courses import MadeCourse, revise_question
from tests.factories.sources import WORDS, citation, cite_in, make_norm, repeal
from tests.learning.cast import path_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> MadeCourse:
    return make_course(questions=1)


@pytest.fixture
def reviewer() -> Any:
    return UserFactory(role=StaffRole.LEGAL_REVIEWER)


def record_post(**changes: Any) -> dict[str, Any]:
    values = {
        "kind": "norm",
        "number": "Ley 1",
        "title_es": "Ley de prueba",
        "title_en": "Test law",
        "issued": "2021-03",
        "url": "",
        "key": "ley-1",
        "state": "in_force",
        "state_checked_date": "",
        "replaced_by": "",
        "mark": "R",
        "summary_es": "",
        "summary_en": "",
        "is_in_library": "on",
    }
    return {**values, **changes}


def edit_url(record: SourceRecord) -> str:
    return reverse("wagtailsnippets_courses_sourcerecord:edit", args=[record.pk])


def test_trainer_adds_a_source_and_every_change_is_kept_in_its_history() -> None:
    client = client_of(make_trainer())
    client.post(reverse("wagtailsnippets_courses_sourcerecord:add"), record_post())
    record = SourceRecord.objects.get(key="ley-1")
    client.post(edit_url(record), record_post(title_es="Otro título"))
    titles = [one.content["title_es"] for one in record.revisions.order_by("pk")]
    assert titles == ["Ley de prueba", "Otro título"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"key": "ley-2"}, "key"),
        ({"issued": "marzo de 2021"}, "issued"),
        ({"state": "repealed"}, "state_checked_date"),
        ({"state": "not_a_rule"}, "state"),
        ({"replaced_by": "other"}, "state"),
        ({"title_es": ""}, "title_es"),
    ],
)
def test_wrong_source_is_told_at_its_field_and_keeps_what_was_typed(
    changes: dict[str, str], field: str
) -> None:
    record, other = make_norm("ley-1"), make_norm("ley-3")
    if "replaced_by" in changes:
        changes = {"replaced_by": str(other.pk)}
    client = client_of(make_trainer())
    response = client.post(edit_url(record), record_post(number="Ley tecleada", **changes))
    assert field in response.context["form"].errors
    assert response.context["form"]["number"].value() == "Ley tecleada"
    record.refresh_from_db()
    assert record.number == "Ley 28950"


def test_reviewer_reads_sources_and_cannot_change_them(reviewer: Any) -> None:
    client, record = client_of(reviewer), make_norm()
    client.post(edit_url(record), record_post(number="Otra"))
    record.refresh_from_db()
    assert record.number == "Ley 28950"


def change_post(**changes: Any) -> dict[str, Any]:
    values = {
        "kind": "repealed",
        "changed_date": "2026-11-20",
        "replacement": "",
        "words_es": WORDS["es"],
        "words_en": WORDS["en"],
    }
    return {**values, **changes}


def test_reviewer_notes_a_repeal_and_checks_every_item(made: MadeCourse, reviewer: Any) -> None:
    record, client = make_norm(), client_of(reviewer)
    cite_in(made.lessons[0])
    revise_question(made.questions[0], sources=[citation()])
    choose = reverse("fuentes-cambios:choose")
    assert client.get(choose).url == reverse("fuentes-cambios:index")
    url = client.get(choose, {"fuente": record.pk}).url
    page = client.get(url)
    assert page.context["total"] == 2
    wrong = client.post(url, change_post(kind="replaced", words_es="Lo tecleado"))
    assert list(wrong.context["form"].errors) == ["replacement"]
    assert "Lo tecleado" in wrong.content.decode()
    answer = client.post(url, change_post())
    change = SourceChange.objects.get()
    assert answer.url == reverse("fuentes-cambios:detail", args=[change.pk])
    record.refresh_from_db()
    assert record.state == SourceState.REPEALED
    for number, check in enumerate(change.checks.order_by("pk"), start=1):
        place = reverse("fuentes-cambios:check", args=[change.pk, check.pk])
        refused = client.post(place, {"outcome": "changed", "note": ""})
        assert refused.context["form"].non_field_errors()
        client.post(place, {"outcome": "unchanged", "note": "Es un antecedente."})
        assert client.get(answer.url).context["done"] == number
    change.refresh_from_db()
    assert change.closed_at is not None


def test_trainer_checks_what_she_may_write_and_nothing_else(
    made: MadeCourse, reviewer: Any, now: datetime
) -> None:
    cite_in(made.lessons[0])
    change = repeal(make_norm(), by=reviewer, now=now)
    place = reverse("fuentes-cambios:check", args=[change.pk, change.checks.get().pk])
    post = {"outcome": "unchanged", "note": "Nada."}
    stranger, own = client_of(make_trainer()), client_of(make_trainer(made.course))
    assert stranger.get(place).context["may_settle"] is False
    assert stranger.post(place, post).url == reverse("wagtailadmin_home")
    assert change.checks.get().outcome == "open"
    assert own.get(place).context["may_settle"] is True
    assert own.post(place, post).status_code == 302
    assert own.get(f"{place}1/").status_code == 404


def test_lists_cost_the_same_queries_for_one_and_for_three(reviewer: Any, now: datetime) -> None:
    made, counts = make_course(lessons=3, questions=3), []
    client = client_of(reviewer)
    for step in range(1, 4, 2):
        for number in range(step):
            cite_in(made.lessons[number])
            revise_question(made.questions[number], sources=[citation()])
        source = SourceRecord.objects.first() or make_norm()
        for day in range(step):
            change = repeal(source, by=reviewer, now=now - timedelta(days=day))
            SourceChange.objects.update(changed_date=date(2020, 1, step + day))
        urls = [
            reverse("fuentes-cambios:index"),
            reverse("fuentes-cambios:detail", args=[change.pk]),
            reverse("fuentes-cambios:note", args=[source.pk]),
        ]
        found = []
        for url in urls:
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                client.get(url)
            found.append(len(queries))
        counts.append(found)
    assert counts[0] == counts[1]


def test_flag_stands_at_the_item_in_the_editor_and_goes_with_the_check(
    made: MadeCourse, reviewer: Any, now: datetime
) -> None:
    cite_in(made.lessons[0])
    revise_question(made.questions[0], sources=[citation()])
    change = repeal(make_norm(), by=reviewer, now=now)
    client = client_of(make_trainer(made.course))
    urls = [
        reverse("wagtailadmin_pages:edit", args=[made.lessons[0].pk]),
        reverse("preguntas:edit", args=[made.questions[0].pk]),
    ]
    links = [
        reverse("fuentes-cambios:check", args=[change.pk, check.pk])
        for check in change.checks.order_by("item_kind")
    ]
    pairs = list(zip(urls, links, strict=True))
    assert [link in client.get(url).content.decode() for url, link in pairs] == [True, True]
    change.checks.update(outcome="unchanged", checked_at=now, note="Nada.")
    assert [link in client.get(url).content.decode() for url, link in pairs] == [False, False]


def test_lesson_shows_its_record_and_that_it_changed(
    made: MadeCourse, reviewer: Any, now: datetime
) -> None:
    record = make_norm()
    cite_in(made.lessons[0])
    repeal(record, by=reviewer, now=now, replacement=make_norm("ley-2", number="Ley 2"))
    client = Client()
    client.force_login(make_trainer(made.course))
    html = client.get(path_of(made.lessons[0])).content.decode()
    assert "Ley 28950, Ley contra la trata" in html
    assert "artículo 9" in html
    assert "Ley 2" in html
    assert 'class="source-changed"' in html
    assert "20 de noviembre de 2026" in html
