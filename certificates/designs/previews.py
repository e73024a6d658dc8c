"""Looking at a design before anything is issued with it: sample facts, and the real renderer.

The page is written here, and a process of its own makes the PDF of it (`certificates.pdf_process`):
WeasyPrint in a thread of the web server would crash it sooner or later, and the worker's queue
would make people wait behind certificates. A start costs about a second.
"""

import base64
import json
import subprocess
import sys
import threading
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from certificates.codes import LENGTH
from certificates.design_content import DesignContent
from certificates.design_facts import with_design
from certificates.designs.queries import design_pictures
from certificates.facts import CertificateFacts, PrintedModule, PrintedSignatory
from certificates.models import IssuerSettings
from certificates.pdf import assets_of
from certificates.print_jobs import Print
from certificates.print_pages import page_of

SHORT_NAME = "Ana Ríos"
LONG_NAME = (
    "María de los Ángeles Guadalupe Ñahuinccopa Huamanchumo "
    "de la Cruz y Santa María Villavicencio Quispe"
)
LEAST_MARK = "14 / 20"
SAMPLE_CODE = "0" * LENGTH
AT_ONCE = 2
MOST_SECONDS_WAITING = 15
MOST_SECONDS_DRAWING = 30

_places = threading.BoundedSemaphore(AT_ONCE)


class PreviewError(Exception):
    """The preview could not be drawn; its message is for people."""


def sample_facts(*, name: str, language: str) -> CertificateFacts:
    """Return the facts of a certificate that nobody has."""
    issuer: IssuerSettings = IssuerSettings.load()
    with translation.override(language):
        return CertificateFacts(
            full_name=name,
            document_tail="000",
            kind=_("Course"),
            mode=_("online, self-paced"),
            course_title=_("A course of your institution"),
            certificate_text=_("Here stands what the course attests, as its release promised."),
            start_date=date(2026, 3, 2),
            end_date=date(2026, 4, 24),
            issue_date=date(2026, 4, 24),
            valid_until_date=date(2028, 4, 24),
            minutes=900,
            hours=Decimal(20),
            score="17 / 20",
            pass_mark=LEAST_MARK,
            issuer_name=issuer.name,
            issuer_ruc=issuer.ruc,
            issuer_resolution=issuer.resolution,
            place=issuer.place,
            release_number=1,
            is_pilot=False,
            modules=tuple(
                PrintedModule(
                    _("Module %(number)d") % {"number": number},
                    300,
                    "17 / 20",
                    (_("First topic"), _("Second topic"), _("Third topic")),
                )
                for number in (1, 2, 3)
            ),
            signatories=tuple(
                PrintedSignatory(one.name, one.post)
                for one in issuer.signatories.order_by("sort_order", "pk")
            ),
        )


def sample_job(
    content: DesignContent,
    *,
    is_long: bool,
    language: str,
    pictures: dict[str, bytes] | None = None,
) -> Print:
    """Return what to print: the design with sample facts, marked as a sample.

    Args:
        content: the design, saved or not.
        is_long: with the long name.
        language: `es` or `en`.
        pictures: those that are not kept yet, by their digest.
    """
    facts = sample_facts(name=LONG_NAME if is_long else SHORT_NAME, language=language)
    return Print(
        facts=with_design(facts, content, language=language),
        code=SAMPLE_CODE,
        language=language,
        layout=content.layout,
        content=content,
        pictures={**design_pictures(content), **(pictures or {})},
        is_sample=True,
    )


def draw(job: Print) -> bytes:
    """Return the PDF of a job, made by a process of its own, unsigned.

    Raises:
        PreviewError: too many people look at previews, or it took too long or failed.
    """
    order = {
        "html": page_of(job),
        "layout": job.layout,
        "identifier": job.code,
        "assets": {
            url: (base64.b64encode(content).decode(), media_type)
            for url, (content, media_type) in assets_of(job).items()
        },
    }
    if not _places.acquire(timeout=MOST_SECONDS_WAITING):
        raise PreviewError(_("Many previews are being drawn at this moment. Try again soon."))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "certificates.pdf_process"],
            input=json.dumps(order).encode(),
            capture_output=True,
            cwd=settings.BASE_DIR,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            timeout=MOST_SECONDS_DRAWING,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PreviewError(_("The preview took too long.")) from error
    finally:
        _places.release()
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        raise PreviewError(_("The preview could not be drawn."))
    return done.stdout
