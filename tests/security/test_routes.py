"""Every address, for everybody, by every method: nothing breaks, and strangers change nothing."""

from typing import Any

import pytest
from django.test import Client

from tests.learning.cast import Cast, client_of
from tests.security.routes import Route, routes, undone

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
}
"""Who is logged in where and how often it went wrong: a logout ends it, a message waits in it. And the
row that notes a check."""

A_TRY = {"core_auditevent", "core_personkey"}
"""A try at another's record is noted, with what was sent under the key of whose record it is."""

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


def methods_of(route: Route, person: str) -> tuple[str, ...]:
    """Return all methods; fewer in the admin, where several people meet the same closed door."""
    if not route.text.startswith("admin/"):
        return METHODS
    return {"learner": ("post",), "coordinator": ("post",), "trainer": ("get", "post")}.get(
        person, METHODS
    )


ONES_OWN = ("mi-aprendizaje/historial/", "mis-datos/", "mi-aprendizaje/despues/terminar/")
"""Pages without a number that only ever write about whoever asks."""


def may_change(person: str, route: Route) -> bool:
    """Say whether a person may change something here: about herself, on her own agency's desk."""
    is_ones_own = "<" not in route.text and route.text.startswith(ONES_OWN)
    if person != "nobody" and is_ones_own:
        return True
    if person == "coordinator":
        return "agencia/<int:agency_id>/" in route.text
    return person not in ("nobody", "stranger")


@pytest.mark.parametrize(
    "person", ["nobody", "learner", "stranger", "coordinator", "trainer", "administrator"]
)
def test_no_address_breaks_and_strangers_change_nothing(
    cast: Cast, values: dict[str, str], person: str
) -> None:
    client = client_of(cast.people[person])
    client.raise_request_exception = False
    broken, changed, strayed = [], [], []
    for route in routes():
        for method in methods_of(route, person):
            with undone() as written:
                status, target = ask(client, method, route.address(values))
            at = (method, route.text, status)
            if status >= 500 and (method, route.text) not in BROKEN_IN_WAGTAIL:
                broken.append(at)
            if "evil.example" in target.partition("?")[0]:
                strayed.append(at)
            noted = A_TRY if status == 404 else set()
            if set(written) - ABOUT_THE_VISIT - noted and not may_change(person, route):
                changed.append((*at, dict(written)))
    assert (broken, strayed, changed) == ([], [], [])
