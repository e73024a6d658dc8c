"""From a file into the bank and out again: what is created, changed, skipped, refused, kept."""

import base64
import io
import tracemalloc
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation
from PIL import Image
from wagtail.images import get_image_model

from courses.formats.reading import write_questions
from courses.formats.structures import FileRefused
from courses.importing.exporting import export_questions, questions_to_export
from courses.importing.pictures import MediaFiles, ZipOfMedia
from courses.importing.plan import Plan
from courses.importing.preparing import Origin
from courses.importing.running import run_file
from courses.importing.writing import StalePlan, write_plan
from courses.models import (
    Question,
    QuestionBank,
    QuestionCategory,
    QuestionVersion,
    Quiz,
    QuizSource,
)
from courses.question_types import question_type
from courses.question_types.exchange import ExchangedAnswer, ExchangedQuestion, Shape
from courses.services import publish_question, save_question
from lms.accounts.models import User
from lms.core.models import AuditEvent
from tests.courses.authoring import make_trainer
from tests.courses.formats.test_django_quiz_app import DUMPS, NAMES
from tests.factories.courses import make_course, make_question

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
UNO = "// [id:uno] [tag:ley]\n::Uno::¿Qué va primero?{=La seguridad#Sí ~El informe}\n"
DOS = "::Dos::Vea la ley.{=a ~b}\n"


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def bank() -> QuestionBank:
    return QuestionBank.objects.create(name="Banco", slug="banco")


def run(
    bank: QuestionBank,
    data: str | bytes,
    *,
    format_name: str = "gift",
    user: User | None = None,
    source: str = "prueba",
    media: MediaFiles | None = None,
    is_dry: bool = False,
    **options: Any,
) -> Plan:
    return run_file(
        data.encode() if isinstance(data, str) else data,
        origin=Origin(
            bank=bank,
            format_name=format_name,
            source=source,
            language="es",
            acting_user=user,
            media=media or MediaFiles(),
        ),
        now=NOW,
        is_dry=is_dry,
        **options,
    )


def actions(plan: Plan) -> list[str]:
    return [str(row.action) for row in plan.rows]


def newest(key: str) -> dict[str, Any]:
    version = QuestionVersion.objects.filter(question__key=key).order_by("-number").first()
    assert version is not None
    content: dict[str, Any] = version.content
    return content


def test_dry_run_lists_everything_and_writes_nothing(bank: QuestionBank) -> None:
    plan = run(bank, f"{UNO}\n{DOS}\n::Mal::Uno {{=a\n", is_dry=True)
    assert [(row.line, row.label, str(row.action)) for row in plan.rows] == [
        (2, "Uno", "create"),
        (4, "Dos", "create"),
        (6, "Mal", "refuse"),
    ]
    assert "A question names at least one source." in plan.rows[0].unready
    assert not plan.is_written
    assert Question.objects.count() == QuestionCategory.objects.count() == 0


def test_new_questions_are_drafts_with_tags_category_and_a_note_in_the_audit_trail(
    bank: QuestionBank,
) -> None:
    plan = run(bank, f"$CATEGORY: Módulo 1/Mitos\n\n{UNO}\n{DOS}")
    assert plan.is_written
    first, second = Question.objects.order_by("key")
    assert (first.key, second.key) == ("modulo-1-mitos-01", "uno")
    assert (first.live_version, second.live_version) == (None, None)
    assert second.category.path == "modulo-1/mitos"
    assert QuestionCategory.objects.get(path="modulo-1").name == "Módulo 1"
    assert [tag.name for tag in second.tags.all()] == ["ley"]
    assert [row.question_id for row in plan.rows] == [second.pk, first.pk]
    saved = AuditEvent.objects.filter(action="question_saved")
    assert set(saved.values_list("target_id", flat=True)) == {str(first.pk), str(second.pk)}


def test_second_import_skips_what_is_unchanged_and_makes_a_version_of_what_changed(
    bank: QuestionBank,
) -> None:
    run(bank, f"{UNO}\n{DOS}")
    assert actions(run(bank, f"{UNO}\n{DOS}")) == ["skip", "skip"]
    plan = run(bank, f"{UNO.replace('informe', 'parte')}\n{DOS}")
    assert actions(plan) == ["change", "skip"]
    assert QuestionVersion.objects.filter(question__key="uno").count() == 2
    assert newest("uno")["options"][1]["texts"] == {"es": "El parte"}
    assert Question.objects.count() == 2


def test_same_file_is_skipped_though_a_trainer_wrote_more_since(bank: QuestionBank) -> None:
    run(bank, UNO)
    question = Question.objects.get()
    content = {**newest("uno"), "explanations": {"es": "Porque sí."}}
    save_question(question=question, content=content, acting_user=None, now=NOW)
    assert actions(run(bank, UNO)) == ["skip"]
    plan = run(bank, UNO.replace("informe", "parte"))
    assert actions(plan) == ["change"]
    assert newest("uno")["options"][1]["texts"] == {"es": "El parte"}


def test_change_keeps_the_published_version_and_what_the_file_cannot_say(
    bank: QuestionBank,
) -> None:
    category = QuestionCategory.objects.create(bank=bank, path="uno", name="Uno")
    question = make_question("uno", category=category, hints={"es": "Piense"})
    file = export_questions(questions_to_export(bank=bank), format_name="gift", language="es").text
    assert actions(run(bank, file)) == ["skip"]
    changed = file.replace("¿Qué hace primero?", "¿Qué hace usted primero?")
    assert changed != file
    assert actions(run(bank, changed)) == ["change"]
    question.refresh_from_db()
    assert question.live_version is not None
    assert question.live_version.number == 1
    content = newest("uno")
    assert content["stems"] == {"es": "¿Qué hace usted primero?"}
    assert content["explanations"] == {"es": "Primero la seguridad.", "en": "Safety first."}
    assert content["options"][0]["texts"] == {"es": "Opción a", "en": "Option a"}
    assert (content["sources"][0]["label"], content["hints"]) == (
        "Ficha de prueba",
        {"es": "Piense"},
    )


def test_one_bad_question_stops_all_and_lenient_takes_the_good_ones(bank: QuestionBank) -> None:
    file = f"{UNO}\n::Mal::Uno {{=a\n\n{DOS}"
    plan = run(bank, file)
    assert (plan.is_written, Question.objects.count()) == (False, 0)
    plan = run(bank, file, is_lenient=True)
    assert (plan.is_written, actions(plan)) == (True, ["create", "refuse", "create"])
    assert Question.objects.count() == 2


def test_question_of_another_type_with_the_same_key_is_refused(bank: QuestionBank) -> None:
    run(bank, UNO)
    plan = run(bank, "// [id:uno]\n::Uno::Cierto{T}")
    assert [row.reasons for row in plan.rows] == [
        ("The bank has this question with another type, which never changes.",)
    ]


def test_question_of_a_strangers_exam_is_not_changed(bank: QuestionBank) -> None:
    made = make_course()
    question = made.questions[0]
    other_bank = question.category.bank
    file = export_questions(
        questions_to_export(bank=other_bank, key=question.key), format_name="gift", language="es"
    ).text
    plan = run(other_bank, file.replace("primero", "antes"), user=make_trainer())
    assert [row.reasons for row in plan.rows] == [
        ("The quiz of a course in which you have no part uses this question.",)
    ]
    own = run(other_bank, file.replace("primero", "antes"), user=make_trainer(made.course))
    assert actions(own) == ["change"]


def test_new_question_is_no_part_of_a_strangers_exam_at_once(bank: QuestionBank) -> None:
    made = make_course()
    category = QuestionCategory.objects.create(
        bank=made.questions[0].category.bank, path="uno", name="Uno"
    )
    QuizSource.objects.create(quiz=made.quiz, category=category, count=1)
    make_question("x", category=QuestionCategory.objects.create(bank=bank, path="uno", name="Uno"))
    rows = questions_to_export(bank=bank)
    file = export_questions(rows, format_name="moodle_xml", language="es").text

    def live_after(user: User, source: str) -> int:
        before = Question.objects.filter(live_version__isnull=False).count()
        run(
            category.bank,
            file,
            format_name="moodle_xml",
            user=user,
            source=source,
            is_publishing=True,
        )
        return Question.objects.filter(live_version__isnull=False).count() - before

    assert live_after(make_trainer(), "ajena") == 0
    assert Question.objects.filter(category=category).count() == 1
    assert live_after(make_trainer(made.course), "propia") == 1


def test_what_is_complete_is_published_only_if_asked_for(bank: QuestionBank) -> None:
    category = QuestionCategory.objects.create(bank=bank, path="uno", name="Uno")
    make_question("uno", category=category)
    file = export_questions(
        questions_to_export(bank=bank), format_name="moodle_xml", language="es"
    ).text
    target = QuestionBank.objects.create(name="Otro", slug="otro")
    both = file.replace(
        "</quiz>",
        "<question type='essay'><questiontext><text>Diga</text></questiontext></question></quiz>",
    )
    plan = run(target, both, format_name="moodle_xml", is_publishing=True)
    published = {row.label: row.is_published for row in plan.rows}
    assert list(published.values()) == [True, False]
    live = Question.objects.get(category__bank=target, live_version__isnull=False)
    assert live.live_version is not None
    kind = question_type("single_choice")
    assert live.live_version.content == kind.write(kind.read(newest("uno")))
    assert live.category.path == "uno"


def test_many_lenient_rules_of_the_types_are_told_as_reasons(bank: QuestionBank) -> None:
    options = " ".join(f"~opción {number}" for number in range(30))
    plan = run(bank, f"Uno{{=a {options}}}")
    assert [row.reasons for row in plan.rows] == [
        ("A question takes at most 20 options. (options)",)
    ]


def test_plan_that_others_overtook_is_made_anew(bank: QuestionBank) -> None:
    plan = run(bank, UNO, is_dry=True)
    run(bank, UNO)
    with pytest.raises(StalePlan):
        write_plan(plan, bank=bank, acting_user=None, now=NOW, is_publishing=False)
    old = run(bank, UNO.replace("informe", "parte"), is_dry=True)
    run(bank, UNO.replace("informe", "acta"))
    with pytest.raises(StalePlan):
        write_plan(old, bank=bank, acting_user=None, now=NOW, is_publishing=False)


def test_progress_is_told_while_questions_are_prepared(bank: QuestionBank) -> None:
    seen: list[tuple[int, int]] = []
    file = "\n".join(f"::P{number}::Texto {number}.{{=a ~b}}\n" for number in range(250))
    run(bank, file, on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(0, 250), (100, 250), (200, 250), (250, 250)]
    assert Question.objects.count() == 250


def test_reading_the_bank_takes_as_many_queries_for_many_questions_as_for_one(
    bank: QuestionBank, django_assert_max_num_queries: Any
) -> None:
    file = "\n".join(f"::P{number}::Texto {number}.{{=a ~b}}\n" for number in range(300))
    with django_assert_max_num_queries(6):
        run(bank, file, is_dry=True)


def test_equal_names_in_one_file_stay_apart(bank: QuestionBank) -> None:
    file = "::P::Uno{=a ~b}\n\n::P::Dos{=a ~b}\n"
    assert actions(run(bank, file)) == ["create", "create"]
    assert actions(run(bank, file)) == ["skip", "skip"]


# -- pictures --------------------------------------------------------------------------------------


def png(size: tuple[int, int] = (30, 20)) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, "red").save(target, "PNG")
    return target.getvalue()


def with_picture(data: bytes, name: str = "plano.svg") -> str:
    return (
        '<quiz><question type="truefalse"><name><text>Uno</text></name><questiontext format="html">'
        f'<text><![CDATA[Cierto <img src="@@PLUGINFILE@@/{name}" alt="Plano">]]></text>'
        f'<file name="{name}" encoding="base64">{base64.b64encode(data).decode()}</file>'
        '</questiontext><answer fraction="100"><text>true</text></answer>'
        '<answer fraction="0"><text>false</text></answer></question></quiz>'
    )


def test_picture_goes_into_the_library_once_by_what_it_is(bank: QuestionBank) -> None:
    images = get_image_model().objects
    run(bank, with_picture(png()), format_name="moodle_xml", is_dry=True)
    assert images.count() == 0
    run(bank, with_picture(png()), format_name="moodle_xml")
    image = images.get()
    assert image.file.name.endswith(".png")
    assert newest(Question.objects.get().key)["figure"] == {
        "image_id": image.pk,
        "alts": {"es": "Plano"},
        "is_decorative": False,
    }
    run(bank, with_picture(png()), format_name="moodle_xml", source="otra")
    assert images.count() == 1


@pytest.mark.parametrize("data", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"", png()[:60]])
def test_what_is_no_picture_stays_outside_and_is_named(bank: QuestionBank, data: bytes) -> None:
    plan = run(bank, with_picture(data), format_name="moodle_xml")
    assert plan.rows[0].lost[0].startswith("the picture plano.svg: ")
    assert get_image_model().objects.count() == 0
    assert newest(Question.objects.get().key)["figure"] is None


# -- dumps -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_dump_brings_questions_and_quizzes(bank: QuestionBank, name: str) -> None:
    data = (DUMPS / f"{name}.json").read_bytes()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("media/uploads/2015/06/01/plano.png", png())
    options: Any = {"format_name": "django_quiz_app", "media": ZipOfMedia(target)}
    plan = run(bank, data, **options)
    assert actions(plan) == ["create"] * 5
    first, second = Quiz.objects.order_by("pk")
    assert (first.slug, second.slug) == ("primeros-pasos", "primeros-pasos-2")
    assert (first.pass_mark, first.attempts, first.feedback) == (50, 1, "after_each")
    assert first.sources.filter(question__isnull=False).count() == 3
    draw = second.sources.get()
    assert draw.category is not None
    assert (draw.count, draw.category.path) == (2, "prueba")
    assert draw.tag is not None
    assert set(Question.objects.filter(tags__name=draw.tag.name)) == set(Question.objects.all())
    assert set(Question.objects.values_list("category__path", flat=True)) == {
        "prueba/ley-28950-trata/derechos",
        "prueba/primeros-pasos",
        "prueba",
    }
    assert get_image_model().objects.count() == 1
    assert actions(run(bank, data, **options)) == ["skip"] * 5
    assert (Quiz.objects.count(), Question.objects.count()) == (2, 3)


def test_zip_that_lies_about_sizes_is_not_unpacked_whole() -> None:
    """The sizes in a ZIP are what somebody says: here 100 bytes, and 60 MB come out."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("uploads/plano.png", bytes(60_000_000))
    true_size, told_size = (60_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little")
    data = packed.getvalue()
    assert data.count(true_size) >= 1
    media = ZipOfMedia(io.BytesIO(data.replace(true_size, told_size)))
    tracemalloc.start()
    try:
        found = media.find("uploads/plano.png")
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found is None
    assert most < 5_000_000


def test_picture_that_is_missing_is_named(bank: QuestionBank) -> None:
    data = (DUMPS / "django52.json").read_bytes()
    plan = run(bank, data, format_name="django_quiz_app", is_dry=True)
    lost = [name for row in plan.rows for name in row.lost if "plano" in name]
    assert lost == ["the picture uploads/2015/06/01/plano.png: it is not among the pictures given"]


# -- out and in ------------------------------------------------------------------------------------


def test_one_question_a_category_and_the_bank_go_out(bank: QuestionBank) -> None:
    one = QuestionCategory.objects.create(bank=bank, path="uno", name="Uno")
    below = QuestionCategory.objects.create(bank=bank, path="uno/dos", name="Dos")
    other = QuestionCategory.objects.create(bank=bank, path="otro", name="Otro")
    for number, category in enumerate((one, below, other)):
        make_question(f"p-{number}", category=category)
    keys = [q.key for q in questions_to_export(bank=bank)]
    assert keys == ["p-2", "p-0", "p-1"]
    assert [q.key for q in questions_to_export(bank=bank, category=one)] == ["p-0", "p-1"]
    assert [q.key for q in questions_to_export(bank=bank, key="p-2")] == ["p-2"]


@pytest.mark.parametrize("count", [1, 3])
def test_export_asks_as_often_for_three_as_for_one(
    bank: QuestionBank, count: int, django_assert_num_queries: Any
) -> None:
    category = QuestionCategory.objects.create(bank=bank, path="uno", name="Uno")
    for number in range(count):
        make_question(f"p-{number}", category=category)
    with django_assert_num_queries(2):
        export_questions(questions_to_export(bank=bank), format_name="gift", language="es")


def test_file_over_the_limit_is_refused_before_it_is_read(bank: QuestionBank) -> None:
    with pytest.raises(FileRefused):
        run(bank, b"a" * (20 * 1024 * 1024 + 1))


def test_publishing_after_an_import_is_the_usual_way(bank: QuestionBank) -> None:
    category = QuestionCategory.objects.create(bank=bank, path="uno", name="Uno")
    make_question("uno", category=category)
    file = export_questions(
        questions_to_export(bank=bank), format_name="moodle_xml", language="en"
    ).text
    other = QuestionBank.objects.create(name="Otro", slug="otro")
    run(other, file, format_name="moodle_xml")
    question = Question.objects.get(category__bank=other)
    publish_question(question=question, acting_user=None, now=NOW)


def test_question_that_a_format_cannot_say_is_left_out_with_the_reason() -> None:
    question = ExchangedQuestion(
        Shape.SINGLE_CHOICE,
        {"es": "¿Qué?"},
        answers=(ExchangedAnswer({"es": "a"}), ExchangedAnswer({"es": "b"})),
    )
    written = write_questions([question], format_name="aiken", language="es")
    assert [reason for _label, reason in written.left_out] == [
        "Aiken needs 2 to 26 options, and exactly one right one."
    ]
