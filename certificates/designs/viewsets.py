"""Designs of certificates in the admin: list, form with its preview, history, courses."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from certificates import services
from certificates.design_content import FIELDS, LANGUAGES, DesignContent
from certificates.designs.forms import LAYOUT_NAMES, CoursesForm, DesignForm, initial_of
from certificates.designs.permissions import (
    ADD,
    CHANGE,
    VIEW,
    access_design,
    access_design_to_change,
    courses_to_choose,
    designer,
    may_change,
)
from certificates.designs.previews import PreviewError, draw, sample_job
from certificates.designs.queries import designs_listed, is_used
from certificates.models import CertificateDesign, DesignPicture
from courses.permissions import course_keys, is_administrator
from courses.queries import course_titles
from lms.accounts.models import User

ICON = "certificate"


class _MenuItem(MenuItem):
    """Shown to whoever may design."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask for the right."""
        return isinstance(request.user, User) and request.user.has_perm(VIEW)


@require_safe
def design_list(request: HttpRequest) -> HttpResponse:
    """List all designs: which courses have them, and what the user may do with each."""
    user = designer(request)
    titles, own = course_titles(), course_keys(user)
    rows = [
        {
            "design": design,
            "layout": LAYOUT_NAMES.get(design.live_version.content.get("layout"), "")
            if design.live_version
            else "",
            "courses": [titles.get(row.course_key, "") for row in design.courses.all()],
            "may_change": may_change(user, design, own=own),
        }
        for design in designs_listed()
    ]
    context = {
        "rows": rows,
        "may_add": user.has_perm(ADD),
        "page_title": _("Designs of certificates"),
        "header_icon": ICON,
    }
    return render(request, "certificates/admin/designs/list.html", context)


@never_cache
def design_add(request: HttpRequest) -> HttpResponse:
    """Make a new design."""
    return _form_page(request, designer(request, ADD), None)


@never_cache
def design_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a design."""
    user = designer(request, CHANGE)
    return _form_page(request, user, access_design_to_change(user, pk))


def _form_page(request: HttpRequest, user: User, design: CertificateDesign | None) -> HttpResponse:
    form = DesignForm(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        initial=_initial(design),
    )
    if request.method == "POST":
        is_valid, now = form.is_valid(), timezone.now()
        new = form.new_pictures()
        services.keep_pictures(pictures=new.values(), acting_user=user, now=now)
        if is_valid:
            try:
                saved = services.save_design(
                    design=design,
                    name=form.cleaned_data["name"],
                    content=form.content(),
                    acting_user=user,
                    now=now,
                )
            except services.NameTakenError as error:
                form.add_error("name", str(error))
            else:
                messages.success(request, _("The design “%(name)s” is saved.") % {"name": saved})
                return redirect("disenos:edit", saved.pk)
        form.hold(new)
    context = {
        "form": form,
        "design": design,
        "is_frozen": bool(design and design.live_version and is_used(design.live_version)),
        "fields": [f"{{{name}}}" for name in FIELDS],
        "page_title": design.name if design else _("New design"),
        "page_subtitle": _("Design of certificates"),
        "header_icon": ICON,
    }
    return render(request, "certificates/admin/designs/form.html", context)


def _initial(design: CertificateDesign | None) -> dict[str, str]:
    if design is None or design.live_version is None:
        return initial_of("")
    return initial_of(design.name, design.live_version.typed_content)


@require_POST
@never_cache
def design_preview(request: HttpRequest) -> HttpResponse:
    """Draw what stands in the form, saved or not."""
    designer(request)
    form = DesignForm(request.POST, request.FILES, is_preview=True)
    if not form.is_valid():
        context = {"form": form}
        return render(request, "certificates/admin/designs/no_preview.html", context)
    new = {picture.digest: picture.png for picture in form.new_pictures().values()}
    return _preview(request, form.content(), new)


@require_safe
@never_cache
def version_preview(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Draw a version as it is kept."""
    design = access_design(designer(request), pk)
    version = design.versions.filter(number=number).first()
    if version is None:
        raise Http404
    return _preview(request, version.typed_content, {})


def _preview(
    request: HttpRequest, content: DesignContent, pictures: dict[str, bytes]
) -> HttpResponse:
    language = request.GET.get("idioma", "")
    job = sample_job(
        content,
        is_long=request.GET.get("nombre") == "largo",
        language=language if language in LANGUAGES else LANGUAGES[0],
        pictures=pictures,
    )
    try:
        document = draw(job)
    except PreviewError as error:
        context: dict[str, Any] = {"message": str(error)}
        return render(request, "certificates/admin/designs/no_preview.html", context, status=503)
    response = HttpResponse(document, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="muestra.pdf"'
    return response


@require_safe
def design_picture(request: HttpRequest, digest: str) -> HttpResponse:
    """Give a kept picture to the form."""
    designer(request)
    row = DesignPicture.objects.filter(digest=digest).first()
    if row is None:
        raise Http404
    return HttpResponse(bytes(row.content), content_type="image/png")


@require_safe
def design_history(request: HttpRequest, pk: int) -> HttpResponse:
    """List the versions of a design, the newest first."""
    user = designer(request)
    design = access_design(user, pk)
    context = {
        "design": design,
        "versions": design.versions.select_related("created_by").order_by("-number"),
        "may_change": may_change(user, design, own=course_keys(user)),
        "page_title": _("History"),
        "page_subtitle": design.name,
        "header_icon": "history",
    }
    return render(request, "certificates/admin/designs/history.html", context)


@require_POST
def design_duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a copy to be changed."""
    user = designer(request, ADD)
    design = access_design(user, pk)
    copy = services.duplicate_design(design=design, acting_user=user, now=timezone.now())
    messages.success(request, _("The copy “%(name)s” is made.") % {"name": copy.name})
    return redirect("disenos:edit", copy.pk)


def design_courses(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose which courses have a design; a trainer chooses for her own."""
    user = designer(request, CHANGE)
    design = access_design(user, pk)
    titles = courses_to_choose(user)
    chosen = [str(row.course_key) for row in design.courses.all()]
    form = CoursesForm(request.POST or None, titles=titles, initial={"courses": chosen})
    if request.method == "POST":
        form = CoursesForm(request.POST, titles=titles)
        if form.is_valid():
            services.use_design(
                design=design,
                course_keys=[UUID(key) for key in form.cleaned_data["courses"]],
                among=list(titles),
                acting_user=user,
                now=timezone.now(),
            )
            messages.success(request, _("The courses of the design are saved."))
            return redirect("disenos:index")
    context = {
        "form": form,
        "design": design,
        "may_make_default": is_administrator(user) and not design.is_default,
        "page_title": _("Courses with this design"),
        "page_subtitle": design.name,
        "header_icon": ICON,
    }
    return render(request, "certificates/admin/designs/courses.html", context)


@require_POST
def design_default(request: HttpRequest, pk: int) -> HttpResponse:
    """Let every course without a design of its own have this one; administrators only."""
    user = designer(request, CHANGE)
    if not is_administrator(user):
        raise PermissionDenied
    design = access_design(user, pk)
    services.make_default(design=design, acting_user=user, now=timezone.now())
    messages.success(request, _("Courses without a design of their own have this one now."))
    return redirect("disenos:index")


class DesignViewSet(ViewSet):
    """The pages below `/admin/disenos/`."""

    name = "disenos"
    icon = ICON
    menu_label = gettext_lazy("Designs of certificates")
    menu_name = "disenos"
    menu_order = 45
    add_to_admin_menu = True
    menu_item_class = _MenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the list, the form with its preview, and what is done with one design."""
        return [
            path("", design_list, name="index"),
            path("nuevo/", design_add, name="add"),
            path("vista/", design_preview, name="preview"),
            path("imagen/<str:digest>/", design_picture, name="picture"),
            path("<int:pk>/", design_edit, name="edit"),
            path("<int:pk>/historia/", design_history, name="history"),
            path("<int:pk>/duplicar/", design_duplicate, name="duplicate"),
            path("<int:pk>/cursos/", design_courses, name="courses"),
            path("<int:pk>/por-omision/", design_default, name="default"),
            path("<int:pk>/version/<int:number>/vista/", version_preview, name="version"),
        ]
