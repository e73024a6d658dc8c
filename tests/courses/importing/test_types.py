"""Whole round trips: a question of every type out of the bank into a file and into another bank."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from wagtail.images import get_image_model

from courses.enums import ImportFormat
from courses.formats.carried import GIFT_SHAPES, gift_carries
from courses.importing.common import exchanged
from courses.importing.exporting import export_questions, questions_to_export
from courses.importing.preparing import Origin
from courses.importing.running import run_file
from courses.models import Question, QuestionBank, QuestionCategory, QuestionVersion
from courses.question_types import question_type, question_types
from courses.question_types.exchange import ExchangedQuestion
from tests.courses.importing.test_running import png
from tests.courses.question_types import parts, samples

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def content_of(name: str) -> dict[str, Any]:
    """Return complete content of a type; hotspots on a picture that is in the library."""
    made = {"matching": parts.matching, "ordering": parts.ordering, "hotspots": parts.hotspots}
    if name not in made:
        return samples.stored(name)
    content = made[name]()
    if name == "hotspots":
        image = get_image_model().objects.create(
            title="Plano", file=SimpleUploadedFile("plano.png", png((200, 100)))
        )
        image._set_image_file_metadata()
        image.save()
        content["figure"] = {"image_id": image.pk, "alts": {"es": "Plano", "en": "Plan"}}
    return content


def question_with(name: str, bank: QuestionBank) -> Question:
    category, _made = QuestionCategory.objects.get_or_create(
        bank=bank, path="uno", defaults={"name": "Uno"}
    )
    question = Question.objects.create(
        category=category, key=f"q-{name}".replace("_", "-"), kind=name
    )
    kind = question_type(name)
    content = kind.write(kind.read(content_of(name)))
    QuestionVersion.objects.create(
        question=question, number=1, kind=name, content=content, created_at=NOW
    )
    return question


def said(question: Question, **changes: Any) -> ExchangedQuestion:
    """Return what the newest version says, without the note of what files cannot carry."""
    version = question.versions.order_by("-number").first()
    assert version is not None
    return replace(exchanged(version.kind, version.content), lost=(), **changes)


def send(name: str, format_name: str) -> tuple[Question, Question | None, Any]:
    """Return a question, what came of it in another bank by way of a file, and the file."""
    bank = QuestionBank.objects.create(name="Uno", slug="uno")
    other = QuestionBank.objects.create(name="Dos", slug="dos")
    question = question_with(name, bank)
    written = export_questions(
        questions_to_export(bank=bank), format_name=format_name, language="es"
    )
    plan = (
        run_file(
            written.text.encode(),
            origin=Origin(bank=other, format_name=format_name, source="x", language="es"),
            now=NOW,
            is_dry=False,
        )
        if written.text.strip()
        else None
    )
    assert plan is None or not plan.has_refusals, plan.rows
    return question, Question.objects.filter(category__bank=other).first(), written


@pytest.mark.parametrize("name", [kind.name for kind in question_types()])
def test_moodle_xml_brings_every_type_back_whole(name: str) -> None:
    question, arrived, written = send(name, ImportFormat.MOODLE_XML)
    assert arrived is not None
    assert (arrived.kind, written.left_out) == (name, ())
    assert said(arrived) == said(question)


@pytest.mark.parametrize("name", [kind.name for kind in question_types()])
def test_gift_brings_back_what_it_can_carry(name: str) -> None:
    question, arrived, written = send(name, ImportFormat.GIFT)
    shape = question_type(name).shape
    assert (arrived is None) == (shape not in GIFT_SHAPES) == bool(written.left_out)
    if arrived is not None:
        before = gift_carries(said(question), language="es").question
        after = gift_carries(said(arrived), language="es").question
        assert before == after


@pytest.mark.parametrize("name", [kind.name for kind in question_types()])
def test_exported_file_changes_nothing_in_its_own_bank(name: str) -> None:
    bank = QuestionBank.objects.create(name="Uno", slug="uno")
    question_with(name, bank)
    for format_name in (ImportFormat.MOODLE_XML, ImportFormat.GIFT):
        written = export_questions(
            questions_to_export(bank=bank), format_name=format_name, language="es"
        )
        if written.left_out:
            continue
        plan = run_file(
            written.text.encode(),
            origin=Origin(bank=bank, format_name=format_name, source="x", language="es"),
            now=NOW,
            is_dry=True,
        )
        assert [str(row.action) for row in plan.rows] == ["skip"], format_name
