"""Designs on record: versions that use freezes, the default, and which course has which."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from certificates import services
from certificates.design_content import DesignContent, DesignLogo, DesignSignatory
from certificates.designs.pictures import CleanPicture
from certificates.designs.queries import design_pictures, version_for_course
from certificates.models import (
    Certificate,
    CertificateDesign,
    CertificateDesignVersion,
    CourseDesign,
    DesignPicture,
)
from certificates.presenting import answer_for
from certificates.print_jobs import FIRST_LAYOUT, Print
from certificates.print_pages import page_of
from certificates.services.designs import DEFAULT_CONTENT
from lms.accounts.enums import StaffRole
from lms.accounts.models import User
from lms.core.models import AuditEvent
from tests.factories import EnrolmentFactory, UserFactory
from tests.factories.certificates import complete, make_certificate
from tests.factories.printing import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def trainer() -> User:
    found: User = UserFactory(role=StaffRole.TRAINER)
    return found


@pytest.fixture(autouse=True)
def _default(now: datetime) -> None:
    """The migration makes it; a test that empties the database may have come before."""
    services.ensure_default_design(now=now - timedelta(days=4000))


def content(**changes: Any) -> DesignContent:
    values = {"layout": "marco-1", "main_colour": "#6b1d2e", "accent_colour": "#c08a2d"}
    return DesignContent(**{**values, **changes})


def make(trainer: User, now: datetime, name: str = "Diseño", **changes: Any) -> CertificateDesign:
    return services.save_design(
        design=None, name=name, content=content(**changes), acting_user=trainer, now=now
    )


def change(design: CertificateDesign, by: User, now: datetime, **changes: Any) -> CertificateDesign:
    return services.save_design(
        design=design, name=design.name, content=content(**changes), acting_user=by, now=now
    )


def numbers(design: CertificateDesign) -> list[int]:
    return list(design.versions.order_by("number").values_list("number", flat=True))


def actions() -> list[str]:
    events = AuditEvent.objects.filter(action__startswith="certificate_design")
    return list(events.exclude(actor_id=None).order_by("pk").values_list("action", flat=True))


# --- Versions ------------------------------------------------------------------------------------


def test_new_design_has_a_live_version(trainer: User, now: datetime) -> None:
    design = make(trainer, now)

    assert design.live_version.typed_content == content()
    assert (numbers(design), design.created_by, design.is_default) == ([1], trainer, False)
    assert actions() == ["certificate_design_made"]


def test_change_before_any_use_is_made_in_place(trainer: User, now: datetime) -> None:
    design = make(trainer, now)
    changed = change(design, trainer, now, layout="sobrio-1")

    assert numbers(changed) == [1]
    assert changed.live_version.typed_content.layout == "sobrio-1"
    assert actions() == ["certificate_design_made", "certificate_design_changed"]


def test_same_content_again_changes_nothing(trainer: User, now: datetime) -> None:
    design = make(trainer, now)
    change(design, trainer, now)

    assert numbers(design) == [1]
    assert actions() == ["certificate_design_made"]


def test_change_after_use_makes_the_next_version(trainer: User, now: datetime) -> None:
    enrolment = complete(EnrolmentFactory(), now=now)
    design = make(trainer, now)
    key = enrolment.release.course_key
    services.use_design(design=design, course_keys=[key], among=[key], acting_user=trainer, now=now)
    certificate = services.request_certificate(enrolment=enrolment, now=now)
    CourseDesign.objects.all().delete()

    changed = change(design, trainer, now, layout="sobrio-1")

    certificate.refresh_from_db()
    assert numbers(changed) == [1, 2]
    assert changed.live_version.number == 2
    assert certificate.design_version.number == 1
    assert certificate.design_version.typed_content == content()


def test_change_while_a_course_has_it_makes_the_next_version(trainer: User, now: datetime) -> None:
    design = make(trainer, now)
    key = uuid4()
    services.use_design(design=design, course_keys=[key], among=[key], acting_user=trainer, now=now)

    assert numbers(change(design, trainer, now, layout="sobrio-1")) == [1, 2]


def test_change_of_the_default_makes_the_next_version(trainer: User, now: datetime) -> None:
    design = CertificateDesign.objects.get(is_default=True)
    before = numbers(design)

    assert numbers(change(design, trainer, now)) == [*before, before[-1] + 1]


def test_two_designs_never_have_one_name(trainer: User, now: datetime) -> None:
    make(trainer, now)
    other = make(trainer, now, name="Otro")

    with pytest.raises(services.NameTakenError):
        make(trainer, now, name="DISEÑO")
    with pytest.raises(services.NameTakenError):
        services.save_design(
            design=other, name="Diseño", content=content(), acting_user=trainer, now=now
        )
    assert CertificateDesign.objects.filter(name="Otro").exists()


def test_copy_has_the_content_and_a_name_of_its_own(trainer: User, now: datetime) -> None:
    design = make(trainer, now, name="N" * 80)
    first = services.duplicate_design(design=design, acting_user=trainer, now=now)
    second = services.duplicate_design(design=design, acting_user=trainer, now=now)

    assert first.live_version.content == design.live_version.content
    assert first.name == "N" * 76 + " (2)"
    assert second.name == "N" * 76 + " (3)"


@pytest.mark.parametrize("changes", [{"content": {"layout": "x"}}, {"number": 9}])
def test_database_refuses_a_change_of_a_used_version(
    changes: dict[str, Any], now: datetime
) -> None:
    version = make_certificate(now=now).design_version

    with pytest.raises(IntegrityError), transaction.atomic():
        CertificateDesignVersion.objects.filter(pk=version.pk).update(**changes)
    version.refresh_from_db()
    assert version.typed_content.layout == DEFAULT_CONTENT.layout


def test_database_lets_an_unused_version_change(trainer: User, now: datetime) -> None:
    version = make(trainer, now).live_version

    assert CertificateDesignVersion.objects.filter(pk=version.pk).update(number=7) == 1


@pytest.mark.parametrize("changes", [{"content": b"other"}, {"digest": "0" * 64}])
def test_database_refuses_a_change_of_a_picture(
    changes: dict[str, Any], trainer: User, now: datetime
) -> None:
    kept = keep(trainer, now)

    with pytest.raises(IntegrityError), transaction.atomic():
        DesignPicture.objects.filter(pk=kept.pk).update(**changes)


def test_database_knows_one_default(now: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificateDesign.objects.create(name="Otro", created_at=now, is_default=True)


# --- Pictures ------------------------------------------------------------------------------------


def keep(trainer: User, now: datetime) -> DesignPicture:
    png = picture(1, (120, 60))
    return services.keep_pictures(
        pictures=[CleanPicture(png, 120, 60)], acting_user=trainer, now=now
    )[0]


def test_picture_is_kept_once(trainer: User, now: datetime) -> None:
    first, again = keep(trainer, now), keep(trainer, now)

    assert first == again
    assert DesignPicture.objects.count() == 1
    assert design_pictures(content(logos=(DesignLogo("Uno", first.digest),))) == {
        first.digest: picture(1, (120, 60))
    }


# --- Which course has which ----------------------------------------------------------------------


def test_course_without_a_design_has_the_default(now: datetime) -> None:
    version = version_for_course(uuid4())

    assert version is not None
    assert version.design.is_default


def test_courses_are_chosen_among_those_that_the_user_may_choose(
    trainer: User, now: datetime
) -> None:
    first, second = make(trainer, now), make(trainer, now, name="Segundo")
    mine, other, strange = uuid4(), uuid4(), uuid4()

    def use(design: CertificateDesign, *keys: Any) -> None:
        services.use_design(
            design=design, course_keys=keys, among=[mine, other], acting_user=trainer, now=now
        )

    CourseDesign.objects.create(course_key=strange, design=second)
    use(first, mine, other, strange)
    assert version_for_course(mine) == first.live_version
    assert version_for_course(strange) == second.live_version
    use(second, mine)
    assert version_for_course(mine) == second.live_version
    assert version_for_course(other) == first.live_version
    use(first)
    assert version_for_course(other).design.is_default
    assert version_for_course(strange) == second.live_version


def test_another_default_takes_the_place_of_the_old_one(trainer: User, now: datetime) -> None:
    design = make(trainer, now)
    services.make_default(design=design, acting_user=trainer, now=now)
    services.make_default(design=design, acting_user=trainer, now=now)

    assert list(CertificateDesign.objects.filter(is_default=True)) == [design]
    assert actions() == ["certificate_design_made", "certificate_design_default"]


def test_default_is_made_again_where_it_was_lost(now: datetime) -> None:
    CertificateDesign.objects.update(is_default=False)

    found = services.ensure_default_design(now=now)

    assert found.is_default
    assert found.name == "Amparo (2)"
    assert found.live_version.typed_content == DEFAULT_CONTENT
    assert services.ensure_default_design(now=now) == found


# --- Issuing -------------------------------------------------------------------------------------


def issue_with(trainer: User, now: datetime, **changes: Any) -> Certificate:
    enrolment = complete(EnrolmentFactory(), now=now)
    key = enrolment.release.course_key
    design = make(trainer, now, **changes)
    services.use_design(design=design, course_keys=[key], among=[key], acting_user=trainer, now=now)
    return services.request_certificate(enrolment=enrolment, now=now)


def test_certificate_keeps_layout_version_and_words_of_its_design(
    trainer: User, now: datetime
) -> None:
    certificate = issue_with(
        trainer,
        now,
        headings={"es": "Constancia"},
        attests={"es": "Otorgada a {nombre}."},
        closings={"es": "En {lugar}."},
        logos=(DesignLogo("Ministerio de Ejemplo"),),
        signatories=(DesignSignatory("Julio Huanca", "Jefe"),),
    )
    answer = answer_for(certificate, language="es", now=now)

    facts = certificate.typed_facts
    shown = {line.text for line in answer.lines}
    assert (certificate.design, certificate.design_version.number) == ("marco-1", 1)
    assert facts.attests == f"Otorgada a {facts.full_name}."
    assert {
        "Constancia",
        facts.attests,
        "En Lima.",
        "Ministerio de Ejemplo",
        "Julio Huanca, Jefe",
    } <= shown


def test_new_certificate_has_the_default_design(now: datetime) -> None:
    certificate = make_certificate(now=now)

    assert certificate.design_version.design.is_default
    assert certificate.design == certificate.design_version.typed_content.layout


def test_without_any_default_a_certificate_is_issued_all_the_same(now: datetime) -> None:
    CertificateDesign.objects.update(is_default=False)

    certificate = make_certificate(now=now)

    assert (certificate.design, certificate.design_version) == (FIRST_LAYOUT, None)


def test_corrected_certificate_names_the_person_in_the_texts_too(
    trainer: User, now: datetime
) -> None:
    old = issue_with(trainer, now, attests={"es": "Otorgada a {nombre}."})
    learner = old.enrolment.learner
    learner.full_name = "Nombre Corregido"
    learner.save()

    new = services.replace_certificate(
        certificate=old, acting_user=trainer, reason="nombre", now=now
    )

    assert new.typed_facts.attests == "Otorgada a Nombre Corregido."
    assert (new.design, new.design_version) == (old.design, old.design_version)


def test_old_certificate_keeps_its_layout_without_a_version(now: datetime) -> None:
    certificate = make_certificate(now=now)
    Certificate.objects.filter(pk=certificate.pk).update(design=FIRST_LAYOUT, design_version=None)
    old = Certificate.objects.get(pk=certificate.pk)
    page = page_of(Print(old.typed_facts, old.code, old.language))

    assert old.design_version is None
    assert "amparo:qr" not in page
    assert "common-1" not in page
    assert "no lleva firma digital" in page


# --- The migration -------------------------------------------------------------------------------


def migrate(name: str) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate([("certificates", name)])
    return executor.loader.project_state([("certificates", name)]).apps


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_migration_goes_back_and_forth() -> None:
    try:
        before = migrate("0002_trust")
        designs = before.get_model("certificates", "CertificateDesign").objects
        assert designs.count() == 0
        after = migrate("0003_designs")
        designs = after.get_model("certificates", "CertificateDesign").objects
        design = designs.get()
        assert (design.name, design.is_default) == ("Amparo", True)
        assert DesignContent.from_json(design.live_version.content) == DEFAULT_CONTENT
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
