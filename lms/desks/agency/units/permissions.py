"""The only road from a request to a unit: through its agency."""

from django.http import Http404

from lms.accounts.models import Agency, Unit


def access_unit(agency: Agency, unit_id: int) -> Unit:
    """Return a unit of this agency, closed ones too; 404 for every other one."""
    found = Unit.objects.filter(agency=agency, pk=unit_id).select_related("parent").first()
    if found is None:
        raise Http404
    return found
