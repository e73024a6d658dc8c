"""Questions on their way between a file format and a type: neither knows the other.

A format (`courses.formats`) reads and writes these structures; a type (`courses.question_types`)
turns them into its content and back. Texts are plain and carry their languages. What a file holds
and this cannot carry is named in `lost`, never dropped in silence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from courses.texts import Texts


class Shape(StrEnum):
    """The shapes of question that files know; see `ExchangedQuestion` for what each carries."""

    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    TRUE_FALSE = "true_false"
    SHORT_ANSWER = "short_answer"
    NUMBER = "number"
    MATCHING = "matching"
    ORDERING = "ordering"
    GAPS = "gaps"
    HOTSPOTS = "hotspots"
    OPEN = "open"
    TEXT = "text"


@dataclass(frozen=True)
class ExchangedAnswer:
    """One answer, option, pair or place; `fraction` is its part of the mark, -1 to 1.

    `match` is the right half of a pair; `tolerance` belongs to a number, whose digits are in
    `texts`. `place` is the area of a hotspot, as `x,y,width,height` in per cent of the picture.
    """

    texts: Texts
    fraction: Decimal = Decimal(0)
    feedback: Texts = field(default_factory=dict)
    match: Texts = field(default_factory=dict)
    tolerance: Decimal | None = None
    place: str = ""


@dataclass(frozen=True)
class ExchangedGap:
    """One gap of a text, which marks it as `[[id]]`; `shape` is choice, short answer or number."""

    id: str
    shape: Shape
    answers: tuple[ExchangedAnswer, ...]
    weight: Decimal = Decimal(1)


@dataclass(frozen=True)
class ExchangedLevel:
    """One level of a criterion of a rubric; `fraction` of the criterion's marks, 0 to 1."""

    titles: Texts
    fraction: Decimal
    descriptions: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class ExchangedCriterion:
    """One criterion of a rubric; weights add up to 1 over the rubric."""

    titles: Texts
    weight: Decimal
    levels: tuple[ExchangedLevel, ...]


@dataclass(frozen=True)
class Attachment:
    """A picture that came with a question, as it was in the file; nobody has checked it yet."""

    name: str
    data: bytes


@dataclass(frozen=True)
class ExchangedQuestion:
    """A question as files know it.

    What `answers` holds, by shape: the options (choice); two answers whose Spanish text is `true`
    and `false` (true or false); the accepted answers with `*` for any letters (short answer); the
    accepted numbers with their tolerance (number); pairs, of which one without `texts` is a
    distractor (matching); the parts in their right order (ordering); the spots with their `place`
    (hotspots). `gaps` belongs to gaps, `criteria` and `most_words` to open answers.

    What `extra` holds for a type: `heeds_case`, `heeds_accents`, `heeds_punctuation` as "1" (short
    answer, gaps); `unit.es`, `unit.en` (number); `single` (hotspots of which one may be chosen);
    `also`, as JSON (further right halves of pairs).
    """

    shape: Shape
    stems: Texts
    answers: tuple[ExchangedAnswer, ...] = ()
    gaps: tuple[ExchangedGap, ...] = ()
    criteria: tuple[ExchangedCriterion, ...] = ()
    most_words: int = 0
    model_answers: Texts = field(default_factory=dict)
    explanations: Texts = field(default_factory=dict)
    hints: Texts = field(default_factory=dict)
    feedback_right: Texts = field(default_factory=dict)
    feedback_partly: Texts = field(default_factory=dict)
    feedback_wrong: Texts = field(default_factory=dict)
    figure: Attachment | None = None
    figure_alts: Texts = field(default_factory=dict)
    name: str = ""
    key: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    line: int = 0
    lost: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
