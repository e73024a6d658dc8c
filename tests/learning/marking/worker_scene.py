"""Correct a question for many in the database of the worker's test, in a process of its own."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.learning.marking.worker_settings")

import django

django.setup()

from lms.learning.enums import RegradeKind
from lms.learning.marking.queries.previews import preview_regrade
from lms.learning.marking.services import make_regrade, regrades
from lms.learning.regrading import Correction
from tests.learning.marking.cases import LATER, make_scene


def main(number: int) -> None:
    """Hand in and mark so many attempts, and leave their correction to the worker."""
    scene = make_scene()
    for _ in range(number):
        attempt = scene.hand_in(scene.learner(), "b", "a")
        scene.mark(attempt, "excelente", "falta")
    regrades.AT_ONCE = 0
    correction = Correction(RegradeKind.FULL_MARK)
    make_regrade(
        quiz_key=scene.quiz_key,
        version=scene.choice,
        correction=correction,
        reason="La pregunta estaba mal.",
        digest=preview_regrade(scene.quiz_key, scene.choice, correction).digest,
        acting_user=scene.lead,
        now=LATER,
    )


main(int(sys.argv[1]))
