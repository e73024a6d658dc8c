"""What the product is compared with: a Django project that does nothing else."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def bare(request: HttpRequest) -> HttpResponse:
    """Answer with two letters."""
    return HttpResponse("ok")


urlpatterns = [path("", bare)]
