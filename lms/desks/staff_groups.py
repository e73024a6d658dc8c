"""What each staff role may do in the admin: the whole of it, so that it can be read in one place.

Which course a trainer may touch is not decided here but by `CourseStaff`, course by course; the
page permissions below only let her into the admin's page views at all. Nobody deletes what others
learned from or were certified by: such records are unpublished, ended or revoked by services.
"""

from dataclasses import dataclass

from lms.accounts.enums import StaffRole


def _each(actions: str, *models: str) -> frozenset[str]:
    """Return `app.action_model` for each action and each `app.model`."""
    return frozenset(
        "{0}.{2}_{1}".format(*model.split("."), action)
        for model in models
        for action in actions.split()
    )


@dataclass(frozen=True)
class GroupRights:
    """Model permissions, page permissions on the root, and collection permissions on the root."""

    permissions: frozenset[str]
    pages: frozenset[str]
    collections: frozenset[str]


ADMIN = frozenset({"wagtailadmin.access_admin"})

_TRAINER = GroupRights(
    permissions=ADMIN
    | _each(
        "add change view",
        "courses.questionbank",
        "courses.questioncategory",
        "courses.question",
        "courses.questionversion",
        "courses.quiz",
        "courses.quizsource",
        "courses.case",
        "courses.caseversion",
        "courses.glossaryterm",
        "courses.sourcerecord",
        "courses.figure",
        "courses.card",
    )
    | _each("delete", "courses.quizsource")
    | _each("add view", "courses.courserelease")
    | _each("add change view", "certificates.certificatedesign")
    | _each("view", "courses.helpline", "courses.service", "courses.coursestaff")
    | {"wagtail_localize.submit_translation"},
    pages=frozenset({"add_page", "change_page", "publish_page"}),
    # Whoever may add files may change and delete her own; those of others stand in other courses.
    collections=_each("add choose", "wagtailimages.image", "wagtaildocs.document")
    | _each("add", "wagtailmedia.media"),
)

_REVIEWER = GroupRights(
    permissions=ADMIN
    | _each(
        "view",
        "courses.questionbank",
        "courses.questioncategory",
        "courses.question",
        "courses.questionversion",
        "courses.quiz",
        "courses.quizsource",
        "courses.case",
        "courses.caseversion",
        "courses.courserelease",
        "courses.glossaryterm",
        "courses.helpline",
        "courses.sourcerecord",
        "courses.service",
        "courses.figure",
        "courses.card",
    ),
    pages=frozenset({"change_page"}),
    collections=_each("choose", "wagtailimages.image", "wagtaildocs.document"),
)

_ADMINISTRATOR = GroupRights(
    permissions=_TRAINER.permissions
    | _REVIEWER.permissions
    | _each("add change view", "accounts.user")
    | _each("add change delete view", "accounts.agency", "accounts.membership")
    | _each("add view", "accounts.erasurerecord")
    | _each("add change delete view", "courses.coursestaff", "courses.helpline")
    | _each("add change delete view", "courses.service", "courses.figure", "courses.card")
    | _each("add change delete view", "core.siteterm")
    | _each("view", "learning.enrolment", "core.auditevent")
    | _each("change view", "certificates.certificate", "certificates.issuance")
    | _each("add change view", "certificates.certificateproposal")
    | _each("add view", "certificates.updateinvitation")
    | _each("change view", "certificates.issuersettings", "core.sitesettings")
    | _each("change view", "accounts.caresettings")
    | _each("add change delete view", "certificates.signatory", "certificates.apitoken"),
    pages=_TRAINER.pages | {"lock_page", "unlock_page"},
    collections=_TRAINER.collections
    | _each("change", "wagtailimages.image", "wagtaildocs.document", "wagtailmedia.media"),
)

STAFF_GROUPS: dict[StaffRole, GroupRights] = {
    StaffRole.TRAINER: _TRAINER,
    StaffRole.LEGAL_REVIEWER: _REVIEWER,
    StaffRole.PROTECTION_REVIEWER: _REVIEWER,
    StaffRole.ADMINISTRATOR: _ADMINISTRATOR,
}
