"""The trainer's form of a pair, a step and a spot."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy
from wagtail import blocks

from courses.question_types.form_blocks import BilingualBlock

WHOLE = Decimal(100)


class PairBlock(blocks.StructBlock):
    """One item with its right half."""

    texts = BilingualBlock(label=gettext_lazy("Item"))
    matches = BilingualBlock(
        label=gettext_lazy("What belongs to it"),
        help_text=gettext_lazy("Two items may share the same one: write the same words."),
    )
    also = blocks.TextBlock(
        label=gettext_lazy("Also right, in Spanish"),
        required=False,
        rows=2,
        help_text=gettext_lazy(
            "Other answers of this question that are right for this item too, one per line. "
            "Usually empty."
        ),
    )
    feedback = BilingualBlock(label=gettext_lazy("What we say about it afterwards"), collapsed=True)

    class Meta:
        label = gettext_lazy("Pair")
        label_format = "{texts}"
        form_classname = "struct-block amparo-option"


class DistractorBlock(blocks.StructBlock):
    """A right half that belongs to no item."""

    texts = BilingualBlock(label=gettext_lazy("Text"))

    class Meta:
        label = gettext_lazy("Answer that fits nothing")
        label_format = "{texts}"


class StepBlock(blocks.StructBlock):
    """One part, at its right place in the list."""

    texts = BilingualBlock(label=gettext_lazy("Text"))
    feedback = BilingualBlock(label=gettext_lazy("Why it stands at this place"), collapsed=True)

    class Meta:
        label = gettext_lazy("Part")
        label_format = "{texts}"
        form_classname = "struct-block amparo-option"


def _per_cent_block(label: Any, help_text: Any = "") -> blocks.DecimalBlock:
    return blocks.DecimalBlock(
        label=label,
        help_text=help_text,
        required=False,
        min_value=Decimal(0),
        max_value=WHOLE,
        max_digits=5,
        decimal_places=2,
    )


class SpotBlock(blocks.StructBlock):
    """One area of the picture."""

    texts = BilingualBlock(
        label=gettext_lazy("What is at this spot"),
        help_text=gettext_lazy(
            "Said to whoever does not see the picture: name it, without telling whether it is right."
        ),
    )
    is_right = blocks.BooleanBlock(label=gettext_lazy("This is a right spot"), required=False)
    x = _per_cent_block(
        gettext_lazy("From the left, in per cent"),
        gettext_lazy("0 is the left edge of the picture, 50 its middle."),
    )
    y = _per_cent_block(
        gettext_lazy("From the top, in per cent"), gettext_lazy("0 is the upper edge.")
    )
    width = _per_cent_block(gettext_lazy("Width, in per cent of the picture"))
    height = _per_cent_block(gettext_lazy("Height, in per cent of the picture"))
    feedback = BilingualBlock(
        label=gettext_lazy("What we say to whoever chooses it"), collapsed=True
    )

    class Meta:
        label = gettext_lazy("Spot")
        label_format = "{texts}"
        form_classname = "struct-block amparo-option amparo-spot"
