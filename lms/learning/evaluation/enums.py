"""The words of reports: how far somebody got, and by what people are grouped."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Stage(models.TextChoices):
    """How far somebody got. Whoever reached one has reached those before it."""

    ENTERED = "entered", _("Nominated or enrolled")
    STARTED = "started", pgettext_lazy("people in a report", "Started")
    FINISHED = "finished", pgettext_lazy("people in a report", "Finished")
    CERTIFIED = "certified", pgettext_lazy("people in a report", "Certified")


STAGES = tuple(Stage)


class Grouping(models.TextChoices):
    """By what the people of a report are told apart."""

    SEX = "sex", _("By sex")
    SECTOR = "sector", _("By sector")
    REGION = "region", _("By region")
