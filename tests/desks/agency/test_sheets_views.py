"""The pages of an import: who comes in, what is kept of what was typed, what is given out."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from lms.accounts.enums import MembershipRole
from lms.accounts.invitations.queries import invitations
from lms.core.enums import OutboxState
from lms.learning.models import StaffImport
from lms.learning.staff_imports.queries import imports_of
from lms.learning.staff_imports.reading import read_people
from lms.learning.staff_imports.rows import Column, unseal
from lms.learning.staff_imports.running import run_import
from tests.factories import MembershipFactory, make_course
from tests.factories.people_sheets import SheetScene, make_sheet_scene, people_csv
from tests.learning.cast import Cast, client_of, make_cast

pytestmark = pytest.mark.django_db

ROSA = ("rosa@example.test", "", "Rosa Quispe", "45678912", "Comisaría Norte", "Grupo de marzo")
BAD = ("sin arroba", "", "Luz <b>Ramos</b>", 1234567, "", "")


@pytest.fixture
def cast() -> Cast:
    return make_cast(make_course(lessons=1))


@pytest.fixture
def scene(cast: Cast) -> SheetScene:
    """Return the scene in the agency of the cast's coordinator."""
    made = make_sheet_scene(cast.release, now=timezone.now())
    MembershipFactory(user=cast.coordinator, agency=made.agency, role=MembershipRole.COORDINATOR)
    return made


def url(scene: SheetScene, name: str, *args: Any) -> str:
    return reverse(name, args=[scene.agency.pk, *args])


def browser(scene: SheetScene) -> Client:
    return client_of(scene.coordinator)


def bring(scene: SheetScene, content: bytes, name: str = "gente.xlsx") -> Any:
    file = SimpleUploadedFile(name, content)
    return browser(scene).post(url(scene, "agency_imports"), {"file": file})


WRITING = ("correct", "zeros", "put_back", "confirm", "drop", "retry")


def test_imports_are_the_coordinators_alone(cast: Cast, scene: SheetScene) -> None:
    row = scene.bring(ROSA)
    done = scene.take_over(scene.bring(BAD, ROSA))
    expected = {
        "learner": 404,
        "trainer": 404,
        "coordinator": 200,
        "administrator": 404,
        "stranger": 404,
        "nobody": 302,
    }
    paths = [
        url(scene, "agency_imports"),
        url(scene, "agency_template", "xlsx"),
        url(scene, "agency_template", "csv"),
        url(scene, "agency_import", row.pk),
        url(scene, "agency_import", done.pk),
        url(scene, "agency_import_report", done.pk, "xlsx"),
    ]

    assert {path: cast.statuses(path) for path in paths} == dict.fromkeys(paths, expected)
    del cast.people["coordinator"]
    for name in WRITING:
        statuses = cast.statuses(url(scene, f"agency_import_{name}", row.pk), method="post")
        assert set(statuses.values()) == {404, 302}
    row.refresh_from_db()
    assert (row.stage, invitations().filter(email=ROSA[0]).count()) == ("checked", 1)


def test_import_of_another_agency_is_not_found(scene: SheetScene) -> None:
    row = scene.bring(ROSA)
    other = MembershipFactory(role=MembershipRole.COORDINATOR)
    mine = client_of(other.user)

    for name in WRITING:
        path = reverse(f"agency_import_{name}", args=[other.agency_id, row.pk])
        assert mine.post(path).status_code == 404
    assert mine.get(reverse("agency_import", args=[other.agency_id, row.pk])).status_code == 404


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "Elija un archivo."),
        (b"", "El archivo está vacío."),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "Excel"),
        (b"%PDF-1.7\n\x00\x01", "XLSX"),
    ],
)
def test_file_that_is_none_is_said_at_its_field(
    scene: SheetScene, content: bytes | None, words: str
) -> None:
    answer = (
        browser(scene).post(url(scene, "agency_imports"))
        if content is None
        else bring(scene, content)
    )

    assert answer.status_code == 200
    assert words in str(answer.context["form"].errors["file"])
    assert StaffImport.objects.count() == 0


def test_file_is_checked_corrected_and_taken_over(scene: SheetScene) -> None:
    mine = browser(scene)
    answer = bring(scene, people_csv([ROSA, BAD]), "mi gente.csv")
    row = imports_of(scene.agency).get()
    page = mine.get(answer.url)

    assert answer.url == url(scene, "agency_import", row.pk)
    assert [(one.word, one.number) for one in page.context["filters"]] == [
        ("problemas", 1),
        ("nuevas", 1),
    ]
    assert "Luz &lt;b&gt;Ramos&lt;/b&gt;" in page.content.decode()
    assert b"<b>Ramos" not in page.content

    typed = {
        "c-3-email": "sigue sin arroba",
        "c-3-name": "Luz Ramos",
        "c-3-unit": "turno noche",
        "c-3-x": "nada",
        "c-2-name": "Otra",
    }
    mine.post(url(scene, "agency_import_correct", row.pk), typed)
    html = mine.get(answer.url).content.decode()
    assert 'value="sigue sin arroba"' in html
    assert 'value="turno noche"' in html
    mine.post(url(scene, "agency_import_zeros", row.pk))
    last = {"c-3-email": "luz@example.test"}
    mine.post(url(scene, "agency_import_correct", row.pk), last, follow=True)
    row.refresh_from_db()
    rosa, luz = unseal(row.rows)
    assert (rosa.text(Column.NAME), luz.text(Column.DOCUMENT)) == ("Rosa Quispe", "01234567")

    running = mine.post(url(scene, "agency_import_confirm", row.pk), follow=True)
    assert b"data-batch-refresh" in running.content
    run_import(import_id=row.pk, clock=timezone.now)
    over = mine.get(answer.url)
    assert over.context["listed"].counts | {"out": 0} == {
        "new": 2,
        "changed": 0,
        "same": 0,
        "refused": 0,
        "out": 0,
    }
    assert b"data-batch-refresh" not in over.content


def test_rows_are_left_out_put_back_and_the_import_dropped(scene: SheetScene) -> None:
    row, mine = scene.bring(ROSA, BAD), browser(scene)
    page = url(scene, "agency_import", row.pk)

    mine.post(url(scene, "agency_import_correct", row.pk), {"out-3": "on"})
    assert [one.word for one in mine.get(page).context["filters"]] == ["nuevas", "fuera"]
    out = mine.get(page, {"ver": "fuera"})
    assert 'name="out-3"' in out.content.decode()
    mine.post(url(scene, "agency_import_put_back", row.pk), {"out-3": "on"})
    assert [one.word for one in mine.get(page).context["filters"]] == ["problemas", "nuevas"]
    mine.post(url(scene, "agency_import_drop", row.pk))
    row.refresh_from_db()
    assert (row.stage, row.rows) == ("dropped", [])
    again = mine.post(url(scene, "agency_import_confirm", row.pk), follow=True)
    assert (again.status_code, invitations().count()) == (200, 0)


def test_report_is_harmless_and_can_be_imported_when_mended(scene: SheetScene) -> None:
    evil = ("sin arroba", "", "=HYPERLINK(1)", "45678913", "", "")
    done = scene.take_over(scene.bring(evil, ROSA))
    path = url(scene, "agency_import_report", done.pk, "xlsx")
    answer = browser(scene).get(path)

    sheet = load_workbook(BytesIO(answer.content)).worksheets[0]
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert "'=HYPERLINK(1)" in [cell.value for cell in sheet[2]]
    [row] = read_people(answer.content).rows
    assert (row.text(Column.NAME), row.text(Column.DOCUMENT)) == ("=HYPERLINK(1)", "45678913")
    assert browser(scene).get(path.replace("xlsx", "exe")).status_code == 404
    StaffImport.objects.update(done_at=timezone.now() - timedelta(days=40))
    imports_of(scene.agency).update(rows=[])
    assert browser(scene).get(path).status_code == 404


@pytest.mark.parametrize("extension", ["xlsx", "csv"])
def test_template_lists_what_the_agency_has_and_imports_nobody(
    scene: SheetScene, extension: str
) -> None:
    answer = browser(scene).get(url(scene, "agency_template", extension))

    refused = bring(scene, answer.content, f"plantilla.{extension}")
    assert "personas debajo" in str(refused.context["form"].errors) or "no people" in str(
        refused.context["form"].errors
    )
    if extension == "xlsx":
        book = load_workbook(BytesIO(answer.content))
        explained = {str(cell.value) for row in book.worksheets[1].iter_rows() for cell in row}
        assert {"Comisaría Norte / Turno noche", "Grupo de marzo"} <= explained
        assert book.worksheets[0].column_dimensions["E"].number_format == "@"


def test_stopped_import_is_set_going_again(scene: SheetScene) -> None:
    row = scene.bring(ROSA)
    mine = browser(scene)
    mine.post(url(scene, "agency_import_confirm", row.pk))
    StaffImport.objects.filter(pk=row.pk).update(state=OutboxState.FAILED, tries=5)

    stopped = mine.get(url(scene, "agency_import", row.pk))
    mine.post(url(scene, "agency_import_retry", row.pk))

    row.refresh_from_db()
    assert b"data-batch-refresh" not in stopped.content
    assert (row.state, row.tries) == (OutboxState.PENDING, 0)


def test_lists_ask_the_same_number_of_queries(scene: SheetScene) -> None:
    mine = browser(scene)

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert mine.get(path).status_code == 200
        return len(captured)

    scene.bring(ROSA)
    queries(url(scene, "agency_imports"))  # the first one fills the caches of the site
    one = queries(url(scene, "agency_imports"))
    rows = [(f"p{number}@example.test", *ROSA[1:3], "", *ROSA[4:]) for number in range(3)]
    more = [scene.bring(*rows[:number]) for number in (1, 3)]
    assert queries(url(scene, "agency_imports")) == one
    assert len({queries(url(scene, "agency_import", row.pk)) for row in more}) == 1
