"""What each staff role may do, to the letter."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from wagtail.models import GroupCollectionPermission, GroupPagePermission, Page

from lms.accounts.enums import StaffRole
from lms.desks.services import ensure_staff_groups
from lms.desks.staff_groups import STAFF_GROUPS

REVIEWER = {
    "wagtailadmin.access_admin",
    "courses.view_questionbank",
    "courses.view_questioncategory",
    "courses.view_question",
    "courses.view_questionversion",
    "courses.view_quiz",
    "courses.view_quizsource",
    "courses.view_case",
    "courses.view_caseversion",
    "courses.view_courserelease",
    "courses.view_glossaryterm",
    "courses.view_sourcerecord",
    "courses.view_helpline",
    "courses.view_service",
    "courses.view_figure",
    "courses.view_card",
}
TRAINER = {
    "wagtailadmin.access_admin",
    "wagtail_localize.submit_translation",
    "courses.add_courserelease",
    "courses.delete_quizsource",
    "courses.view_courserelease",
    "courses.view_coursestaff",
    "courses.view_helpline",
    "courses.view_service",
    *(
        f"courses.{action}_{model}"
        for action in ("add", "change", "view")
        for model in (
            "questionbank",
            "questioncategory",
            "question",
            "questionversion",
            "quiz",
            "quizsource",
            "case",
            "caseversion",
            "glossaryterm",
            "sourcerecord",
            "figure",
            "card",
        )
    ),
    *(f"certificates.{action}_certificatedesign" for action in ("add", "change", "view")),
}
ADMINISTRATOR = TRAINER | {
    "accounts.add_user",
    "accounts.change_user",
    "accounts.view_user",
    *(f"accounts.{action}_agency" for action in ("add", "change", "delete", "view")),
    *(f"accounts.{action}_membership" for action in ("add", "change", "delete", "view")),
    *(f"accounts.{action}_erasurerecord" for action in ("add", "view")),
    *(f"courses.{action}_coursestaff" for action in ("add", "change", "delete", "view")),
    *(f"courses.{action}_helpline" for action in ("add", "change", "delete", "view")),
    *(f"courses.{action}_service" for action in ("add", "change", "delete", "view")),
    "courses.delete_figure",
    "courses.delete_card",
    *(f"core.{action}_siteterm" for action in ("add", "change", "delete", "view")),
    *(f"certificates.{action}_signatory" for action in ("add", "change", "delete", "view")),
    *(f"certificates.{action}_apitoken" for action in ("add", "change", "delete", "view")),
    *(f"certificates.{action}_certificate" for action in ("change", "view")),
    *(f"certificates.{action}_certificateproposal" for action in ("add", "change", "view")),
    *(f"certificates.{action}_updateinvitation" for action in ("add", "view")),
    *(f"certificates.{action}_issuance" for action in ("change", "view")),
    *(f"certificates.{action}_issuersettings" for action in ("change", "view")),
    *(f"core.{action}_sitesettings" for action in ("change", "view")),
    *(f"accounts.{action}_caresettings" for action in ("change", "view")),
    "core.view_auditevent",
    "learning.view_enrolment",
}
EXPECTED = {
    StaffRole.TRAINER: TRAINER,
    StaffRole.LEGAL_REVIEWER: REVIEWER,
    StaffRole.PROTECTION_REVIEWER: REVIEWER,
    StaffRole.ADMINISTRATOR: ADMINISTRATOR,
}
PAGES = {
    StaffRole.TRAINER: {"add_page", "change_page", "publish_page"},
    StaffRole.LEGAL_REVIEWER: {"change_page"},
    StaffRole.PROTECTION_REVIEWER: {"change_page"},
    StaffRole.ADMINISTRATOR: {
        "add_page",
        "change_page",
        "publish_page",
        "lock_page",
        "unlock_page",
    },
}
FILES = {
    "add_image",
    "change_image",
    "choose_image",
    "add_document",
    "change_document",
    "choose_document",
    "add_media",
    "change_media",
}
COLLECTIONS = {
    StaffRole.TRAINER: {name for name in FILES if not name.startswith("change_")},
    StaffRole.LEGAL_REVIEWER: {"choose_image", "choose_document"},
    StaffRole.PROTECTION_REVIEWER: {"choose_image", "choose_document"},
    StaffRole.ADMINISTRATOR: FILES,
}


def _held(role: StaffRole) -> set[str]:
    rows = Permission.objects.filter(group__name=role).values_list(
        "content_type__app_label", "codename"
    )
    return {f"{app}.{name}" for app, name in rows}


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(StaffRole))
def test_group_has_exactly_its_rights_after_migrate(role: StaffRole) -> None:
    assert _held(role) == EXPECTED[role]
    pages = GroupPagePermission.objects.filter(group__name=role)
    assert set(pages.values_list("permission__codename", flat=True)) == PAGES[role]
    assert set(pages.values_list("page__depth", flat=True)) == {1}
    files = GroupCollectionPermission.objects.filter(group__name=role)
    assert set(files.values_list("permission__codename", flat=True)) == COLLECTIONS[role]


@pytest.mark.django_db
def test_every_right_that_is_named_exists() -> None:
    known = {
        f"{app}.{name}"
        for app, name in Permission.objects.values_list("content_type__app_label", "codename")
    }
    named = {right for rights in STAFF_GROUPS.values() for right in rights.permissions}
    named |= {right for rights in STAFF_GROUPS.values() for right in rights.collections}
    named |= {f"wagtailcore.{name}" for rights in STAFF_GROUPS.values() for name in rights.pages}
    assert named - known == set()


@pytest.mark.django_db
def test_rights_changed_by_hand_are_set_back() -> None:
    group = Group.objects.get(name=StaffRole.TRAINER)
    group.permissions.add(Permission.objects.get(codename="delete_user"))
    group.permissions.remove(Permission.objects.get(codename="access_admin"))
    GroupPagePermission.objects.filter(group=group).delete()
    ensure_staff_groups()
    ensure_staff_groups()
    assert _held(StaffRole.TRAINER) == TRAINER
    assert GroupPagePermission.objects.filter(group=group).count() == 3


@pytest.mark.django_db
def test_groups_come_back_with_every_migrate() -> None:
    Group.objects.all().delete()
    call_command("migrate", verbosity=0)
    assert {role: _held(role) for role in StaffRole} == EXPECTED


@pytest.mark.django_db
def test_groups_come_back_after_a_flush_that_left_no_root_page() -> None:
    Group.objects.all().delete()
    Page.objects.all().delete()
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert {role: _held(role) for role in StaffRole} == EXPECTED
    assert GroupPagePermission.objects.count() == 0
