"""Template filters of attempts."""

from django import template

from courses.marks import on_scale

register = template.Library()
register.filter("on_scale", on_scale)
