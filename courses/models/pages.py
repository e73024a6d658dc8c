"""The tree of pages down to modules, one tree per language; `items` are what stands in them."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField, StreamField
from wagtail.log_actions import log
from wagtail.models import Page, Revision
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from courses.blocks import TEXT_FEATURES, LessonBody
from courses.enums import Scale
from courses.models.serving import RoutedHome, ServedPage
from courses.page_blocks import ObjectivesBody, RequirementsBody
from courses.publication import PublicationRefused, copy_problems, publication_problems

SCHEDULED = "wagtail.publish.scheduled"
REFUSED = "courses.publish_refused"


class CheckedPage(ServedPage):
    """A page that one rule must allow before it goes live, whatever door it comes through.

    Wagtail's edit view calls its action without coming by here; its form asks the same rule.
    """

    translated_from_revision = models.PositiveBigIntegerField(
        _("revision of the source that was translated"), null=True, blank=True, editable=False
    )

    admin_default_ordering = "ord"  # the order of the course, in which learners meet the pages

    class Meta:
        abstract = True

    def publish(
        self,
        revision: Revision,
        user: Any = None,
        changed: bool = True,
        log_action: bool | str = True,
        previous_revision: Revision | None = None,
        skip_permission_checks: bool = False,
    ) -> None:
        """Publish a revision, or plan it for its date; raise PublicationRefused with the reasons.

        What comes due from the schedule and may no longer go live is taken off the schedule and
        noted in the page's history, so that one page never holds up all others.
        """
        problems = publication_problems(revision.as_object())
        if problems and log_action == SCHEDULED:
            revision.approved_go_live_at = None
            revision.save(update_fields=["approved_go_live_at"])
            reasons = [problem.message for problem in problems]
            log(instance=self, action=REFUSED, revision=revision, data={"reasons": reasons})
            return
        if problems:
            raise PublicationRefused(self, problems)
        super().publish(
            revision,
            user=user,
            changed=changed,
            log_action=log_action,
            previous_revision=previous_revision,
            skip_permission_checks=skip_permission_checks,
        )

    def copy(self, *args: Any, **kwargs: Any) -> Page:
        """Copy the page; a copy that is to be live at once must satisfy the rule."""
        if self.live and kwargs.get("keep_live", True):
            self._refuse_copy(is_whole=bool(kwargs.get("recursive", False)))
        return super().copy(*args, **kwargs)

    def create_alias(self, **kwargs: Any) -> Page:
        """Make an alias, which is live whenever its original is; the rule holds for it too."""
        if self.live:
            self._refuse_copy(is_whole=bool(kwargs.get("recursive", False)))
        return super().create_alias(**kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete the page, and with it the copies that follow it in courses that share its module."""
        for copy in self.aliases.all():
            copy.specific.delete()
        return super().delete(*args, **kwargs)

    def _refuse_copy(self, *, is_whole: bool) -> None:
        problems = copy_problems(self, is_whole=is_whole)
        if problems:
            raise PublicationRefused(self, problems)

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        """Return the context of a page that is only looked at: nothing is noted anywhere."""
        return {**super().get_preview_context(request, mode_name), "is_preview": True}


class HomePage(RoutedHome, CheckedPage):
    """The first page of the site in one language."""

    lead = models.TextField(_("lead"), max_length=400)
    about = RichTextField(_("about"), features=TEXT_FEATURES, blank=True)

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["courses.CourseIndexPage"]
    template = "courses/home_page.html"

    class Meta:
        verbose_name = _("home page")


class CourseIndexPage(CheckedPage):
    """The catalogue."""

    lead = models.TextField(_("lead"), max_length=400, blank=True)

    parent_page_types = ["courses.HomePage"]
    subpage_types = ["courses.CoursePage"]
    template = "courses/course_index_page.html"

    class Meta:
        verbose_name = _("catalogue")

    def permissions_for_user(self, user: Any) -> Any:
        """Return what the user may do; adding a course is allowed here, and not further down."""
        tester = super().permissions_for_user(user)
        may_add = getattr(tester.permission_policy, "may_add_course", None)
        if may_add is not None and may_add(user) and not user.is_superuser:
            tester.permissions = {*tester.permissions, "add"}
        return tester


class CoursePage(CheckedPage):
    """A course: what it is, for whom, and what its certificate says."""

    summary = models.TextField(_("summary"), max_length=400)
    audience = models.TextField(_("for whom"), max_length=400)
    objectives = StreamField(ObjectivesBody(), verbose_name=_("objectives"), blank=True)
    body = RichTextField(_("about the course"), features=[*TEXT_FEATURES, "h2", "h3"], blank=True)
    certificate_text = models.CharField(
        _("text of the certificate"),
        max_length=300,
        help_text=_("What the certificate attests, and what it does not allow."),
    )
    is_enrolment_open = models.BooleanField(
        _("anybody may enrol"),
        default=False,
        help_text=_("If not, people join only when their agency or a trainer enrols them."),
    )
    validity_months = models.PositiveSmallIntegerField(
        _("certificates are valid for (months)"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )
    is_partner_reviewed = models.BooleanField(
        _("reviewed by a partner institution"),
        default=False,
        help_text=_("Until then every release is a pilot, and its certificates say so."),
    )
    scale = models.CharField(
        _("marks are shown as"), max_length=10, choices=Scale.choices, default=Scale.VIGESIMAL
    )
    attendance_percent = models.PositiveSmallIntegerField(
        _("sessions to attend (per cent)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_(
            "Of the sessions of the learner's cohort. If it is empty, attendance is not asked for; "
            "if not, the course can only be completed in a cohort."
        ),
    )
    needs_approval = models.BooleanField(
        _("a trainer approves each learner"),
        default=False,
        help_text=_("The course is completed only after a trainer has approved the learner."),
    )
    asks_for_document = models.BooleanField(
        _("asks for an identity document"),
        default=False,
        help_text=_(
            "Learners are asked for it when they join, and may leave it out. The certificate then "
            "shows its last three characters. If not, no certificate of this course shows any."
        ),
    )
    renews = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("this course renews the certificates of"),
        help_text=_(
            "For a short course that is taken when a certificate ends. Whoever holds a certificate "
            "of the course named here gets it renewed; anybody else gets one of this course."
        ),
    )

    override_translatable_fields = [
        SynchronizedField("slug"),
        SynchronizedField("is_enrolment_open", overridable=False),
        SynchronizedField("validity_months", overridable=False),
        SynchronizedField("is_partner_reviewed", overridable=False),
        SynchronizedField("scale", overridable=False),
        SynchronizedField("renews", overridable=False),
        SynchronizedField("attendance_percent", overridable=False),
        SynchronizedField("needs_approval", overridable=False),
        SynchronizedField("asks_for_document", overridable=False),
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary")]
    parent_page_types = ["courses.CourseIndexPage"]
    subpage_types = ["courses.ModulePage"]
    template = "courses/course_page.html"

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")


class ModulePage(CheckedPage):
    """A part of a course."""

    summary = models.TextField(_("summary"), max_length=400)
    objectives = StreamField(ObjectivesBody(), verbose_name=_("objectives"), blank=True)
    body = RichTextField(_("opening"), features=TEXT_FEATURES, blank=True)
    closing = models.TextField(
        _("closing"),
        max_length=600,
        blank=True,
        help_text=_("A line to pause, and whom to talk to, at the end of the module."),
    )
    requires = StreamField(
        RequirementsBody(),
        verbose_name=_("first these must be done"),
        blank=True,
        help_text=_("Lessons or quizzes that must be done before this module opens."),
    )

    guide_title = models.CharField(
        _("title of the trainer's guide"),
        max_length=200,
        blank=True,
        help_text=_("Only trainers of the course read the guide; learners never do."),
    )
    guide = StreamField(LessonBody(), verbose_name=_("trainer's guide"), blank=True)

    override_translatable_fields = [SynchronizedField("slug"), SynchronizedField("requires")]
    search_fields = [*Page.search_fields, index.SearchField("summary")]
    parent_page_types = ["courses.CoursePage"]
    subpage_types = [
        "courses.LessonPage",
        "courses.CasePage",
        "courses.QuizPage",
        "courses.PracticePage",
    ]
    template = "courses/module_page.html"

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")
