"""Pages of cohorts: the trainer's, and those by which learners come in."""

from lms.learning.cohorts.views.guards import View, for_staff

__all__ = ["View", "for_staff"]
