"""The certificates of a cohort, issued, signed and rendered by two worker processes:
python -m benchmarks.issuing, for the site of AMPARO_VAR.

The press is the product's own service, the workers are Celery's as `serve` starts them. Beside it a
naive `write_pdf()` of the same page, unsigned, one after the other in this process.
BENCH_CERTIFICATES changes how many.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import median

import django

django.setup()

from django.core.management import call_command
from django.db.models import Count, Q
from django.utils import timezone

from benchmarks.measure import Figure
from benchmarks.naive import job_of, naive_rendering
from certificates import services
from certificates.models import Certificate, IssueBatch, IssueItem
from certificates.queries import issuances
from courses.enums import ItemKind
from lms.accounts.models import User
from lms.core.enums import OutboxState
from lms.learning.cohorts.services import create_cohort
from lms.learning.enums import AttemptState, CertificateTiming, EnrolmentState
from lms.learning.models import Attempt, Cohort, Enrolment

CERTIFICATES = int(os.environ.get("BENCH_CERTIFICATES", "1000"))
PROCESSES = 2
NAIVE_ROUNDS = 8
LOOK_SECONDS = 0.5
WARM = max(40, CERTIFICATES // 5)
"""The first certificates, with which caches fill: growth is measured after them."""
PATIENCE_SECONDS = 1800
NAMES = ("María del Pilar", "José Luis", "Rosa Elena", "Carlos Alberto", "Lucía", "Ñusta")
SURNAMES = ("Quispe Ñahui", "Huamán Ccori", "Fiestas Ramos", "Tananta Ríos", "Apaza Turpo")


def fill(now: datetime) -> Cohort:
    """Return a cohort in which so many people have completed the starter course."""
    trainer = User.objects.get(email="beto@demo.test")
    release = Enrolment.objects.get(learner__email="ana@demo.test").release
    cohort = create_cohort(
        release=release,
        name="Medida",
        starts_date=now.date(),
        ends_date=now.date(),
        certificate_timing=CertificateTiming.BY_TRAINER,
        acting_user=trainer,
        now=now,
    )
    people = User.objects.bulk_create(
        User(
            email=f"medida{number}@example.test",
            full_name=f"{NAMES[number % len(NAMES)]} {SURNAMES[number % len(SURNAMES)]}",
        )
        for number in range(CERTIFICATES)
    )
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(
            learner=person,
            release=release,
            course_key=release.course_key,
            cohort=cohort,
            state=EnrolmentState.COMPLETED,
            enrolled_at=now,
            completed_at=now,
        )
        for person in people
    )
    quizzes = [item for item in release.typed_promise.items() if item.kind == ItemKind.QUIZ]
    Attempt.objects.bulk_create(
        Attempt(
            enrolment=enrolment,
            quiz_key=quiz.key,
            number=1,
            state=AttemptState.MARKED,
            rule={},
            started_at=now,
            submitted_at=now,
            score="87.5",
            is_passed=True,
            counts=True,
        )
        for enrolment in enrolments
        for quiz in quizzes
    )
    return cohort


@dataclass
class Memory:
    """The memory of the worker's processes, in kB, with how many certificates were done by then.

    Besides, the seconds that each of them kept a processor busy.
    """

    parent: int
    seen: list[tuple[int, dict[int, int]]] = field(default_factory=list)
    processor: dict[int, float] = field(default_factory=dict)

    def look(self, done: int) -> None:
        """Note the memory of each process now."""
        children = children_of(self.parent)
        self.seen.append((done, {pid: resident(pid) for pid in children}))
        self.processor |= {pid: processor_seconds(pid) for pid in children}

    @property
    def peak(self) -> int:
        """The most that one process took."""
        return max(max(sizes.values(), default=0) for _done, sizes in self.seen)

    @property
    def growth(self) -> float | None:
        """How much all processes together grew for each certificate, once they were warm."""
        warm = [one for one in self.seen if one[0] >= WARM and one[1]]
        if not warm or warm[-1][0] == warm[0][0]:
            return None
        (first, before), (last, after) = warm[0], warm[-1]
        common = before.keys() & after.keys()
        return sum(after[pid] - before[pid] for pid in common) / (last - first)


def children_of(parent: int) -> list[int]:
    """Return the processes that Celery's main process forked."""
    found = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(pid) for pid in found.read_text().split()] if found.exists() else []


def resident(pid: int) -> int:
    """Return the resident memory of a process in kB; 0 if it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


def processor_seconds(pid: int) -> float:
    """Return for how long a process has kept a processor busy; 0 if it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def start_worker() -> "subprocess.Popen[bytes]":
    """Start Celery as `serve` does, with two processes, in a group of its own."""
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "celery", "--app", "lms", "worker", "--beat"),
            *("--pool", "prefork", "--concurrency", str(PROCESSES), "--loglevel", "error"),
            *("--without-gossip", "--without-mingle"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=sys.stderr,
        start_new_session=True,
    )


def issue(cohort: Cohort) -> tuple[float, float, Memory]:
    """Press the button; return the seconds of the press, those until all is done, and the memory."""
    worker = start_worker()
    try:
        memory = Memory(worker.pid)
        while len(children_of(worker.pid)) < PROCESSES:
            assert worker.poll() is None, "the worker ended"
            time.sleep(0.1)
        start = time.perf_counter()
        trainer = cohort.created_by
        assert trainer is not None
        batch = services.start_batch(cohort=cohort, acting_user=trainer, now=timezone.now())
        press = time.perf_counter() - start
        while IssueBatch.objects.get(pk=batch.pk).finished_at is None:
            assert time.perf_counter() - start < PATIENCE_SECONDS, "it takes too long"
            done = IssueItem.objects.filter(batch=batch).aggregate(
                done=Count("pk", filter=Q(state=OutboxState.DONE))
            )["done"]
            memory.look(done)
            time.sleep(LOOK_SECONDS)
        return press, time.perf_counter() - start, memory
    finally:
        worker.terminate()
        worker.wait()


def check() -> Certificate:
    """Return one certificate, once it is sure that each was issued once and has its file."""
    found = Certificate.objects.filter(enrolment__cohort__name="Medida")
    assert found.values("enrolment").distinct().count() == found.count() == CERTIFICATES
    made = issuances().filter(certificate__in=found, state=OutboxState.DONE)
    assert made.count() == CERTIFICATES
    return found.order_by("pk")[0]


def naive_median(certificate: Certificate) -> float:
    """Return the median milliseconds of a naive rendering."""
    times = []
    with tempfile.TemporaryDirectory() as folder:
        naive = naive_rendering(job_of(certificate), Path(folder))
        for _round in range(NAIVE_ROUNDS):
            start = time.perf_counter()
            naive()
            times.append((time.perf_counter() - start) * 1000)
    return median(times)


def measure() -> list[Figure]:
    """Issue, check, and put the figures together."""
    cohort = fill(timezone.now())
    press, seconds, memory = issue(cohort)
    certificate = check()
    size = certificate.issuance.file.size
    naive = naive_median(certificate)
    each = seconds * 1000 / CERTIFICATES
    name = f"{CERTIFICATES:,} signed certificates, {PROCESSES} workers, SQLite"
    growth = "growth not measured" if memory.growth is None else f"+{memory.growth:.1f} kB for each"
    busy = sum(memory.processor.values()) * 1000 / CERTIFICATES
    memory_words = f"a worker at most {memory.peak / 1024:.0f} MB, {growth}"
    return [
        Figure(f"the press of the button; {name}", press * 1000, "one naive write_pdf()", naive),
        Figure(
            f"all of them, {seconds:.0f} s: each; {name}; {memory_words}; "
            f"{busy:.0f} ms of a processor",
            each,
            "naive write_pdf(), unsigned",
            naive,
            size=size,
        ),
    ]


if __name__ == "__main__":
    call_command("prepare", "--demo", stdout=sys.stderr)
    figures = measure()
    sys.stdout.write("\n" + json.dumps([asdict(figure) for figure in figures]) + "\n")
