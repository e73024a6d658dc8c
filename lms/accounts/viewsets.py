"""People and agencies in the admin."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import account, generic
from wagtail.admin.views.generic import chooser
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.users.views import users

from lms.accounts.admin_forms import AgencyForm, PersonForm
from lms.accounts.models import Agency, User
from lms.accounts.queries import role_words
from lms.accounts.services import note_agency_saved, note_user_saved


class PersonFilterSet(users.UserFilterSet):
    """Filters by role and state; never by the last login."""

    last_login = None


class PersonIndexView(users.IndexView):
    """The list of people; when somebody last logged in is nobody's business."""

    page_title = _("People")
    add_item_label = _("Add a person")

    def get_base_queryset(self) -> QuerySet[User]:
        """Leave out the shells of those whose data was erased."""
        people: QuerySet[User] = super().get_base_queryset().filter(erased_at=None)
        return people

    @cached_property
    def columns(self) -> list[Column]:
        """Return the columns."""
        name_column = self._get_title_column_class(users.UserColumn)
        return [
            name_column(
                "full_name",
                label=_("Full name"),
                sort_key="full_name",
                get_url=self.get_edit_url,
                classname="name",
            ),
            Column("email", label=_("E-mail"), sort_key="email"),
            Column("username", label=_("User name"), sort_key="username"),
            BooleanColumn("is_active", label=_("Active"), sort_key="is_active"),
        ]

    @cached_property
    def search_fields(self) -> list[str]:
        """Return the fields that are searched."""
        return ["full_name", "display_name", "email", "username"]


class _SavesPeople(PermissionCheckedMixin):
    """What adding and editing have in common."""

    request: HttpRequest
    form: Any
    is_new = False

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form who asks: only a superuser may make another."""
        kwargs: dict[str, Any] = super().get_form_kwargs()
        return {**kwargs, "acting_user": self.request.user}

    def save_instance(self) -> User:
        """Save, and write the audit row."""
        before = User.objects.filter(pk=self.form.instance.pk).first()
        roles_before = role_words(before) if before is not None else "-"
        person: User = super().save_instance()
        if isinstance(self.request.user, User):
            note_user_saved(
                user=person,
                acting_user=self.request.user,
                now=timezone.now(),
                changed_fields=self.form.changed_data,
                is_new=self.is_new,
                roles_before=roles_before,
            )
        return person


class PersonCreateView(_SavesPeople, users.CreateView):
    """Adds a person."""

    is_new = True


class PersonEditView(_SavesPeople, users.EditView):
    """Changes a person; a superuser only by another."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse before anything is read; whoever was erased is not there (404)."""
        if self.object.erased_at is not None:
            raise Http404
        if self.object.is_superuser and not request.user.is_superuser:
            raise PermissionDenied
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response


class UserViewSet(users.UserViewSet):
    """People."""

    menu_label = _("People")
    ordering = "full_name"
    filterset_class = PersonFilterSet
    index_view_class = PersonIndexView
    add_view_class = PersonCreateView
    edit_view_class = PersonEditView
    copy_view_enabled = False
    create_template_name = "account/admin/person_create.html"
    edit_template_name = "account/admin/person_edit.html"

    def get_form_class(self, for_update: bool = False) -> type[PersonForm]:
        """Return the one form of people."""
        return PersonForm


class _SavesAgencies(PermissionCheckedMixin):
    """What adding and editing an agency have in common."""

    request: HttpRequest
    is_new = False

    def save_instance(self) -> Agency:
        """Save, and write the audit row."""
        agency: Agency = super().save_instance()
        if isinstance(self.request.user, User):
            note_agency_saved(
                agency=agency,
                acting_user=self.request.user,
                now=timezone.now(),
                is_new=self.is_new,
            )
        return agency


class AgencyIndexView(generic.IndexView):
    """The list of agencies, with how many people belong to each today."""

    def get_base_queryset(self) -> QuerySet[Agency]:
        """Return the agencies with their number of people."""
        today = timezone.localdate()
        held = Q(memberships__from_date__lte=today) & (
            Q(memberships__until_date=None) | Q(memberships__until_date__gte=today)
        )
        agencies: QuerySet[Agency] = Agency.objects.annotate(
            people=Count("memberships", filter=held)
        )
        return agencies


class AgencyCreateView(_SavesAgencies, generic.CreateView):
    """Adds an agency."""

    is_new = True


class AgencyEditView(_SavesAgencies, generic.EditView):
    """Changes an agency and its memberships."""


class AgencyViewSet(ModelViewSet):
    """Agencies, each with its people."""

    model = Agency
    icon = "group"
    menu_label = _("Agencies")
    menu_name = "agencies"
    menu_order = 610
    add_to_settings_menu = True
    add_to_reference_index = False
    ordering = "name"
    search_fields = ["name", "region"]
    list_filter = ["sector"]
    index_view_class = AgencyIndexView
    add_view_class = AgencyCreateView
    edit_view_class = AgencyEditView
    list_display = [
        "name",
        Column("sector", label=_("Sector"), accessor="get_sector_display", sort_key="sector"),
        "region",
        Column("people", label=_("People today")),
    ]

    def get_edit_handler(self) -> ObjectList:
        """Return the form's panels, bound to the model."""
        memberships = InlinePanel(
            "memberships",
            heading=_("People of this agency"),
            label=_("Membership"),
            help_text=_(
                "A coordinator sees who of the agency is certified, never how anybody is doing. "
                "Whoever leaves gets a last day and stays on record."
            ),
            panels=[
                FieldPanel("user", heading=_("Person")),
                FieldRowPanel([FieldPanel("role"), FieldPanel("unit")]),
                FieldRowPanel([FieldPanel("from_date"), FieldPanel("until_date")]),
            ],
        )
        agency = MultiFieldPanel(
            [
                FieldPanel(
                    "name", help_text=_("As it is written in official letters, without initials.")
                ),
                FieldPanel("sector"),
                FieldPanel("region"),
            ],
            heading=_("Agency"),
        )
        panels = ObjectList([agency, memberships], base_form_class=AgencyForm)
        return panels.bind_to_model(self.model)


class _ForAdministrators(PermissionCheckedMixin):
    """Lists people only for whoever may see people."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse before anything is read."""
        if not request.user.has_perm("accounts.view_user"):
            raise PermissionDenied
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response


class _Present(_ForAdministrators):
    """Leaves out whoever was erased."""

    def get_object_list(self) -> QuerySet[User]:
        """Return the people who can be chosen."""
        people: QuerySet[User] = super().get_object_list().filter(erased_at=None)
        return people


class PersonChooseView(_Present, chooser.ChooseView):
    """The chooser's window."""


class PersonChooseResultsView(_Present, chooser.ChooseResultsView):
    """The chooser's list."""


class PersonChosenView(_ForAdministrators, chooser.ChosenView):
    """The chooser's answer."""


class PersonChosenMultipleView(_ForAdministrators, chooser.ChosenMultipleView):
    """The chooser's answer for several."""


class PersonChooserViewSet(ChooserViewSet):
    """Chooses a person in a form of the admin."""

    model = User
    icon = "user"
    choose_one_text = _("Choose a person")
    choose_another_text = _("Choose another person")
    edit_item_text = _("Edit this person")
    choose_view_class = PersonChooseView
    choose_results_view_class = PersonChooseResultsView
    chosen_view_class = PersonChosenView
    chosen_multiple_view_class = PersonChosenMultipleView


class AccountView(account.AccountView):
    """A staff member's settings of the admin: names and password are changed on the site."""

    def get_panels(self) -> list[account.BaseSettingsPanel]:
        """Return the panels without the name and the picture."""
        elsewhere = (account.NameEmailSettingsPanel, account.AvatarSettingsPanel)
        return [panel for panel in super().get_panels() if not isinstance(panel, elsewhere)]
