"""The blocks of a lesson. Each renders with one template of `templates/courses/blocks/`."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock
from wagtailmedia.blocks import VideoChooserBlock

TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link", "document-link"]

DRAWINGS = [
    ("tres-elementos", _("The three elements")),
    ("consentimiento", _("When a yes does not decide")),
    ("trata-y-trafico", _("Trafficking and smuggling")),
    ("continuo-laboral", _("The continuum of labour exploitation")),
    ("registros", _("Why figures differ")),
    ("primeros-pasos", _("First steps")),
    ("hecho-indicio-conclusion", _("Fact, sign, conclusion")),
    ("seis-dimensiones", _("Six dimensions")),
    ("vulnerabilidad", _("Vulnerability at four levels")),
    ("mirar-escuchar-conectar", _("Look, listen, link")),
    ("ciclo-del-consentimiento", _("The cycle of consent")),
    ("quien-hace-que", _("Who does what")),
    ("ruta-de-derivacion", _("The referral route")),
    ("cerrar-el-circulo", _("Closing the loop")),
    ("incidente-de-datos", _("When data got out")),
    ("riesgo-y-desproteccion", _("Risk and lack of protection")),
    ("etapas", _("From crisis to autonomy")),
    ("plan-de-reintegracion", _("The reintegration plan")),
    ("tres-cuidados", _("Three circles of care")),
]


MOST_TASK_MINUTES = 60
"""A longer task is several: people study in short pauses."""


def rich_text(**options: Any) -> blocks.RichTextBlock:
    """Return a rich text block with the few features that lessons need."""
    return blocks.RichTextBlock(features=TEXT_FEATURES, **options)


class HeadingBlock(blocks.StructBlock):
    """A heading inside a lesson."""

    text = blocks.CharBlock(label=_("Heading"), max_length=160)
    level = blocks.ChoiceBlock(
        label=_("Level"),
        choices=[("2", _("section")), ("3", _("part of a section"))],
        default="2",
    )

    class Meta:
        label = _("Heading")
        icon = "title"
        template = "courses/blocks/heading.html"


class ImageBlock(blocks.StructBlock):
    """A picture that says in words what it shows, or says that it is decoration."""

    image = ImageChooserBlock(label=_("Image"))
    alt = blocks.CharBlock(
        label=_("Alternative text"),
        required=False,
        max_length=500,
        help_text=_("What the image says, for whoever does not see it."),
    )
    is_decorative = blocks.BooleanBlock(
        label=_("Decorative"), required=False, help_text=_("It adds nothing to what the text says.")
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=300)
    credit = blocks.CharBlock(label=_("Made by"), required=False, max_length=160)

    class Meta:
        label = _("Image")
        icon = "image"
        template = "courses/blocks/image.html"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not cleaned["is_decorative"] and not cleaned["alt"].strip():
            message = _("Write the alternative text, or mark the image as decorative.")
            raise blocks.StructBlockValidationError({"alt": ValidationError(message)})
        return cleaned


class DrawingBlock(blocks.StructBlock):
    """One of our own drawings; its words are translated with the product."""

    name = blocks.ChoiceBlock(label=_("Drawing"), choices=DRAWINGS)
    alt = blocks.TextBlock(
        label=_("Alternative text"),
        max_length=900,
        rows=3,
        help_text=_("All that the drawing says, for whoever does not see it."),
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=300)

    class Meta:
        label = _("Drawing")
        icon = "view"
        template = "courses/blocks/drawing.html"


class LabelledTableBlock(blocks.StructBlock):
    """A table with a caption, so that a screen reader can say what it is about."""

    caption = blocks.CharBlock(label=_("Caption"), max_length=200)
    table = TableBlock(
        label=_("Table"),
        table_options={
            "renderer": "html",
            "colHeaders": False,
            "startRows": 3,
            "startCols": 2,
            "language": "en-US",  # the only one that Wagtail ships; others are an error
        },
    )

    class Meta:
        label = _("Table")
        icon = "table"
        template = "courses/blocks/table.html"


class ChecklistBlock(blocks.StructBlock):
    """Things to do."""

    title = blocks.CharBlock(label=_("Title"), max_length=160)
    items = blocks.ListBlock(blocks.CharBlock(label=_("Item"), max_length=400), label=_("Items"))

    class Meta:
        label = _("Checklist")
        icon = "tasks"
        template = "courses/blocks/checklist.html"


class NeverItemBlock(blocks.StructBlock):
    """One thing never to do, with its reason."""

    text = blocks.CharBlock(label=_("What never to do"), max_length=300)
    why = blocks.CharBlock(label=_("Why"), required=False, max_length=400)


class NeverBlock(blocks.StructBlock):
    """Things never to do."""

    title = blocks.CharBlock(label=_("Title"), max_length=160)
    items = blocks.ListBlock(NeverItemBlock(), label=_("Items"))

    class Meta:
        label = _("What never to do")
        icon = "no-view"
        template = "courses/blocks/never.html"


class AccordionBlock(blocks.StructBlock):
    """A text that opens on demand."""

    title = blocks.CharBlock(label=_("Title"), max_length=160)
    text = rich_text(label=_("Text"))

    class Meta:
        label = _("Accordion")
        icon = "collapse-down"
        template = "courses/blocks/accordion.html"


class TermBlock(blocks.StructBlock):
    """A term of the glossary, with its definition."""

    term = SnippetChooserBlock("courses.GlossaryTerm", label=_("Term"))

    class Meta:
        label = _("Glossary term")
        icon = "openquote"
        template = "courses/blocks/term.html"


class QuoteBlock(blocks.StructBlock):
    """Words of a norm or a document, with where they stand."""

    text = rich_text(label=_("Text"))
    source = blocks.CharBlock(label=_("Source"), max_length=300)

    class Meta:
        label = _("Quotation with source")
        icon = "openquote"
        template = "courses/blocks/quote.html"


class SituationBlock(blocks.StructBlock):
    """A concrete fictional situation."""

    title = blocks.CharBlock(label=_("Title"), max_length=160)
    text = rich_text(label=_("Text"))

    class Meta:
        label = _("Situation")
        icon = "user"
        template = "courses/blocks/situation.html"


class ThinkBlock(blocks.StructBlock):
    """A question to think about: nothing is typed, nothing is marked."""

    question = rich_text(label=_("Question"))
    answer = rich_text(label=_("What we would answer"))

    class Meta:
        label = _("Pause and think")
        icon = "help"
        template = "courses/blocks/think.html"


class TaskBlock(blocks.StructBlock):
    """Something to do away from the screen, with its honest minutes; nothing is handed in."""

    title = blocks.CharBlock(label=_("Title"), max_length=160)
    minutes = blocks.IntegerBlock(label=_("Minutes"), min_value=1, max_value=MOST_TASK_MINUTES)
    text = rich_text(label=_("What to do"))

    class Meta:
        label = _("Task")
        icon = "edit"
        template = "courses/blocks/task.html"


class DownloadBlock(blocks.StructBlock):
    """A document to take along."""

    document = DocumentChooserBlock(label=_("Document"))
    title = blocks.CharBlock(label=_("Title"), max_length=160)

    class Meta:
        label = _("Download")
        icon = "download"
        template = "courses/blocks/download.html"


class VideoBlock(blocks.StructBlock):
    """A video with captions and a transcript; it never starts by itself."""

    video = VideoChooserBlock(label=_("Video"))
    title = blocks.CharBlock(label=_("Title"), max_length=160)
    captions = DocumentChooserBlock(
        label=_("Captions"), help_text=_("A WebVTT file (.vtt) in the language of this page.")
    )
    transcript = rich_text(label=_("Transcript"))

    class Meta:
        label = _("Video")
        icon = "media"
        template = "courses/blocks/video.html"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not cleaned["captions"].filename.lower().endswith(".vtt"):
            message = _("Captions are a WebVTT file, whose name ends in .vtt.")
            raise blocks.StructBlockValidationError({"captions": ValidationError(message)})
        return cleaned


class LessonBody(blocks.StreamBlock):
    """All that a lesson may hold."""

    heading = HeadingBlock()
    text = rich_text(label=_("Text"), icon="pilcrow", template="courses/blocks/text.html")
    idea = rich_text(label=_("Key idea"), icon="pick", template="courses/blocks/idea.html")
    situation = SituationBlock()
    image = ImageBlock()
    drawing = DrawingBlock()
    table = LabelledTableBlock()
    checklist = ChecklistBlock()
    never = NeverBlock()
    accordion = AccordionBlock()
    term = TermBlock()
    quote = QuoteBlock()
    think = ThinkBlock()
    task = TaskBlock()
    download = DownloadBlock()
    video = VideoBlock()

    class Meta:
        required = False


class CardBody(blocks.StreamBlock):
    """All that a card of the library may hold: it is one sheet of paper."""

    heading = HeadingBlock()
    text = rich_text(label=_("Text"), icon="pilcrow", template="courses/blocks/text.html")
    idea = rich_text(label=_("Key idea"), icon="pick", template="courses/blocks/idea.html")
    checklist = ChecklistBlock()
    never = NeverBlock()


class SourceRecordBlock(SnippetChooserBlock):
    """A source of the list, kept by its key: the same name as in questions, cases and files."""

    def __init__(self, **options: Any) -> None:
        super().__init__("courses.SourceRecord", **options)

    def to_python(self, value: Any) -> Any:
        """Return the record that a key names; None if there is none (any more)."""
        return self.bulk_to_python([value])[0] if value else None

    def bulk_to_python(self, values: Any) -> list[Any]:
        """Return the records that the keys name, with what replaced them, in one query."""
        keys = {value for value in values if value}
        rows = self.model_class._default_manager.select_related("replaced_by")
        found = {record.key: record for record in rows.filter(key__in=keys)} if keys else {}
        return [found.get(value) for value in values]

    def get_prep_value(self, value: Any) -> Any:
        """Return the key."""
        return getattr(value, "key", value) or None

    class Meta:
        icon = "doc-full"


class SourceBlock(blocks.StructBlock):
    """What a lesson rests on: a source of the list, or one that is written out here."""

    record = SourceRecordBlock(
        label=_("Source of the list"),
        required=False,
        help_text=_("Its title, date, link and state are then shown as the list has them."),
    )
    place = blocks.CharBlock(
        label=_("Place in it"),
        required=False,
        max_length=120,
        help_text=_("For example: artículo 129-A."),
    )
    label = blocks.CharBlock(
        label=_("Source"),
        required=False,
        max_length=300,
        help_text=_("Only for what is not in the list, or to say it in other words."),
    )
    date = blocks.CharBlock(
        label=_("Date"),
        required=False,
        max_length=10,
        help_text=_("A day, a month or a year: 2021-07-27, 2021-07 or 2021."),
    )
    url = blocks.URLBlock(label=_("Address"), required=False)
    mark = blocks.CharBlock(
        label=_("How sure"),
        required=False,
        max_length=10,
        help_text=_("R: read in a published page. M-H, M-M: from memory, of high or medium trust."),
    )

    class Meta:
        label = _("Source")

    def clean(self, value: Any) -> Any:
        """Ask for a source of the list, or for one in words."""
        cleaned = super().clean(value)
        if cleaned.get("record") is None and not cleaned["label"].strip():
            message = _("Choose a source of the list, or write one.")
            raise blocks.StructBlockValidationError({"label": ValidationError(message)})
        return cleaned


class SourcesBody(blocks.StreamBlock):
    """The sources of a lesson."""

    source = SourceBlock()

    class Meta:
        required = False
