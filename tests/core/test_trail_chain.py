"""The chain of seals: whoever alters the trail in the database is found out."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import override_settings

from lms.core import sealing
from lms.core.models import AuditEvent, AuditSeal, SiteKey
from lms.core.sealing import seal_committed
from lms.core.services import record_event
from lms.core.verifying import Head, verify_audit
from tests.factories import UserFactory
from tests.support.trail import triggers_off

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def rows(now: datetime) -> list[int]:
    """Five rows with their seals; return their numbers."""
    user = UserFactory()
    made = [
        record_event(
            action=f"user_made_{place}",
            target=user,
            acting_user=user,
            now=now + place * MINUTE,
            changed_fields=["email"],
            reason="escrito por alguien",
            subject=user,
        )
        for place in range(5)
    ]
    assert seal_committed(now=now + 5 * MINUTE) == 5
    return [row.pk for row in made]


def verify(*arguments: str) -> str:
    """Return what the command says when it finds nothing; it raises CommandError otherwise."""
    said = StringIO()
    call_command("verify_audit", *arguments, stdout=said)
    return said.getvalue()


def write(sql: str, *values: Any) -> None:
    """Change the database by hand, as somebody would who has it: triggers off first."""
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_whole_trail_is_found_whole_and_its_head_is_said(rows: list[int]) -> None:
    head = str(AuditSeal.objects.get(number=5))

    said = verify("--head", head)

    assert "sealed rows: 5" in said
    assert f"head: {head}\n" in said
    assert [seal.event_id for seal in AuditSeal.objects.order_by("number")] == rows


def alter(rows: list[int]) -> str:
    write("UPDATE core_auditevent SET action = 'nothing' WHERE id = %s", rows[2])
    return f"Row {rows[2]} was altered or put in: seal 3 does not fit it."


def alter_ciphertext(rows: list[int]) -> str:
    write("UPDATE core_auditevent SET sealed_reason = '' WHERE id = %s", rows[1])
    return f"Row {rows[1]} was altered or put in: seal 2 does not fit it."


def delete_row(rows: list[int]) -> str:
    write("DELETE FROM core_auditevent WHERE id = %s", rows[3])
    return f"Row {rows[3]} is missing: seal 4 stands for it."


def delete_seal(rows: list[int]) -> str:
    write("DELETE FROM core_auditseal WHERE number = 2")
    return "Seal 2 is missing."


def delete_both(rows: list[int]) -> str:
    write("DELETE FROM core_auditevent WHERE id = %s", rows[0])
    write("DELETE FROM core_auditseal WHERE number = 1")
    return "Seal 1 is missing."


def swap_rows(rows: list[int]) -> str:
    for was, becomes in ((rows[1], -1), (rows[2], rows[1]), (-1, rows[2])):
        write("UPDATE core_auditevent SET id = %s WHERE id = %s", becomes, was)
    return f"Row {rows[1]} is not in its place, or seal 2 was altered."


def swap_seals(rows: list[int]) -> str:
    for was, becomes in ((rows[1], -1), (rows[2], rows[1]), (-1, rows[2])):
        write("UPDATE core_auditseal SET event_id = %s WHERE event_id = %s", becomes, was)
    return f"Row {rows[2]} is not in its place, or seal 2 was altered."


def insert_row(rows: list[int]) -> str:
    """A row that nobody here wrote: the worker that comes by gives it no seal."""
    AuditEvent.objects.bulk_create(
        [AuditEvent(pk=rows[4] + 7, at=AuditEvent.objects.get(pk=rows[0]).at, origin="f" * 80)]
    )
    assert seal_committed(now=AuditEvent.objects.get(pk=rows[4]).at + MINUTE) == 0
    return f"Row {rows[4] + 7} was altered or put in from outside."


def take_constraint_off() -> None:
    """Have the table take the same mark twice, in the way of each database."""
    if connection.vendor == "postgresql":
        write("ALTER TABLE core_auditevent DROP CONSTRAINT audit_origin_once")
        return
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditevent RENAME TO before")
        cursor.execute("CREATE TABLE core_auditevent AS SELECT * FROM before")


def insert_copy(rows: list[int]) -> str:
    """A row once more, mark and all: the constraint that forbids it has to go first."""
    take_constraint_off()
    copy = AuditEvent.objects.get(pk=rows[0])
    copy.pk = rows[4] + 1
    copy.save(force_insert=True)
    seal_committed(now=copy.at)
    return f"Row {rows[0]} was put in a second time."


FORGERIES = [
    alter,
    alter_ciphertext,
    delete_row,
    delete_seal,
    delete_both,
    swap_rows,
    swap_seals,
    insert_row,
    insert_copy,
]


@pytest.mark.parametrize("forge", FORGERIES)
def test_forgery_is_named_and_ends_with_an_error(
    rows: list[int], forge: Callable[[list[int]], str]
) -> None:
    finding = forge(rows)

    with pytest.raises(CommandError) as failure:
        verify()

    assert str(failure.value).splitlines()[0] == finding


def test_end_that_was_cut_off_is_found_with_a_noted_head(rows: list[int], now: datetime) -> None:
    """Rows and seals alike are taken away, and new rows get the numbers of the old seals."""
    head = str(AuditSeal.objects.get(number=5))
    write("DELETE FROM core_auditseal WHERE number > 3")
    write("DELETE FROM core_auditevent WHERE id > %s", rows[2])
    assert "sealed rows: 3" in verify()

    with pytest.raises(CommandError, match="Seal 5, which was noted, is missing"):
        verify("--head", head)
    user = UserFactory()
    for _again in range(2):
        record_event(action="user_made", target=user, acting_user=user, now=now)
    seal_committed(now=now + 9 * MINUTE)
    with pytest.raises(CommandError, match="Seal 5 is not the one that was noted"):
        verify("--head", head)
    with pytest.raises(CommandError, match="NUMBER:DIGEST"):
        verify("--head", "5")


def test_row_without_a_seal_is_a_finding_once_it_is_old(rows: list[int], now: datetime) -> None:
    user = UserFactory()
    late = record_event(action="user_made", target=user, acting_user=user, now=now)

    assert verify_audit(now=now + 14 * MINUTE).waiting == 1
    assert verify_audit(now=now + 16 * MINUTE).faults == [
        f"Row {late.pk} has no seal, although it is older than 15 minutes."
    ]


def test_chain_goes_on_batch_by_batch_and_takes_late_rows(
    rows: list[int], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row with a low number may be committed after one with a high number was sealed."""
    monkeypatch.setattr(sealing, "BATCH", 2)
    write("DELETE FROM core_auditseal WHERE number > 1")
    low = AuditSeal.objects.get(number=1).event_id

    assert seal_committed(now=now + 7 * MINUTE) == 4
    assert seal_committed(now=now + 7 * MINUTE, is_complete=True) == 0

    assert verify_audit(now=now).head == Head(5, AuditSeal.objects.get(number=5).digest)
    assert low == rows[0]


def test_row_of_which_the_frequent_sweep_looks_away_is_sealed_by_the_complete_one(
    rows: list[int], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("DELETE FROM core_auditseal WHERE number > 3")
    with triggers_off():
        AuditSeal.objects.filter(number=1).update(event_id=rows[4] + 100)
    monkeypatch.setattr(sealing, "LOOK_BACK", 10)

    assert seal_committed(now=now) == 0
    assert seal_committed(now=now, is_complete=True) == 3


def test_seals_are_not_computed_without_their_key(rows: list[int]) -> None:
    SiteKey.objects.filter(purpose="seals").delete()

    with pytest.raises(CommandError, match="SECRET_KEY_FALLBACKS"):
        verify()


@pytest.mark.parametrize("secret", ["another-secret-" * 5])
def test_whoever_has_the_database_alone_cannot_seal(rows: list[int], secret: str) -> None:
    """With another secret the whole chain can be made anew, but it is not ours."""
    write("DELETE FROM core_auditseal")
    SiteKey.objects.all().delete()
    with override_settings(SECRET_KEY=secret):
        seal_committed(now=AuditEvent.objects.get(pk=rows[4]).at, is_complete=True)

    assert AuditSeal.objects.count() == 0


def test_chain_that_was_sealed_anew_without_a_row_is_told_by_its_late_seals_and_a_noted_head(
    rows: list[int], now: datetime
) -> None:
    head = str(AuditSeal.objects.get(number=5))
    write("DELETE FROM core_auditseal WHERE number >= 2")
    write("DELETE FROM core_auditevent WHERE id = %s", rows[2])
    seal_committed(now=now + timedelta(days=2), is_complete=True)

    said = verify()

    assert "sealed more than a day after they were written: 3" in said
    with pytest.raises(CommandError, match="Seal 5, which was noted, is missing"):
        verify("--head", head)
