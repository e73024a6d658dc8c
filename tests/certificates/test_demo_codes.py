"""The demo codes: one of each state, made once, saved as PDFs, and never on a real site."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from certificates.enums import CertificateState
from certificates.models import Certificate
from lms.accounts.enums import StaffRole
from tests.factories import UserFactory, make_course, release_course_for_tests

pytestmark = pytest.mark.django_db
STATES = [str(state) for state in CertificateState]


def demo_codes(**options: Any) -> dict[str, str]:
    out = StringIO()
    call_command("demo_codes", even_without_debug=True, stdout=out, **options)
    found: dict[str, str] = json.loads(out.getvalue())
    return found


@pytest.fixture
def _demo_data() -> None:
    release_course_for_tests(make_course(slug="curso-inicial"))
    UserFactory(role=StaffRole.ADMINISTRATOR)


@pytest.mark.usefixtures("_demo_data")
def test_demo_codes_are_one_of_each_state_and_made_once() -> None:
    codes = demo_codes()

    assert list(codes) == STATES
    for state, code in codes.items():
        assert Certificate.objects.get(code=code).state(now=timezone.now()) == state
    assert demo_codes() == codes
    assert Certificate.objects.count() == len(STATES) + 1  # the successor of the replaced one


@pytest.mark.usefixtures("_demo_data")
def test_demo_pdfs_are_saved_by_state(tmp_path: Path) -> None:
    demo_codes(save=str(tmp_path / "new" / "folder"))

    saved = {path.name: path.read_bytes() for path in (tmp_path / "new" / "folder").iterdir()}
    assert sorted(saved) == sorted(f"{state}.pdf" for state in STATES)
    assert all(content.startswith(b"%PDF-") for content in saved.values())


@pytest.mark.usefixtures("_demo_data")
def test_demo_holder_cannot_log_in() -> None:
    demo_codes()

    holder = Certificate.objects.earliest("pk").enrolment.learner
    assert not holder.has_usable_password()
    assert holder.email is None


def test_demo_codes_refuse_a_real_site() -> None:
    with pytest.raises(CommandError, match="DEBUG is off"):
        call_command("demo_codes")


@pytest.mark.parametrize(
    ("has_administrator", "words"),
    [(False, "create_demo_people"), (True, "load_curriculum")],
)
def test_demo_codes_say_what_is_missing(has_administrator: bool, words: str) -> None:
    if has_administrator:
        UserFactory(role=StaffRole.ADMINISTRATOR)

    with pytest.raises(CommandError, match=words):
        demo_codes()
