"""Forms: a source, what has changed in it, and what became of an item that cites it."""

from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm

from courses.enums import SourceKind, SourceState

RULES = (SourceKind.TREATY, SourceKind.NORM, SourceKind.CASE_LAW, SourceKind.PROTOCOL)


class SourceRecordForm(WagtailAdminModelForm):
    """A source of the list; each problem stands at its field."""

    def clean(self) -> dict[str, Any]:
        """Hold the key, and what the state asks for."""
        cleaned: dict[str, Any] = super().clean()
        self._check_key(cleaned.get("key"))
        self._check_state(cleaned)
        replacement = cleaned.get("replaced_by")
        if replacement is not None and cleaned.get("state") in (
            SourceState.IN_FORCE,
            SourceState.AMENDED,
        ):
            message = _("What another source replaces is no longer in force: change the state.")
            self.add_error("state", message)
        if replacement is not None and self._leads_back(replacement):
            self.add_error("replaced_by", _("These sources would replace each other."))
        return cleaned

    def _check_key(self, key: str | None) -> None:
        before = self.initial.get("key")
        if self.instance.pk and key and before and key != before:
            message = _("Lessons, questions and cases cite it by this key: it stays “%(key)s”.")
            self.add_error("key", message % {"key": before})

    def _check_state(self, cleaned: dict[str, Any]) -> None:
        state, kind = cleaned.get("state"), cleaned.get("kind")
        if state == SourceState.REPEALED and cleaned.get("state_checked_date") is None:
            message = _("Say when it was checked that it is no longer in force.")
            self.add_error("state_checked_date", message)
        if state == SourceState.NOT_A_RULE and kind in (SourceKind.TREATY, SourceKind.NORM):
            self.add_error("state", _("A norm or a treaty has a state in force."))

    def _leads_back(self, replacement: Any) -> bool:
        seen = {self.instance.pk}
        while replacement is not None:
            if replacement.pk in seen:
                return True
            seen.add(replacement.pk)
            replacement = replacement.replaced_by
        return False
