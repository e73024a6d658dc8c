"""Making designs, changing them without touching what was issued, and saying who uses them."""

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from certificates.design_content import DesignContent
from certificates.designs.pictures import CleanPicture
from certificates.designs.queries import is_used
from certificates.models import (
    CertificateDesign,
    CertificateDesignVersion,
    CourseDesign,
    DesignPicture,
)
from lms.accounts.models import User
from lms.core.services import record_event

DEFAULT_NAME = "Amparo"
DEFAULT_CONTENT = DesignContent(
    layout="horizonte-2", main_colour="#1c2d4f", accent_colour="#d09a35"
)
LONGEST_DESIGN_NAME = 80


class NameTakenError(Exception):
    """Another design has this name; its message is for people."""


@transaction.atomic
def save_design(
    *,
    design: CertificateDesign | None,
    name: str,
    content: DesignContent,
    acting_user: User,
    now: datetime,
) -> CertificateDesign:
    """Make a design, or give one another content; return it.

    The live version is changed in place only while no certificate was made with it and nothing can
    be issued with it at this moment (no course has it, and it is not the default): whoever reads a
    version to issue a certificate must not find it changed under her hands. Otherwise the next
    version is made. The same content again makes no version.

    Raises:
        NameTakenError: another design has this name.
    """
    _refuse_taken_name(name, design)
    if design is None:
        made = CertificateDesign.objects.create(name=name, created_at=now, created_by=acting_user)
        _make_version(made, content, acting_user=acting_user, now=now)
        _note("certificate_design_made", made, ["name", "content"], acting_user, now)
        return made
    locked = _locked(design)
    changed = []
    if locked.name != name:
        locked.name = name
        locked.save(update_fields=["name"])
        changed.append("name")
    if _change_content(locked, content, acting_user=acting_user, now=now):
        changed.append("content")
    if changed:
        _note("certificate_design_changed", locked, changed, acting_user, now)
    return locked


def _refuse_taken_name(name: str, design: CertificateDesign | None) -> None:
    others = CertificateDesign.objects.all()
    if design is not None:
        others = others.exclude(pk=design.pk)
    if name.casefold() in _names(others):
        raise NameTakenError(_("Another design has this name: choose a different one."))


def _names(designs: QuerySet[CertificateDesign]) -> set[str]:
    """Return the names for comparison: SQLite knows the capitals of English only."""
    return {name.casefold() for name in designs.values_list("name", flat=True)}


def _change_content(
    design: CertificateDesign, content: DesignContent, *, acting_user: User, now: datetime
) -> bool:
    live = design.live_version
    if live is None:
        _make_version(design, content, acting_user=acting_user, now=now)
        return True
    if live.content == content.to_json():
        return False
    may_issue = design.is_default or design.courses.exists()
    if may_issue or is_used(live):
        _make_version(design, content, acting_user=acting_user, now=now)
    else:
        live.content = content.to_json()
        live.created_at, live.created_by = now, acting_user
        live.save(update_fields=["content", "created_at", "created_by"])
    return True


def _make_version(
    design: CertificateDesign, content: DesignContent, *, acting_user: User | None, now: datetime
) -> None:
    newest = design.versions.order_by("-number").first()
    design.live_version = CertificateDesignVersion.objects.create(
        design=design,
        number=newest.number + 1 if newest else 1,
        content=content.to_json(),
        created_at=now,
        created_by=acting_user,
    )
    design.save(update_fields=["live_version"])


@transaction.atomic
def duplicate_design(
    *, design: CertificateDesign, acting_user: User, now: datetime
) -> CertificateDesign:
    """Make a design of the same content under a name of its own; return the new one."""
    if design.live_version is None:
        raise ValueError("a design without a version cannot be duplicated")
    return save_design(
        design=None,
        name=_free_name(design.name),
        content=design.live_version.typed_content,
        acting_user=acting_user,
        now=now,
    )


def _free_name(name: str) -> str:
    taken = _names(CertificateDesign.objects.all())
    number = 2
    while True:
        ending = f" ({number})"
        found = f"{name[: LONGEST_DESIGN_NAME - len(ending)]}{ending}"
        if found.casefold() not in taken:
            return found
        number += 1


@transaction.atomic
def use_design(
    *,
    design: CertificateDesign,
    course_keys: Collection[UUID],
    among: Collection[UUID],
    acting_user: User,
    now: datetime,
) -> None:
    """Let these courses have the design, and no other of those among which the user may choose.

    A course that is left out goes back to the default. Certificates that were issued stay as they
    are.
    """
    locked = _locked(design)
    allowed, chosen = set(among), set(course_keys) & set(among)
    rows = {
        row.course_key: row
        for row in CourseDesign.objects.select_for_update().filter(course_key__in=allowed)
    }
    has_changed = False
    for key in chosen:
        row = rows.get(key)
        if row is None:
            CourseDesign.objects.create(course_key=key, design=locked)
            has_changed = True
        elif row.design_id != locked.pk:
            row.design = locked
            row.save(update_fields=["design"])
            has_changed = True
    for key in allowed - chosen:
        row = rows.get(key)
        if row is not None and row.design_id == locked.pk:
            row.delete()
            has_changed = True
    if has_changed:
        _note("certificate_design_used", locked, ["courses"], acting_user, now)


@transaction.atomic
def make_default(*, design: CertificateDesign, acting_user: User, now: datetime) -> None:
    """Let every course without a design of its own have this one."""
    locked = _locked(design)
    if locked.is_default:
        return
    CertificateDesign.objects.filter(is_default=True).update(is_default=False)
    locked.is_default = True
    locked.save(update_fields=["is_default"])
    _note("certificate_design_default", locked, ["is_default"], acting_user, now)


@transaction.atomic
def ensure_default_design(*, now: datetime) -> CertificateDesign:
    """See that a default design with a live version exists; return it.

    A migration makes it once; this repairs a database that has lost it, and serves tests.
    """
    found = CertificateDesign.objects.filter(is_default=True).first()
    if found is None:
        name = DEFAULT_NAME
        if CertificateDesign.objects.filter(name=name).exists():
            name = _free_name(name)
        found = CertificateDesign.objects.create(name=name, created_at=now, is_default=True)
    if found.live_version_id is None:
        _make_version(found, DEFAULT_CONTENT, acting_user=None, now=now)
        _note("certificate_design_made", found, ["content"], None, now)
    return found


@transaction.atomic
def keep_pictures(
    *, pictures: Iterable[CleanPicture], acting_user: User, now: datetime
) -> tuple[DesignPicture, ...]:
    """Keep cleaned pictures under their digests; one that is kept already stays as it is."""
    return tuple(
        DesignPicture.objects.get_or_create(
            digest=hashlib.sha256(picture.png).hexdigest(),
            defaults={
                "content": picture.png,
                "width": picture.width,
                "height": picture.height,
                "created_at": now,
                "created_by": acting_user,
            },
        )[0]
        for picture in pictures
    )


def _locked(design: CertificateDesign) -> CertificateDesign:
    return (
        CertificateDesign.objects.select_for_update(of=("self",))
        .select_related("live_version")
        .get(pk=design.pk)
    )


def _note(
    action: str,
    design: CertificateDesign,
    changed: list[str],
    acting_user: User | None,
    now: datetime,
) -> None:
    record_event(
        action=action, target=design, acting_user=acting_user, now=now, changed_fields=changed
    )
