"""The only road from a request to an import of people: the agency that brought it."""

from django.http import Http404

from lms.accounts.models import Agency
from lms.learning.models import StaffImport
from lms.learning.staff_imports.queries import staff_imports


def access_import(agency: Agency, import_id: int) -> StaffImport:
    """Return an import of this agency, its rows still sealed; 404 for every other one."""
    found = staff_imports().filter(pk=import_id, agency=agency).select_related("made_by").first()
    if found is None:
        raise Http404
    found.agency = agency
    return found
