"""Run inside a process of its own: first_release.py DATABASE.

Makes a database as the first release left it, brings it forward, says as JSON what the product
reads there, takes it back, and brings it forward once more. DATABASE is a file of SQLite, or the
name of a database that is made on the server of the settings and dropped at the end.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.test")
django.setup()

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from lms.accounts.models import User
from lms.learning.attempts.queries import counted_scores, quiz_standing
from lms.learning.attempts.services import save_response, submit_attempt
from lms.learning.models import Attempt, Enrolment, Response
from lms.learning.progress import progress_in
from tests.support.databases import collector_off

FIRST = [("courses", "0001_initial"), ("learning", "0001_initial")]
BEGUN = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
COURSE, MODULE = UUID(int=1), UUID(int=2)
ONE, OTHER = UUID(int=11), UUID(int=12)
RULE = {"pass_mark": "70.00", "attempts": None, "layout": "one_per_page", "feedback": "at_end"}
CONTENT = {
    "stems": {"es": "¿Qué hace primero?", "en": "What do you do first?"},
    "explanations": {"es": "Primero la seguridad.", "en": "Safety first."},
    "sources": [{"label": "Ficha de prueba", "date": "2026", "url": "", "mark": "R"}],
    "figure": None,
    "level": "apply",
    "lesson": "",
    "needs_legal_review": False,
    "options": [
        {
            "id": letter,
            "texts": {"es": f"Opción {letter}", "en": f"Option {letter}"},
            "feedback": {"es": f"Comentario {letter}", "en": f"Feedback {letter}"},
            "weight": weight,
        }
        for letter, weight in (("a", "1"), ("b", "0"))
    ],
}


def promise() -> dict[str, Any]:
    """Return the promise of a course of two quizzes as the first release wrote it."""
    return {
        "course_key": str(COURSE),
        "titles": {"es": "Curso", "en": "Course"},
        "certificate_texts": {"es": "Texto", "en": "Text"},
        "validity_months": 24,
        "languages": ["es", "en"],
        "scale": "vigesimal",
        "is_pilot": False,
        "modules": [
            {
                "key": str(MODULE),
                "titles": {"es": "Módulo", "en": "Module"},
                "requires": [],
                "items": [
                    {
                        "key": str(key),
                        "kind": "quiz",
                        "titles": {"es": "Prueba", "en": "Quiz"},
                        "minutes": 10,
                        "requires": [],
                        "pass_mark": "70.00",
                        "attempts": None,
                    }
                    for key in (ONE, OTHER)
                ],
            }
        ],
    }


@contextmanager
def database(name: str, *, template: str = "") -> Iterator[None]:
    """Point the connection at a database of its own, which is there only for as long as this.

    On a server it is a copy of `template`, if that is named; nobody may be connected to it then.
    """
    is_server = connection.vendor == "postgresql"
    quoted = connection.ops.quote_name(name)
    if is_server:
        with connection._nodb_cursor() as cursor:
            copied = f" TEMPLATE {connection.ops.quote_name(template)}" if template else ""
            cursor.execute(f"CREATE DATABASE {quoted}{copied}")
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        if is_server:
            with connection._nodb_cursor() as cursor:
                cursor.execute(f"DROP DATABASE {quoted}")


def migrate(targets: list[tuple[str, str]] | None = None) -> None:
    """Bring the database to these migrations, else to the newest."""
    executor = MigrationExecutor(connection)
    wanted: Any = targets or executor.loader.graph.leaf_nodes()
    with collector_off():
        executor.migrate(wanted)


def models_as_of(targets: list[tuple[str, str]]) -> Any:
    """Return the models as they were after these migrations."""
    return MigrationExecutor(connection).loader.project_state(targets).apps


class FirstRelease:
    """Writes what the first release had, through its own models."""

    def __init__(self, apps: Any) -> None:
        self.model = apps.get_model
        category = self.model("courses", "QuestionCategory").objects.create(
            bank=self.model("courses", "QuestionBank").objects.create(name="Banco", slug="banco"),
            path="uno",
            name="Uno",
        )
        self.versions = [self.version(category, f"p-{number}") for number in (1, 2)]
        self.enrolment = self.model("learning", "Enrolment").objects.create(
            learner=self.model("accounts", "User").objects.create(
                email="ana@example.test", full_name="Ana Prueba", password="!"
            ),
            course_key=COURSE,
            release=self.model("courses", "CourseRelease").objects.create(
                course_key=COURSE, number=1, promise=promise(), is_pilot=False, created_at=BEGUN
            ),
            enrolled_at=BEGUN,
        )

    def version(self, category: Any, key: str) -> Any:
        """Return a published version with the content of then."""
        question = self.model("courses", "Question").objects.create(
            category=category, key=key, kind="single_choice"
        )
        version = self.model("courses", "QuestionVersion").objects.create(
            question=question, number=1, kind="single_choice", content=CONTENT, created_at=BEGUN
        )
        question.live_version = version
        question.save()
        return version

    def attempt(self, quiz: UUID, number: int, *letters: str, **fields: Any) -> Any:
        """Return an attempt with an answer for each letter; an empty one was not answered."""
        begun = BEGUN + timedelta(hours=number)
        attempt = self.model("learning", "Attempt").objects.create(
            enrolment=self.enrolment,
            quiz_key=quiz,
            number=number,
            rule=fields.pop("rule", RULE),
            started_at=begun,
            **fields,
        )
        for position, (version, letter) in enumerate(
            zip(self.versions, letters, strict=True), start=1
        ):
            item = self.model("learning", "AttemptItem").objects.create(
                attempt=attempt,
                position=position,
                question_version=version,
                option_order=["b", "a"],
            )
            if letter:
                is_marked = attempt.state == "submitted"
                self.model("learning", "Response").objects.create(
                    item=item,
                    given={"chosen": [letter]},
                    sequence=1,
                    saved_at=begun,
                    mark=Decimal(letter == "a") if is_marked else None,
                )
        return attempt

    def handed_in(self, quiz: UUID, number: int, score: int, *letters: str, **rule: Any) -> Any:
        """Return an attempt with its result."""
        rule = {**RULE, **rule}
        return self.attempt(
            quiz,
            number,
            *letters,
            rule=rule,
            state="submitted",
            submitted_at=BEGUN + timedelta(hours=number, minutes=5),
            score=Decimal(score),
            is_passed=score >= Decimal(rule["pass_mark"]),
        )


def what_is_read() -> dict[str, Any]:
    """Return what the product reads of the attempts, exactly as it stands."""
    rows = Attempt.objects.order_by("quiz_key", "number")
    found = [
        {
            "quiz": one.quiz_key.int,
            "number": one.number,
            "state": one.state,
            "mode": one.mode,
            "score": None if one.score is None else str(one.score),
            "is_passed": one.is_passed,
            "counts": one.counts,
            "is_marked_when_handed_in": one.marked_at == one.submitted_at,
            "marks": [
                None if mark is None else str(mark)
                for mark in one.items.order_by("position").values_list("mark", flat=True)
            ],
            "slots": list(one.items.order_by("position").values_list("slot", flat=True)),
        }
        for one in rows
    ]
    return {"attempts": found}


def what_is_known() -> dict[str, Any]:
    """Return what the engine makes of it."""
    enrolment = Enrolment.objects.select_related("release").get()
    scores = counted_scores(enrolment)
    standings = [quiz_standing(enrolment, key, now=BEGUN) for key in (ONE, OTHER)]
    return {
        "done": sorted(key.int for key in progress_in(enrolment).done),
        "scores": {str(key.int): str(score) for key, score in sorted(scores.items())},
        "is_passed": [one.is_passed for one in standings],
    }


def what_pages_say() -> list[list[Any]]:
    """Return the status of the learner's pages, and whether they show what they ought to."""
    client = Client()
    client.force_login(User.objects.get())
    found = []
    for one in Attempt.objects.order_by("quiz_key", "number"):
        place = "1/" if one.state == "in_progress" else "resultado/"
        answer = client.get(f"/mi-aprendizaje/intento/{one.public_id}/{place}")
        found.append([answer.status_code, "¿Qué hace primero?" in answer.content.decode()])
    return found


def finish_the_one_under_way() -> list[Any]:
    """Hand in the attempt that was under way during the change; return its score."""
    under_way = Attempt.objects.get(state="in_progress")
    learner = under_way.enrolment.learner
    save_response(
        attempt=under_way,
        position=2,
        posted={"": ["a"]},
        sequence=2,
        acting_user=learner,
        now=BEGUN,
    )
    done = submit_attempt(attempt=under_way, acting_user=learner, now=BEGUN + timedelta(hours=9))
    return [done.state, str(done.score), done.is_passed]


def main() -> None:
    """Go there and back again, and say what was found on the way."""
    with database(sys.argv[1]):
        migrate(FIRST)
        first = FirstRelease(models_as_of(FIRST))
        first.handed_in(ONE, 1, 50, "a", "b")
        first.handed_in(ONE, 2, 50, "a", "", pass_mark="50.00")
        first.handed_in(ONE, 3, 50, "b", "a")
        first.handed_in(OTHER, 1, 50, "a", "b")
        first.handed_in(OTHER, 2, 50, "b", "a")
        first.attempt(OTHER, 3, "a", "")
        migrate()
        found = {"read": what_is_read(), "known": what_is_known(), "pages": what_pages_say()}
        migrate(FIRST)
        old = models_as_of(FIRST)
        rows = old.get_model("learning", "Attempt").objects.order_by("quiz_key", "number")
        marks = old.get_model("learning", "Response").objects.order_by("pk")
        found["back"] = {
            "states": list(rows.values_list("state", flat=True)),
            "marks": [None if one.mark is None else str(one.mark) for one in marks],
        }
        migrate()
        found["again"] = what_is_read()
        found["responses"] = Response.objects.count()
        found["finished"] = finish_the_one_under_way()
        print(json.dumps(found))  # noqa: T201 - this is the answer of the script


if __name__ == "__main__":
    main()
