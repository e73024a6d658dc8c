"""When a law changes: the holders whose certificates rest on a lesson are invited to read what is new.

Nobody is revoked. A worker walks through the certificates in chunks by their number; what a chunk
told and how far it came are one transaction, so a worker that is killed leaves no gap and tells
nobody twice.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from certificates.life.places import certificate_path, refresher_paths
from certificates.life.queries import releases_with, to_invite
from certificates.models import Certificate, UpdateInvitation
from courses.models import CourseRelease
from courses.texts import in_language
from lms.accounts.models import User
from lms.core.enums import OutboxState
from lms.core.outbox import send_now, send_on_commit
from lms.core.services import record_event
from lms.learning.enums import NoticeKind
from lms.learning.kept_paths import page_path
from lms.learning.notices import notices_of_kind, notify_learner

INVITE_TASK = "certificates.work_invitation"
LEASE = timedelta(minutes=5)
CHUNK = 200
MOST_TRIES = 20
LOST_WORKER = "The worker ended before it had finished, again and again."


class InvitationRefused(Exception):
    """The holders cannot be invited; the message says why, for people."""


@transaction.atomic
def invite_holders(
    *, item_key: UUID, words: Mapping[str, str], acting_user: User, now: datetime
) -> UpdateInvitation:
    """Write down that the holders are invited, and send the task that does it.

    Raises InvitationRefused if no release promised the item, if nobody holds a valid certificate
    that rests on it, or if an invitation about it is under way.
    """
    releases = releases_with(item_key)
    if not releases:
        raise InvitationRefused(_("No release of a course has promised this."))
    # One at a time: whoever presses twice, or two people at once, wait for each other here.
    CourseRelease.objects.select_for_update().get(pk=releases[0].pk)
    if UpdateInvitation.objects.filter(item_key=item_key, state=OutboxState.PENDING).exists():
        raise InvitationRefused(_("An invitation about this is under way."))
    if not to_invite(releases, now=now).exists():
        raise InvitationRefused(_("Nobody holds a valid certificate that rests on this."))
    invitation = UpdateInvitation.objects.create(
        item_key=item_key,
        words={language: text.strip() for language, text in words.items()},
        created_by=acting_user,
        created_at=now,
    )
    record_event(action="update_invited", target=invitation, acting_user=acting_user, now=now)
    send_on_commit(INVITE_TASK, invitation_id=invitation.pk)
    return invitation


def work_invitation(*, invitation_id: int, now: datetime) -> int:
    """Tell the holders, chunk by chunk; return how many people this call told.

    Does nothing if another worker holds the row. Whoever takes it up later goes on where the last
    chunk ended.
    """
    if not UpdateInvitation.objects.claim(invitation_id, now=now, lease=LEASE):
        return 0
    invitation = _invitations().get(pk=invitation_id)
    releases = releases_with(invitation.item_key)
    path, refreshers = page_path(invitation.item_key), refresher_paths()
    told = 0
    while True:
        found = to_invite(releases, now=now).filter(
            pk__gt=invitation.last_certificate_id, issued_at__lte=invitation.created_at
        )
        chunk = list(found.select_related("enrolment__learner").order_by("pk")[:CHUNK])
        if not chunk:
            break
        paths = {
            one.pk: path or refreshers.get(one.enrolment.course_key) or certificate_path(one.pk)
            for one in chunk
        }
        step = _invite_chunk(invitation, chunk, paths, now=now)
        if step is None:
            return told  # another worker went on meanwhile: it finishes the rest
        told += step
    _invitations().filter(pk=invitation_id, state=OutboxState.PENDING).update(
        state=OutboxState.DONE, done_at=now, failure=""
    )
    return told


@transaction.atomic
def _invite_chunk(
    invitation: UpdateInvitation,
    chunk: list[Certificate],
    paths: Mapping[int, str],
    *,
    now: datetime,
) -> int | None:
    """Tell the holders of these certificates; None if another worker has done this chunk."""
    is_mine = (
        _invitations()
        .filter(
            pk=invitation.pk,
            state=OutboxState.PENDING,
            last_certificate_id=invitation.last_certificate_id,
        )
        .update(last_certificate_id=chunk[-1].pk, claimed_until=now + LEASE)
    )
    if not is_mine:
        return None
    learners = {one.enrolment.learner_id: one for one in reversed(chunk)}
    said = notices_of_kind(NoticeKind.UPDATE_INVITED).filter(
        quiz_key=invitation.item_key,
        created_at__gte=invitation.created_at,
        learner__in=learners,
    )
    for pk in set(said.values_list("learner_id", flat=True)):
        del learners[pk]
    for certificate in learners.values():
        learner = certificate.enrolment.learner
        notify_learner(
            learner=learner,
            kind=NoticeKind.UPDATE_INVITED,
            now=now,
            path=paths[certificate.pk],
            words=in_language(invitation.words, learner.language),
            item_key=invitation.item_key,
        )
    invitation.last_certificate_id = chunk[-1].pk
    invitation.invited += len(learners)
    _invitations().filter(pk=invitation.pk).update(invited=invitation.invited)
    return len(learners)


def resend_stale_invitations(*, now: datetime) -> int:
    """Send again every invitation that waits and that nobody holds; return how many were sent.

    One whose workers vanished MOST_TRIES times is given up, with the reason.
    """
    stale = UpdateInvitation.objects.stale(now=now)
    stale.filter(tries__gte=MOST_TRIES).update(state=OutboxState.FAILED, failure=LOST_WORKER)
    waiting = stale.filter(created_at__lte=now - LEASE).order_by("created_at", "pk")
    pks = list(waiting.values_list("pk", flat=True))
    for pk in pks:
        send_now(INVITE_TASK, invitation_id=pk)
    return len(pks)


def _invitations() -> "QuerySet[UpdateInvitation]":
    """Return the rows as what they are: the manager of an outbox knows them by their base only."""
    return QuerySet(UpdateInvitation)
