"""Comments at the blocks: who hears of them, by our neutral mail instead of Wagtail's.

Wagtail's own mail names the page, repeats the comment, and is sent while the editor waits: a mail
server that is down would break the saving.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from wagtail.models import Comment, CommentReply, Page
from wagtail.users.models import UserProfile

from courses.reviewing.enums import ReviewMailKind
from courses.reviewing.mails import note_mail
from lms.accounts.enums import StaffRole
from lms.accounts.models import User

JUST_NOW = timedelta(minutes=1)
"""How long ago a comment was written that belongs to what is being saved now."""


@transaction.atomic
def quiet_other_mails() -> int:
    """Switch Wagtail's mails about comments off for all staff; return for how many they were on."""
    staff = User.objects.filter(groups__name__in=StaffRole.values, wagtail_userprofile=None)
    missing = [UserProfile(user=user) for user in staff.distinct()]
    UserProfile.objects.bulk_create(missing, ignore_conflicts=True)
    noisy = UserProfile.objects.filter(updated_comments_notifications=True)
    return int(noisy.update(updated_comments_notifications=False))


@transaction.atomic
def tell_of_comments(*, page: Page, acting_user: User, now: datetime) -> int:
    """Promise a mail to author, sender and the others in the talk, if somebody commented just now.

    Returns how many were promised.
    """
    fresh = {"user": acting_user, "created_at__gt": now - JUST_NOW}
    own = Comment.objects.filter(page=page, **fresh)
    replies = CommentReply.objects.filter(comment__page=page, **fresh)
    if not (own.exists() or replies.exists()):
        return 0
    open_ones = Comment.objects.filter(page=page, resolved_at=None).select_related("user")
    people: dict[int, Any] = {comment.user_id: comment.user for comment in open_ones}
    state = page.current_workflow_state
    for person in (page.owner, state.requested_by if state is not None else None):
        if person is not None:
            people[person.pk] = person
    people.pop(acting_user.pk, None)
    return note_mail(users=people.values(), kind=ReviewMailKind.WAITING, now=now)
