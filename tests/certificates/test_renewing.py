"""Recertification: what a refresher issues, to whom, and how both pages tell of it."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from certificates import services
from certificates.enums import CertificateState, RevocationClass
from certificates.models import Certificate
from certificates.presenting import answer_for
from certificates.queries import certificate_by_code, indexes_taken_back
from lms.accounts.enums import StaffRole
from tests.certificates.life_scene import LifeScene
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(now: datetime) -> LifeScene:
    return LifeScene(now)


def test_refresher_renews_the_certificate_of_the_course(scene: LifeScene, now: datetime) -> None:
    old = scene.certificate(days_left=20)
    before = Certificate.objects.filter(pk=old.pk).values().get()

    new = scene.renew(old)

    facts, refresher = new.typed_facts, scene.refresher_release.typed_promise
    assert new.renews == old
    assert (facts.kind, facts.course_title) == ("Recertificación", "Curso vida")
    assert (facts.minutes, facts.hours) == (refresher.minutes, refresher.hours)
    assert facts.score == "17,5 / 20"
    assert facts.certificate_text == (
        "Atestigua el repaso. Renueva el certificado del 15 de septiembre de 2024."
    )
    assert old.state(now=now) == new.state(now=now) == CertificateState.VALID
    assert Certificate.objects.filter(pk=old.pk).values().get() == before


def test_renewal_speaks_the_holders_language(scene: LifeScene) -> None:
    old = scene.certificate(days_left=20)
    learner = old.enrolment.learner
    learner.language = "en"
    learner.save()

    facts = scene.renew(old).typed_facts

    assert (facts.kind, facts.course_title) == ("Recertification", "Curso vida (en)")
    assert facts.certificate_text.endswith("It renews the certificate of 15 September 2024.")


def test_who_holds_none_gets_a_certificate_of_the_refresher_itself(scene: LifeScene) -> None:
    scene.certificate(days_left=20)

    enrolment = scene.enrolment_in_refresher(UserFactory())
    new = services.request_certificate(enrolment=enrolment, now=scene.now)

    assert new.renews is None
    assert (new.typed_facts.kind, new.typed_facts.course_title) == ("Curso", "Repaso")
    assert new.typed_facts.certificate_text == "Atestigua el repaso."


@pytest.mark.parametrize(("days_left", "is_renewed"), [(-364, True), (-366, False)])
def test_certificate_that_ended_more_than_a_year_ago_is_not_renewed(
    scene: LifeScene, days_left: int, is_renewed: bool
) -> None:
    new = scene.renew(scene.certificate(days_left=days_left))

    assert (new.renews is not None) == is_renewed


def test_revoked_certificate_is_not_renewed(scene: LifeScene, now: datetime) -> None:
    old = scene.certificate()
    services.revoke_certificate(
        certificate=old,
        revocation_class=RevocationClass.ISSUER_DECISION,
        reason="x",
        acting_user=UserFactory(role=StaffRole.ADMINISTRATOR),
        now=now,
    )

    assert scene.renew(old).renews is None


def test_correction_is_renewed_in_the_place_of_the_replaced_one(
    scene: LifeScene, now: datetime
) -> None:
    old = scene.certificate()
    corrected = services.replace_certificate(
        certificate=old, acting_user=UserFactory(), reason="x", now=now
    )

    assert scene.renew(old).renews == corrected


def test_pilots_certificate_gets_no_validity_from_a_reviewed_refresher(now: datetime) -> None:
    pilot = LifeScene(now, is_reviewed=False)
    old = pilot.certificate()
    promise = {**pilot.refresher_release.promise, "is_pilot": False}
    pilot.refresher_release.promise, pilot.refresher_release.is_pilot = promise, False
    pilot.refresher_release.save()

    assert pilot.renew(old).renews is None


def test_asking_twice_makes_one_renewal(scene: LifeScene) -> None:
    old = scene.certificate()
    enrolment = scene.enrolment_in_refresher(old.enrolment.learner)

    made = {services.request_certificate(enrolment=enrolment, now=scene.now).pk for _ in range(3)}

    assert len(made) == 1
    assert old.renewals.count() == 1


def test_renewal_is_renewed_again_and_keeps_the_courses_title(
    scene: LifeScene, now: datetime
) -> None:
    first = scene.certificate(days_left=20)
    second = scene.renew(first)
    later = now + timedelta(days=700)
    third = scene.renew(first, now=later)

    assert (second.renews, third.renews) == (first, second)
    assert third.typed_facts.course_title == "Curso vida"


def test_pages_of_both_tell_of_each_other_and_only_the_old_one_names_a_code(
    scene: LifeScene, now: datetime
) -> None:
    old = scene.certificate(days_left=20)
    new = scene.renew(old)
    browser = Client()

    old_page, new_page = (
        browser.get(reverse("verify_code", args=[one.code])).content.decode() for one in (old, new)
    )

    assert "Lo renovó un certificado emitido el 24 de noviembre de 2026." in old_page
    assert f'href="/v/{new.code}/"' in old_page
    assert "Renueva el certificado que se emitió el 15 de septiembre de 2024." in new_page
    assert old.code not in new_page


def test_revoked_renewal_is_not_named_and_a_corrected_one_is(
    scene: LifeScene, now: datetime
) -> None:
    old = scene.certificate(days_left=20)
    new = scene.renew(old)
    administrator = UserFactory(role=StaffRole.ADMINISTRATOR)
    corrected = services.replace_certificate(
        certificate=new, acting_user=administrator, reason="x", now=now
    )
    old_corrected = services.replace_certificate(
        certificate=old, acting_user=administrator, reason="x", now=now
    )

    def named(code: str) -> str:
        found = certificate_by_code(code)
        assert found is not None
        return answer_for(found, language="es", now=now).renewed_by

    assert corrected.renews == old
    assert (named(old.code), named(old_corrected.code)) == ("", corrected.code)
    services.revoke_certificate(
        certificate=corrected,
        revocation_class=RevocationClass.ISSUED_IN_ERROR,
        reason="x",
        acting_user=administrator,
        now=now,
    )
    assert named(old_corrected.code) == ""


def test_chain_of_corrections_leads_forward_and_back_without_a_loop(
    scene: LifeScene, now: datetime
) -> None:
    chain = [scene.certificate()]
    administrator = UserFactory(role=StaffRole.ADMINISTRATOR)
    for _ in range(5):
        chain.append(
            services.replace_certificate(
                certificate=chain[-1], acting_user=administrator, reason="x", now=now
            )
        )

    def walk(code: str, way: str) -> list[str]:
        found: list[str] = []
        while code and len(found) <= len(chain):
            found.append(code)
            certificate = certificate_by_code(code)
            assert certificate is not None
            code = getattr(answer_for(certificate, language="es", now=now), way)
        return found

    codes = [one.code for one in chain]
    assert walk(codes[0], "successor") == codes
    assert walk(codes[-1], "predecessor") == codes[::-1]


def test_both_pages_of_a_correction_point_to_each_other(scene: LifeScene, now: datetime) -> None:
    old = scene.certificate()
    new = services.replace_certificate(
        certificate=old, acting_user=UserFactory(), reason="x", now=now
    )
    browser = Client()

    old_page, new_page = (
        browser.get(reverse("verify_code", args=[one.code])).content.decode() for one in (old, new)
    )

    assert f'href="/v/{new.code}/"' in old_page
    assert f'href="/v/{old.code}/"' in new_page
    words = "Sustituye a un certificado anterior, emitido el 15 de septiembre de 2024."
    assert words in new_page


def test_achievement_of_a_renewal_is_its_own_and_tells_no_day_of_the_holder(
    scene: LifeScene, now: datetime
) -> None:
    renewal = scene.renew(scene.certificate())
    plain = services.request_certificate(
        enrolment=scene.enrolment_in_refresher(UserFactory()), now=now
    )

    ours, other = services.achievement_of(renewal), services.achievement_of(plain)
    published = Client().get(ours["id"].removeprefix("https://testserver")).json()

    assert ours["id"] == f"{other['id']}-r"
    assert (ours["name"], other["name"]) == ("Curso vida", "Repaso")
    assert ours["description"] == "Atestigua el repaso."
    assert published["id"] == ours["id"]
    assert "2024" not in str(published)


@pytest.mark.parametrize("rows", [1, 3])
def test_check_of_a_renewed_certificate_takes_one_query(
    scene: LifeScene, now: datetime, rows: int, django_assert_num_queries: object
) -> None:
    old = scene.certificate(days_left=20)
    for number in range(rows):
        scene.renew(old, now=now + timedelta(days=number))

    with django_assert_num_queries(1):
        found = certificate_by_code(old.code)
        assert found is not None
        answer_for(found, language="es", now=now)


def test_status_list_takes_back_what_was_revoked_or_replaced_and_nothing_that_was_renewed(
    scene: LifeScene, now: datetime
) -> None:
    renewed, revoked, replaced = (scene.certificate() for _ in range(3))
    administrator = UserFactory(role=StaffRole.ADMINISTRATOR)
    renewal = scene.renew(renewed)
    services.revoke_certificate(
        certificate=revoked,
        revocation_class=RevocationClass.ISSUED_IN_ERROR,
        reason="x",
        acting_user=administrator,
        now=now,
    )
    services.replace_certificate(
        certificate=replaced, acting_user=administrator, reason="x", now=now
    )

    lists = {one.status_entry.status_list for one in (renewed, revoked, replaced, renewal)}
    found = indexes_taken_back(lists.pop())

    assert not lists
    assert found == sorted(one.status_entry.index for one in (revoked, replaced))
