"""What somebody typed survives the end of her session, and only hers."""

import html
import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Context, RequestContext, Template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import path

from lms.accounts import carry
from lms.urls import handler400, handler403, handler404, handler500
from lms.urls import urlpatterns as real_urlpatterns
from tests.accounts.pages import csrf_client, hidden_fields
from tests.accounts.test_second_factor import code_for, set_up
from tests.factories import UserFactory
from tests.factories.accounts import PASSWORD

__all__ = ["handler400", "handler403", "handler404", "handler500"]
pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.test_carry")]
TARGET = "/prueba-de-formulario/7/?paso=2"
ANSWER = "Lo que escribí: «con calma» & <despacio>\r\n\N{GRINNING FACE}"


def answer_page(request: HttpRequest, number: int) -> HttpResponse:
    """Stand in for a learner's form."""
    if request.method == "POST":
        if not request.user.is_authenticated:
            return carry.login_with_carried_fields(request)
        if carry.is_from_other_account(request):
            return HttpResponse("other", status=409)
        given = "|".join([*request.POST.getlist("option"), request.POST.get("text", "")])
        return HttpResponse(f"saved {request.GET.get('paso')} {given}")
    page = Template(
        '{% load accounts_tags %}<form method="post">{% csrf_token %}{% carry_account %}</form>'
    )
    return HttpResponse(page.render(RequestContext(request)))


urlpatterns = [
    path("prueba-de-formulario/<int:number>/", answer_page),
    *real_urlpatterns,
]


def _log_in(browser: Client, person, **more: str) -> HttpResponse:
    page = browser.get("/accounts/login/")
    token = hidden_fields(page.content.decode())["csrfmiddlewaretoken"]
    return browser.post(
        "/accounts/login/",
        {
            "login": person.email,
            "password": PASSWORD,
            "csrfmiddlewaretoken": token,
            "next": "/ayuda/",
            **more,
        },
    )


def _open_form(browser: Client) -> dict[str, str]:
    return hidden_fields(browser.get(TARGET).content.decode())


def _lose_session(browser: Client) -> None:
    Session.objects.all().delete()
    del browser.cookies["sessionid"]


def _post_late(browser: Client, fields: dict[str, str], **more) -> HttpResponse:
    return browser.post(TARGET, {**fields, "text": ANSWER, "option": ["a", "c"], **more})


def _send_login(browser: Client, page: HttpResponse, person, password=PASSWORD) -> HttpResponse:
    fields = hidden_fields(page.content.decode())
    return browser.post("/accounts/login/", {**fields, "login": person.email, "password": password})


def _form_of(page: HttpResponse) -> tuple[str, list[tuple[str, str]]]:
    """Return where the page's form in the main part goes, and what it sends."""
    main = page.content.decode().partition("<main")[2].partition("</main>")[0]
    action = html.unescape(re.findall(r'<form method="post" action="([^"]*)"', main)[0])
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', main)
    return action, [(html.unescape(name), html.unescape(value)) for name, value in found]


@pytest.fixture
def late():
    """A person whose session ended while her form was open: (browser, person, login page)."""
    browser, person = csrf_client(), UserFactory(email="ana@example.test")
    _log_in(browser, person)
    fields = _open_form(browser)
    _lose_session(browser)
    return browser, person, _post_late(browser, fields)


def test_late_form_is_answered_with_the_login_page(late) -> None:
    _browser, _person, page = late
    assert page.status_code == 401
    assert "no-store" in page["Cache-Control"]
    assert "Lo que escribí" not in page.content.decode()
    assert set(hidden_fields(page.content.decode())) == {"csrfmiddlewaretoken", "carried"}


def test_late_form_is_sent_after_login_exactly_as_it_was(late) -> None:
    browser, person, page = late
    answer = _send_login(browser, page, person)
    assert answer.status_code == 200
    assert get_user(browser) == person
    action, fields = _form_of(answer)
    assert action == TARGET
    assert [pair for pair in fields if pair[0] in {"text", "option"}] == [
        ("text", ANSWER),
        ("option", "a"),
        ("option", "c"),
    ]
    data = {name: [v for n, v in fields if n == name] for name, _value in fields}
    saved = browser.post(action, data)
    assert saved.content.decode() == f"saved 2 a|c|{ANSWER}"


def test_wrong_password_keeps_what_is_carried(late) -> None:
    browser, person, page = late
    again = _send_login(browser, page, person, "mala-clave")
    assert again.status_code == 200
    assert list(again.context["form"].errors) == ["__all__"]
    assert _send_login(browser, again, person).context["carried"].path == TARGET


def test_limit_on_logins_keeps_what_is_carried(late, settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    browser, person, page = late
    _send_login(browser, page, person, "mala-clave")
    limited = _send_login(browser, page, person)
    assert limited.status_code == 429
    assert "carried" in hidden_fields(limited.content.decode())


def test_another_account_sends_nothing_and_is_told(late) -> None:
    browser, _person, page = late
    other = UserFactory(email="carla@example.test")
    answer = _send_login(browser, page, other)
    assert answer.status_code == 302
    shown = browser.get("/ayuda/").content.decode()
    assert get_user(browser) == other
    assert "carried" not in shown
    assert shown.count("notice-warning") == 1


def test_second_step_carries_too(late) -> None:
    person = UserFactory(email="gina@example.test")
    browser = csrf_client()
    setter = Client()
    secret = set_up(setter, person)
    setter.logout()
    page = _log_in(browser, person)
    code_page = hidden_fields(browser.get(page["Location"]).content.decode())
    carry_code = _fresh(code_for(secret))
    browser.post("/accounts/2fa/authenticate/", {**code_page, "code": carry_code})
    fields = _open_form(browser)
    _lose_session(browser)
    second = _send_login(browser, _post_late(browser, fields), person)
    assert second.status_code == 200
    assert not get_user(browser).is_authenticated
    wrong = browser.post(
        "/accounts/2fa/authenticate/", {**hidden_fields(second.content.decode()), "code": "000000"}
    )
    assert list(wrong.context["form"].errors) == ["code"]
    done = browser.post(
        "/accounts/2fa/authenticate/",
        {**hidden_fields(wrong.content.decode()), "code": _fresh(code_for(secret))},
    )
    assert get_user(browser) == person
    assert _form_of(done)[0] == TARGET


def _fresh(code: str) -> str:
    """Forget which codes were used: an app would show the next one by now."""
    cache.clear()
    return code


def test_nothing_is_written_while_the_login_page_is_shown() -> None:
    browser, person = csrf_client(), UserFactory()
    _log_in(browser, person)
    fields = _open_form(browser)
    _lose_session(browser)
    with CaptureQueriesContext(connection) as queries:
        _post_late(browser, fields)
    written = ("INSERT", "UPDATE", "DELETE")
    assert [q["sql"] for q in queries if q["sql"].startswith(written)] == []
    assert "sessionid" not in browser.cookies


def test_form_without_the_account_is_not_carried() -> None:
    browser, person = csrf_client(), UserFactory()
    _log_in(browser, person)
    fields = _open_form(browser)
    _lose_session(browser)
    for account in ("", str(person.pk), f"{person.pk}:forged:signature", "\x00"):
        page = _post_late(browser, {**fields, "carry_account": account})
        assert page.status_code == 401
        assert "carried" not in hidden_fields(page.content.decode())


@pytest.mark.parametrize(
    "extra",
    [
        {"text": "x" * 100_001},
        {f"f{number}": "1" for number in range(200)},
    ],
)
def test_too_much_is_not_carried_and_she_is_told(extra: dict[str, str]) -> None:
    browser, person = csrf_client(), UserFactory()
    _log_in(browser, person)
    fields = _open_form(browser)
    _lose_session(browser)
    page = _post_late(browser, fields, **extra)
    assert "carried" not in hidden_fields(page.content.decode())
    assert page.content.decode().count("notice-warning") == 1


def test_files_are_not_carried() -> None:
    browser, person = csrf_client(), UserFactory()
    _log_in(browser, person)
    fields = _open_form(browser)
    _lose_session(browser)
    page = _post_late(browser, fields, file=SimpleUploadedFile("a.txt", b"secret bytes"))
    sealed = carry.Carried.open(hidden_fields(page.content.decode())["carried"])
    assert sealed is not None
    assert [name for name, _value in sealed.fields] == ["carry_account", "text", "option", "option"]


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)  # fmt: skip
def test_only_local_addresses_are_offered(target: str) -> None:
    browser, person = csrf_client(), UserFactory()
    page = browser.get("/accounts/login/")
    fields = hidden_fields(page.content.decode())
    sealed = carry.Carried(person.pk, target, (("a", "b"),)).seal()
    answer = browser.post(
        "/accounts/login/",
        {**fields, "carried": sealed, "login": person.email, "password": PASSWORD},
    )
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_changed_or_old_text_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = carry.Carried(1, TARGET, (("a", "b"),)).seal()
    assert carry.Carried.open(sealed) == carry.Carried(1, TARGET, (("a", "b"),))
    assert carry.Carried.open(sealed[:-2] + "AA") is None
    assert carry.Carried.open("") is None
    assert carry.Carried.open("\N{GRINNING FACE}") is None
    monkeypatch.setattr(carry, "LOGIN_AGE", timedelta(seconds=-1))
    assert carry.Carried.open(sealed) is None


def test_form_whose_token_is_older_than_her_login_is_offered_again() -> None:
    browser, person = csrf_client(), UserFactory()
    _log_in(browser, person)
    fields = _open_form(browser)
    _lose_session(browser)
    _log_in(browser, person)  # in another tab: the token of the first form is void
    page = _post_late(browser, fields)
    assert page.status_code == 403
    assert "data-carry-form" not in page.content.decode()
    action, again = _form_of(page)
    saved = browser.post(action, {name: value for name, value in again if name != "option"})
    assert saved.content.decode() == f"saved 2 {ANSWER}"


def test_foreign_form_with_a_bad_token_is_refused_plainly() -> None:
    browser, person = csrf_client(), UserFactory()
    _log_in(browser, person)
    other = carry.sign_account(UserFactory())
    for account in ("", other):
        page = browser.post(TARGET, {"text": ANSWER, "carry_account": account})
        assert page.status_code == 403
        assert "escrib" not in page.content.decode().partition("<main")[2].partition("</main>")[0]


def test_form_of_another_account_is_recognised() -> None:
    browser, person = csrf_client(), UserFactory()
    _log_in(browser, person)
    fields = _open_form(browser)
    assert _post_late(browser, fields).content.decode() == f"saved 2 a|c|{ANSWER}"
    foreign = {**fields, "carry_account": carry.sign_account(UserFactory())}
    assert _post_late(browser, foreign).status_code == 409


def test_carry_account_is_empty_for_a_stranger() -> None:
    request = RequestFactory().get("/")
    request.user = get_user(Client())
    page = Template("{% load accounts_tags %}{% carry_account %}")
    assert page.render(Context({"request": request})) == ""


def test_signature_of_the_account_ends_after_thirty_days(monkeypatch: pytest.MonkeyPatch) -> None:
    request = RequestFactory().post("/", {"carry_account": carry.sign_account(UserFactory())})
    request.user = UserFactory()
    assert carry.is_from_other_account(request)
    monkeypatch.setattr(carry, "FORM_AGE", timedelta(seconds=-1))
    assert not carry.is_from_other_account(request)
