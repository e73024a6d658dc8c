"""Makers of places, sessions and releases that ask for attendance."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from courses.models import CourseRelease
from lms.learning.enums import SessionPlace
from lms.learning.models import Cohort, CourseSession
from lms.learning.sessions.services import SessionPlan


def asking_attendance(release: CourseRelease, percent: int) -> CourseRelease:
    """Return the release after it was made to promise so much attendance."""
    release.promise = replace(release.typed_promise, attendance_percent=percent).to_json()
    release.save(update_fields=["promise"])
    return CourseRelease.objects.get(pk=release.pk)


def make_session(
    cohort: Cohort, starts_at: datetime, *, hours: float = 2, **fields: Any
) -> CourseSession:
    """Return a session in a room."""
    return CourseSession.objects.create(
        cohort=cohort,
        title=fields.pop("title", "Encuentro"),
        place=SessionPlace.ROOM,
        room=fields.pop("room", "Aula 1"),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=hours),
        changed_at=starts_at - timedelta(days=30),
        **fields,
    )


def plan_of(session: CourseSession, **changes: Any) -> SessionPlan:
    """Return what a session is, with these changes."""
    plan = SessionPlan(
        title=session.title,
        place=SessionPlace(session.place),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        room=session.room,
        link=session.link,
    )
    return replace(plan, **changes)
