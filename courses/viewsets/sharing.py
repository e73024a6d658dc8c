"""Using modules of other courses: what a course shares, and one more."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from wagtail.admin.viewsets.base import ViewSet

from courses.forms.sharing import ShareForm
from courses.permissions import access_course, writing_trainer
from courses.queries import source_course
from courses.sharing import SharingRefused, share_module, shared_modules


def shared(request: HttpRequest, pk: int) -> HttpResponse:
    """Show which modules a course takes from others, and let it take another one."""
    user = writing_trainer(request)
    course = source_course(access_course(user, pk))
    form = ShareForm(request.POST or None, course=course, user=user)
    if request.method == "POST" and form.is_valid():
        module = form.cleaned_data["module"]
        try:
            share_module(module=module, course=course)
        except SharingRefused as refusal:
            form.add_error("module", str(refusal))
        else:
            message = _("“%s” stands in this course now. Release the course to promise it.")
            messages.success(request, message % module.title)
            return redirect("compartidos:detail", pk)
    context = {
        "course": course,
        "form": form,
        "modules": shared_modules(course),
        "header_title": _("Shared modules"),
    }
    return render(request, "courses/admin/shared_modules.html", context)


class SharingViewSet(ViewSet):
    """The pages below `/admin/compartidos/`."""

    name = "compartidos"

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the page of one course."""
        return [path("<int:pk>/", shared, name="detail")]
