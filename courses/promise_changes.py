"""What changed from one promise of a course to the next, in words."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from courses.enums import SHORT_MODES
from courses.marks import as_number
from courses.promises import CoursePromise, PromisedItem
from courses.texts import Texts


def promise_changes(old: CoursePromise | None, new: CoursePromise) -> list[str]:
    """Return what changed from one promise to the next, in words."""
    if old is None:
        return [_("This is the first release of the course.")]
    changes = _course_changes(old, new)
    before = {item.key: item for item in old.items()}
    after = {item.key: item for item in new.items()}
    changes += [_("Added: “%s”.") % after[key].title for key in after if key not in before]
    changes += [_("Removed: “%s”.") % before[key].title for key in before if key not in after]
    for key in (key for key in after if key in before):
        changes += _item_changes(before[key], after[key])
    kept_before = [key for key in before if key in after]
    kept_after = [key for key in after if key in before]
    if kept_before != kept_after or (_shape(old) != _shape(new) and not changes):
        changes.append(_("The order of the parts has changed."))
    if not changes and old != new:
        changes.append(_("What must be done first has changed."))
    return changes


def _shape(promise: CoursePromise) -> list[UUID]:
    return [module.key for module in promise.modules]


def _course_changes(old: CoursePromise, new: CoursePromise) -> list[str]:
    pairs = [
        (_("Validity in months"), old.validity_months, new.validity_months),
        (_("Languages"), ", ".join(old.languages), ", ".join(new.languages)),
        (_("Marks are shown as"), old.scale.label, new.scale.label),
        (_("Pilot"), _yes_no(old.is_pilot), _yes_no(new.is_pilot)),
        (_("Academic hours"), old.hours, new.hours),
        (
            _("Sessions to attend"),
            _attendance_words(old.attendance_percent),
            _attendance_words(new.attendance_percent),
        ),
        (
            _("A trainer approves each learner"),
            _yes_no(old.needs_approval),
            _yes_no(new.needs_approval),
        ),
        (
            _("Asks for an identity document"),
            _yes_no(old.asks_for_document),
            _yes_no(new.asks_for_document),
        ),
    ]
    changes = _retitled(old, new)
    if _reworded(old.certificate_texts, new.certificate_texts):
        changes.append(_("Text of the certificate: the words have changed."))
    if old.renews != new.renews:
        changes.append(_("The course whose certificates it renews has changed."))
    changes += [f"{name}: {before} → {after}." for name, before, after in pairs if before != after]
    for module in new.modules:
        earlier = next((m for m in old.modules if m.key == module.key), None)
        changes += _retitled(earlier, module) if earlier else []
    return changes


def _reworded(old: Texts, new: Texts) -> list[tuple[str, str]]:
    """Return what was and what is, in each language that both have."""
    return [(old[code], new[code]) for code in old if code in new and old[code] != new[code]]


def _retitled(old: Any, new: Any) -> list[str]:
    return [
        _("Title: “%(before)s” → “%(after)s”.") % {"before": before, "after": after}
        for before, after in _reworded(old.titles, new.titles)
    ]


def _item_changes(old: PromisedItem, new: PromisedItem) -> list[str]:
    pairs = [
        (_("minutes"), old.minutes, new.minutes),
        (_("kind"), str(SHORT_MODES[old.mode]), str(SHORT_MODES[new.mode])),
        (_("pass mark"), _mark_words(old.pass_mark), _mark_words(new.pass_mark)),
        (_("weight"), as_number(old.weight), as_number(new.weight)),
        (_("attempts"), old.attempts or _("no limit"), new.attempts or _("no limit")),
        (_("which attempt counts"), old.counting.label, new.counting.label),
        (_("lines of the checklist to meet"), old.needed, new.needed),
    ]
    changes = [
        _change(name, new.title, before, after) for name, before, after in pairs if before != after
    ]
    changes += _retitled(old, new) + _criteria_changes(old, new)
    if set(old.requires) != set(new.requires):
        changes.append(_("“%s”: what must be done first has changed.") % new.title)
    return changes


def _criteria_changes(old: PromisedItem, new: PromisedItem) -> list[str]:
    """Return what changed in the checklist of a practice, line by line."""
    names = {"title": new.title}
    before = {criterion.key: criterion for criterion in old.criteria}
    after = {criterion.key: criterion for criterion in new.criteria}
    changes = []
    for key, criterion in after.items():
        names["text"] = criterion.text
        if key not in before:
            changes.append(_("“%(title)s”: a line was added: “%(text)s”.") % names)
            continue
        for was, now in _reworded(before[key].texts, criterion.texts):
            words = _("“%(title)s”, line: “%(before)s” → “%(after)s”.")
            changes.append(words % {**names, "before": was, "after": now})
        if before[key].is_essential != criterion.is_essential:
            words = (
                _("“%(title)s”: this line is essential now: “%(text)s”.")
                if criterion.is_essential
                else _("“%(title)s”: this line is not essential any more: “%(text)s”.")
            )
            changes.append(words % names)
    for key in (key for key in before if key not in after):
        names["text"] = before[key].text
        changes.append(_("“%(title)s”: a line was taken away: “%(text)s”.") % names)
    kept = [
        [key for key in mine if key in other] for mine, other in ((before, after), (after, before))
    ]
    if kept[0] != kept[1]:
        changes.append(_("“%(title)s”: the lines stand in another order.") % names)
    return changes


def _attendance_words(percent: int | None) -> str:
    return _("not asked for") if percent is None else f"{percent} %"


def _mark_words(mark: Decimal | None) -> str:
    return _("none") if mark is None else as_number(mark)


def _change(name: str, title: str, before: Any, after: Any) -> str:
    return f"“{title}”: {name} {before} → {after}."


def _yes_no(value: bool) -> str:
    return _("yes") if value else _("no")
