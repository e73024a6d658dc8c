"""What tests of the loader ask the database."""

from typing import Any

from django.apps import apps

from courses.curriculum.ledger import Decision, Report


def rows() -> dict[str, int]:
    """Return the number of rows of every table."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


def totals(report: Report) -> dict[Decision, int]:
    """Return how many records met each decision."""
    return {decision: report.total(decision) for decision in Decision if report.total(decision)}


def spanish(model: Any, slug: str) -> Any:
    """Return the Spanish page with a slug."""
    return model.objects.get(slug=slug, locale__language_code="es")


def english(model: Any, slug: str) -> Any:
    """Return the English page with a slug."""
    return model.objects.get(slug=slug, locale__language_code="en")


def edit(page: Any, **values: Any) -> None:
    """Publish a change as a trainer does."""
    for name, value in values.items():
        setattr(page, name, value)
    page.save_revision().publish()
