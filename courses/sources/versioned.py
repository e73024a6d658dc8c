"""Questions and cases that cite a source, in their published version or in their newest."""

from collections.abc import Collection
from typing import Any

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from courses.models import Case, CaseVersion, QuestionVersion, SourceRecord
from courses.question_types.common import records_of
from courses.sources.kinds import CitingItem, CitingKind
from courses.texts import in_language, languages, read_texts

QUESTION, CASE = "question", "case"
LONGEST_STEM = 120


def _standing(versions: QuerySet[Any], owner: str, key: str) -> QuerySet[Any]:
    """Return the versions in use, published or newest, in whose text a key stands."""
    same = versions.model._default_manager.filter(**{owner: OuterRef(owner)})
    newest = same.order_by("-number").values("number")[:1]
    rows = versions.annotate(said=Cast("content", TextField())).filter(said__contains=f'"{key}"')
    used: QuerySet[Any] = rows.filter(
        Q(pk=F(f"{owner}__live_version")) | Q(number=Subquery(newest))
    )
    return used


def _places(sources: Any, key: str) -> list[str]:
    return [str(one.get("place") or "") for one in records_of(sources) if one.get("record") == key]


def _question_places(content: Any, key: str) -> list[str]:
    return _places(content.get("sources"), key)


def _case_places(content: Any, key: str) -> list[str]:
    endings = (scene.get("ending") or {} for scene in records_of(content.get("scenes")))
    return [place for ending in endings for place in _places(ending.get("sources"), key)]


def _joined(places: list[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, places)))


def citing_questions(record: SourceRecord) -> list[CitingItem]:
    """Return the questions that cite a source."""
    found: dict[int, list[str]] = {}
    for version in _standing(QuestionVersion.objects.all(), "question", record.key):
        places = _question_places(version.content, record.key)
        if places:
            found.setdefault(version.question_id, []).extend(places)
    return [_question(row, _joined(found[row.question_id])) for row in _questions(found)]


def _questions(ids: Collection[int]) -> Any:
    """Return the newest version of each of these questions."""
    same = QuestionVersion.objects.filter(question=OuterRef("question")).order_by("-number")
    rows = QuestionVersion.objects.filter(
        question__in=list(ids), number=Subquery(same.values("number")[:1])
    )
    return rows.select_related("question__live_version").order_by("question__key")


def _question(newest: QuestionVersion, place: str = "") -> CitingItem:
    question = newest.question
    stem = in_language(read_texts(newest.content.get("stems")), languages()[0])
    short = Truncator(" ".join(stem.split())).chars(LONGEST_STEM)
    return CitingItem(
        kind=QUESTION,
        item_id=question.pk,
        title=f"{question.key}: {short}" if short else question.key,
        place=place,
        live_version=question.live_version.number if question.live_version else 0,
        newest_version=newest.number,
        edit_url=reverse("preguntas:edit", args=[question.pk]),
    )


def current_questions(ids: Collection[int]) -> dict[int, CitingItem]:
    """Return how questions stand now."""
    return {row.question_id: _question(row) for row in _questions(ids)}


def citing_cases(record: SourceRecord) -> list[CitingItem]:
    """Return the cases of which an ending cites a source."""
    found: dict[int, list[str]] = {}
    for version in _standing(CaseVersion.objects.all(), "case", record.key):
        places = _case_places(version.content, record.key)
        if places:
            found.setdefault(version.case_id, []).extend(places)
    return [_case(row, _joined(found[row.pk])) for row in _cases(found)]


def _cases(ids: Collection[int]) -> Any:
    rows = Case.objects.filter(pk__in=ids).select_related("live_version").order_by("key")
    return rows.annotate(newest_number=Max("versions__number"))


def _case(case: Any, place: str = "") -> CitingItem:
    return CitingItem(
        kind=CASE,
        item_id=case.pk,
        title=case.name,
        place=place,
        live_version=case.live_version.number if case.live_version else 0,
        newest_version=case.newest_number or 0,
        edit_url=reverse("casos:edit", args=[case.pk]),
    )


def current_cases(ids: Collection[int]) -> dict[int, CitingItem]:
    """Return how cases stand now."""
    return {row.pk: _case(row) for row in _cases(ids)}


QUESTIONS = CitingKind(QUESTION, _("question"), citing_questions, current_questions)
CASES = CitingKind(CASE, _("case"), citing_cases, current_cases)
