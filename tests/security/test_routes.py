"""Every address, for everybody, by every method: as docs/roles.md says it, and nothing breaks."""

from typing import Any

import pytest
from django.test import Client

from tests.learning.cast import Cast, client_of
from tests.security.access import NAMES, Line, access_lines, line_of
from tests.security.routes import routes, undone

pytestmark = [
    pytest.mark.one_database,
    pytest.mark.django_db,
    # Wagtail leaves a rendition's temporary file to the garbage collector, and reports unsorted.
    pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.Spooled:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning"),
]

METHODS = ("get", "post", "put", "delete")
ABOUT_THE_VISIT = {
    "django_session",
    "usersessions_usersession",
    "accounts_knowndevice",
    "accounts_signintally",
    "certificates_certificatecheck",
    "wagtailadmin_editingsession",
    "wagtailadmin_formstate",
    "wagtailcore_pagesubscription",
    "wagtailusers_userprofile",
    "wagtailimages_rendition",
}
"""Who is logged in where and how often it went wrong: a logout ends it, a message waits in it. The row
that notes a check. Who has an editor open, and what she typed for its preview; a picture that is made
when it is looked at."""

TRIED = {"core_auditevent", "core_personkey"}
"""A try at another's record is noted, under the key of the person whose record it is."""

FIELDS = {
    "action": "publish",
    "action-publish": "action-publish",
    "answer-1": "a",
    "code": "8K2MZ4QW7TRXN5V0CDEH",
    "confirm": "yes",
    "email": "nadie@example.test",
    "full_name": "Persona Inventada",
    "go": "next",
    "name": "Texto",
    "next": "https://evil.example/",
    "reason": "Texto",
    "revocation_class": "issued_in_error",
    "sequence-1": "1",
    "slug": "texto",
    "state": "submitted",
    "title": "Texto",
    "value": "Texto",
}

BROKEN_IN_WAGTAIL = {("post", "admin/choose-external-link/")}
"""A form without the field that its page has breaks over None; staff only, and no browser sends it."""


def ask(client: Client, method: str, url: str) -> tuple[int, str]:
    """Return the status of an answer, and where it leads; the visit goes on as before."""
    cookies = client.cookies.copy()
    data: Any = FIELDS if method in ("get", "post") else None
    answer = getattr(client, method)(url, data)
    if answer.streaming:
        list(answer.streaming_content)
    client.cookies = cookies
    return answer.status_code, answer.headers.get("Location", "")


UNREACHED = {"archivo/"}
"""The files of this scene stand on no lesson; tests/learning/test_files.py opens some that do."""


def is_closed(status: int, target: str) -> bool:
    """Whether somebody was not let in; whoever may not enter the admin's page is led to its first."""
    path = target.partition("?")[0]
    leads_out = path.endswith("/login/") or path in ("/admin/", "/")
    return status in (400, 401, 403, 404, 405, 410) or (status == 302 and leads_out)


@pytest.mark.parametrize("person", sorted(NAMES["anybody"]))
def test_every_address_opens_and_changes_for_whom_it_is(
    cast: Cast, values: dict[str, str], person: str
) -> None:
    """The table of docs/roles.md holds for everybody, by every method, and nothing breaks."""
    client = client_of(cast.people[person])
    client.raise_request_exception = False
    lines = access_lines()
    broken, strayed, entered, changed, opened = [], [], [], [], set()
    for route in routes():
        line = line_of(route.text, lines)
        assert line is not None, f"docs/roles.md has no line for /{route.text}"
        for method in METHODS:
            with undone() as written:
                status, target = ask(client, method, route.address(values))
            at = (method, route.text, status)
            if status >= 500 and (method, route.text) not in BROKEN_IN_WAGTAIL:
                broken.append(at)
            if "evil.example" in target.partition("?")[0]:
                strayed.append(at)
            if not is_closed(status, target):
                opened.add(line)
                if person not in line.opens:
                    entered.append((*at, target))
            noted = TRIED if status == 404 else set()
            if set(written) - ABOUT_THE_VISIT - noted and person not in line.changes:
                changed.append((*at, dict(written)))
    promised = [line.start for line in lines if line not in opened and person in line.opens]
    promised = [start for start in promised if start not in UNREACHED]
    if person == "learner":  # some of these addresses lead to what is another learner's here
        promised = [start for start in promised if NAMES["herself"] != _opens(start, lines)]
    found = [*broken, *strayed, *entered, *changed, *promised]
    assert found == [], "\n".join(map(str, found))


def _opens(start: str, lines: list[Line]) -> frozenset[str]:
    return next(line.opens for line in lines if line.start == start) - NAMES["team"]
