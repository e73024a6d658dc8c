"""The printed page of a certificate as HTML: its words, its sizes, its QR. Knows no renderer."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from certificates.codes import grouped
from certificates.design_content import DesignContent
from certificates.facts import CertificateFacts, PrintedModule
from certificates.print_drawings import colour_sheet, qr_drawing, qr_svg, tinted
from certificates.print_fitting import fitting_size
from certificates.print_jobs import FIRST_LAYOUT, Print
from certificates.print_layouts import (
    LAYOUT_SHAPES,
    MODULE_MEASURE,
    MODULE_MEASURE_BESIDE_QR,
    NAME_SIZES,
    TITLE_SIZES,
    Layout,
    fit_award,
    fit_heading,
    fit_institution,
    fit_issuer,
    fit_programme,
    fit_signatories,
)
from certificates.wording import minutes_words, printed_words, signature_words

MEASURE_MM = 241
"""Width of the column of text on the first page of horizonte-1."""
FIRST_NAME_SIZES, FIRST_TITLE_SIZES = tuple(NAME_SIZES[:6]), tuple(TITLE_SIZES[:4])
LONG_TEXT = 260
ROOMY_PROGRAMME = 900
"""Characters of modules and topics that fit the second page of horizonte-1 at its larger size."""
FULL_PROGRAMME = 3200
"""Characters beyond which horizonte-1 leaves the topics out, so that two pages stay two pages."""
LEAST_OFFLINE_MM, MOST_OFFLINE_MM, MM_PER_CELL = 34, 56, 0.46
PICTURE = "amparo:picture/"


def page_of(job: Print) -> str:
    """Return the page of a certificate as HTML, in its own language.

    Raises:
        KeyError: no layout has this name.
        ValueError: a layout of a design came without the design.
    """
    layout = LAYOUT_SHAPES[job.layout]
    context = print_context(job) if job.layout == FIRST_LAYOUT else design_context(job, layout)
    with translation.override(job.language):
        return render_to_string(f"certificates/print/{job.layout}.html", context)


def style_sheets_of(layout: str) -> tuple[str, ...]:
    """Return the names of the style sheets of a layout, in their order."""
    return LAYOUT_SHAPES[layout].style_sheets


def drawings_of(job: Print) -> Mapping[str, str]:
    """Return the drawings that the page of this job asks for, as SVG by their address."""
    if job.content is None:
        return {}
    drawings = {"amparo:qr/check": qr_svg(f"{check_address()}{job.code}/", error="m")[0]}
    if job.fragment:
        drawings["amparo:qr/offline"] = qr_svg(offline_address(job), error="l")[0]
    files = {"mark": "common-1-mark.svg", **LAYOUT_SHAPES[job.layout].drawings}
    for name, file_name in files.items():
        drawings[f"amparo:drawing/{name}"] = tinted(file_name, job.content)
    return drawings


def check_address() -> str:
    """Return the public address at which codes are checked."""
    with translation.override("es"):
        return f"{settings.BASE_URL}{reverse('verify')}"


def offline_address(job: Print) -> str:
    """Return what the QR for checks without a network says."""
    return f"{check_address()}{job.code}/#{job.fragment}"


def design_context(job: Print, layout: Layout) -> dict[str, Any]:
    """Return what the templates of the layouts from horizonte-2 on ask for."""
    if job.content is None:
        raise ValueError("a layout of a design needs the design")
    facts = job.facts
    measure = MODULE_MEASURE_BESIDE_QR if job.fragment else MODULE_MEASURE
    rows = tuple((one.title, " · ".join(one.topics)) for one in facts.modules)
    size = fit_programme(rows, measure=measure, above=(facts.course_title, facts.full_name))
    return {
        "facts": facts,
        "layout": layout,
        "language": job.language,
        "words": printed_words(facts, job.language),
        "colours": colour_sheet(job.content),
        "modules": _module_lines(facts, job.language, is_full=bool(size.topics)),
        "sizes": {
            "award": fit_award(
                layout,
                name=facts.full_name,
                title=facts.course_title,
                texts=(facts.certificate_text, facts.attests, facts.closing),
            ),
            "programme": size.css_class,
            "heading": fit_heading(
                layout, facts.heading or "Certificado", is_labelled=facts.is_pilot or job.is_sample
            ),
            "issuer": fit_issuer(facts.issuer_name),
            "signing": fit_signatories(
                layout, tuple((one.name, one.post) for one in facts.signatories)
            ),
        },
        "logos": _logos(job.content),
        "signatories": _signatories(facts, job.content),
        "code": grouped(job.code),
        "check_address": check_address(),
        "shown_address": check_address().partition("://")[2],
        "signature": signature_words(job.language),
        "offline_mm": _offline_mm(job),
        "is_sample": job.is_sample,
    }


def _logos(content: DesignContent) -> list[dict[str, str]]:
    return [
        {
            "name": one.institution,
            "source": f"{PICTURE}{one.picture}" if one.picture else "",
            "size": fit_institution(one.institution),
        }
        for one in content.logos
    ]


def _signatories(facts: CertificateFacts, content: DesignContent) -> list[dict[str, str]]:
    """Return those who sign; a scanned signature stands only above the name that it belongs to."""
    scans = {(one.name, one.post): one.picture for one in content.signatories if one.picture}
    found = ((one, scans.get((one.name, one.post), "")) for one in facts.signatories)
    return [
        {"name": one.name, "post": one.post, "source": f"{PICTURE}{scan}" if scan else ""}
        for one, scan in found
    ]


def _offline_mm(job: Print) -> str:
    """Return the width of the second QR: its cells must stay apart on a page of 150 dpi."""
    if not job.fragment:
        return ""
    cells = qr_svg(offline_address(job), error="l")[1]
    return str(round(min(max(cells * MM_PER_CELL, LEAST_OFFLINE_MM), MOST_OFFLINE_MM)))


# --- horizonte-1, as it was: certificates of then must come out byte by byte ---------------------


def print_context(job: Print) -> dict[str, Any]:
    """Return what the template of horizonte-1 asks for."""
    facts, address = job.facts, check_address()
    return {
        "facts": facts,
        "language": job.language,
        "words": printed_words(facts, job.language),
        "modules": _module_lines(
            facts, job.language, is_full=_programme_length(facts) <= FULL_PROGRAMME
        ),
        "sizes": _size_classes(facts),
        "code": grouped(job.code),
        "check_address": address,
        "shown_address": address.partition("://")[2],
        "qr": qr_drawing(f"{address}{job.code}/"),
    }


def _size_classes(facts: CertificateFacts) -> dict[str, str]:
    """Return the classes that make long texts fit; without JavaScript, before the page is laid out."""
    name = fitting_size(facts.full_name, FIRST_NAME_SIZES, face="regular", measure=MEASURE_MM)
    title = fitting_size(facts.course_title, FIRST_TITLE_SIZES, face="bold", measure=MEASURE_MM)
    is_long = len(facts.certificate_text) > LONG_TEXT
    return {
        "name": f"name-{name}",
        "title": f"title-{title}",
        "text": "attests-long" if is_long else "",
        "award": "roomy" if name < 3 and title == 0 and not is_long else "",
        "programme": "dense" if _programme_length(facts) > ROOMY_PROGRAMME else "",
    }


def _programme_length(facts: CertificateFacts) -> int:
    return sum(_line_length(module) for module in facts.modules)


def _line_length(module: PrintedModule) -> int:
    return 60 + len(module.title) + sum(len(topic) + 3 for topic in module.topics)


def _module_lines(facts: CertificateFacts, language: str, *, is_full: bool) -> list[dict[str, str]]:
    return [
        {
            "title": module.title,
            "topics": " · ".join(module.topics) if is_full else "",
            "minutes": minutes_words(module.minutes, language),
            "score": module.score,
        }
        for module in facts.modules
    ]
