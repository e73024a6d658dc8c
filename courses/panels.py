"""How the page editor is laid out: content, settings, sources and review.

The models know no panels; `attach_panels` hangs them on when the app is ready.
"""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    CommentPanel,
    FieldPanel,
    HelpPanel,
    MultiFieldPanel,
    ObjectList,
    Panel,
    PublishingPanel,
    TabbedInterface,
)

from courses.forms.pages import CheckedCopyForm, CheckedPageForm
from courses.models import (
    CasePage,
    CheckedPage,
    CourseIndexPage,
    CoursePage,
    HomePage,
    LessonPage,
    ModulePage,
    PracticePage,
    QuizPage,
)
from courses.term_checks import TERMS_HELP


def _title() -> FieldPanel:
    """Return the title, which must not propose an address: that would give the topic away."""
    return FieldPanel("title", help_text=_("As learners see it."))


def _terms_help() -> HelpPanel:
    """Return what to write where the site decides the words; the same in every editor."""
    return HelpPanel(content=TERMS_HELP, classname="amparo-terms-help")


def _address() -> MultiFieldPanel:
    slug = FieldPanel(
        "slug",
        help_text=_(
            "The last part of the address. Keep it neutral (leccion-3): it stays in the browser's "
            "history, where a title would give the topic away."
        ),
    )
    return MultiFieldPanel([slug], heading=_("Address"))


def _content(*panels: Panel) -> ObjectList:
    """Return the first tab: what is written, and under it how it reads."""
    reading = HelpPanel(
        template="courses/admin/reading_aid_panel.html",
        heading=_("How it reads"),
    )
    return ObjectList([*panels, reading], heading=_("Content"))


def _settings(*panels: Panel) -> ObjectList:
    children = [*panels, _address(), PublishingPanel(), CommentPanel()]
    return ObjectList(children, heading=_("Settings"), classname="amparo-settings")


def _home() -> list[ObjectList]:
    content = [_title(), FieldPanel("lead"), FieldPanel("about")]
    return [_content(*content), _settings()]


def _index() -> list[ObjectList]:
    content = [_title(), FieldPanel("lead")]
    return [_content(*content), _settings()]


def _course() -> list[ObjectList]:
    content = [
        _title(),
        FieldPanel("summary", help_text=_("One or two sentences, shown in the catalogue.")),
        FieldPanel("audience", help_text=_("Whose work the course is for.")),
        FieldPanel("objectives", help_text=_("What people will be able to do afterwards.")),
        _terms_help(),
        FieldPanel("body"),
    ]
    joining = MultiFieldPanel([FieldPanel("is_enrolment_open")], heading=_("Joining"))
    certificate = MultiFieldPanel(
        [
            FieldPanel("certificate_text"),
            FieldPanel("validity_months"),
            FieldPanel("scale"),
            FieldPanel("is_partner_reviewed"),
            FieldPanel("renews"),
            FieldPanel("asks_for_document"),
        ],
        heading=_("Certificate"),
        help_text=_("What you change here is promised to learners with the next release."),
    )
    completion = MultiFieldPanel(
        [FieldPanel("attendance_percent"), FieldPanel("needs_approval")],
        heading=_("What the certificate asks for besides the items"),
        help_text=_("What you change here is promised to learners with the next release."),
    )
    return [
        _content(*content),
        _settings(joining, completion, certificate),
    ]


def _module() -> list[ObjectList]:
    content = [
        _title(),
        FieldPanel("summary"),
        FieldPanel("objectives"),
        FieldPanel("body"),
        FieldPanel("closing"),
    ]
    guide = [FieldPanel("guide_title"), FieldPanel("guide")]
    order = MultiFieldPanel([FieldPanel("requires")], heading=_("What must be done first"))
    return [
        _content(*content),
        ObjectList(guide, heading=_("Trainer's guide")),
        _settings(order),
    ]


def _lesson() -> list[ObjectList]:
    content = [
        _title(),
        FieldPanel("objective"),
        FieldPanel("minutes"),
        _terms_help(),
        FieldPanel("body"),
    ]
    care = [
        MultiFieldPanel(
            [FieldPanel("content_notice"), FieldPanel("after_care"), FieldPanel("brief_body")],
            heading=_("Where the matter is hard"),
            help_text=_(
                "If the lesson may hurt, say so in one line, and offer the same told briefly. "
                "Leave all three empty otherwise."
            ),
        )
    ]
    review = [
        FieldPanel("sources"),
        MultiFieldPanel(
            [
                FieldPanel("last_reviewed_date"),
                FieldPanel("review_due_date"),
                FieldPanel("needs_legal_review"),
            ],
            heading=_("Review"),
        ),
    ]
    return [
        _content(*content),
        ObjectList(care, heading=_("Care")),
        ObjectList(review, heading=_("Sources and review")),
        _settings(),
    ]


def _quiz() -> list[ObjectList]:
    content = [
        _title(),
        FieldPanel("quiz", help_text=_("Its questions and its pass mark are set under “Quizzes”.")),
        FieldPanel("minutes"),
        FieldPanel("intro"),
        FieldPanel("fail_text"),
    ]
    order = MultiFieldPanel([FieldPanel("requires")], heading=_("What must be done first"))
    return [_content(*content), _settings(order)]


def _case() -> list[ObjectList]:
    content = [
        _title(),
        FieldPanel("case", help_text=_("Its scenes and choices are written under “Cases”.")),
        FieldPanel("objective"),
        FieldPanel("minutes"),
        FieldPanel("is_voluntary"),
        FieldPanel("intro"),
    ]
    care = [
        MultiFieldPanel(
            [FieldPanel("content_notice"), FieldPanel("after_care")],
            heading=_("Where the matter is hard"),
        )
    ]
    order = MultiFieldPanel([FieldPanel("requires")], heading=_("What must be done first"))
    return [
        _content(*content),
        ObjectList(care, heading=_("Care")),
        _settings(order),
    ]


def _practice() -> list[ObjectList]:
    content = [
        _title(),
        FieldPanel("objective"),
        FieldPanel("minutes"),
        FieldPanel("intro"),
        MultiFieldPanel([FieldPanel("criteria"), FieldPanel("needed")], heading=_("Checklist")),
    ]
    care = [FieldPanel("after_care")]
    order = MultiFieldPanel([FieldPanel("requires")], heading=_("What must be done first"))
    return [
        _content(*content),
        ObjectList(care, heading=_("Care")),
        _settings(order),
    ]


def attach_panels() -> None:
    """Hang the panels and the forms on the page types; called once, when the app is ready."""
    CheckedPage.copy_form_class = CheckedCopyForm
    tabs_of = {
        HomePage: _home,
        CourseIndexPage: _index,
        CoursePage: _course,
        ModulePage: _module,
        LessonPage: _lesson,
        QuizPage: _quiz,
        CasePage: _case,
        PracticePage: _practice,
    }
    for model, tabs in tabs_of.items():
        model.edit_handler = TabbedInterface(tabs(), base_form_class=CheckedPageForm)
