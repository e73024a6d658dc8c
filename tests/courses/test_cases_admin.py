"""Cases in the admin: versions that never change, the form with its drawing, what publishing asks."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from courses.case_blocks import case_block, form_place, from_form, to_form
from courses.case_graph import read_case
from courses.case_layouts import draw_case
from courses.case_outlines import case_outline
from courses.case_services import CaseRefused, publish_case, save_case
from courses.models import Case, CasePage, CaseVersion
from courses.publication import PublicationRefused, publication_problems
from courses.queries import course_tree, promise_of
from courses.question_types.base import InvalidContent
from lms.core.models import AuditEvent
from tests.courses.authoring import client_of, make_trainer
from tests.courses.test_questions_admin import post_of
from tests.factories import UserFactory, make_course
from tests.factories.cases import add_case_page, case_content, choice, make_case, scene

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def client() -> Client:
    """A trainer's browser, in English."""
    return client_of(make_trainer())


def form_post(content: dict[str, Any], **more: str) -> dict[str, str]:
    """Return the post of the form for this content."""
    block = case_block()
    raw = block.get_prep_value(to_form(block, content))
    return {"name": "Un caso", **post_of(raw, "content"), **more}


def edit_url(case: Case) -> str:
    return reverse("casos:edit", args=[case.pk])


def error_of(response: Any) -> dict[str, Any]:
    return response.context["form"].errors.as_data()["content"][0].as_json_data()


# --- services ------------------------------------------------------------------------------------


def test_saving_makes_versions_and_leaves_the_published_one(now: datetime) -> None:
    case, trainer = make_case(), make_trainer()
    version = save_case(
        case=case, content=case_content(facilitator_notes={}), acting_user=trainer, now=now
    )
    case.refresh_from_db()
    assert (version.number, version.created_by, version.created_at) == (2, trainer, now)
    assert case.live_version.number == 1
    event = AuditEvent.objects.get(action="case_saved")
    assert (event.actor_id, event.changed_fields) == (trainer.pk, ["content"])


def test_saving_what_did_not_change_writes_nothing(now: datetime) -> None:
    case = make_case()
    version = save_case(case=case, content=case_content(), acting_user=None, now=now)
    assert (version.number, CaseVersion.objects.count(), AuditEvent.objects.count()) == (1, 1, 0)


def test_saving_a_new_case_needs_its_names(now: datetime) -> None:
    with pytest.raises(ValueError, match="needs a name"):
        save_case(content=case_content(), acting_user=None, now=now)
    version = save_case(
        content=case_content(), name="Nuevo", key="nuevo", acting_user=None, now=now
    )
    assert (version.number, version.case.key) == (1, "nuevo")


def test_publishing_refuses_what_the_checks_refuse(now: datetime) -> None:
    case = make_case()
    content = case_content()
    content["scenes"][2]["ending"]["kind"] = "incomplete"
    save_case(case=case, content=content, acting_user=None, now=now)
    with pytest.raises(CaseRefused) as caught:
        publish_case(case=case, acting_user=None, now=now)
    assert [problem.place for problem in caught.value.problems] == ["scenes"]
    case.refresh_from_db()
    assert case.live_version.number == 1


def test_publishing_twice_notes_it_once(now: datetime) -> None:
    case = make_case()
    save_case(case=case, content=case_content(facts=[]), acting_user=None, now=now)
    save_case(
        case=case,
        content=case_content(facilitator_notes={"es": "x", "en": "y"}),
        acting_user=None,
        now=now,
    )
    for _time in range(2):
        assert publish_case(case=case, acting_user=None, now=now).number == 3
    assert AuditEvent.objects.filter(action="case_published").count() == 1


def test_content_that_is_no_case_is_not_saved(now: datetime) -> None:
    with pytest.raises(InvalidContent):
        save_case(content=case_content(scenes=[]), name="x", key="x", acting_user=None, now=now)
    assert not Case.objects.exists()


# --- the form ------------------------------------------------------------------------------------


def test_the_form_gives_back_what_was_stored() -> None:
    block = case_block()
    assert from_form(block.clean(to_form(block, case_content()))) == case_content()


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("scenes.2.choices.1.condition.at_most", ["scenes", "2", "choices", "1", "needs_gauges"]),
        ("scenes.2.choices.1.condition.facts", ["scenes", "2", "choices", "1", "needs_facts"]),
        ("scenes.2.choices.1.condition", ["scenes", "2", "choices", "1", "needs_facts"]),
        ("scenes.2.choices.1.id", ["scenes", "2", "choices", "1"]),
        ("scenes.2.id", ["scenes", "2", "id"]),
    ],
)
def test_a_problem_stands_at_its_block(place: str, expected: list[str]) -> None:
    assert form_place(place) == expected


def test_trainer_writes_a_case_and_publishes_it(client: Client) -> None:
    content = case_content()
    answer = client.post(
        reverse("casos:add"), form_post(content, key="un-caso", publish="1"), follow=True
    )
    case = Case.objects.get()
    assert answer.redirect_chain[-1][0] == edit_url(case)
    assert (case.name, case.key, case.live_version.number) == ("Un caso", "un-caso", 1)
    assert case.live_version.content == content


def test_a_draft_may_be_incomplete_and_scenes_get_names(client: Client) -> None:
    content = case_content(scenes=[scene("x", choice("a", ""))], facts=[], gauges=[])
    content["scenes"][0]["id"] = ""
    content["scenes"][0]["titles"] = {"es": "La llegada al puesto", "en": ""}
    client.post(reverse("casos:add"), form_post(content, key="un-caso", draft="1"))
    case = Case.objects.get()
    assert case.live_version is None
    assert case.versions.get().graph.start.id == "la-llegada-al-puesto"


def test_a_refused_publication_keeps_the_draft_and_says_where(client: Client) -> None:
    case = make_case()
    content = case_content()
    content["scenes"][0]["choices"][1]["target"] = "nada"
    content["scenes"][1]["texts"]["en"] = ""
    answer = client.post(edit_url(case), form_post(content, publish="1"))
    case.refresh_from_db()

    assert answer.status_code == 200
    assert (case.live_version.number, case.versions.count()) == (1, 2)
    scenes = error_of(answer)["blockErrors"]["scenes"]["blockErrors"]
    assert list(scenes[0]["blockErrors"]["choices"]["blockErrors"][1]["blockErrors"]) == ["target"]
    assert list(scenes[1]["blockErrors"]["texts"]["blockErrors"]) == ["en"]
    assert "Opción delante" in answer.content.decode()


def test_what_cannot_be_saved_is_shown_again(client: Client) -> None:
    case = make_case()
    content = case_content()
    content["scenes"][1]["id"] = "llegada"
    content["scenes"][1]["texts"]["es"] = "Escrito ahora"
    answer = client.post(edit_url(case), form_post(content, draft="1"))
    assert case.versions.count() == 1
    assert list(error_of(answer)["blockErrors"]["scenes"]["blockErrors"][1]["blockErrors"]) == [
        "id"
    ]
    assert "Escrito ahora" in answer.content.decode()


def test_a_key_is_taken_once(client: Client) -> None:
    make_case(key="un-caso")
    answer = client.post(reverse("casos:add"), form_post(case_content(), key="un-caso", draft="1"))
    assert list(answer.context["form"].errors) == ["key"]
    assert Case.objects.count() == 1


def test_the_drawing_stands_beside_the_form(client: Client) -> None:
    body = client.get(edit_url(make_case())).content.decode()
    for words in ('class="case-graph"', "case-graph-safe", "case-graph-harmful", "<desc id="):
        assert words in body
    assert 'class="case-outline"' in body
    assert "style=" not in body.split('<svg class="case-graph"')[1].split("</svg>")[0]


def test_a_case_in_a_strangers_course_is_not_changed(client: Client) -> None:
    case = make_case()
    add_case_page(make_course(), case)
    assert client.get(edit_url(case)).status_code == 200
    assert client.post(edit_url(case), form_post(case_content(), draft="1")).status_code == 302
    assert case.versions.count() == 1


def test_the_lead_of_its_course_changes_a_case() -> None:
    made = make_course()
    case = make_case()
    add_case_page(made, case)
    client = client_of(make_trainer(made.course))
    client.post(edit_url(case), form_post(case_content(facilitator_notes={}), draft="1"))
    assert case.versions.count() == 2


def test_cases_are_for_trainers() -> None:
    case = make_case()
    client = client_of(UserFactory())
    for name, args in (
        ("index", []),
        ("add", []),
        ("edit", [case.pk]),
        ("history", [case.pk]),
        ("preview", [case.pk, 1]),
    ):
        assert client.get(reverse(f"casos:{name}", args=args)).status_code == 302


def test_the_list_asks_the_same_queries_for_1_and_3_cases(client: Client) -> None:
    counts = []
    for keys in (["a"], ["b", "c"]):
        for key in keys:
            make_case(key=key)
        client.get(reverse("casos:index"))
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(reverse("casos:index"))
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert answer.content.decode().count("Caso ") >= 3


def test_history_lists_the_versions(client: Client, now: datetime) -> None:
    case = make_case()
    save_case(case=case, content=case_content(facts=[]), acting_user=None, now=now)
    answer = client.get(reverse("casos:history", args=[case.pk]))
    assert [version.number for version in answer.context["versions"]] == [2, 1]


def test_preview_walks_by_the_address_and_keeps_nothing(client: Client) -> None:
    case = make_case()
    url = reverse("casos:preview", args=[case.pk, 1])
    first = client.get(url).context["view"]
    assert [one.path for one in first.choices] == ["a-solas", "delante"]
    second = client.get(url, {"path": "a-solas"}).context["view"]
    assert (second.back, len(second.facts), second.gauges) == (
        "",
        1,
        (("Trust", "She asks something"),),
    )
    last = client.get(url, {"path": "a-solas/derivar"}).context["view"]
    assert (last.ending, last.choices) == ("safe ending", ())
    assert client.get(url, {"path": "delante/derivar"}).status_code == 404
    assert client.get(url, {"path": "x"}).status_code == 404


# --- the drawing ---------------------------------------------------------------------------------


def test_every_scene_has_a_place_of_its_own_below_what_leads_to_it() -> None:
    graph = read_case(case_content())
    drawn = draw_case(graph)
    places = {one.scene.id: (one.x, one.y) for one in drawn.scenes}
    assert len(set(places.values())) == len(places)
    for one in graph.scenes:
        for way in one.choices:
            assert places[way.target][1] > places[one.id][1]
    assert not any(one.is_back for one in drawn.choices)
    assert all(0 < one.x < drawn.width and 0 < one.y < drawn.height for one in drawn.scenes)


def test_ways_back_and_strays_are_drawn_and_written() -> None:
    content = case_content()
    content["scenes"][1]["choices"].append(choice("volver", "llegada"))
    content["scenes"].append(scene("sola", choice("x", "nada")))
    graph = read_case(content)
    drawn, outline = draw_case(graph), case_outline(graph)
    assert [one.is_back for one in drawn.choices].count(True) == 1
    assert len(drawn.choices) == 6
    assert [one.scene.id for one in outline if one.is_stray] == ["sola"]
    assert outline[-1].choices[0].target_number is None


def test_the_outline_names_every_scene_and_choice_with_what_follows() -> None:
    outline = case_outline(read_case(case_content()), "es")
    assert [(one.number, one.title, one.is_stray) for one in outline] == [
        (1, "Título llegada", False),
        (2, "Título sala", False),
        (3, "Título seguro", False),
        (4, "Título se-va", False),
        (5, "Título dano", False),
    ]
    assert [(way.text, way.target_number) for one in outline for way in one.choices] == [
        ("Opción a-solas", 2),
        ("Opción delante", 2),
        ("Opción derivar", 3),
        ("Opción despedir", 4),
        ("Opción denunciar", 5),
    ]
    assert outline[1].choices[0].conditions[0] == "Otro guarda su teléfono"
    assert outline[0].choices[0].unlocks == ("Otro guarda su teléfono",)


# --- the page in its course ----------------------------------------------------------------------


def test_a_case_page_is_published_with_a_published_case_only() -> None:
    page = add_case_page(make_course())
    assert publication_problems(page) == []
    page.case.live_version = None
    page.case.save()
    assert [one.place for one in publication_problems(page)] == ["case"]
    page.live = False
    page.save()
    with pytest.raises(PublicationRefused):
        page.save_revision().publish()


def test_a_case_page_with_a_notice_says_who_to_talk_to() -> None:
    page = add_case_page(make_course(), after_care="")
    assert [one.place for one in publication_problems(page)] == ["after_care"]


def test_a_case_counts_in_the_promise_of_its_course() -> None:
    made = make_course(lessons=1, questions=0)
    page = add_case_page(made)
    promise = promise_of(course_tree(made.course))
    assert [(str(item.kind), item.key) for item in promise.items()] == [
        ("lesson", made.lessons[0].translation_key),
        ("case", page.translation_key),
    ]
    assert promise.minutes == 25


def test_a_trainer_edits_a_case_page_in_the_tree() -> None:
    made = make_course()
    page = add_case_page(made)
    client = client_of(make_trainer(made.course))
    answer = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert answer.status_code == 200
    for name in ("objective", "minutes", "intro", "content_notice", "after_care", "case"):
        assert f'name="{name}"' in answer.content.decode()


def test_a_quiz_may_ask_for_a_case_first() -> None:
    made = make_course()
    page = add_case_page(made)
    assert made.quiz_page is not None
    block = made.quiz_page._meta.get_field("requires").stream_block.child_blocks["page"]
    assert CasePage in block.target_models
    made.quiz_page.requires.append(("page", page))
    made.quiz_page.save()
    promise = promise_of(course_tree(made.course))
    assert promise.required_before(made.quiz_page.translation_key) == (page.translation_key,)


def test_a_translated_case_page_shares_its_case() -> None:
    names = {field.field_name for field in CasePage.override_translatable_fields}
    assert names == {"slug", "minutes", "case", "is_voluntary", "requires"}
