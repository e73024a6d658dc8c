"""What the download leaves out, and why; people read it in the file and on the page."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

SECRET = _("Secrets by which you log in: whoever had the file could log in as you.")
SAFETY = _("Your wish to be contacted: it can be read on the page of help only, for your safety.")
ELSEWHERE = _("Rows that only join others: a number, and nothing of yours besides.")
OTHERS = _("Names of other people, and what they wrote for each other.")
QUESTIONS = _("The questions themselves and their right answers: they belong to the course.")
ALLOWED = _("Why more time was allowed: whoever granted it keeps that apart. That it was is here.")
NOTES = _("Private notes that markers make for each other.")
STAFF = _("Drafts, comments and windows of the admin: they are in the admin.")

LEFT_OUT: Mapping[str, Any] = {
    "account.EmailConfirmation": SECRET,
    "accounts.ContactWish": SAFETY,
    "accounts.User_user_permissions": ELSEWHERE,
    "certificates.Issuance": ELSEWHERE,
    "certificates.SignedCredential": ELSEWHERE,
    "certificates.StatusEntry": ELSEWHERE,
    "certificates.IssueItem": ELSEWHERE,
    "certificates.CertificateProposal": OTHERS,
    "core.AuditSeal": ELSEWHERE,
    "core.PersonKey": SECRET,
    "courses.ReviewMail": STAFF,
    "learning.Cohort_trainers": ELSEWHERE,
    "wagtailadmin.EditingSession": STAFF,
    "wagtailadmin.FormState": STAFF,
    "wagtailcore.APIToken": SECRET,
    "wagtailcore.PageSubscription": STAFF,
    "wagtailusers.UserProfile": STAFF,
}
"""Why the rows of a model in the register are not in the download, by its label."""


def reasons() -> list[str]:
    """Return what is left out, each once, in words."""
    return list(dict.fromkeys(str(one) for one in [QUESTIONS, ALLOWED, NOTES, *LEFT_OUT.values()]))
