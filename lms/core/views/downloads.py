"""Answers that a browser keeps as files."""

from typing import TypeVar

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from lms.core.workbooks import CONTENT_TYPES, Page, csv_lines, table_of

Answer = TypeVar("Answer", bound=HttpResponseBase)


def as_attachment(answer: Answer, name: str) -> Answer:
    """Return an answer that a browser keeps as a file of this name."""
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def sheet_answer(content: bytes, *, name: str, kind: str) -> HttpResponse:
    """Return a finished sheet as a file: `kind` is one of CONTENT_TYPES, and its ending."""
    answer = HttpResponse(content, content_type=CONTENT_TYPES[kind])
    return as_attachment(answer, f"{name}.{kind}")


def table_answer(page: Page, *, name: str, kind: str) -> HttpResponseBase:
    """Return a table of any length as a file; a CSV goes out line by line.

    Args:
        page: the table. Its rows are read once.
        name: how the file is called, without the ending.
        kind: one of CONTENT_TYPES.
    """
    if kind != "csv":
        return sheet_answer(table_of(page, kind=kind), name=name, kind=kind)
    answer = StreamingHttpResponse(csv_lines(page.rows), content_type=CONTENT_TYPES[kind])
    return as_attachment(answer, f"{name}.{kind}")
