"""Template tags of accounts."""

from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lms.accounts import carry
from lms.accounts.models import User

register = template.Library()


@register.simple_tag(takes_context=True)
def carry_account(context: RequestContext) -> SafeString | str:
    """Return the hidden field by which a form survives the end of its session."""
    user = context["request"].user
    if not isinstance(user, User):
        return ""
    return _hidden(carry.ACCOUNT_FIELD, carry.sign_account(user))


@register.simple_tag(takes_context=True)
def carried_fields(context: RequestContext) -> SafeString | str:
    """Return the hidden field that a login form takes along, or '' if there is nothing."""
    sealed = context.get("carried") or carry.sealed_fields(context["request"])
    return _hidden(carry.CARRIED_FIELD, sealed) if sealed else ""


def _hidden(name: str, value: Any) -> SafeString:
    return format_html('<input type="hidden" name="{}" value="{}">', name, value)
