"""The question bank: tags, difficulty, the tree of categories, types, previews, bad input."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from courses.forms.questions import QuestionForm
from courses.models import (
    Question,
    QuestionBank,
    QuestionCategory,
    QuestionTag,
    QuizSource,
)
from courses.question_types import question_type, question_types
from courses.services import save_question
from lms.core.models import AuditEvent
from tests.courses.authoring import client_of, make_trainer
from tests.courses.question_types.samples import stored
from tests.courses.test_questions_admin import error_of, form_post, make_picture
from tests.factories import make_course, make_question
from tests.factories.courses import question_content

pytestmark = pytest.mark.django_db

KINDS = [kind.name for kind in question_types()]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def client() -> Client:
    """A trainer's browser, in English."""
    return client_of(make_trainer())


@pytest.fixture
def category() -> QuestionCategory:
    """A category that no quiz draws from."""
    bank = QuestionBank.objects.create(name="Banco", slug="banco")
    return QuestionCategory.objects.create(bank=bank, path="modulo-1", name="Módulo 1")


def sample(kind: str) -> dict[str, Any]:
    """Return a complete content of this type; its picture is in the library."""
    content = stored(kind)
    if content["figure"]:
        content["figure"]["image_id"] = make_picture().pk
    return content


def listed(client: Client, query: str) -> list[str]:
    response = client.get(reverse("preguntas:index") + query)
    return [question.key for question in response.context["object_list"]]


# -- tags and difficulty ---------------------------------------------------------------------------


def test_tags_and_difficulty_are_saved_with_their_names_in_the_audit_trail(
    client: Client, category: QuestionCategory
) -> None:
    data = form_post("single_choice", question_content(), category.pk, draft="1")
    data |= {"tags": 'niñez, "trabajo forzoso", niñez', "difficulty": "hard"}

    client.post(reverse("preguntas:create", args=["single_choice"]), data)

    question = Question.objects.get()
    assert sorted(question.tags.names()) == ["niñez", "trabajo forzoso"]
    assert question.difficulty == "hard"
    event = AuditEvent.objects.get(action="question_saved")
    assert event.changed_fields == ["category", "content", "difficulty", "key", "kind", "tags"]


def test_new_tags_make_no_new_version_and_none_leaves_them(
    category: QuestionCategory, now: datetime
) -> None:
    first = save_question(
        category=category,
        kind="single_choice",
        content=question_content(),
        acting_user=None,
        now=now,
        tags=["Norma"],
        difficulty="easy",
    )
    same: dict[str, Any] = {
        "question": first.question,
        "content": question_content(),
        "acting_user": None,
        "now": now,
    }

    assert save_question(**same) == first
    assert save_question(**same, tags=["norma"], difficulty="easy") == first
    assert AuditEvent.objects.filter(action="question_saved").count() == 1
    assert save_question(**same, tags=["campo", "NORMA"], difficulty="") == first

    assert sorted(first.question.tags.names()) == ["Norma", "campo"]
    assert QuestionTag.objects.count() == 2
    events = AuditEvent.objects.filter(action="question_saved").order_by("pk")
    assert [event.changed_fields for event in events][1:] == [["difficulty", "tags"]]
    save_question(**same, tags=[])
    assert not first.question.tags.exists()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("tags", "x" * 101, "A tag has at most 100 letters."),
        ("tags", ",".join(f"t{n}" for n in range(21)), "A question takes at most 20 tags."),
        ("tags", "nul\x00", None),
        ("difficulty", "impossible", None),
        ("category", "999999", None),
    ],
)
def test_bad_place_is_said_at_its_field_and_nothing_is_lost(
    client: Client, category: QuestionCategory, field: str, value: str, message: str | None
) -> None:
    content = question_content(stems={"es": "¿Sigue aquí?", "en": "Still here?"})
    data = {**form_post("single_choice", content, category.pk, draft="1"), field: value}

    response = client.post(reverse("preguntas:create", args=["single_choice"]), data)

    form = response.context["form"]
    assert list(form.errors) == [field]
    assert message is None or form.errors[field] == [message]
    assert "Still here?" in response.content.decode()
    assert not Question.objects.exists()


def test_form_shows_the_tags_in_use(
    client: Client, category: QuestionCategory, now: datetime
) -> None:
    version = save_question(
        category=category,
        kind="single_choice",
        content=question_content(),
        acting_user=None,
        now=now,
        tags=["trabajo forzoso", "niñez"],
    )

    page = client.get(reverse("preguntas:edit", args=[version.question_id])).content.decode()

    assert "&quot;trabajo forzoso&quot;, niñez" in page


# -- the list --------------------------------------------------------------------------------------


def test_list_filters_by_tag_difficulty_review_and_languages(
    client: Client, category: QuestionCategory, now: datetime
) -> None:
    def save(key: str, content: dict[str, Any], **place: Any) -> None:
        save_question(
            category=category,
            kind="single_choice",
            content=content,
            acting_user=None,
            now=now,
            key=key,
            **place,
        )

    save("a", question_content(), tags=["niñez", "campo"], difficulty="hard")
    save("b", question_content(needs_legal_review=True), tags=["campo"])
    save("c", question_content(languages=["es"]), difficulty="easy")
    tags = {tag.name: tag.pk for tag in QuestionTag.objects.all()}

    assert listed(client, f"?tag={tags['campo']}") == ["a", "b"]
    assert listed(client, f"?tag={tags['niñez']}") == ["a"]
    assert listed(client, "?difficulty=hard") == ["a"]
    assert listed(client, "?difficulty=unsaid") == ["b"]
    assert listed(client, "?legal=true") == ["b"]
    assert listed(client, "?legal=false") == ["a", "c"]
    assert listed(client, "?languages=source") == ["c"]
    assert listed(client, "?languages=all") == ["a", "b"]
    assert listed(client, f"?tag={tags['campo']}&legal=true&languages=all") == ["b"]


def test_list_with_tags_asks_the_same_queries_for_more_questions(
    client: Client, category: QuestionCategory
) -> None:
    counts = []
    for number in (1, 3):
        for index in range(Question.objects.count(), number):
            make_question(f"p-{index}", category=category).tags.add(f"t{index}", "todas")
        client.get(reverse("preguntas:index"))
        with CaptureQueriesContext(connection) as queries:
            response = client.get(reverse("preguntas:index"))
        counts.append((len(response.context["object_list"]), len(queries)))

    assert [rows for rows, _queries in counts] == [1, 3]
    assert counts[0][1] == counts[1][1]


# -- the tree --------------------------------------------------------------------------------------


@pytest.fixture
def tree(category: QuestionCategory) -> QuestionCategory:
    """A tree in which a hyphen sorts before the slash, in a bank before another."""
    for path in ("modulo-1/mitos", "modulo-1-anexo", "modulo-1/mitos/viejos", "modulo-1/casos"):
        QuestionCategory.objects.create(
            bank=category.bank, path=path, name=path.rpartition("/")[2].title()
        )
    other = QuestionBank.objects.create(name="Archivo", slug="archivo")
    QuestionCategory.objects.create(bank=other, path="z", name="Zeta")
    return category


TREE = [
    "z",
    "modulo-1",
    "modulo-1/casos",
    "modulo-1/mitos",
    "modulo-1/mitos/viejos",
    "modulo-1-anexo",
]


@pytest.mark.usefixtures("tree")
def test_categories_stand_in_the_order_of_the_tree_moved_in_by_depth(client: Client) -> None:
    found = QuestionCategory.objects.in_tree_order()
    response = client.get(reverse("categorias:index"))
    field: Any = QuestionForm(kind="open").fields["category"]
    choices = [label for _value, label in field.choices][1:]

    assert [category.path for category in found] == TREE
    assert [category.path for category in response.context["object_list"]] == TREE
    assert choices == [
        "Zeta (Archivo)",
        "Módulo 1 (Banco)",
        "\u2003Casos",
        "\u2003Mitos",
        "\u2003\u2003Viejos",
        "Modulo-1-Anexo (Banco)",
    ]


def test_list_of_categories_counts_their_questions_in_one_query_more_or_less(
    client: Client, tree: QuestionCategory
) -> None:
    make_question("una", category=tree)
    client.get(reverse("categorias:index"))
    with CaptureQueriesContext(connection) as few:
        response = client.get(reverse("categorias:index"))
    counts = {c.path: c.question_count for c in response.context["object_list"]}
    for number in range(3):
        QuestionCategory.objects.create(bank=tree.bank, path=f"x{number}", name="X")
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("categorias:index"))

    assert counts == {**dict.fromkeys(TREE, 0), "modulo-1": 1}
    assert len(few) == len(many)


def test_another_category_moves_the_question(client: Client, tree: QuestionCategory) -> None:
    question: Any = make_question("una", category=tree)
    wanted = QuestionCategory.objects.get(path="modulo-1/mitos")
    content = question.live_version.typed_content
    data = form_post("single_choice", question_type("single_choice").write(content), wanted.pk)

    client.post(reverse("preguntas:edit", args=[question.pk]), {**data, "draft": "1"})

    question.refresh_from_db()
    assert question.category == wanted
    event = AuditEvent.objects.filter(action="question_saved").latest("pk")
    assert "category" in event.changed_fields


# -- types and previews ----------------------------------------------------------------------------


def test_every_type_is_offered_once_with_its_help(client: Client) -> None:
    response = client.get(reverse("preguntas:add"))
    offered = [kind.name for _label, kinds in response.context["groups"] for kind in kinds]

    assert sorted(offered) == sorted(KINDS)
    assert all(kind.help_text for kind in question_types())
    assert [len(kinds) > 0 for _label, kinds in response.context["groups"]] == [True] * 4


@pytest.mark.parametrize("kind", KINDS)
def test_preview_shows_every_type_before_and_after_in_both_languages(
    client: Client, category: QuestionCategory, kind: str, now: datetime
) -> None:
    version = save_question(
        category=category, kind=kind, content=sample(kind), acting_user=None, now=now
    )

    response = client.get(reverse("preguntas:preview", args=[version.question_id, 1]))

    assert response.status_code == 200
    shown = [
        (code, [look.is_revealed for look in looks])
        for code, _name, looks in response.context["languages"]
    ]
    answered = question_type(kind).takes_answer
    assert [code for code, _looks in shown] == ["es", "en"]
    for _code, looks in shown:
        assert looks[0] is False
        assert all(looks[1:])
        assert (len(looks) > 1) == answered


@pytest.mark.parametrize("kind", ["matching", "ordering", "hotspots", "multiple_choice"])
def test_preview_answers_wrongly_partly_and_rightly(
    client: Client, category: QuestionCategory, kind: str, now: datetime
) -> None:
    content = sample(kind)
    if kind == "hotspots":
        content["is_multiple"] = True
        content["spots"][0]["is_right"] = True
    version = save_question(
        category=category, kind=kind, content=content, acting_user=None, now=now
    )

    response = client.get(reverse("preguntas:preview", args=[version.question_id, 1]))

    earned = [look.earned for look in response.context["languages"][0][2]]
    assert earned[0] is None
    assert (earned[1], 0 < earned[2] < 100, earned[3]) == (0, True, 100)


def test_preview_draws_the_numbered_spots_on_the_picture(
    client: Client, category: QuestionCategory, now: datetime
) -> None:
    version = save_question(
        category=category, kind="hotspots", content=sample("hotspots"), acting_user=None, now=now
    )

    page = client.get(reverse("preguntas:preview", args=[version.question_id, 1])).content.decode()

    assert '<rect x="33.25%" y="12.5%" width="10%" height="20%" rx="4"></rect>' in page
    assert "style=" not in page.partition("<main")[2]


# -- bad input -------------------------------------------------------------------------------------

BAD: list[tuple[str, dict[str, Any], list[Any]]] = [
    ("matching", {"pairs": []}, ["pairs"]),
    ("ordering", {"steps": []}, ["steps"]),
    ("hotspots", {"figure": None}, ["figure"]),
    ("multiple_choice", {"options": []}, ["options"]),
]


def node_of(errors: dict[str, Any], *steps: Any) -> Any:
    """Return the messages at a place of the form."""
    for step in steps:
        errors = errors["blockErrors"][step]
    return errors["messages"]


@pytest.mark.parametrize(("kind", "changes", "place"), BAD)
def test_what_is_missing_is_said_at_its_block(
    client: Client, category: QuestionCategory, kind: str, changes: dict[str, Any], place: list[Any]
) -> None:
    data = form_post(kind, {**sample(kind), **changes}, category.pk, publish="1")

    response = client.post(reverse("preguntas:create", args=[kind]), data)

    assert node_of(error_of(response), *place)
    assert "Think of her." in response.content.decode()
    assert Question.objects.get().live_version is None


def test_weights_that_cannot_reach_full_marks_are_said_at_the_options(
    client: Client, category: QuestionCategory
) -> None:
    content = sample("multiple_choice")
    content["options"][0]["weight"] = "0.25"

    response = client.post(
        reverse("preguntas:create", args=["multiple_choice"]),
        form_post("multiple_choice", content, category.pk, publish="1"),
    )

    assert node_of(error_of(response), "options") == [
        "The weights of the right options must add up to 100 %."
    ]


def test_question_without_a_right_option_is_kept_as_a_draft(
    client: Client, category: QuestionCategory
) -> None:
    content = sample("single_choice")
    for option in content["options"]:
        option["weight"] = "0"

    response = client.post(
        reverse("preguntas:create", args=["single_choice"]),
        form_post("single_choice", content, category.pk, publish="1"),
    )

    assert node_of(error_of(response), "options") == ["The question has no right answer."]


def test_missing_alternative_text_is_said_at_its_language(
    client: Client, category: QuestionCategory
) -> None:
    content = sample("hotspots")
    content["figure"]["alts"]["en"] = ""

    response = client.post(
        reverse("preguntas:create", args=["hotspots"]),
        form_post("hotspots", content, category.pk, publish="1"),
    )

    assert node_of(error_of(response), "figure", "alts", "en") == [
        "The figure has no alternative text in “en”."
    ]


@pytest.mark.parametrize("measure", ["-1", "101", "no number", "1.234"])
def test_measure_outside_of_the_picture_is_said_at_its_number_and_kept(
    client: Client, category: QuestionCategory, measure: str
) -> None:
    data = form_post("hotspots", sample("hotspots"), category.pk, draft="1")
    data["content-spots-1-value-x"] = measure

    response = client.post(reverse("preguntas:create", args=["hotspots"]), data)

    assert node_of(error_of(response), "spots", 1, "x")
    assert measure in response.content.decode()
    assert not Question.objects.exists()


def test_spot_beyond_the_edge_is_said_at_its_size(
    client: Client, category: QuestionCategory
) -> None:
    content = sample("hotspots")
    content["spots"][2]["width"] = "30"

    response = client.post(
        reverse("preguntas:create", args=["hotspots"]),
        form_post("hotspots", content, category.pk, publish="1"),
    )

    assert node_of(error_of(response), "spots", 2, "width") == [
        "The spot reaches beyond the edge of the picture."
    ]


def test_two_steps_with_the_same_words_are_said_at_the_second(
    client: Client, category: QuestionCategory
) -> None:
    content = sample("ordering")
    content["steps"][2]["texts"] = content["steps"][0]["texts"]

    response = client.post(
        reverse("preguntas:create", args=["ordering"]),
        form_post("ordering", content, category.pk, publish="1"),
    )

    assert node_of(error_of(response), "steps", 2, "texts") == ["Two parts have the same words."]


def test_stranger_to_the_bank_writes_nothing(category: QuestionCategory) -> None:
    made = make_course(questions=1)
    outsider = client_of(make_trainer())
    question = made.questions[0]
    assert QuizSource.objects.filter(question=question).exists()
    data = form_post("single_choice", question_content(), category.pk, draft="1")

    response = outsider.post(
        reverse("preguntas:edit", args=[question.pk]), {**data, "tags": "ajena"}
    )

    assert response.status_code in (302, 403)
    assert not question.tags.exists()
    assert question.versions.count() == 1
