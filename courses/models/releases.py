"""The frozen promise of a course, and who may touch the course."""

from functools import cached_property

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.enums import StaffPart
from courses.promises import CoursePromise


class CourseRelease(models.Model):
    """What a course promised on the day it was released; a row is never changed."""

    course_key = models.UUIDField(_("course"), db_index=True)
    number = models.PositiveIntegerField(_("number"))
    promise = models.JSONField(_("promise"))
    is_pilot = models.BooleanField(_("pilot"))
    created_at = models.DateTimeField(_("released at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("course release")
        verbose_name_plural = _("course releases")
        constraints = [
            models.UniqueConstraint(fields=["course_key", "number"], name="release_number_unique")
        ]

    def __str__(self) -> str:
        return f"{self.typed_promise.title} ({self.number})"

    @cached_property
    def typed_promise(self) -> CoursePromise:
        """The promise as its frozen structure."""
        return CoursePromise.from_json(self.promise)


class CourseStaff(models.Model):
    """A person who may write, release and follow one course."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="course_staff")
    course_key = models.UUIDField(_("course"), db_index=True)
    part = models.CharField(
        _("part"), max_length=10, choices=StaffPart.choices, default=StaffPart.TRAINER
    )

    class Meta:
        verbose_name = _("course staff")
        verbose_name_plural = _("course staff")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course_key"],
                name="course_staff_once",
                violation_error_message=_("This person is on the staff of this course already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}, {self.course_key}"
