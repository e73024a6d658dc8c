"""Forms whose texts may not hold what looks like a real case, unless the writer has checked it."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.learning.guarding import CHECKED, guard_findings, warned_pieces

if TYPE_CHECKING:
    from lms.learning.case_data_guard import Finding


class GuardedForm(forms.Form):
    """A form that advises once about real case data in its texts; nothing is kept before.

    `guarded` names the fields. `findings` belong to all of them put together, as `pieces` shows it.
    """

    guarded: tuple[str, ...] = ("text",)
    checked = forms.CharField(required=False, max_length=len(CHECKED), widget=forms.HiddenInput)

    def __init__(self, *args: Any, learner: User, **options: Any) -> None:
        self.learner = learner
        self.findings: list[Finding] = []
        super().__init__(*args, **options)

    @property
    def guarded_text(self) -> str:
        """All that was written in the guarded fields, as it was sent."""
        texts = (str(self[name].value() or "") for name in self.guarded)
        return "\n\n".join(text for text in texts if text)

    @property
    def pieces(self) -> list[tuple[str, str]]:
        """The text in pieces, each with what it looks like in words, or nothing."""
        return warned_pieces(self.guarded_text, self.findings)

    def clean(self) -> dict[str, Any]:
        """Advise once about what looks like a real case."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("checked") != CHECKED:
            self.findings = guard_findings(self.guarded_text, self.learner)
        if self.findings:
            message = _("This looks like data of a real case. Nothing was saved.")
            raise ValidationError(message)
        return data
