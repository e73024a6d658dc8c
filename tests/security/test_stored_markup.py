"""Markup that a trainer or a learner typed comes out as letters, on every page for everybody."""

import json
from typing import Any

import pytest
from django.db.models import CharField, Model, SlugField, TextField, URLField
from wagtail.fields import RichTextField, StreamField

from certificates.models import ApiToken, Certificate
from courses.blocks import rich_text
from courses.models import (
    Case,
    CasePage,
    CaseVersion,
    CoursePage,
    GlossaryTerm,
    Helpline,
    LessonPage,
    ModulePage,
    PracticePage,
    Question,
    QuestionBank,
    QuestionCategory,
    QuestionImport,
    QuestionVersion,
    Quiz,
    QuizPage,
    QuizSection,
)
from lms.accounts.models import Agency, User
from lms.learning.models import (
    Appeal,
    AttemptItem,
    CaseRun,
    ImportedSitting,
    ItemMark,
    Regrade,
    SurveyText,
)
from tests.learning.cast import Cast, client_of
from tests.security.routes import routes, undone

pytestmark = [
    pytest.mark.one_database,
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.Spooled:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning"),
]

MARK = "'\"><script>amparo</script><img src=x onerror=amparo>{{ 7|add:7 }}"
RAW = ("<script>amparo", "<img src=x onerror")
BODY = [  # rich texts hold what the editor's own list of marks let through
    {"type": "heading", "value": {"text": MARK, "level": "h2"}},
    {"type": "drawing", "value": {"name": MARK, "alt": MARK, "caption": MARK}},
    {"type": "checklist", "value": {"title": MARK, "items": [MARK]}},
    {"type": "never", "value": {"title": MARK, "items": [{"text": MARK, "why": MARK}]}},
    {"type": "accordion", "value": {"title": MARK, "text": "<p>Texto</p>"}},
    {"type": "quote", "value": {"text": "<p>Texto</p>", "source": MARK}},
    {"type": "situation", "value": {"title": MARK, "text": "<p>Texto</p>"}},
    {"type": "think", "value": {"question": "<p>Texto</p>", "answer": "<p>Texto</p>"}},
    {
        "type": "table",
        "value": {
            "caption": MARK,
            "table": {"data": [[MARK, MARK], [MARK, MARK]], "first_row_is_table_header": True},
        },
    },
]
TEXTS = ("stems", "explanations", "hints", "safety_rules", "feedback_right", "feedback_wrong")
KEPT = {"kind", "state", "layout", "feedback", "scale", "sector", "language", "url_path", "code"}
KEPT |= {"email", "username", "password", "path", "document_kind", "pdf_digest", "digest", "design"}


def fill(model: type[Model]) -> None:
    """Write the markup into every plain text of every row."""
    names = [
        field.name
        for field in model._meta.get_fields()
        if isinstance(field, CharField | TextField)
        and not isinstance(field, SlugField | URLField | RichTextField | StreamField)
        and field.name not in KEPT
        and not getattr(field, "choices", None)
    ]
    for number, row in enumerate(model.objects.all()):
        for name in names:
            longest = getattr(model._meta.get_field(name), "max_length", None)
            setattr(row, name, f"{number}{MARK}"[:longest])
        model.save_base(row)


def marked(value: Any) -> Any:
    """Return the same structure with markup in the place of every text of a person."""
    if isinstance(value, dict):
        return {name: below if name in KEPT else marked(below) for name, below in value.items()}
    if isinstance(value, list):
        return [marked(below) for below in value]
    return MARK if isinstance(value, str) and not value.replace(".", "").isdigit() else value


def _mark_questions() -> None:
    """Put a version full of markup in the place of each that is used: none is ever changed."""
    for version in QuestionVersion.objects.select_related("question"):
        content = {name: marked(below) for name, below in version.content.items() if below}
        content = {**version.content, **{name: content[name] for name in content if name in TEXTS}}
        for option in content["options"]:
            option["texts"], option["feedback"] = (
                marked(option["texts"]),
                marked(option["feedback"]),
            )
        number = version.question.versions.count() + 1
        new = QuestionVersion.objects.create(
            question=version.question,
            number=number,
            kind=version.kind,
            content=content,
            created_at=version.created_at,
        )
        AttemptItem.objects.filter(question_version=version).update(question_version=new)
        Regrade.objects.filter(question_version=version).update(question_version=new)
        Question.objects.filter(live_version=version).update(live_version=new)


def _mark_cases() -> None:
    """Put a version full of markup in the place of each case's."""
    for version in CaseVersion.objects.select_related("case"):
        new = CaseVersion.objects.create(
            case=version.case,
            number=version.case.versions.count() + 1,
            content=_marked_case(version.content),
            created_at=version.created_at,
        )
        CaseRun.objects.filter(case_version=version).update(case_version=new)
        Case.objects.filter(live_version=version).update(live_version=new)
    fill(Case)


def _marked_case(value: Any) -> Any:
    """Return the graph with markup in its bilingual texts; ids and targets stay."""
    if isinstance(value, dict):
        if value and set(value) <= {"es", "en"}:
            return dict.fromkeys(value, MARK)
        return {name: _marked_case(below) for name, below in value.items()}
    return [_marked_case(below) for below in value] if isinstance(value, list) else value


@pytest.fixture
def marked_cast(cast: Cast, values: dict[str, str]) -> Cast:
    """The cast, in a site whose every text is markup."""
    for model in (
        CoursePage,
        ModulePage,
        LessonPage,
        QuizPage,
        CasePage,
        PracticePage,
        Quiz,
        QuestionBank,
    ):
        fill(model)
    for model in (QuestionCategory, GlossaryTerm, Helpline, Agency, ApiToken):
        fill(model)
    User.objects.update(full_name=MARK, display_name=MARK[:60])
    for lesson in LessonPage.objects.all():
        lesson.body = json.dumps(BODY)
        lesson.sources = json.dumps([{"type": "source", "value": {"label": MARK, "date": MARK}}])
        LessonPage.save_base(lesson)
    _mark_questions()
    _mark_cases()
    for model in (Appeal, ItemMark, SurveyText, QuizSection, QuestionImport, ImportedSitting):
        fill(model)
    for certificate in Certificate.objects.all():
        for name in ("full_name", "course_title", "certificate_text", "issuer_name", "place"):
            certificate.facts[name] = MARK
        certificate.save()
    return cast


@pytest.mark.parametrize("person", ["nobody", "learner", "trainer", "administrator"])
def test_markup_comes_out_as_letters(
    marked_cast: Cast, values: dict[str, str], person: str
) -> None:
    client = client_of(marked_cast.people[person])
    client.raise_request_exception = False
    raw, broken, seen = [], [], 0
    for route in routes():
        with undone():
            answer = client.get(route.address(values))
            body = b"" if answer.streaming else answer.content
        if answer.status_code >= 500:
            broken.append(route.text)
        if "html" not in answer.headers.get("Content-Type", ""):
            continue
        text = body.decode()
        seen += "script&gt;amparo" in text
        if any(piece in text for piece in RAW):
            raw.append(route.text)
    assert (raw, broken) == ([], [])
    assert seen > 0


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_rich_text_keeps_no_script_and_no_odd_link(address: str) -> None:
    state = {
        "blocks": [
            {
                "key": "a",
                "text": "<script>alert(1)</script>",
                "type": "unstyled",
                "depth": 0,
                "inlineStyleRanges": [],
                "entityRanges": [{"key": 0, "offset": 0, "length": 5}],
            }
        ],
        "entityMap": {"0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": address}}},
    }
    block = rich_text()

    kept = block.value_from_datadict({"x": json.dumps(state)}, {}, "x")

    assert "<script" not in kept.source
    assert address not in kept.source
