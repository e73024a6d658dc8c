"""The account itself, with all that leads into it; what an agency typed of the person, too."""

from contextlib import suppress
from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import CASCADE, ForeignKey, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from courses.models import CourseStaff
from lms.accounts.documents import SEPARATORS, document_fingerprint
from lms.accounts.invitations.queries import invitations
from lms.accounts.models import (
    ERASED_NAME,
    UNANSWERED,
    AccessCode,
    CareSettings,
    Consent,
    CorrectionRequest,
    Invitation,
    KnownDevice,
    Membership,
    PersonalFile,
    User,
)
from lms.accounts.models.people import NO_PASSWORD
from lms.core.enums import OutboxState
from lms.core.models import AuditEvent
from lms.desks.leaving.steps.base import Act, Fate, Step
from lms.desks.memberships import take_invitation_back
from lms.learning.enums import StaffImportStage
from lms.learning.models import Cohort, StaffImport
from lms.learning.staff_imports.rows import Column, RowsLost, SheetRow, seal, unseal

EMPTIED_INVITATION: dict[str, Any] = {
    "email": "",
    "full_name": ERASED_NAME,
    "document_kind": "",
    "document_ciphertext": "",
    "document_fingerprint": "",
    "token_digest": "",
    "failure": "",
    "state": OutboxState.DONE,
    "claimed_until": None,
}
"""What is left of an answered invitation: that there was one, when, and of which agency."""


def _addresses(user: User) -> set[str]:
    """Return every address of hers, in small letters."""
    more = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    return {one.lower() for one in (user.email, *more) if one}


def _invitations(user: User) -> QuerySet[Invitation]:
    about = Q(membership__user=user) | Q(places__learner=user) | Q(email__in=_addresses(user))
    if user.document_fingerprint:
        about |= Q(document_fingerprint=user.document_fingerprint)
    pks = invitations().filter(about).values("pk")
    return invitations().filter(pk__in=list(pks.values_list("pk", flat=True)))


def empty_invitations(act: Act) -> None:
    """Take back what is not answered, and empty name, address and document in all of them."""
    rows = _invitations(act.user)
    for invitation in rows.filter(UNANSWERED).order_by("pk"):
        take_invitation_back(
            invitation=invitation, acting_user=act.acting_user or act.user, now=act.now
        )
    rows.update(**EMPTIED_INVITATION)


def _is_hers(row: SheetRow, user: User, addresses: set[str]) -> bool:
    """Say whether a row is about her; the name alone counts where nothing else tells who it is."""
    email, username = (
        row.text(column).strip().lower() for column in (Column.EMAIL, Column.USERNAME)
    )
    number = SEPARATORS.sub("", row.text(Column.DOCUMENT)).upper()
    found = document_fingerprint(user.document_kind, number) if number else ""
    if found and found == user.document_fingerprint:
        return True
    if email or username:
        return email in addresses or bool(user.username and username == user.username.lower())
    return row.text(Column.NAME).strip().casefold() == user.full_name.casefold()


def _sheets(user: User, *, is_locking: bool = False) -> list[tuple[StaffImport, int]]:
    """Return the imports of her institutions with her rows taken out, and how many each had.

    Of one that a worker goes through by position, rows are blanked and not taken out.
    """
    agencies = Membership.objects.filter(user=user).values("agency")
    invited = _invitations(user).values("agency")
    kept: QuerySet[StaffImport] = QuerySet(StaffImport).filter(
        Q(agency__in=agencies) | Q(agency__in=invited)
    )
    found, addresses = [], _addresses(user)
    rows_of_sheets = kept.exclude(rows=[]).order_by("pk")
    if is_locking:
        rows_of_sheets = rows_of_sheets.select_for_update(of=("self",))
    for sheet in rows_of_sheets:
        is_running, gone, parts = sheet.stage == StaffImportStage.CONFIRMED, 0, []
        with suppress(RowsLost):
            for part in sheet.rows:
                rows = unseal([part])
                hers = {row.line for row in rows if _is_hers(row, user, addresses)}
                gone += len(hers)
                blank = [SheetRow(row.line, {}) if row.line in hers else row for row in rows]
                left = [row for row in rows if row.line not in hers]
                parts += seal(blank if is_running else left)
            sheet.rows = parts
            found += [(sheet, gone)] if gone else []
    return found


def empty_sheets(act: Act) -> None:
    """Take her rows out of sheets of people; a file that she brought loses its name."""
    for sheet, _gone_rows in _sheets(act.user, is_locking=True):
        sheet.save(update_fields=["rows"])
    QuerySet(StaffImport).filter(made_by=act.user).update(file_name=ERASED_NAME)


def end_sessions(act: Act) -> None:
    """End every visit of hers, on all devices."""
    keys = list(UserSession.objects.filter(user=act.user).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(user=act.user).delete()


def end_roles(act: Act) -> None:
    """Take every part that she has in courses, cohorts and in the admin."""
    user = act.user
    user.groups.clear()
    user.user_permissions.clear()
    CourseStaff.objects.filter(user=user).delete()
    Cohort.trainers.through.objects.filter(user=user).delete()
    for name in ("first_person", "second_person"):
        CareSettings.objects.filter(**{name: user}).update(**{name: None})
    for profile in UserProfile.objects.filter(user=user):
        if profile.avatar:
            profile.avatar.delete(save=False)
        profile.delete()


def _log_lines(user: User) -> QuerySet[ModelLogEntry]:
    kind = ContentType.objects.get_for_model(User)
    lines: QuerySet[ModelLogEntry] = ModelLogEntry.objects.filter(
        content_type=kind, object_id=str(user.pk)
    )
    return lines


def empty_account(act: Act) -> None:
    """Empty the account. What stays is a number on which the figures of courses hang."""
    User.objects.filter(pk=act.user.pk).update(
        email=None,
        username=None,
        full_name=ERASED_NAME,
        display_name="",
        sex="",
        document_kind="",
        document_ciphertext="",
        document_fingerprint="",
        password=NO_PASSWORD,
        last_login=None,
        is_active=False,
        is_superuser=False,
        erased_at=act.now,
    )


def delete_what_hangs_on(user: User) -> None:
    """Delete every row that the code says dies with its person, of whichever app.

    A new kind of record is so deleted by default. What earlier steps decide to keep is not: those
    rows hang on the enrolment, or are listed in `SPARED`.
    """
    for field in fields_that_cascade():
        if (field.model._meta.label, field.name) not in SPARED:
            QuerySet(field.model).filter(**{field.name: user}).delete()


def fields_that_cascade() -> list[ForeignKey[Any, Any]]:
    """Return the links to a person that take their row along when she is deleted."""
    fields = [
        field
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if isinstance(field, ForeignKey) and field.related_model is User
    ]
    return [field for field in fields if field.remote_field.on_delete is CASCADE]


SPARED = {
    ("learning.CohortPlace", "learner"),
    ("learning.StaffImport", "made_by"),
    ("wagtailcore.Comment", "user"),
    ("wagtailcore.CommentReply", "user"),
}
"""Rows that stay although their link says CASCADE: numbers of an agency, and work on lessons."""


def _count(model: Any, user: User) -> int:
    return int(QuerySet(model).filter(user=user).count())


def _delete(model: Any, act: Act) -> None:
    QuerySet(model).filter(user=act.user).delete()


def _roles(user: User) -> int:
    return user.groups.count() + CourseStaff.objects.filter(user=user).count()


def _gone(key: str, title: Any, model: Any) -> Step:
    """Return the step of a model whose rows are simply deleted."""
    return Step(key, title, Fate.DELETED, partial(_count, model), partial(_delete, model))


INVITATION_STEPS = (
    Step(
        "sheets",
        _("Your row in spreadsheets of your institution"),
        Fate.DELETED,
        lambda user: sum(gone for _sheet, gone in _sheets(user)),
        empty_sheets,
    ),
    Step(
        "invitations",
        _("Invitations of institutions"),
        Fate.EMPTIED,
        lambda user: _invitations(user).count(),
        empty_invitations,
        _("That an institution invited somebody stays, without name, address or document."),
    ),
    _gone("memberships", _("Institutions you belong or belonged to"), Membership),
)
# A wish to be contacted has no step, so that neither register, mail nor trail say that there was one:
# it goes with all that hangs on the account.
ACCOUNT_STEPS = (
    _gone("consents", _("Authorisations that you gave or withdrew"), Consent),
    _gone("corrections", _("Corrections that you asked for"), CorrectionRequest),
    _gone("files", _("Files of your data that were made for you"), PersonalFile),
    _gone("codes", _("Codes on paper"), AccessCode),
    _gone("devices", _("Known devices"), KnownDevice),
    _gone("addresses", _("E-mail addresses"), EmailAddress),
    _gone("factors", _("The second step at login"), Authenticator),
    Step("roles", _("Roles and parts in courses"), Fate.DELETED, _roles, end_roles),
    Step(
        "admin_log",
        _("Notes of the administration about your account"),
        Fate.DELETED,
        lambda user: _log_lines(user).count(),
        lambda act: _log_lines(act.user).delete() and None,
    ),
    Step(
        "sessions",
        _("Where you are logged in"),
        Fate.DELETED,
        partial(_count, UserSession),
        end_sessions,
    ),
    Step(
        "account",
        _("Name, alias, e-mail, user name, password and identity document"),
        Fate.DELETED,
        lambda user: 1,
        empty_account,
    ),
    Step(
        "audit",
        _("The audit trail"),
        Fate.KEPT,
        lambda user: AuditEvent.objects.filter(Q(actor_id=user.pk) | Q(subject_id=user.pk)).count(),
        rule=_(
            "Who did what on which record, as numbers and never with contents: whoever keeps "
            "personal data must be able to show what was done with them (Ley 29733 and its "
            "regulation, DS 016-2024-JUS). The reasons that were written about you can be read by "
            "nobody any more: their key is destroyed."
        ),
    ),
)
