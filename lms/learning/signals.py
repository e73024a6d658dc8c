"""The one signal that goes upwards."""

from django.dispatch import Signal

course_completed = Signal()
"""Sent inside the transaction that completes an enrolment, with `enrolment` and `now`.

Whoever hears it inserts rows and does no input or output.
"""
