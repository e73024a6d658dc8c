"""The matrix of a cohort: python -m benchmarks.matrix, on a site of its own (see __main__).

Its page is compared with a plain table: the same rows fetched by one query that joins names to
lessons, and written out cell by cell. BENCH_LEARNERS and BENCH_ITEMS make it smaller.
"""

import json
import os
import tracemalloc
import uuid
from collections import defaultdict
from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from typing import Any

import django

django.setup()

from django.db import connection
from django.template import engines
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.measure import Figure, medians
from courses.enums import ItemKind, QuizMode
from courses.models import CourseRelease, CourseStaff
from courses.promises import CoursePromise, PromisedItem, PromisedModule
from lms.accounts.models import User
from lms.learning.enums import AttemptState
from lms.learning.models import Attempt, Cohort, Enrolment, LessonProgress

LEARNERS = int(os.environ.get("BENCH_LEARNERS", "1000"))
ITEMS = int(os.environ.get("BENCH_ITEMS", "60"))
A_MODULE = 10
ROUNDS = 5
RULE = {"pass_mark": "70", "attempts": None, "layout": "one_per_page", "feedback": "at_end"}
PLAIN = """<table>{% for name, cells in rows %}<tr><th>{{ name }}</th>{% for cell in cells %}
<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"""


def made_release(model: CourseRelease) -> CourseRelease:
    """Return a release of ITEMS items, every fifth a quiz, in modules of ten."""
    items = [
        PromisedItem(
            key=uuid.uuid4(),
            kind=ItemKind.QUIZ if place % 5 == 0 else ItemKind.LESSON,
            titles={"es": f"Parte {place}"},
            minutes=10,
            pass_mark=Decimal(70) if place % 5 == 0 else None,
            mode=QuizMode.GRADED,
        )
        for place in range(1, ITEMS + 1)
    ]
    modules = tuple(
        PromisedModule(
            key=uuid.uuid4(),
            titles={"es": f"Módulo {start // A_MODULE + 1}"},
            items=tuple(items[start : start + A_MODULE]),
            requires=(items[start - 1].key,) if start else (),
        )
        for start in range(0, ITEMS, A_MODULE)
    )
    old = model.typed_promise
    promise = CoursePromise(
        course_key=uuid.uuid4(),
        titles=old.titles,
        certificate_texts=old.certificate_texts,
        modules=modules,
        validity_months=24,
        languages=("es",),
        scale=old.scale,
        is_pilot=True,
        attendance_percent=80,
        needs_approval=True,
    )
    return CourseRelease.objects.create(
        course_key=promise.course_key,
        number=1,
        promise=promise.to_json(),
        is_pilot=True,
        created_at=timezone.now(),
    )


def fill(release: CourseRelease) -> Cohort:
    """Return a cohort whose people have done, tried or left undone every one of the items."""
    now = timezone.now()
    today = timezone.localdate(now)
    cohort = Cohort.objects.create(
        release=release,
        name="Cohorte grande",
        starts_date=today - timedelta(days=30),
        ends_date=today + timedelta(days=30),
        created_at=now,
    )
    people = User.objects.bulk_create(
        User(email=f"p{n}@matrix.test", full_name=f"Persona {n:04} Núñez") for n in range(LEARNERS)
    )
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(
            learner=person,
            release=release,
            course_key=release.course_key,
            cohort=cohort,
            enrolled_at=now - timedelta(days=30),
        )
        for person in people
    )
    items = list(release.typed_promise.items())
    LessonProgress.objects.bulk_create(
        (
            LessonProgress(
                enrolment=enrolment,
                lesson_key=item.key,
                opened_at=now - timedelta(days=n % 20),
                completed_at=now - timedelta(days=n % 20) if place % 7 else None,
            )
            for n, enrolment in enumerate(enrolments)
            for place, item in enumerate(items)
            if item.kind == ItemKind.LESSON
        ),
        batch_size=2_000,
    )
    Attempt.objects.bulk_create(
        (
            Attempt(
                enrolment=enrolment,
                quiz_key=item.key,
                number=1,
                state=AttemptState.MARKED,
                rule=RULE,
                started_at=now - timedelta(days=3),
                submitted_at=now - timedelta(days=3),
                marked_at=now,
                score=Decimal(80) if (n + place) % 3 else Decimal(40),
                is_passed=bool((n + place) % 3),
                counts=True,
            )
            for n, enrolment in enumerate(enrolments)
            for place, item in enumerate(items)
            if item.kind == ItemKind.QUIZ
        ),
        batch_size=2_000,
    )
    return cohort


def plain_table(cohort: Cohort) -> str:
    """Return the same rows as a plain table, by one query."""
    rows: dict[str, list[Any]] = defaultdict(list)
    found = LessonProgress.objects.filter(enrolment__cohort=cohort).order_by("enrolment", "pk")
    for name, key, at in found.values_list(
        "enrolment__learner__full_name", "lesson_key", "completed_at"
    ):
        rows[name].append(f"{key}"[:4] if at else "-")
    template = engines["django"].from_string(PLAIN)
    return str(template.render({"rows": list(rows.items())}))


def main() -> None:
    """Fill, measure, print the figures as one line of JSON."""
    trainer = User.objects.get(email="beto@demo.test")
    release = made_release(Enrolment.objects.get(learner__email="ana@demo.test").release)
    CourseStaff.objects.create(user=trainer, course_key=release.course_key)
    cohort = fill(release)
    client = Client()
    client.force_login(trainer)
    address = f"/ensenar/cohortes/{cohort.pk}/avance/"
    figures = []
    for name, query in (("of 50", ""), ("whole", "?todo=1")):

        def get(query: str = query) -> Any:
            response = client.get(f"{address}{query}", secure=True)
            assert response.status_code == 200, response.status_code
            return response

        get()
        connection.queries_log.clear()  # where DEBUG is on, filling has filled it
        with CaptureQueriesContext(connection) as queries:
            size = len(get().content)
        tracemalloc.start()
        get()
        peak = tracemalloc.get_traced_memory()[1] // 1_000_000
        tracemalloc.stop()
        measured, baseline = medians(get, lambda: plain_table(cohort), rounds=ROUNDS)
        figures.append(
            Figure(
                f"a matrix of {LEARNERS} by {ITEMS}, page {name} ({peak} MB at most)",
                measured,
                "the rows by one query, a plain table",
                baseline,
                len(queries),
                size,
            )
        )
    print(json.dumps([asdict(figure) for figure in figures]))


if __name__ == "__main__":
    main()
