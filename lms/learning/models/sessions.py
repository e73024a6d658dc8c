"""Sessions of a cohort, in a room or by video, and who was there."""

import uuid
from datetime import datetime, timedelta
from typing import Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.learning.enums import AttendanceState, AttendanceWay, SessionPlace
from lms.learning.models.cohorts import Cohort
from lms.learning.models.enrolments import Enrolment

AROUND = timedelta(minutes=30)
"""How long before and after a session its code is good, and what is signed counts as signed in it."""


class CourseSessionQuerySet(models.QuerySet["CourseSession"]):
    """Filters by whether a session is held."""

    def held(self) -> Self:
        """Return those that were not called off."""
        return self.filter(cancelled_at__isnull=True)

    def around(self, *, now: datetime) -> Self:
        """Return those that are on, begin soon or have just ended; see AROUND."""
        return self.filter(starts_at__lte=now + AROUND, ends_at__gte=now - AROUND)


class CourseSession(models.Model):
    """A session of a cohort; `uid` and `sequence` are those of its calendar entry (RFC 5545)."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="sessions")
    uid = models.UUIDField(_("number in calendars"), default=uuid.uuid4, unique=True)
    sequence = models.PositiveIntegerField(_("how often it was moved"), default=0)
    title = models.CharField(_("title"), max_length=120)
    place = models.CharField(_("where"), max_length=5, choices=SessionPlace.choices)
    room = models.CharField(_("room and address"), max_length=200, blank=True)
    link = models.URLField(_("link to the video room"), max_length=500, blank=True)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    cancelled_at = models.DateTimeField(_("called off at"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = CourseSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_start",
                violation_error_message=_("A session cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=(Q(place=SessionPlace.ROOM) & ~Q(room=""))
                | (Q(place=SessionPlace.VIDEO) & ~Q(link="")),
                name="session_has_room_or_link",
                violation_error_message=_("Say in which room, or give the link."),
            ),
        ]
        indexes = [models.Index(fields=["cohort", "starts_at"], name="session_cohort_start")]

    def __str__(self) -> str:
        return f"{self.title} ({self.cohort_id})"

    @property
    def link_host(self) -> str:
        """The server of the video room, so that people see where a link leads."""
        return urlsplit(self.link).hostname or ""

    @property
    def is_held(self) -> bool:
        """Whether it was not called off."""
        return self.cancelled_at is None


class Attendance(models.Model):
    """Whether a learner was at a session; no place and no device is ever asked for."""

    session = models.ForeignKey(CourseSession, models.PROTECT, related_name="attendance")
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="attendance")
    state = models.CharField(_("state"), max_length=8, choices=AttendanceState.choices)
    way = models.CharField(_("how it was noted"), max_length=5, choices=AttendanceWay.choices)
    noted_at = models.DateTimeField(_("noted at"))
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        constraints = [
            models.UniqueConstraint(fields=["session", "enrolment"], name="attendance_once")
        ]

    def __str__(self) -> str:
        return f"{self.session_id}, {self.enrolment_id}: {self.state}"


class AttendanceCode(models.Model):
    """A short code on the trainer's screen, by which those in the room say that they are there."""

    session = models.ForeignKey(CourseSession, models.CASCADE, related_name="codes")
    code = models.CharField(_("code"), max_length=8)
    created_at = models.DateTimeField(_("shown from"))
    expires_at = models.DateTimeField(_("valid until"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("code of a session")
        verbose_name_plural = _("codes of sessions")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="attendance_code_ends"
            )
        ]
        indexes = [models.Index(fields=["session", "expires_at"], name="attendance_code_session")]

    def __str__(self) -> str:
        return f"{self.session_id}, {self.pk}"
