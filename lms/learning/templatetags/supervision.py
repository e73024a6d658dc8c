"""Template filters of the trainer's lists."""

from django import template

from courses.marks import as_number

register = template.Library()
register.filter("as_number", as_number)
