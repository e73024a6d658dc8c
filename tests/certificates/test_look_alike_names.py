"""Names that look like others (row 17 of the attack list): composed at issue, and flagged to staff."""

import unicodedata
from datetime import datetime

import pytest

from certificates import services
from lms.accounts.enums import StaffRole
from lms.accounts.names import odd_characters
from tests.factories import EnrolmentFactory, UserFactory
from tests.factories.certificates import complete, make_certificate
from tests.learning.cast import client_of

pytestmark = pytest.mark.django_db

CYRILLIC_A, GREEK_O = "\N{CYRILLIC SMALL LETTER A}", "\N{GREEK SMALL LETTER OMICRON}"
RLO, ZWSP, ZWNJ = "\N{RIGHT-TO-LEFT OVERRIDE}", "\N{ZERO WIDTH SPACE}", "\N{ZERO WIDTH NON-JOINER}"
NAMES = [
    # as it came, as it is printed, what is flagged
    ("Mari\N{COMBINING ACUTE ACCENT}a Quispe", "María Quispe", ""),
    ("An\N{COMBINING TILDE}aguaya", "Añaguaya", ""),
    (f"Ros{CYRILLIC_A} Quispe", f"Ros{CYRILLIC_A} Quispe", CYRILLIC_A),
    (f"R{GREEK_O}sa Quispe", f"R{GREEK_O}sa Quispe", GREEK_O),
    ("\u0420\u043e\u0441\u0430", "\u0420\u043e\u0441\u0430", "\u0420\u043e\u0441\u0430"),
    ("\u0410na Mamani", "\u0410na Mamani", "\u0410"),
    ("Ana \u041camani", "Ana \u041camani", "\u041c"),
    ("\u0391na Mamani", "\u0391na Mamani", "\u0391"),
    ("L\u0456ma Condori", "L\u0456ma Condori", "\u0456"),
    ("Rosa\u0455 Condori", "Rosa\u0455 Condori", "\u0455"),
    ("\u13aana Condori", "\u13aana Condori", "\u13aa"),
    ("J\u043es\u00e9 Huam\u00e1n", "J\u043es\u00e9 Huam\u00e1n", "\u043e"),
    ("\uff32osa Quispe", "\uff32osa Quispe", "\uff32"),
    ("\U0001d411osa Quispe", "\U0001d411osa Quispe", "\U0001d411"),
    ("R0sa Quispe", "R0sa Quispe", "0"),
    (f"Rosa{RLO} epsiuQ", "Rosa epsiuQ", ""),
    (f"Ro{ZWSP}sa Quispe", "Rosa Quispe", ""),
    (f"Ro{ZWNJ}sa Quis\N{SOFT HYPHEN}pe", "Rosa Quispe", ""),
    ("\N{RIGHT-TO-LEFT ISOLATE}Rosa\N{POP DIRECTIONAL ISOLATE} Quispe", "Rosa Quispe", ""),
    ("Rosa\N{NO-BREAK SPACE}\N{EM SPACE}Quispe", "Rosa Quispe", ""),
]


@pytest.mark.parametrize(("came", "printed", "flagged"), NAMES)
def test_look_alike_name_is_composed_at_issue_and_flagged(
    now: datetime, came: str, printed: str, flagged: str
) -> None:
    learner = UserFactory(full_name=came)
    done = complete(EnrolmentFactory(learner=learner), now=now)

    name = services.request_certificate(enrolment=done, now=now).typed_facts.full_name

    assert name == printed
    assert unicodedata.is_normalized("NFC", name)
    assert "".join(odd_characters(name)) == flagged


def test_there_are_twenty_names() -> None:
    assert len(NAMES) == 20


@pytest.mark.parametrize(
    "name",
    ["María del Pilar Quispe Ñahui", "D'Angelo O\N{RIGHT SINGLE QUOTATION MARK}Higgins-Pérez Jr."],
)
def test_usual_name_is_not_flagged(name: str) -> None:
    assert odd_characters(name) == ()


def test_administrator_sees_which_letters_are_odd(now: datetime) -> None:
    administrator = client_of(UserFactory(role=StaffRole.ADMINISTRATOR))
    learner = UserFactory(full_name=f"Ros{CYRILLIC_A} Quispe")
    odd = make_certificate(now=now, learner=learner)
    other_learner = UserFactory(full_name="Rosa Quispe")
    plain = make_certificate(now=now, learner=other_learner, release=odd.enrolment.release)

    rows = administrator.get("/admin/certificados/").content.decode()
    page = administrator.get(f"/admin/certificados/{odd.pk}/").content.decode()
    other = administrator.get(f"/admin/certificados/{plain.pk}/").content.decode()

    assert rows.count('<span class="w-status">') == 1
    assert "CYRILLIC SMALL LETTER A" in page
    assert "help-warning" not in other
