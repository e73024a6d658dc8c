"""The trainer's guide to a module, and the module as a booklet."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.models import ModulePage
from courses.models.serving import active_language
from lms.desks.booklets.permissions import access_module_to_teach
from lms.desks.booklets.queries import booklet, room_cases


@login_required
@never_cache
@require_safe
def trainer_guide(request: HttpRequest, module_key: UUID) -> HttpResponse:
    module = access_module_to_teach(request.user, module_key)
    return _render(request, "guide", module, cases=room_cases(module))


@login_required
@never_cache
@require_safe
def module_booklet(request: HttpRequest, module_key: UUID) -> HttpResponse:
    module = access_module_to_teach(request.user, module_key)
    return _render(request, "booklet", module, booklet=booklet(module))


def _render(request: HttpRequest, name: str, module: ModulePage, **shown: Any) -> HttpResponse:
    written_in = module.locale.language_code
    content_language = "" if written_in == active_language() else written_in
    context = {"module": module, "content_language": content_language, **shown}
    return render(request, f"desks/booklets/{name}.html", context)
