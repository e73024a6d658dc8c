"""Questions: versions that never change, the form, and what publishing asks."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from courses.models import Question, QuestionVersion, QuizSource
from courses.question_blocks import find_lesson, from_form, question_block, to_form
from courses.question_types import InvalidContent, question_type, question_types
from courses.services import QuestionRefused, publish_question, save_question
from lms.core.models import AuditEvent
from tests.courses.authoring import client_of, make_trainer
from tests.courses.question_types.samples import stored
from tests.factories import make_course, make_question
from tests.factories.courses import question_content

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def client() -> Client:
    """A trainer's browser, in English."""
    return client_of(make_trainer())


def make_picture() -> Any:
    """Return a picture of the library, drawn in the sizes that the pages ask for.

    Wagtail leaves the file of a size that it draws itself open, which would be a warning.
    """
    image = get_image_model().objects.create(title="x", file=get_test_image_file())
    for size in ("max-165x165", "max-330x330", "max-960x960"):
        image.renditions.create(filter_spec=size, focal_point_key="", file=get_test_image_file())
    return image


def question_of_no_exam() -> Question:
    """Return a question that any trainer may change."""
    question = make_course(questions=1).questions[0]
    QuizSource.objects.all().delete()
    return question


def complete(content: dict[str, Any], name: str = "single_choice") -> dict[str, Any]:
    """Return the content as its type writes it, with nothing left out."""
    kind = question_type(name)
    return kind.write(kind.read(content))


def post_of(value: Any, prefix: str) -> dict[str, str]:
    """Return the post of a stored value as a browser would send it."""
    if isinstance(value, bool):
        return {prefix: "on"} if value else {}
    if isinstance(value, dict):
        found: dict[str, str] = {}
        for name, below in value.items():
            found |= post_of(below, f"{prefix}-{name}")
        return found
    if isinstance(value, list):
        found = {f"{prefix}-count": str(len(value))}
        for number, below in enumerate(value):
            inner, item_id = (
                (below["value"], below.get("id", "")) if isinstance(below, dict) else (below, "")
            )
            found |= {
                f"{prefix}-{number}-order": str(number),
                f"{prefix}-{number}-deleted": "",
                f"{prefix}-{number}-type": "item",
                f"{prefix}-{number}-id": item_id,
            }
            found |= post_of(inner, f"{prefix}-{number}-value")
        return found
    return {prefix: "" if value is None else str(value)}


def form_post(kind: str, content: dict[str, Any], category: int, **more: str) -> dict[str, str]:
    """Return the post of the question's form for this content."""
    block = question_block(kind)
    raw = block.get_prep_value(to_form(block, kind, content))
    return {"category": str(category), **post_of(raw, "content"), **more}


def error_of(response: Any) -> dict[str, Any]:
    return response.context["form"].errors.as_data()["content"][0].as_json_data()


# --- services ------------------------------------------------------------------------------------


def test_saving_makes_versions_and_leaves_the_published_one(now: datetime) -> None:
    made = make_course(questions=1)
    question, trainer = made.questions[0], make_trainer()
    live = question.live_version
    before = deepcopy(live.content)

    version = save_question(
        question=question,
        content=question_content(level="remember"),
        acting_user=trainer,
        now=now,
    )

    question.refresh_from_db()
    live.refresh_from_db()
    assert (version.number, version.created_by, version.created_at) == (2, trainer, now)
    assert question.live_version == live
    assert live.content == before
    event = AuditEvent.objects.get(action="question_saved")
    assert (event.actor_id, event.changed_fields) == (trainer.pk, ["content"])


def test_saving_what_did_not_change_makes_no_version(now: datetime) -> None:
    made = make_course(questions=1)
    question = made.questions[0]
    first = save_question(question=question, content=question_content(), acting_user=None, now=now)

    again = save_question(
        question=question, content=deepcopy(first.content), acting_user=None, now=now
    )

    assert again == first
    assert question.versions.count() == first.number


def test_new_question_gets_a_key_from_its_category(now: datetime) -> None:
    category = make_course(questions=1).questions[0].category
    made = [
        save_question(
            category=category,
            kind="single_choice",
            content=question_content(),
            acting_user=None,
            now=now,
        ).question.key
        for _time in range(2)
    ]

    assert made == ["modulo-1-01", "modulo-1-02"]


def test_content_of_no_type_writes_nothing(now: datetime) -> None:
    category = make_course(questions=1).questions[0].category
    content = question_content(level="guess")

    with pytest.raises(InvalidContent):
        save_question(
            category=category, kind="single_choice", content=content, acting_user=None, now=now
        )

    assert Question.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({"stems": {"es": "¿Qué?"}}, ["stems.en"]),
        ({"explanations": {"en": "Why."}}, ["explanations.es"]),
        ({"sources": []}, ["sources"]),
        ({"options": []}, ["options", "options"]),
        ({"figure": {"image_id": 10**6, "alts": {}, "is_decorative": True}}, ["figure"]),
        ({"lesson": "5f2a3f60-0000-4000-8000-000000000000"}, ["lesson"]),
    ],
)
def test_publishing_asks_for_everything_a_learner_needs(
    changes: dict[str, Any], places: list[str], now: datetime
) -> None:
    question = make_course(questions=1).questions[0]
    live = question.live_version
    save_question(question=question, content=question_content(**changes), acting_user=None, now=now)

    with pytest.raises(QuestionRefused) as refused:
        publish_question(question=question, acting_user=None, now=now)

    question.refresh_from_db()
    assert [problem.place for problem in refused.value.problems] == places
    assert question.live_version == live


def test_question_without_a_right_answer_is_not_published(now: datetime) -> None:
    category = make_course(questions=1).questions[0].category
    options = [{**option, "weight": "0"} for option in question_content()["options"]]
    version = save_question(
        category=category,
        kind="single_choice",
        content=question_content(options=options),
        acting_user=None,
        now=now,
    )

    with pytest.raises(QuestionRefused, match="no right answer"):
        publish_question(question=version.question, acting_user=None, now=now)


def test_figure_needs_words_in_both_languages(now: datetime) -> None:
    image = get_image_model().objects.create(title="x", file=get_test_image_file())
    question = make_course(questions=1).questions[0]
    figure = {"image_id": image.pk, "alts": {"es": "Un mapa"}, "is_decorative": False}
    save_question(
        question=question, content=question_content(figure=figure), acting_user=None, now=now
    )

    with pytest.raises(QuestionRefused) as refused:
        publish_question(question=question, acting_user=None, now=now)

    assert [problem.place for problem in refused.value.problems] == ["figure.alts.en"]


def test_publishing_sets_the_live_version_once_with_an_audit_row(now: datetime) -> None:
    question, trainer = make_course(questions=1).questions[0], make_trainer()
    version = save_question(
        question=question,
        content=question_content(level="remember"),
        acting_user=trainer,
        now=now,
    )

    for _time in range(2):
        publish_question(question=question, acting_user=trainer, now=now)

    question.refresh_from_db()
    assert question.live_version == version
    assert AuditEvent.objects.filter(action="question_published").count() == 1


# --- the form's way to and from content -----------------------------------------------------------


def check_form_gives_back(kind: str, content: dict[str, Any]) -> None:
    block = question_block(kind)

    value = block.clean(to_form(block, kind, content))

    assert complete(from_form(kind, value, earlier=content), kind) == complete(content, kind)


@pytest.mark.parametrize("kind", [kind.name for kind in question_types()])
def test_form_gives_back_what_it_was_given(kind: str) -> None:
    content = stored(kind)
    if kind == "hotspots":
        content["figure"]["image_id"] = make_picture().pk
    if kind == "single_choice":  # its form knows right and wrong only
        content["options"][2]["weight"] = "0"
    check_form_gives_back(kind, content)


@pytest.mark.parametrize("kind", [kind.name for kind in question_types()])
def test_trainer_opens_and_saves_each_type_without_a_new_version(
    client: Client, kind: str, now: datetime
) -> None:
    category = make_course(questions=1).questions[0].category
    content = stored(kind)
    if kind == "hotspots":
        content["figure"]["image_id"] = make_picture().pk
    if kind == "single_choice":
        content["options"][2]["weight"] = "0"
    question = save_question(
        category=category, kind=kind, content=content, acting_user=None, now=now
    ).question
    url = reverse("preguntas:edit", args=[question.pk])

    assert client.get(url).status_code == 200
    response = client.post(url, form_post(kind, content, category.pk, publish="1"))

    question.refresh_from_db()
    assert response.status_code == 302
    assert (question.versions.count(), question.live_version.content) == (1, content)


def test_lesson_is_found_by_path_and_by_key() -> None:
    made = make_course()
    lesson = made.lessons[1]

    assert find_lesson("modulo-1/leccion-2") == lesson
    assert find_lesson(str(lesson.translation_key)) == lesson
    assert find_lesson("nada") is None


# --- in the admin ----------------------------------------------------------------------------------


def test_trainer_writes_a_question_with_12_options(client: Client) -> None:
    category = make_course(questions=1).questions[0].category
    options = [
        {
            "id": f"o{number}",
            "texts": {"es": f"Opción {number} 🙂", "en": f"Option {number}"},
            "feedback": {"es": "", "en": ""},
            "weight": "1" if number == 11 else "0",
        }
        for number in range(12)
    ]
    content = question_content(options=options)
    data = form_post("single_choice", content, category.pk, publish="1")

    response = client.post(reverse("preguntas:create", args=["single_choice"]), data)

    question = Question.objects.latest("pk")
    assert response.url == reverse("preguntas:edit", args=[question.pk])
    assert question.live_version.content == complete(content)
    preview = client.get(reverse("preguntas:preview", args=[question.pk, 1]))
    assert preview.content.decode().count("Option 11") == 3
    assert client.get(response.url).status_code == 200


@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice"])
def test_new_question_offers_four_options_and_keeps_the_written_ones(
    client: Client, kind: str
) -> None:
    category = make_course(questions=1).questions[0].category
    form = client.get(reverse("preguntas:create", args=[kind])).context["form"]
    options = [
        {"id": letter, "texts": {"es": text, "en": text}, "feedback": {"es": "", "en": ""}}
        for letter, text in zip("abcd", ("Una", "", "Tres", ""), strict=True)
    ]
    content = question_content(options=[{**option, "weight": "0"} for option in options])
    data = form_post(kind, content, category.pk, draft="1")
    data = {key: "" if key.endswith("-percent") else value for key, value in data.items()}

    client.post(reverse("preguntas:create", args=[kind]), data)

    found = QuestionVersion.objects.latest("pk").content["options"]
    assert len(form.initial["content"]["options"]) == 4
    assert [option["texts"]["es"] for option in found] == ["Una", "", "Tres"]


def test_multiple_choice_shares_the_mark_equally_when_no_parts_are_given(client: Client) -> None:
    category = make_course(questions=1).questions[0].category
    content = question_content()
    for option, weight in zip(content["options"], ("1", "1", "0", "0"), strict=True):
        option["weight"] = weight
    data = form_post("multiple_choice", content, category.pk, draft="1")
    data = {key: "" if key.endswith("-percent") else value for key, value in data.items()}

    client.post(reverse("preguntas:create", args=["multiple_choice"]), data)

    found = QuestionVersion.objects.latest("pk").content["options"]
    assert [option["weight"] for option in found] == ["0.5", "0.5", "-0.5", "-0.5"]


def test_publishing_an_incomplete_question_keeps_it_as_a_draft_and_marks_the_places(
    client: Client,
) -> None:
    category = make_course(questions=1).questions[0].category
    content = question_content(sources=[], explanations={"es": "Porque sí.", "en": ""})
    content["options"][1]["texts"] = {"es": "Solo en español", "en": ""}
    data = form_post("single_choice", content, category.pk, publish="1")

    response = client.post(reverse("preguntas:create", args=["single_choice"]), data)

    errors = error_of(response)["blockErrors"]
    assert errors["explanations"]["blockErrors"]["en"]["messages"] == [
        "The explanation is missing in “en”."
    ]
    assert errors["sources"]["messages"] == ["A question names at least one source."]
    texts = errors["options"]["blockErrors"][1]["blockErrors"]["texts"]
    assert texts["blockErrors"]["en"]["messages"] == ["Option 2 has no text in “en”."]
    assert "Solo en espa" in response.content.decode()
    question = Question.objects.latest("pk")
    assert (question.live_version, question.versions.count()) == (None, 1)
    assert response.context["action_url"] == reverse("preguntas:edit", args=[question.pk])


def test_saving_twice_what_did_not_change_makes_one_version(client: Client) -> None:
    question = question_of_no_exam()
    content = complete(question_content(level="remember"))
    url = reverse("preguntas:edit", args=[question.pk])
    data = form_post("single_choice", content, question.category_id, draft="1")

    for _time in range(2):
        assert client.post(url, data).status_code == 302

    assert question.versions.count() == 2
    history = client.get(reverse("preguntas:history", args=[question.pk]))
    assert [version.number for version in history.context["versions"]] == [2, 1]


@pytest.mark.parametrize("bad", ["\x00", "x" * 3001])
def test_bad_input_is_answered_at_its_place(client: Client, bad: str) -> None:
    question = question_of_no_exam()
    data = form_post("single_choice", question_content(), question.category_id, draft="1")
    data["content-stems-es"] = bad

    response = client.post(reverse("preguntas:edit", args=[question.pk]), data)

    assert list(error_of(response)["blockErrors"]["stems"]["blockErrors"]) == ["es"]
    assert question.versions.count() == 1


def test_right_to_left_marks_and_emoji_are_kept(client: Client) -> None:
    question = question_of_no_exam()
    stem = "¿Qué \u202e\u0647\u0643\u202c \U0001f469\u200d\U0001f692?"
    content = question_content(stems={"es": stem, "en": "What?"})
    data = form_post("single_choice", content, question.category_id, draft="1")

    client.post(reverse("preguntas:edit", args=[question.pk]), data)

    assert question.versions.latest("number").content["stems"]["es"] == stem


def test_more_options_than_a_question_takes_are_refused(client: Client) -> None:
    question = question_of_no_exam()
    option = question_content()["options"][0]
    options = [{**option, "id": f"o{number}"} for number in range(21)]
    content = question_content(options=options)
    data = form_post("single_choice", content, question.category_id, draft="1")

    response = client.post(reverse("preguntas:edit", args=[question.pk]), data)

    assert response.status_code == 200
    assert "options" in error_of(response)["blockErrors"]


def test_unknown_type_is_not_found(client: Client) -> None:
    assert client.get(reverse("preguntas:create", args=["poema"])).status_code == 404


def test_preview_shows_the_key_only_where_it_is_revealed(client: Client) -> None:
    question = make_course(questions=1).questions[0]

    response = client.get(reverse("preguntas:preview", args=[question.pk, 1]))

    shown = [
        (code, [(look.is_revealed, look.earned) for look in looks])
        for code, _name, looks in response.context["languages"]
    ]
    looks = [(False, None), (True, 0), (True, 100)]
    assert shown == [("es", looks), ("en", looks)]
    assert "explanation" not in response.context["languages"][0][2][0].question
    assert response.content.decode().count("Safety first.") == 2


def states_listed(client: Client, query: str) -> list[str]:
    response = client.get(reverse("preguntas:index") + query)
    return [question.key for question in response.context["object_list"]]


def test_list_filters_by_bank_category_type_state_and_words(client: Client, now: datetime) -> None:
    made = make_course(questions=2)
    category = made.questions[0].category
    draft = save_question(
        category=category,
        kind="multiple_choice",
        content=question_content(stems={"es": "¿Quién avisó?", "en": "Who?"}),
        acting_user=None,
        now=now,
        key="borrador",
    ).question
    save_question(
        question=made.questions[1],
        content=question_content(level="remember"),
        acting_user=None,
        now=now,
    )
    other = make_course(slug="otro", questions=1)
    published, changed = (question.key for question in made.questions)

    assert states_listed(client, "?state=draft") == [draft.key]
    assert states_listed(client, "?state=changed") == [changed]
    assert states_listed(client, "?state=published") == [published, other.questions[0].key]
    assert states_listed(client, "?kind=multiple_choice") == [draft.key]
    assert states_listed(client, f"?category={other.questions[0].category_id}") == ["otro-1"]
    assert states_listed(client, f"?bank={category.bank_id}") == [
        "borrador",
        published,
        changed,
    ]
    assert states_listed(client, "?q=quien+aviso") == [draft.key]


def test_list_asks_the_same_queries_for_more_questions(client: Client) -> None:
    category = make_course(questions=1).questions[0].category
    counts = []
    for number in range(2):
        client.get(reverse("preguntas:index"))
        with CaptureQueriesContext(connection) as queries:
            response = client.get(reverse("preguntas:index"))
        counts.append((len(response.context["object_list"]), len(queries)))
        make_question(f"a-{number}", category=category)
        make_question(f"b-{number}", category=category)

    assert [count for count, _queries in counts] == [1, 3]
    assert counts[0][1] == counts[1][1]
