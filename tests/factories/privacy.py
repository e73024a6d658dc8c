"""What somebody agreed to, and a person with something of everything in her record."""

from datetime import datetime
from typing import Any

from courses.models import CourseRelease
from lms.accounts.enums import ConsentPurpose, ConsentWay, CorrectionSubject
from lms.accounts.models import ConsentText, User
from lms.accounts.privacy.services import ask_for_correction, give_consent, publish_text


def agree(user: User, *purposes: ConsentPurpose, now: datetime) -> None:
    """Let somebody agree to today's texts of these purposes."""
    for purpose in purposes:
        give_consent(user=user, purpose=purpose, way=ConsentWay.PAGE, now=now)


def next_text(purpose: ConsentPurpose, *, now: datetime, **changes: Any) -> ConsentText:
    """Return a further version of a text, which holds at once."""
    values: dict[str, Any] = {
        "titles": ("Título nuevo", "New title"),
        "words": ("Palabras nuevas.", "New words."),
        "since_date": now.date(),
        "acting_user": None,
    }
    return publish_text(purpose=purpose, now=now, **{**values, **changes})


def complain(user: User, text: str = "Mi segundo apellido es Quispe.", *, now: datetime) -> Any:
    """Return a request for a correction."""
    subject = CorrectionSubject.CERTIFICATE
    return ask_for_correction(user=user, subject=subject, text=text, now=now)


def promise(release: CourseRelease, **changes: Any) -> CourseRelease:
    """Return the release with something else promised, as if it had been so from the beginning."""
    CourseRelease.objects.filter(pk=release.pk).update(promise={**release.promise, **changes})
    release.refresh_from_db()
    return release
