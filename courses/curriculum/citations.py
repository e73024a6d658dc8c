"""What a lesson, a question or an ending rests on, as the files say it."""

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from courses.curriculum.fields import Fields

MARKS = ("R", "M-H", "M-M")


def read_sources(header: Fields) -> list[dict[str, str]]:
    """Return what a lesson, a question or an ending rests on: records by their key, or words."""
    found = []
    for record in header.records("sources"):
        names_record = record.has("record")
        address = record.text("url", is_required=False)
        if address:
            check_address(record, address)
        said = {
            "label": record.text("label", longest=300, is_required=not names_record),
            "date": record.partial_date("date") if record.has("date") else "",
            "url": address,
            "mark": "",
        }
        if not names_record or record.has("mark"):
            said["mark"] = record.choice("mark", MARKS)
        if names_record:
            said["record"] = record.key("record")
            said["place"] = record.text("place", longest=120, is_required=False)
            record.problems.refer(record.path, record.line_of("record"), said["record"])
        found.append(said)
        record.finish()
    if not found:
        header.note("`sources` names at least one source", "sources")
    return found


def check_address(record: Fields, address: str) -> None:
    """Note an address that is none."""
    try:
        URLValidator(schemes=["https", "http"])(address)
    except ValidationError:
        record.note(f"`url` is no address of a site: “{address}”", "url")
