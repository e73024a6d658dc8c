"""Forms of people and agencies in the admin."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.users.forms import UserForm

from lms.accounts.enums import Language, StaffRole
from lms.accounts.forms import DisplayNameField, FullNameField
from lms.accounts.models import Agency, Unit, User
from lms.accounts.units.queries import unit_tree

USER_NAME = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9._\-]{2,59}\Z",
    _("Between 3 and 60 letters without accents, digits, full stops and hyphens."),
)


class RolesField(forms.ModelMultipleChoiceField[Group]):
    """The staff roles by their names in the reader's language."""

    def label_from_instance(self, obj: Model) -> str:
        """Return the role's name; a group of the site's own keeps the name that it has."""
        name = str(obj)
        return str(StaffRole(name).label) if name in StaffRole.values else name


class PersonForm(UserForm):
    """A person as an administrator sees her: no first and last name, no identity document."""

    first_name = None
    last_name = None
    full_name = FullNameField()
    display_name = DisplayNameField()
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        help_text=_("The person confirms it at the first login, with a link that we send there."),
    )
    username = forms.CharField(
        label=_("User name"),
        required=False,
        validators=[USER_NAME],
        help_text=_("Only for people without an e-mail of their own. They log in with it."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    is_superuser = forms.BooleanField(
        label=_("Superuser"),
        required=False,
        help_text=_("May do everything, beyond all roles. Only a superuser can change this."),
    )
    groups = RolesField(
        label=_("Roles"),
        queryset=Group.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A trainer must also be named in each course that she writes."),
    )

    class Meta:
        model = User
        fields = (
            "full_name",
            "display_name",
            "email",
            "username",
            "language",
            "is_active",
            "is_superuser",
            "groups",
        )

    def __init__(
        self, *args: Any, acting_user: User, editing_self: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["password1"].required = self.fields["password2"].required = False
            self.fields["password1"].help_text = _("Leave it empty to keep the password.")
        if editing_self:
            del self.fields["is_active"]
        self.fields["is_superuser"].disabled = editing_self or not acting_user.is_superuser

    def _get_validation_exclusions(self) -> set[str]:
        """Check the rules that name `erased_at`, too: it stands in no form, and is empty here."""
        excluded: set[str] = super()._get_validation_exclusions()
        return excluded - {"erased_at"}

    def clean_email(self) -> str | None:
        """Return the address in small letters, or None."""
        return self.cleaned_data["email"].lower() or None

    def clean_username(self) -> str | None:
        """Return the user name, or None."""
        return self.cleaned_data["username"] or None

    def _clean_username(self) -> None:
        """Leave the check for duplicates to the model's constraints, which know of NULL."""


class AgencyForm(WagtailAdminModelForm):
    """An agency with its memberships: they end, and are not deleted once they have begun."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        formset = self.formsets.get("memberships")
        if formset is not None:
            formset.form = _with_units_of(self.instance, formset.form)

    def clean(self) -> dict[str, Any]:
        """Refuse a second open membership of a person, and the deletion of a past one."""
        data: dict[str, Any] = super().clean()
        formset = self.formsets.get("memberships")
        if formset is not None and formset.is_valid():
            _check_memberships(formset)
        return data


def _with_units_of(agency: Agency, form_class: type[Any]) -> type[Any]:
    """Return the form of a membership that offers only the agency's own open units, by their paths.

    The unit that a membership has already is offered too, if it was closed since.
    """
    nodes = unit_tree(agency, with_closed=True) if agency.pk else []
    offered = [("", "—"), *((node.pk, node.path) for node in nodes if not node.unit.closed_date)]
    closed = {node.pk: node.path for node in nodes if node.unit.closed_date}

    class MembershipForm(form_class):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            own = self.instance.unit_id
            kept = [(own, closed[own])] if own in closed else []
            pks = [pk for pk, _path in [*offered[1:], *kept]]
            self.fields["unit"].queryset = Unit.objects.filter(pk__in=pks)
            self.fields["unit"].choices = [*offered, *kept]

    return MembershipForm


def _check_memberships(formset: Any) -> None:
    today = timezone.localdate()
    for form in formset.deleted_forms:
        if form.instance.pk and form.instance.from_date < today:
            raise ValidationError(
                _("A membership that has begun stays on record: give it a last day instead.")
            )
    open_people: set[int] = set()
    for form in formset.forms:
        if form in formset.deleted_forms or not form.cleaned_data.get("user"):
            continue
        if form.cleaned_data.get("until_date") is None:
            person = form.cleaned_data["user"].pk
            if person in open_people:
                raise ValidationError(_("A person can belong to this agency only once at a time."))
            open_people.add(person)
