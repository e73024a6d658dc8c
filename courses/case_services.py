"""Changes of state of cases: versions and their publication."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.case_checks import case_problems
from courses.case_graph import read_case, write_case
from courses.models import Case, CaseVersion
from courses.question_types.base import Problem
from courses.term_checks import content_term_problems
from lms.accounts.models import User
from lms.core.services import record_event


class CaseRefused(Exception):
    """The case may not be published; `problems` says why, each at its place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = tuple(problems)


def newest_case_version(case: Case) -> CaseVersion | None:
    """Return the last saved state of a case, published or not."""
    return case.versions.order_by("-number").first()


@transaction.atomic
def save_case(
    *,
    content: Mapping[str, Any],
    acting_user: User | None,
    now: datetime,
    case: Case | None = None,
    name: str = "",
    key: str = "",
) -> CaseVersion:
    """Save a draft of a case as its next version; the published version stays as it is.

    If nothing changed since the newest version, that version is returned and nothing is written. A
    new case needs a `name` and a `key`; a `name` renames an old one. The loader acts without a user.

    Raises:
        InvalidContent: the content is no case, with every problem.
    """
    kept = write_case(read_case(content))
    case, changed_fields = _place_case(case, name=name, key=key)
    version = newest_case_version(case)
    if version is None or version.content != kept:
        version = CaseVersion.objects.create(
            case=case,
            number=1 if version is None else version.number + 1,
            content=kept,
            created_at=now,
            created_by=acting_user,
        )
        changed_fields.append("content")
    if changed_fields:
        record_event(
            action="case_saved",
            target=case,
            acting_user=acting_user,
            now=now,
            changed_fields=changed_fields,
        )
    return version


def _place_case(case: Case | None, *, name: str, key: str) -> tuple[Case, list[str]]:
    """Make a new case, or lock an old one and rename it; return it and what changed."""
    if case is None:
        if not (name and key):
            raise ValueError("A new case needs a name and a key.")
        return Case.objects.create(name=name, key=key), ["key", "name"]
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if not name or locked.name == name:
        return locked, []
    locked.name = name
    locked.save(update_fields=["name"])
    return locked, ["name"]


@transaction.atomic
def publish_case(*, case: Case, acting_user: User | None, now: datetime) -> CaseVersion:
    """Let pages show the newest version from now on; walks under way keep the one they have.

    Raises:
        CaseRefused: something must be mended first; carries every problem.
    """
    case = Case.objects.select_for_update().get(pk=case.pk)
    version = newest_case_version(case)
    if version is None:
        raise CaseRefused([Problem("", _("Save the case first."))])
    problems = [*case_problems(version.graph), *content_term_problems(version.content)]
    if problems:
        raise CaseRefused(problems)
    if case.live_version_id != version.pk:
        case.live_version = version
        case.save(update_fields=["live_version"])
        record_event(
            action="case_published",
            target=case,
            acting_user=acting_user,
            now=now,
            changed_fields=["live_version"],
        )
    return version
