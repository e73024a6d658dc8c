"""Reaction and learning in words; both are the course's own, never one person's."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lms.desks.reports.sections import Bar, Row, Section, Table, Value
from lms.learning.evaluation.gains import Gain, gain_words
from lms.learning.evaluation.protecting import floor_to_ten, shown_table
from lms.learning.evaluation.queries import PairGains
from lms.learning.small_groups import FEWEST
from lms.learning.statistics.queries import SurveyQuestion

MOST_DRAWN = 4
"""So many modules are drawn before and after; of more, only the whole test."""


def reaction(questions: Iterable[SurveyQuestion]) -> Section:
    """Return what was answered to the closed questions of the course's anonymous surveys."""
    title = _("Reaction: what people said of the course")
    by_answers: dict[tuple[str, ...], list[SurveyQuestion]] = defaultdict(list)
    for question in questions:
        if question.sheets >= FEWEST and question.answers and not question.texts:
            by_answers[tuple(answer.label for answer in question.answers)].append(question)
    if not by_answers:
        return Section("reaction", title, (_("Fewer than ten people have answered so far."),))
    words = _(
        "Anonymous answers from the start of the course until the day of this report, in per cent "
        "of the sheets; nobody can be told from them, nor in which period they were given."
    )
    return Section(
        key="reaction",
        title=title,
        paragraphs=(words,),
        tables=tuple(
            _reaction_table(number, labels, asked)
            for number, (labels, asked) in enumerate(by_answers.items(), start=1)
        ),
    )


def _reaction_table(number: int, labels: Sequence[str], asked: Sequence[SurveyQuestion]) -> Table:
    return Table(
        key=f"reaction-{number}",
        title=_("Answers to the survey at the end"),
        heads=(_("Question"), *labels, _("Sheets")),
        rows=tuple(
            Row(question.words.stem, (*_shares(question), question.sheets)) for question in asked
        ),
    )


def _shares(question: SurveyQuestion) -> list[Value]:
    """Return the part of each answer; those of a few people, and whose would tell them, reserved."""
    groups = {str(n): (answer.count,) * 4 for n, answer in enumerate(question.answers)}
    shown = {row.key: row.cells[0] for row in shown_table(groups).rows}
    counts = [shown.get(str(n)) for n in range(len(question.answers))]
    return [None if count is None else _percent(count * 100 / question.sheets) for count in counts]


def _percent(value: float | Decimal) -> str:
    return f"{round(value)}\N{NO-BREAK SPACE}%"


def learning(gains: Sequence[PairGains]) -> Section:
    """Return what was learned between the pre-test and the post-test, module by module."""
    title = _("Learning: before and after")
    if not gains:
        return Section(
            "learning",
            title,
            (_("This course has no pre-test with a post-test, so nothing was measured."),),
        )
    shown = [one for one in gains if one.has_enough]
    if not shown:
        words = _("Reserved: fewer than ten people of this period did both tests.")
        return Section("learning", title, (words,))
    words = _(
        "Only people of this period who did both tests. The normalised gain is the part of what "
        "was missing before that was learned: 1 is everything, 0 is nothing."
    )
    tables = tuple(_gain_table(number, one) for number, one in enumerate(shown, start=1))
    return Section("learning", title, (words,), tables)


def _gain_table(number: int, gains: PairGains) -> Table:
    rows = [(module.name, module.gain) for module in gains.modules]
    if len(rows) != 1:
        rows.append((_("Whole test"), gains.total))
    people = floor_to_ten(gains.people)
    return Table(
        key=f"learning-{number}",
        title=_("%(test)s: at least %(people)s people")
        % {"test": gains.pair.link.title, "people": people},
        heads=(
            pgettext("of a course", "Module"),
            _("Before"),
            _("After"),
            _("Difference, in points"),
            _("Normalised gain"),
        ),
        rows=tuple(Row(name, _gain_cells(gain)) for name, gain in rows),
        bars=tuple(
            bar
            for name, gain in (rows if len(rows) <= MOST_DRAWN else rows[-1:])
            for bar in _gain_bars(name, gain)
        ),
    )


def _gain_cells(gain: Gain) -> tuple[Value, ...]:
    if gain.before is None or gain.after is None or gain.points is None:
        return (_("no questions"),) * 4
    return (
        _percent(gain.before),
        _percent(gain.after),
        f"{round(gain.points):+d}",
        gain_words(gain),
    )


def _gain_bars(name: str, gain: Gain) -> list[Bar]:
    if gain.before is None or gain.after is None:
        return []
    before, after = _("before"), _("after")
    return [
        Bar(f"{name}, {before}", float(gain.before) / 100, _percent(gain.before), is_hollow=True),
        Bar(f"{name}, {after}", float(gain.after) / 100, _percent(gain.after)),
    ]
