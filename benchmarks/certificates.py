"""One certificate after the other in one process: time and memory of each, signed.

python -m benchmarks.certificates, for the site of AMPARO_VAR. Beside it a naive `write_pdf()` of
the same page, unsigned, with fonts of its own each time. BENCH_DOCUMENTS changes how many.
"""

import gc
import io
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import django

django.setup()

from django.core.management import call_command
from django.utils import timezone

from benchmarks.measure import Figure, medians
from benchmarks.naive import job_of, naive_rendering
from certificates import pdf, services
from certificates.models import Certificate
from certificates.pdf_checking import PdfFinding, look_at_signature
from certificates.services.file_signing import file_signer

DOCUMENTS = int(os.environ.get("BENCH_DOCUMENTS", "400"))
WARM = 60
"""Documents after which caches are full: growth is measured from there."""
ROUNDS = 12
PAGE_KB = os.sysconf("SC_PAGE_SIZE") / 1024


def resident_kb() -> float:
    """Return the resident memory of this process."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_KB


def growth_kb(render: Callable[[int], object], *, documents: int, warm: int) -> float:
    """Return how much memory each document leaves behind, once the caches are full."""
    for number in range(warm):
        render(number)
    before = resident_kb()
    for number in range(warm, warm + documents):
        render(number)
    return max(resident_kb() - before, 0.0) / documents


def figures(folder: Path) -> list[Figure]:
    """Measure a signed certificate against a naive one."""
    call_command("demo_codes", "--even-without-debug", stdout=io.StringIO())
    now = timezone.now()
    certificate = Certificate.objects.filter(revoked_at=None, replaced_by=None).latest(
        "valid_until"
    )
    credential = services.sign_certificate(certificate=certificate, now=now)
    assert credential is not None
    job = replace(
        job_of(certificate),
        credential=credential.json_text,
        signer=file_signer(now=now).signer,
        signed_at=now,
    )
    naive = naive_rendering(job, folder)
    signed = pdf.render(job)
    assert look_at_signature(signed)[0] == PdfFinding.SIGNATURE_COVERS_ALL
    measured, baseline = medians(lambda: pdf.render(job), naive, rounds=ROUNDS)
    verdict, _rendering = medians(
        lambda: look_at_signature(signed), lambda: pdf.render(job), rounds=ROUNDS
    )

    def other(number: int) -> bytes:
        facts = replace(job.facts, full_name=f"{job.facts.full_name} {number}")
        return pdf.render(replace(job, facts=facts))

    kept = growth_kb(other, documents=DOCUMENTS, warm=WARM)
    kept_naively = growth_kb(lambda _number: naive(), documents=DOCUMENTS // 8, warm=WARM // 6)
    name = "a signed certificate"
    return [
        Figure(f"{name} rendered", measured, "naive write_pdf()", baseline, size=len(signed)),
        Figure(f"{name} looked at, whole or not", verdict, "the same rendered", measured),
        Figure(f"{name}: memory kept, kB (limit 60)", kept, "naive, kB", max(kept_naively, 0.1)),
    ]


def main() -> None:
    """Print the figures as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps([asdict(one) for one in figures(Path(folder))]))


if __name__ == "__main__":
    main()
