"""Forms of sessions and of attendance."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.learning.cohorts.forms import day_field
from lms.learning.enums import AttendanceState, SessionPlace
from lms.learning.models import CourseSession
from lms.learning.sessions.queries import AttendanceRow
from lms.learning.sessions.services import SessionPlan

CODE_DIGITS = 6


def time_field(label: Any) -> forms.TimeField:
    """Return a field for an hour of the day, with the browser's own clock."""
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    missing = gettext_lazy("Choose an hour, for instance 09:00.")
    return forms.TimeField(
        label=label, widget=widget, error_messages={"required": missing, "invalid": missing}
    )


class SessionForm(forms.Form):
    """When and where a session is held; days and hours are those of Lima."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=CourseSession._meta.get_field("title").max_length,
        help_text=gettext_lazy("The people of the group see it; calendars do not."),
        error_messages={"required": gettext_lazy("Give the session a title.")},
    )
    day = day_field(gettext_lazy("Day"))
    starts = time_field(gettext_lazy("From"))
    ends = time_field(gettext_lazy("To"))
    place = forms.ChoiceField(
        label=gettext_lazy("Where"),
        choices=SessionPlace.choices,
        widget=forms.RadioSelect,
        initial=SessionPlace.ROOM,
    )
    room = forms.CharField(
        label=gettext_lazy("Room and address"),
        required=False,
        max_length=CourseSession._meta.get_field("room").max_length,
        help_text=gettext_lazy("Needed for a session in a room."),
    )
    link = forms.CharField(
        label=gettext_lazy("Link to the video room"),
        required=False,
        max_length=CourseSession._meta.get_field("link").max_length,
        help_text=gettext_lazy(
            "Needed for a session by video. Of any provider; it begins with https://"
        ),
        widget=forms.URLInput,
    )

    def __init__(self, *args: Any, session: CourseSession | None = None, **kwargs: Any) -> None:
        if session is not None:
            kwargs["initial"] = _initial(session)
        super().__init__(*args, **kwargs)

    def clean_link(self) -> str:
        """Refuse what is no link of the web, and what anybody on the way could read."""
        link = str(self.cleaned_data["link"]).strip()
        if link:
            message = _("Give a link that begins with https://")
            URLValidator(schemes=["https"], message=message)(link)
        return link

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the start, and a session without its room or its link."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("A session cannot end before it starts."))
        place = cleaned.get("place")
        if place == SessionPlace.ROOM and not cleaned.get("room"):
            self.add_error("room", _("Say in which room it is held."))
        if place == SessionPlace.VIDEO and not cleaned.get("link") and "link" not in self.errors:
            self.add_error("link", _("Give the link to the video room."))
        return cleaned

    def plan(self) -> SessionPlan:
        """Return when and where; what belongs to the other kind of place is left out."""
        data = self.cleaned_data
        is_room = data["place"] == SessionPlace.ROOM
        return SessionPlan(
            title=data["title"],
            place=SessionPlace(data["place"]),
            starts_at=self._moment("starts"),
            ends_at=self._moment("ends"),
            room=data["room"] if is_room else "",
            link="" if is_room else data["link"],
        )

    def _moment(self, name: str) -> datetime:
        data = self.cleaned_data
        return timezone.make_aware(datetime.combine(data["day"], data[name]))


def _initial(session: CourseSession) -> dict[str, Any]:
    starts, ends = localtime(session.starts_at), localtime(session.ends_at)
    return {
        "title": session.title,
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "place": session.place,
        "room": session.room,
        "link": session.link,
    }


def posted_states(rows: Iterable[AttendanceRow], posted: Any) -> dict[int, AttendanceState]:
    """Return what was changed in a list, of those of these people of whom it says what we know.

    A form posts every line. Those that say what the page showed are passed over, so that an older
    page does not put back what another trainer corrected since; so is the reader's own line.
    """
    return {
        row.enrolment.pk: AttendanceState(posted[row.field])
        for row in rows
        if not row.is_own
        and posted.get(row.field) in AttendanceState.values
        and posted[row.field] != posted.get(row.shown_field)
    }


class AttendanceCodeForm(forms.Form):
    """The six digits on the trainer's screen."""

    code = forms.CharField(
        label=gettext_lazy("Code on the screen"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "code-field"}
        ),
        error_messages={"required": gettext_lazy("Type the six digits.")},
    )

    def clean_code(self) -> str:
        """Return the six digits, whatever was typed between them."""
        digits = "".join(sign for sign in self.cleaned_data["code"] if sign in "0123456789")
        if len(digits) != CODE_DIGITS:
            raise forms.ValidationError(_("Type the six digits."))
        return digits
