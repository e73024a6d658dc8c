"""What a report says in words: who came and how far they got, and what every figure means."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from lms.accounts.enums import Sector, Sex
from lms.desks.reports.queries import UNKNOWN, Population
from lms.desks.reports.sections import Bar, ReportText, Row, Section, Table, Value
from lms.learning.evaluation.enums import STAGES, Grouping
from lms.learning.evaluation.protecting import (
    Cells,
    ShownTable,
    columns_to_show,
    shown_cells,
    shown_table,
)
from lms.learning.periods import Period
from lms.learning.small_groups import FEWEST


@dataclass(frozen=True)
class Counted:
    """All that was counted for a report, in no language yet."""

    titles: dict[str, str]
    period: Period
    counted_at: datetime
    people: Population
    others: Sequence[Callable[[], Section]]
    """What else there is to say; each is asked once in each language."""


def composed(counted: Counted, language: str) -> ReportText:
    """Return the report in the active language, which is `language`; no cell shows what it must not."""
    total = counted.people.total
    cells = shown_cells(total, columns_to_show(total))
    sections = [_people(total, cells)]
    sections += [_table_section(counted.people.groups[one], one) for one in Grouping]
    sections += [made() for made in counted.others]
    return ReportText(
        course=counted.titles.get(language) or counted.titles["es"],
        period=counted.period.name,
        sections=tuple(sections),
        definitions=tuple(_definitions(counted)),
    )


def _people(total: Sequence[int], cells: Cells) -> Section:
    if not total[0]:
        return Section("people", _("From nomination to certificate"), (_nobody_words(),))
    most = cells[0] or max((cell for cell in cells if cell is not None), default=0)
    return Section(
        key="people",
        title=_("From nomination to certificate"),
        paragraphs=() if any(cells) else (_("All figures are reserved: too few people came."),),
        tables=(
            Table(
                key="people",
                title=_("People who reached each step"),
                heads=(_("Step"), _("People"), _("Of those who came")),
                rows=tuple(
                    Row(str(stage.label), (cell, _part(cell, cells[0])), stage.value)
                    for stage, cell in zip(STAGES, cells, strict=True)
                ),
                bars=tuple(
                    Bar(str(stage.label), cell / most if cell and most else None, _said(cell))
                    for stage, cell in zip(STAGES, cells, strict=True)
                ),
            ),
        ),
    )


def _nobody_words() -> str:
    return _("Nobody was nominated to the course or enrolled in it during this period.")


def _part(cell: int | None, whole: int | None) -> Value:
    return None if cell is None or not whole else f"{round(cell * 100 / whole)}\N{NO-BREAK SPACE}%"


def _said(value: Value) -> str:
    return reserved() if value is None else str(value)


def reserved() -> str:
    """Return the word that stands in place of a figure that is kept back."""
    return pgettext("figure in a report", "reserved")


def _table_section(groups: Any, grouping: Grouping) -> Section:
    table = shown_table(groups)
    title = str(grouping.label)
    if not table.rows and not table.is_all_kept_back:
        return Section(grouping.value, title, (_nobody_words(),))
    if table.is_all_kept_back:
        words = _(
            "Reserved: shown group by group, these figures would lead to fewer than ten people."
        )
        return Section(grouping.value, title, (words,))
    rows = [Row(_group_name(row.key, grouping), row.cells, row.key) for row in table.rows]
    kept = sum(row.is_kept_back for row in table.rows)
    if kept:
        rows.append(Row(_together_words(kept), table.rest, is_sum=True))
    return Section(
        key=grouping.value,
        title=title,
        tables=(
            Table(
                key=grouping.value,
                title=title,
                heads=(_head(grouping), *(str(stage.label) for stage in STAGES)),
                rows=tuple(rows),
                note=_kept_words(table),
            ),
        ),
    )


def _together_words(kept: int) -> str:
    return ngettext(
        "%(number)s reserved group", "The %(number)s reserved groups together", kept
    ) % {"number": kept}


def _kept_words(table: ShownTable) -> str:
    return (
        _("Reserved: fewer than ten people, or a difference would lead to fewer than ten.")
        if any(cell is None for row in table.rows for cell in row.cells)
        else ""
    )


def _head(grouping: Grouping) -> str:
    return {
        Grouping.SEX: pgettext("of a person", "Sex"),
        Grouping.SECTOR: _("Sector"),
        Grouping.REGION: _("Region"),
    }[grouping]


def _group_name(key: str, grouping: Grouping) -> str:
    if grouping == Grouping.SEX:
        name = _("Not said") if key == Sex.UNTOLD else str(Sex(key).label)
        return name[:1].upper() + name[1:]
    if key == UNKNOWN:
        return _("Without an institution")
    return str(Sector(key).label) if grouping == Grouping.SECTOR else key


def _definitions(counted: Counted) -> list[tuple[str, str]]:
    first = date_format(counted.period.starts_date)
    last = date_format(counted.period.ends_date)
    day = date_format(timezone.localdate(counted.counted_at))
    return [
        (
            _("Who is counted"),
            _(
                "Each person once: whoever was first nominated to the course, or enrolled by "
                "herself, between %(first)s and %(last)s. How far she got was counted on %(day)s, "
                "and is not counted again."
            )
            % {"first": first, "last": last, "day": day},
        ),
        (
            _("Steps"),
            _(
                "Started: opened a lesson or a quiz. Finished: did all that the course asks for. "
                "Certified: has a certificate that was not revoked. Whoever reached a step reached "
                "those before it."
            ),
        ),
        (
            _("Sex, sector and region"),
            _(
                "Sex is what people chose to say in their profile, and may be left empty. Sector "
                "and region are those of the institution that nominated, else of the one to which "
                "the person belonged on that day. Groups with nobody are not listed."
            ),
        ),
        (
            _("Reserved figures"),
            _(
                "A figure of fewer than %(fewest)s people is not shown, nor one from which such a "
                "figure follows by a difference: between rows, between steps, or between reports. "
                "There is one report for each period of a course, and periods never overlap."
            )
            % {"fewest": FEWEST},
        ),
    ]
