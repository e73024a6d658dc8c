"""A person with a row of every kind is erased, and is found nowhere afterwards."""

from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import ForeignKey

from certificates.enums import CertificateState, ProposalState
from certificates.models import Certificate, CertificateProposal, Issuance
from lms.accounts.enums import ErasureGround
from lms.accounts.models import ERASED_NAME, ErasureRecord, Invitation, User
from lms.celery import app
from lms.desks.leaving.services import erase_person
from lms.desks.leaving.steps import STEPS
from lms.desks.record.register import Entry, Fate, entries
from lms.learning.enums import AppealState, AttemptState, EnrolmentState, PlaceState
from lms.learning.models import AttemptItem, StaffImport
from lms.learning.staff_imports.rows import Column, unseal
from tests.factories.everything import MAIL, Everything, make_everything

pytestmark = pytest.mark.django_db

ROLES = {
    "annulled_by", "answered_by", "approved_by", "author", "created_by", "decided_by",
    "entered_by", "granted_by", "handled_by", "invited_by", "last_translated_by", "locked_by",
    "made_by", "marker", "noted_by", "observed_by", "owner", "proposed_by", "requested_by",
    "finished_by", "resolved_by", "uploaded_by_user", "user",
}  # fmt: skip
"""Links to who did something: they lead to an account that names nobody."""
NOT_IN_THE_SCENE = {
    "accounts.Invitation", "accounts.User_groups", "accounts.User_user_permissions",
    "certificates.IssueItem", "certificates.Reminder", "core.AuditSeal", "courses.CourseStaff", "courses.ReviewMail",
    "learning.CaseRun",
    "learning.Cohort_trainers", "wagtailadmin.EditingSession", "wagtailadmin.FormState",
    "wagtailcore.APIToken", "wagtailcore.PageSubscription",
}  # fmt: skip
"""A learner has none of these, or (the invitation) hers is found in another way."""
STAY = {("learning.Enrolment", "learner"), ("learning.CohortPlace", "learner")}
"""Links to whom a row is about that may still lead to the emptied account."""


@pytest.fixture
def scene(now: datetime) -> Everything:
    return make_everything(now=now)


def erase(scene: Everything, now: datetime, **how: Any) -> ErasureRecord:
    return erase_person(
        **{
            "user": scene.person,
            "keeps_certificates": True,
            "ground": ErasureGround.SELF,
            "acting_user": scene.person,
            "now": now,
            **how,
        }
    )


def everything_stored() -> dict[str, str]:
    """Return all that every table holds, as one text each."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(" ".join(("SELECT", "*", "FROM", connection.ops.quote_name(table))))
            found[table] = repr(
                [
                    bytes(v) if isinstance(v, memoryview) else v
                    for row in cursor.fetchall()
                    for v in row
                ]
            )
    return found


def places_of(marks: list[str]) -> list[tuple[str, str]]:
    texts = everything_stored()
    return [
        (table, mark)
        for table, text in texts.items()
        for mark in marks
        if mark.lower() in text.lower()
    ]


def test_erased_person_is_found_in_no_column_and_no_file(
    scene: Everything, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    app.loader.import_default_modules()
    mail.outbox.clear()
    tables = {table for table, _mark in places_of(scene.marks())}
    name = Issuance.objects.get(certificate=scene.certificate).file.name

    with django_capture_on_commit_callbacks(execute=True):
        erase(scene, now)

    assert len(tables) > 20  # the scene is worth its name
    assert places_of(scene.marks()) == []
    assert [MAIL] in [sent.to for sent in mail.outbox]
    assert not default_storage.exists(name)


def test_every_kind_of_record_was_there_and_stands_in_the_register(
    scene: Everything, now: datetime
) -> None:
    counted = {step.key: step.count(scene.person) for step in STEPS}

    record = erase(scene, now)

    assert {key for key, number in counted.items() if not number} == {"roles"}
    assert [(line["kind"], line["count"]) for line in record.lines] == [
        (key, number) for key, number in counted.items() if number
    ]
    assert all(line["rule"] for line in record.lines if line["fate"] != "deleted")
    assert not any(mark in str(record.lines) for mark in scene.marks())


def test_no_row_is_about_her_any_more_but_for_a_short_list(
    scene: Everything, now: datetime
) -> None:
    erase(scene, now)

    left = {
        (model._meta.label, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if isinstance(field, ForeignKey)
        and field.related_model is User
        and model._base_manager.filter(**{field.name: scene.person}).exists()
    }

    assert left - STAY == {one for one in left if one[1] in ROLES - {"user"}}
    assert left & STAY == STAY


def test_the_register_of_personal_data_says_what_happens(scene: Everything, now: datetime) -> None:
    about = [entry for entry in entries() if entry.path]
    before = {entry.model: rows_of(scene.person, entry) for entry in about}

    erase(scene, now)

    after = {entry.model: rows_of(scene.person, entry) for entry in about}
    there = [entry for entry in about if before[entry.model][0]]
    left = {entry.model for entry in there if after[entry.model][0]}
    assert not {entry.model for entry in there if entry.fate == Fate.DELETED} & left
    assert {entry.model for entry in there if entry.fate in (Fate.EMPTIED, Fate.KEPT)} <= left
    detached = [entry.model for entry in there if entry.fate == Fate.DETACHED]
    assert [one for one in detached if after[one][1] < before[one][1]] == []
    assert {entry.model for entry in about} - {entry.model for entry in there} <= NOT_IN_THE_SCENE


def rows_of(person: User, entry: Entry) -> tuple[int, int]:
    """Return how many rows of a model are about her, and how many there are."""
    rows = apps.get_model(entry.model)._base_manager
    return rows.filter(**{entry.path: person.pk}).count(), rows.count()


def test_nothing_dangles_after_an_erasure_with_certificate_marking_and_appeal(
    scene: Everything, now: datetime
) -> None:
    trainer_waits = AttemptItem.objects.filter(is_waiting=True).count()

    erase(scene, now)

    for row in (scene.active, scene.open_attempt, scene.appeal, scene.waiting, scene.certificate):
        row.refresh_from_db()
    items = AttemptItem.objects.filter(attempt=scene.open_attempt)
    assert (trainer_waits, AttemptItem.objects.filter(is_waiting=True).count()) == (1, 0)
    assert [item.response.given for item in items] == [{"text": ERASED_NAME}]
    assert scene.open_attempt.state == AttemptState.ANNULLED
    assert scene.appeal.state == AppealState.WITHDRAWN
    assert scene.active.state == EnrolmentState.WITHDRAWN
    assert scene.waiting.state == PlaceState.SEATED
    assert scene.certificate.state(now=now) == CertificateState.VALID
    assert scene.certificate.facts["full_name"] == ""
    proposal = CertificateProposal.objects.get()
    assert (proposal.state, proposal.reason) == (ProposalState.WITHDRAWN, ERASED_NAME)


def test_certificates_end_if_she_wishes_so(scene: Everything, now: datetime) -> None:
    erase(scene, now, keeps_certificates=False)

    certificate = Certificate.objects.get(pk=scene.certificate.pk)
    assert certificate.state(now=now) == CertificateState.REVOKED
    assert certificate.facts["full_name"] == ""


def test_sheets_and_invitations_lose_her_and_nobody_else(scene: Everything, now: datetime) -> None:
    erase(scene, now)

    rows = unseal(StaffImport.objects.get().rows)
    assert [row.cells[Column.EMAIL] for row in rows] == ["otra@correo.test"]
    invitation = Invitation.objects.get(agency=scene.agency)
    assert (invitation.email, invitation.full_name) == ("", ERASED_NAME)
    assert invitation.withdrawn_at == now


def test_a_failure_half_way_leaves_everything_as_it_was(
    scene: Everything, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything_stored()

    def fail(user: User) -> None:
        raise RuntimeError(user.pk)

    monkeypatch.setattr("lms.desks.leaving.services.delete_what_hangs_on", fail)
    with pytest.raises(RuntimeError):
        erase(scene, now)

    assert everything_stored() == before
