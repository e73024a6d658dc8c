"""Helpers of the tests of pages."""

import re

from django.test import Client

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def hidden_fields(html: str) -> dict[str, str]:
    """Return the hidden fields of a page (the last of each name)."""
    return dict(HIDDEN.findall(html))


def csrf_client() -> Client:
    """Return a browser whose forms need their token."""
    return Client(enforce_csrf_checks=True)
