"""Decisions by two people, and what rests on a lesson, in the admin: administrators only."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certificates import services
from certificates.enums import CertificateState, ProposalState, RevocationClass
from certificates.models import Certificate, CertificateProposal, UpdateInvitation
from lms.accounts.enums import StaffRole
from lms.accounts.models import User
from tests.factories import UserFactory, make_course, release_course_for_tests
from tests.factories.certificates import make_certificate
from tests.learning.cast import Cast, client_of, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def certificate(cast: Cast) -> Certificate:
    return make_certificate(now=timezone.now(), release=cast.release)


@pytest.fixture
def _two_people(settings: Any) -> None:
    settings.REQUIRE_TWO_PERSON_CERTIFICATES = True


@pytest.fixture
def second() -> User:
    return UserFactory(role=StaffRole.ADMINISTRATOR)


@pytest.fixture
def proposal(_two_people: None, cast: Cast, certificate: Certificate) -> CertificateProposal:
    found = services.ask_to_revoke(
        certificate=certificate,
        revocation_class=RevocationClass.HOLDER_REQUEST,
        reason="lo pidió ella",
        acting_user=cast.administrator,
        now=timezone.now(),
    )
    assert found is not None
    return found


def life_paths(cast: Cast, proposal: CertificateProposal) -> list[str]:
    key = cast.made.lessons[0].translation_key
    return [
        reverse("decisiones:index"),
        reverse("decisiones:detail", args=[proposal.pk]),
        reverse("cambios:index"),
        reverse("cambios:detail", args=[key]),
        reverse("cambios:certificates", args=[key]),
        reverse("cambios:invite", args=[key]),
    ]


@pytest.mark.parametrize("method", ["get", "post"])
def test_only_administrators_enter(cast: Cast, proposal: CertificateProposal, method: str) -> None:
    data = {"step": "approve", "words_es": "x", "words_en": "x"}
    for path in life_paths(cast, proposal):
        for name, person in cast.people.items():
            if name != "administrator":
                answer = getattr(client_of(person), method)(path, data)
                assert answer.status_code in {302, 403, 404}, (name, path)
    proposal.refresh_from_db()
    assert (proposal.state, UpdateInvitation.objects.count()) == (ProposalState.OPEN, 0)


def test_administrator_reads_every_page(cast: Cast, proposal: CertificateProposal) -> None:
    browser = client_of(cast.administrator)

    assert [browser.get(path).status_code for path in life_paths(cast, proposal)] == [200] * 6


@pytest.mark.usefixtures("_two_people")
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("revoke", {"revocation_class": "issuer_decision", "reason": "por decisión"}),
        ("replace", {"reason": "error de nombre"}),
    ],
)
def test_pressing_only_asks_where_two_people_are_needed(
    cast: Cast, certificate: Certificate, name: str, data: dict[str, str]
) -> None:
    browser = client_of(cast.administrator)
    path = reverse(f"certificados:{name}", args=[certificate.pk])

    browser.post(path, data)
    browser.post(path, data)  # a second press asks nothing more

    certificate.refresh_from_db()
    assert certificate.state(now=timezone.now()) == CertificateState.VALID
    asked = CertificateProposal.objects.get()
    assert (str(asked.kind), asked.reason) == (name, data["reason"])
    listed = browser.get(reverse("certificados:index"))
    assert listed.context["proposals"] == 1
    assert reverse("decisiones:index") in listed.content.decode()
    detail = browser.get(reverse("certificados:detail", args=[certificate.pk])).content.decode()
    assert reverse("decisiones:detail", args=[asked.pk]) in detail
    assert path not in detail


def press(user: User, proposal: CertificateProposal, **data: str) -> None:
    client_of(user).post(reverse("decisiones:detail", args=[proposal.pk]), data)


def test_second_administrator_approves(
    cast: Cast, certificate: Certificate, proposal: CertificateProposal, second: User
) -> None:
    page = client_of(second).get(reverse("decisiones:detail", args=[proposal.pk]))
    html = page.content.decode()
    assert "lo pidió ella" in html
    assert certificate.facts["full_name"] in html
    assert (page.context["may_decide"], page.context["may_withdraw"]) == (True, False)

    press(second, proposal, step="approve")

    certificate.refresh_from_db()
    assert certificate.state(now=timezone.now()) == CertificateState.REVOKED


@pytest.mark.parametrize("step", ["approve", "refuse", "", "other"])
def test_asker_may_only_withdraw(
    cast: Cast, certificate: Certificate, proposal: CertificateProposal, step: str
) -> None:
    page = client_of(cast.administrator).get(reverse("decisiones:detail", args=[proposal.pk]))
    assert (page.context["may_decide"], page.context["may_withdraw"]) == (False, True)

    press(cast.administrator, proposal, step=step)
    proposal.refresh_from_db()
    certificate.refresh_from_db()
    assert (proposal.state, certificate.revoked_at) == (ProposalState.OPEN, None)

    press(cast.administrator, proposal, step="withdraw")
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.WITHDRAWN


def test_approval_of_a_name_that_changed_meanwhile_is_sent_back(
    cast: Cast, certificate: Certificate, second: User, settings: Any
) -> None:
    settings.REQUIRE_TWO_PERSON_CERTIFICATES = True
    asked = services.ask_to_replace(
        certificate=certificate,
        reason="x",
        acting_user=cast.administrator,
        now=timezone.now(),
    )
    assert isinstance(asked, CertificateProposal)
    learner = certificate.enrolment.learner
    page = client_of(second).get(reverse("decisiones:detail", args=[asked.pk]))
    assert f'name="seen_name" value="{learner.full_name}"' in page.content.decode()
    seen, learner.full_name = learner.full_name, "Nombre de Otra Hora"
    learner.save()

    press(second, asked, step="approve", seen_name=seen)
    certificate.refresh_from_db()
    assert certificate.replaced_by is None

    press(second, asked, step="approve", seen_name=learner.full_name)
    certificate.refresh_from_db()
    assert certificate.replaced_by is not None
    assert certificate.replaced_by.facts["full_name"] == "Nombre de Otra Hora"


def test_own_certificate_offers_no_decision(cast: Cast) -> None:
    own = make_certificate(now=timezone.now(), release=cast.release, learner=cast.administrator)
    browser = client_of(cast.administrator)

    page = browser.get(reverse("certificados:detail", args=[own.pk]))
    browser.post(reverse("certificados:replace", args=[own.pk]), {"reason": "x"})
    data = {"revocation_class": "issued_in_error", "reason": "x"}
    browser.post(reverse("certificados:revoke", args=[own.pk]), data)

    own.refresh_from_db()
    assert page.context["may_change"] is False
    assert own.state(now=timezone.now()) == CertificateState.VALID


def test_administrator_invites_the_holders(cast: Cast, certificate: Certificate) -> None:
    key = cast.made.lessons[0].translation_key
    browser = client_of(cast.administrator)
    detail = browser.get(reverse("cambios:detail", args=[key]))
    assert (detail.context["resting"].certificates, detail.context["may_invite"]) == (1, True)
    listed = browser.get(reverse("cambios:certificates", args=[key])).content.decode()
    assert certificate.printed_code in listed

    answer = browser.post(
        reverse("cambios:invite", args=[key]), {"words_es": "Cambió \n la ley.", "words_en": "New."}
    )

    invitation = UpdateInvitation.objects.get()
    assert answer.status_code == 302
    assert invitation.words == {"es": "Cambió la ley.", "en": "New."}
    assert invitation.created_by == cast.administrator
    assert "Cambió la ley." in browser.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("words_es", "words_en"), [("", ""), ("x", ""), ("", "x"), ("x" * 301, "x"), ("x", " ")]
)
def test_invitation_needs_both_languages_and_keeps_what_was_typed(
    cast: Cast, certificate: Certificate, words_es: str, words_en: str
) -> None:
    path = reverse("cambios:invite", args=[cast.made.lessons[0].translation_key])

    answer = client_of(cast.administrator).post(path, {"words_es": words_es, "words_en": words_en})

    assert answer.status_code == 200
    assert words_es in answer.content.decode()
    assert UpdateInvitation.objects.count() == 0


def test_invitation_that_is_under_way_is_said_at_the_form(
    cast: Cast, certificate: Certificate
) -> None:
    path = reverse("cambios:invite", args=[cast.made.lessons[0].translation_key])
    browser, data = client_of(cast.administrator), {"words_es": "Uno.", "words_en": "One."}
    browser.post(path, data)

    again = browser.post(path, data)

    assert (again.status_code, UpdateInvitation.objects.count()) == (200, 1)
    assert again.context["form"].non_field_errors()


def test_what_no_release_promised_is_not_found(cast: Cast) -> None:
    browser = client_of(cast.administrator)

    for name in ("detail", "certificates", "invite"):
        assert browser.get(reverse(f"cambios:{name}", args=[uuid4()])).status_code == 404


def queries_of(user: User, path: str) -> int:
    browser = client_of(user)
    browser.get(path)
    with CaptureQueriesContext(connection) as queries:
        browser.get(path)
    return len(queries)


@pytest.mark.usefixtures("_two_people")
def test_lists_cost_the_same_for_one_and_three(cast: Cast) -> None:
    release = release_course_for_tests(make_course(slug="otro"))
    key = next(release.typed_promise.items()).key
    paths = [reverse("decisiones:index"), reverse("cambios:certificates", args=[key])]
    counts = []
    for number in (1, 2):
        for _ in range(number):
            services.ask_to_replace(
                certificate=make_certificate(now=timezone.now(), release=release),
                reason="x",
                acting_user=UserFactory(role=StaffRole.ADMINISTRATOR),
                now=timezone.now(),
            )
        counts.append([queries_of(cast.administrator, path) for path in paths])

    assert counts[0] == counts[1]
