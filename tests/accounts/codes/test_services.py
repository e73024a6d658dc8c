"""Codes on paper: who may have one, how it opens an account, and how it ends."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError

from lms.accounts.codes.queries import last_codes, may_have_code
from lms.accounts.codes.services import (
    CodeRefused,
    WrongCode,
    check_code,
    free_username,
    make_code,
    make_member_without_mail,
    use_code,
)
from lms.accounts.codes.usernames import clean_username, suggested_username
from lms.accounts.codes.words import ALPHABET, grouped, new_code, plain_code
from lms.accounts.enums import StaffRole
from lms.accounts.models import AccessCode, Unit, User
from lms.core.models import AuditEvent
from tests.factories import AgencyFactory, MembershipFactory
from tests.factories.paper import make_person_without_mail
from tests.factories.staff import make_coordinator

NOW = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)
OWN = "tejado verde con lluvia"


@pytest.fixture
def maker(db: None) -> User:
    return make_coordinator(AgencyFactory())


def _use(user: User, code: str, *, now: datetime = NOW, **more: Any) -> User:
    given = {"new_password": OWN, "full_name": user.full_name, **more}
    return use_code(username=user.username or "", code=code, now=now, **given)


def _actions(user: User) -> list[str]:
    rows = AuditEvent.objects.filter(target_type="accounts.user", target_id=str(user.pk))
    return list(rows.order_by("pk").values_list("action", flat=True))


def test_codes_are_ten_clear_characters_and_read_as_they_are_typed() -> None:
    codes = {new_code() for _number in range(200)}
    assert len(codes) == 200
    assert {len(code) for code in codes} == {10}
    assert set("".join(codes)) <= set(ALPHABET)
    assert len(set(ALPHABET)) == 32
    assert not set(ALPHABET) & set("ILOU")
    assert grouped("0123456789") == "012-3456-789"
    assert plain_code(" o1l-abcd-2 3 4 ") == "011ABCD234"
    assert [plain_code(text) for text in ("", "ABC", "ABCDEFGHJKM", "UUUUUUUUUU")] == [""] * 4


def test_code_opens_the_account_once_and_sets_the_persons_own_password(maker: User) -> None:
    person = make_person_without_mail(full_name="Rosa Quispe")
    code = make_code(user=person, acting_user=maker, now=NOW)

    assert (
        check_code(username=person.username.upper(), code=grouped(code).lower(), now=NOW) == person
    )
    opened = _use(person, code, full_name="Rosa Quispe Mamani")

    person.refresh_from_db()
    assert opened == person
    assert person.check_password(OWN)
    assert person.full_name == "Rosa Quispe Mamani"
    assert _actions(person) == ["access_code_made", "access_code_used"]
    with pytest.raises(WrongCode):
        _use(person, code)


def test_only_a_keyed_digest_is_kept(maker: User) -> None:
    code = make_code(user=make_person_without_mail(), acting_user=maker, now=NOW)
    row = AccessCode.objects.values().get()
    assert not [
        value for value in row.values() if code in str(value) or grouped(code) in str(value)
    ]
    assert len(row["digest"]) == 64


def test_first_code_holds_fourteen_days_and_a_mended_one_three(maker: User) -> None:
    new, known = make_person_without_mail(), make_person_without_mail()
    known.set_password("una clave que se olvida")
    known.save()
    for person, days in ((new, 14), (known, 3)):
        code = make_code(user=person, acting_user=maker, now=NOW)
        late = NOW + timedelta(days=days)
        with pytest.raises(WrongCode):
            _use(person, code, now=late)
        assert _use(person, code, now=late - timedelta(seconds=1)) == person


def test_new_code_ends_the_earlier_one(maker: User) -> None:
    person = make_person_without_mail()
    first = make_code(user=person, acting_user=maker, now=NOW)
    second = make_code(user=person, acting_user=maker, now=NOW)
    with pytest.raises(WrongCode):
        _use(person, first)
    assert _use(person, second) == person
    assert [row.made_by for row in last_codes(person)] == [maker, maker]


def test_fifth_wrong_try_ends_a_code(maker: User) -> None:
    person = make_person_without_mail()
    code = make_code(user=person, acting_user=maker, now=NOW)
    wrong = "0" * 10 if code != "0" * 10 else "1" * 10
    for _number in range(4):
        with pytest.raises(WrongCode):
            check_code(username=person.username, code=wrong, now=NOW)
    assert check_code(username=person.username, code=code, now=NOW) == person
    with pytest.raises(WrongCode):
        _use(person, wrong)
    with pytest.raises(WrongCode):
        _use(person, code)
    assert AccessCode.objects.get().failures == 5
    assert _actions(person) == ["access_code_made", "access_code_guessed_at"]


def test_code_of_one_person_opens_nobody_elses_account(maker: User) -> None:
    one, other = make_person_without_mail(), make_person_without_mail()
    code = make_code(user=one, acting_user=maker, now=NOW)
    make_code(user=other, acting_user=maker, now=NOW)
    with pytest.raises(WrongCode):
        _use(other, code)
    assert AccessCode.objects.get(user=other).failures == 1


def test_weak_password_or_bad_name_leaves_the_code(maker: User) -> None:
    person = make_person_without_mail(username="maximiliana.condor")
    code = make_code(user=person, acting_user=maker, now=NOW)
    for more in ({"new_password": "maximiliana.condor1"}, {"full_name": "Rosa 8"}):
        with pytest.raises(ValidationError):
            _use(person, code, **more)
    person.refresh_from_db()
    assert not person.has_usable_password()
    assert _use(person, code) == person


@pytest.mark.parametrize(
    "who", ["address", "trainer", "administrator", "reviewer", "coordinator", "inactive", "self"]
)
def test_nobody_makes_codes_for_staff_for_herself_or_for_who_has_an_address(
    maker: User, who: str
) -> None:
    roles = {
        "trainer": StaffRole.TRAINER,
        "administrator": StaffRole.ADMINISTRATOR,
        "reviewer": StaffRole.LEGAL_REVIEWER,
    }
    person = make_person_without_mail(role=roles.get(who))
    if who == "address":
        EmailAddress.objects.create(user=person, email="ahora@example.test", verified=True)
    if who == "coordinator":
        MembershipFactory(user=person, role="coordinator")
    if who == "inactive":
        User.objects.filter(pk=person.pk).update(is_active=False)
    acting = person if who == "self" else maker
    with pytest.raises(CodeRefused):
        make_code(user=person, acting_user=acting, now=NOW)
    assert not AccessCode.objects.exists()


def test_former_coordinator_may_have_a_code(maker: User) -> None:
    person = make_person_without_mail()
    MembershipFactory(user=person, role="coordinator", until_date=NOW.date() - timedelta(days=1))
    assert list(may_have_code(on=NOW.date())) == [person]


def test_code_ends_its_use_when_the_person_gets_an_address_or_a_role(maker: User) -> None:
    person = make_person_without_mail()
    code = make_code(user=person, acting_user=maker, now=NOW)
    EmailAddress.objects.create(user=person, email="propia@example.test", verified=True)
    with pytest.raises(WrongCode):
        _use(person, code)
    EmailAddress.objects.all().delete()
    MembershipFactory(user=person, role="coordinator")
    with pytest.raises(WrongCode):
        _use(person, code)


def test_suggested_user_names_are_valid_and_follow_no_pattern(maker: User) -> None:
    names = {suggested_username("Ñusta María Quispe", "Comisaría de Paso Real") for _n in range(50)}
    assert len(names) > 40
    assert {name.rpartition(".")[0] for name in names} == {"nusta.real"}
    assert {clean_username(name) for name in names} == names
    assert clean_username(suggested_username("李", "")).startswith("persona.")


def test_free_user_name_is_taken_by_nobody(maker: User, monkeypatch: pytest.MonkeyPatch) -> None:
    agency = AgencyFactory()
    unit = Unit.objects.create(agency=agency, kind="station", name="Puesto Norte")
    given = iter(["rosa.norte.abc", "rosa.norte.abd"])
    make_person_without_mail(username="Rosa.norte.abc")
    monkeypatch.setattr(
        "lms.accounts.codes.services.suggested_username", lambda *_words: next(given)
    )
    assert free_username(full_name="Rosa", unit=unit) == "rosa.norte.abd"


def test_account_made_without_mail_cannot_log_in_before_its_code(maker: User) -> None:
    membership = make_member_without_mail(
        agency=AgencyFactory(),
        username="rosa.norte.k7m",
        full_name="Rosa",
        language="es",
        acting_user=maker,
        now=NOW,
    )
    assert not membership.user.has_usable_password()
    assert list(may_have_code(on=NOW.date())) == [membership.user]
