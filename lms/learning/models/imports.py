"""People of an agency as a spreadsheet names them: checked first, then taken over by a worker."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import Agency
from lms.core.models import OutboxRow
from lms.learning.enums import StaffImportStage


class StaffImport(OutboxRow):
    """One file of people, from its upload to the last row taken over; the row is its own outbox.

    `rows` holds what was read and corrected as sealed texts, for identity documents are in it: what
    is to be taken over first, then what was refused. It is emptied when the import is over or its
    days have passed; only what was refused stays for the report. `done` of `total` rows are dealt
    with.
    """

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="imports")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    file_name = models.CharField(_("file"), max_length=200)
    stage = models.CharField(
        _("stage"),
        max_length=10,
        choices=StaffImportStage.choices,
        default=StaffImportStage.CHECKED,
    )
    rows = models.JSONField(_("rows"), default=list, blank=True)
    summary = models.JSONField(_("what came of it"), default=dict, blank=True)
    total = models.PositiveIntegerField(_("rows to deal with"), default=0)
    done = models.PositiveIntegerField(_("rows dealt with"), default=0)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("import of people")
        verbose_name_plural = _("imports of people")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(done__lte=models.F("total")), name="staff_import_done_of_total"
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.file_name}"
