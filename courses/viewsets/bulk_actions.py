"""Wagtail's bulk publishing, by the one rule and from the leaves to the root."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin.views.pages.bulk_actions.publish import PublishBulkAction

from courses.publication import PublicationRefused


class CheckedPublishBulkAction(PublishBulkAction):
    """Publishes all of the chosen pages or none of them, and says what stands in the way.

    The deepest pages come first, so that a course can be published with all its drafts at once.
    """

    def form_valid(self, form: Any) -> HttpResponse:
        """Run the action; a refusal has rolled everything back and becomes messages."""
        try:
            response: HttpResponse = super().form_valid(form)
        except PublicationRefused as error:
            messages.error(self.request, _("Nothing was published."))
            for problem in error.problems:
                messages.error(self.request, f"{error.page.title}: {problem.message}")
            return redirect(self.next_url)
        return response

    @classmethod
    def execute_action(
        cls, objects: Any, include_descendants: bool = False, user: Any = None, **kwargs: Any
    ) -> tuple[int, int]:
        """Publish the newest revisions, the deepest first; return how many pages and children."""
        chosen = {page.pk: page.specific for page in objects}
        children: dict[int, Any] = {}
        if include_descendants:
            for page in objects:
                for below in page.get_descendants().not_live().specific():
                    if below.permissions_for_user(user).can_publish():
                        children.setdefault(below.pk, below)
        pages = {**children, **chosen}
        for page in sorted(pages.values(), key=lambda page: (-page.depth, page.path)):
            revision = page.get_latest_revision() or page.save_revision(user=user)
            revision.publish(user=user)
        return len(chosen), len(set(children) - set(chosen))
