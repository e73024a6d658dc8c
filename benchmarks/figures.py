"""The figures: a lesson, a quiz answer, a check, a certificate."""

import io
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.checking import code_figures, file_figure
from benchmarks.measure import Figure, machine, medians, table
from benchmarks.naive import job_of, naive_rendering
from certificates import pdf
from certificates.models import Certificate
from courses.enums import ItemKind, QuizMode
from courses.models import QuizPage
from lms.accounts.models import User
from lms.core.models import AuditEvent
from lms.learning.attempts.services import start_attempt
from lms.learning.models import Attempt, Enrolment, LessonProgress

LESSON = "/cursos/curso-inicial/modulo-0/leccion-1/"
GZIP = {"Accept-Encoding": "gzip"}


def learner_client() -> tuple[Client, User]:
    """Return a logged-in learner of the starter course who has read all its lessons."""
    learner = User.objects.get(email="ana@demo.test")
    client = Client(headers=GZIP)
    client.force_login(learner)
    enrolment = Enrolment.objects.get(learner=learner)
    now = timezone.now()
    for item in enrolment.release.typed_promise.items():
        if item.kind == ItemKind.LESSON:
            LessonProgress.objects.get_or_create(
                enrolment=enrolment,
                lesson_key=item.key,
                defaults={"opened_at": now, "completed_at": now},
            )
    return client, learner


def counted(call: Callable[[], Any]) -> tuple[int, int]:
    """Return how many queries a request makes and how many bytes its answer has."""
    call()
    with CaptureQueriesContext(connection) as queries:
        response = call()
    assert response.status_code == 200, response.status_code
    return len(queries), len(response.content)


def page_figure(name: str, client: Client, address: str, baseline: float) -> Figure:
    """Measure one page against the bare view's median, taken just before."""

    def get() -> Any:
        return client.get(address, secure=True)

    queries, size = counted(get)
    measured, again = medians(get, get, rounds=60)
    return Figure(name, min(measured, again), "bare Django view", baseline, queries, size)


def bare_median() -> float:
    """Return the median of a bare Django view in this process."""
    with override_settings(ROOT_URLCONF="benchmarks.baselines", MIDDLEWARE=[]):
        client = Client()

        def get() -> object:
            return client.get("/", secure=True)

        return min(medians(get, get, rounds=200))


def answer_figure(client: Client, learner: User) -> Figure:
    """Measure saving an answer against inserting one row."""
    graded = QuizPage.objects.filter(quiz__mode=QuizMode.GRADED)
    quiz_key = graded.filter(locale__language_code="es")[0].translation_key
    enrolment = Enrolment.objects.get(learner=learner)
    attempt: Attempt = start_attempt(
        enrolment=enrolment, quiz_key=quiz_key, acting_user=learner, now=timezone.now()
    )
    item = attempt.items.order_by("position")[0]
    address = f"/mi-aprendizaje/intento/{attempt.public_id}/{item.position}/"
    sequence = [0]

    def save() -> Any:
        sequence[0] += 1
        given = {
            f"answer-{item.position}": item.option_order[sequence[0] % len(item.option_order)],
            f"sequence-{item.position}": str(sequence[0]),
        }
        return client.post(address, given, secure=True, headers={"Accept": "application/json"})

    def insert() -> object:
        with transaction.atomic():
            return AuditEvent.objects.create(
                at=timezone.now(),
                action="measured",
                target_type="bench",
                target_id="1",
                origin=secrets.token_hex(40),
            )

    queries, size = counted(save)
    measured, baseline = medians(save, insert, rounds=60)
    return Figure("a quiz answer saved", measured, "single-row insert", baseline, queries, size)


def certificate_figure(certificate: Certificate) -> Figure:
    """Measure our rendering against a naive one of the same page."""
    job = job_of(certificate)
    with tempfile.TemporaryDirectory() as folder:
        naive = naive_rendering(job, Path(folder))
        measured, baseline = medians(lambda: pdf.render(job), naive, rounds=12)
    return Figure(
        "a certificate rendered",
        measured,
        "naive write_pdf()",
        baseline,
        size=len(pdf.render(job)),
    )


def print_table() -> None:
    """Measure everything and print the table."""
    call_command("demo_codes", "--even-without-debug", stdout=io.StringIO())
    certificate = Certificate.objects.filter(revoked_at=None, replaced_by=None).latest(
        "valid_until"
    )
    client, learner = learner_client()
    bare = bare_median()
    figures = [
        page_figure("a lesson page", client, LESSON, bare),
        answer_figure(client, learner),
        page_figure("a certificate checked", Client(headers=GZIP), f"/v/{certificate.code}/", bare),
        certificate_figure(certificate),
    ]
    checked, differences = code_figures(Client(headers=GZIP), certificate)
    figures += [*checked, file_figure(Client(), certificate)]
    print(machine())
    print(table(figures))
    print(f"\n{differences}")
