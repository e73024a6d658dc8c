"""Row 20 of the attack list: requests made up from the API's own description break nothing.

Each operation gets examples that fit its description, and examples that do not. They are the same in
each run. Every answer has a status that the description names, and the structure that it promises.
"""

import json
from functools import cache
from typing import Any

import pytest
from django.core.cache import cache as counters
from django.test import Client
from django.utils import timezone
from django.utils.http import urlencode
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from certificates.agency.schemas import CertificateAnswer, ListAnswer, Refusal, UnknownAnswer
from tests.factories.certificates import make_token

pytestmark = pytest.mark.django_db

EXAMPLES = settings(
    max_examples=100,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
STRUCTURES: dict[tuple[str, int], Any] = {
    ("check_certificate", 200): CertificateAnswer,
    ("check_certificate", 404): UnknownAnswer,
    ("check_certificates", 200): ListAnswer,
}
LETTERS = st.characters(codec=None)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(LETTERS, max_size=30),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=5)
    ),
    max_leaves=12,
)


@cache
def description() -> dict[str, Any]:
    found: dict[str, Any] = Client().get("/api/v1/openapi.json").json()
    return found


@cache
def operations() -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Return the method, the path and the description of each operation by its name."""
    return {
        operation["operationId"]: (method, path, operation)
        for path, methods in description()["paths"].items()
        for method, operation in methods.items()
    }


@cache
def fitting_body() -> st.SearchStrategy[Any]:
    _method, _path, operation = operations()["check_certificates"]
    reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    return fitting(description()["components"]["schemas"][reference.rpartition("/")[2]])


def fitting(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Return values that fit a schema of the kinds that ours has."""
    if schema["type"] == "object":
        return st.fixed_dictionaries(
            {name: fitting(schema["properties"][name]) for name in schema["required"]}
        )
    if schema["type"] == "array":
        most = min(schema["maxItems"], 30)
        return st.lists(fitting(schema["items"]), min_size=schema["minItems"], max_size=most)
    assert schema["type"] == "string"
    return st.text(LETTERS, max_size=60) | st.from_regex(r"[0-9A-HJKMNP-TV-Z]{20}", fullmatch=True)


@pytest.fixture
def secret() -> str:
    return make_token(now=timezone.now())[1]


@pytest.fixture
def browser() -> Client:
    return Client(raise_request_exception=False)


def check(name: str, answer: Any) -> None:
    """Hold an answer against the description."""
    promised = operations()[name][2]["responses"]
    assert str(answer.status_code) in promised
    if answer.status_code != 304:
        structure = STRUCTURES.get((name, answer.status_code), Refusal)
        structure.model_validate(answer.json())


def test_description_is_whole() -> None:
    found = operations()

    assert {name: sorted(one[2]["responses"]) for name, one in found.items()} == {
        "check_certificates": ["200", "400", "401", "413", "422", "429"],
        "check_certificate": ["200", "304", "401", "404", "429"],
    }
    for _method, _path, operation in found.values():
        assert operation["description"]
        assert operation["security"] == [{"AgencyKey": []}]
        for status, response in operation["responses"].items():
            assert response["description"] not in ("", "Unknown Status Code"), status
            assert "RateLimit-Remaining" in response["headers"]
            assert status == "304" or "schema" in response["content"]["application/json"]
    schemas = description()["components"]["schemas"]
    named = ("CertificateAnswer", "CodeList", "ListAnswer", "Refusal", "UnknownAnswer")
    assert [bool(schemas[name]["examples"]) for name in named] == [True] * 5
    assert schemas["CodeList"]["properties"]["codes"]["maxItems"] == 500


@seed(1)
@EXAMPLES
@given(
    code=st.text(LETTERS, min_size=1, max_size=300), tag=st.text(max_size=30), has_key=st.booleans()
)
def test_one_code_breaks_nothing(
    browser: Client, secret: str, code: str, tag: str, has_key: bool
) -> None:
    counters.clear()
    path = urlencode({"": code.encode("utf-8", "surrogatepass")})[1:].replace("+", "%20")
    headers = {"if_none_match": tag.encode("ascii", "replace").decode()}
    if has_key:
        headers["authorization"] = f"Bearer {secret}"
    if "%2F" in path or "%00" in path or set(code) <= {"."}:
        return  # other addresses
    check("check_certificate", browser.get(f"/api/v1/certificates/{path}", headers=headers))


@seed(2)
@EXAMPLES
@given(data=st.data())
def test_list_that_fits_breaks_nothing(browser: Client, secret: str, data: Any) -> None:
    counters.clear()
    body = data.draw(fitting_body())

    answer = post(browser, secret, json.dumps(body))

    check("check_certificates", answer)
    assert answer.status_code == 200
    assert [one["asked"] for one in answer.json()["results"]] == body["codes"]


@seed(3)
@EXAMPLES
@given(body=JUNK | st.fixed_dictionaries({"codes": JUNK}) | st.binary(max_size=100))
def test_list_that_does_not_fit_breaks_nothing(browser: Client, secret: str, body: Any) -> None:
    counters.clear()

    check("check_certificates", post(browser, secret, body))


@seed(4)
@EXAMPLES
@given(key=st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=300))
def test_key_that_is_none_breaks_nothing(browser: Client, key: str) -> None:
    counters.clear()
    headers = {"authorization": key}

    answer = browser.post(
        "/api/v1/certificates/check", "{}", content_type="application/json", headers=headers
    )

    assert answer.status_code == 401
    check("check_certificates", answer)


def post(browser: Client, secret: str, body: Any) -> Any:
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return browser.post(
        "/api/v1/certificates/check",
        text,
        content_type="application/json",
        headers={"authorization": f"Bearer {secret}"},
    )
