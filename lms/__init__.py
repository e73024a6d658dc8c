"""Amparo: the site, and everything about people and their learning."""

from lms.celery import app as celery_app

__all__ = ["celery_app"]
