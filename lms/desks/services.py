"""Setting up what joins all apps: the rights of the staff groups."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from lms.desks.staff_groups import STAFF_GROUPS, GroupRights

PAGE_APP = "wagtailcore"


@transaction.atomic
def ensure_staff_groups() -> None:
    """Give each staff group exactly the rights of `staff_groups`, making the groups if missing.

    What somebody changed by hand in one of these four groups is undone: their rights are code.
    Permissions, root page or root collection that do not exist (yet) are left out.
    """
    known = {
        f"{app}.{codename}": pk
        for pk, app, codename in Permission.objects.values_list(
            "pk", "content_type__app_label", "codename"
        )
    }
    for role, rights in STAFF_GROUPS.items():
        group, _created = Group.objects.get_or_create(name=role.value)
        group.permissions.set(_pks(rights.permissions, known))
        _set_page_rights(group, rights, known)
        _set_collection_rights(group, rights, known)


def _pks(names: Iterable[str], known: dict[str, int]) -> list[int]:
    return [known[name] for name in sorted(names) if name in known]


def _set_page_rights(group: Group, rights: GroupRights, known: dict[str, int]) -> None:
    root = Page.get_first_root_node()
    if root is None:
        return
    wanted = _pks((f"{PAGE_APP}.{name}" for name in rights.pages), known)
    GroupPagePermission.objects.filter(group=group).exclude(
        page=root, permission_id__in=wanted
    ).delete()
    for pk in wanted:
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission_id=pk)


def _set_collection_rights(group: Group, rights: GroupRights, known: dict[str, int]) -> None:
    root = Collection.get_first_root_node()
    if root is None:
        return
    wanted = _pks(rights.collections, known)
    GroupCollectionPermission.objects.filter(group=group).exclude(
        collection=root, permission_id__in=wanted
    ).delete()
    for pk in wanted:
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=root, permission_id=pk
        )
