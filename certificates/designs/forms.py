"""The form of a design: what a trainer fills in, checked at its field, with nothing typed lost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.colours import LEAST_CONTRAST, contrast_with_white
from certificates.design_content import (
    COLOUR,
    DIGEST,
    LANGUAGES,
    LAYOUTS,
    LONGEST_INSTITUTION,
    LONGEST_NAME,
    LONGEST_POST,
    MOST_LOGOS,
    MOST_SIGNATORIES,
    PIECES,
    DesignContent,
    DesignLogo,
    DesignSignatory,
    PieceError,
    check_piece,
    fields_of,
    has_controls,
)
from certificates.designs.pictures import CleanPicture, PictureError, PictureKind, clean_picture
from certificates.models import DesignPicture
from certificates.services.designs import DEFAULT_CONTENT, LONGEST_DESIGN_NAME

LAYOUT_NAMES = {
    "horizonte-2": gettext_lazy("Horizon: a woven band at the side"),
    "marco-1": gettext_lazy("Frame: centred, with a stepped border"),
    "sobrio-1": gettext_lazy("Sober: a quiet page with a column of facts"),
}
PIECE_NAMES = {
    "headings": gettext_lazy("Title of the document"),
    "attests": gettext_lazy("A text under the course"),
    "closings": gettext_lazy("Closing words"),
}
PIECE_HELP = {
    "headings": gettext_lazy("Empty: “Certificate”. It takes no fields."),
    "attests": gettext_lazy("Comes after what the course itself attests."),
    "closings": gettext_lazy("The last line of the text, in italics."),
}
LANGUAGE_NAMES = {"es": gettext_lazy("in Spanish"), "en": gettext_lazy("in English")}
PICTURE_TYPES = "image/png,image/jpeg,image/webp"


def picture_message(kind: str) -> str:
    """Return what is wrong with an uploaded picture, in words."""
    return {
        "large": _("This picture is too large: 5 MB at most, and without many colours."),
        "format": _("This is no PNG, JPEG or WebP picture. Save it as one of these."),
        "pixels": _("This picture has too many pixels: 24 million at most. Make it smaller."),
        "small": _("This picture is too small to be printed: 24 pixels at least."),
        "damaged": _("This picture is damaged or cut off. Save it again and upload that."),
        "empty": _("There is nothing to be seen in this picture."),
    }[kind]


def piece_message(error: PieceError, longest: int) -> str:
    """Return what is wrong with a text piece, in words."""
    name = error.name
    return {
        "control": _("Write one line, without line breaks or invisible signs."),
        "long": _("This text is too long: %(most)d characters at most.") % {"most": longest},
        "brace": _(
            "A brace stands alone. Braces are for fields only, such as {curso}, in small letters."
        ),
        "unknown": _("There is no field {%(name)s} here. Those that there are stand beside.")
        % {"name": name},
        "twice": _("The field {%(name)s} stands here twice: once is enough.") % {"name": name},
    }[error.kind]


class PictureField(forms.FileField):
    """An uploaded picture, which comes out drawn anew."""

    def __init__(self, *, kind: PictureKind, **kwargs: Any) -> None:
        self.kind = kind
        widget = forms.FileInput(attrs={"accept": PICTURE_TYPES})
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> CleanPicture | None:
        """Return the cleaned picture, or None where nothing was uploaded."""
        if not data:
            return None
        try:
            return clean_picture(data, size=data.size, kind=self.kind)
        except PictureError as error:
            raise forms.ValidationError(picture_message(error.kind), code=error.kind) from error


class LineField(forms.CharField):
    """One line of plain text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=kwargs.pop("required", False), **kwargs)

    def clean(self, value: Any) -> str:
        """Return the line with its spaces tidied."""
        text = " ".join(str(super().clean(value)).split())
        if has_controls(text):
            raise forms.ValidationError(
                _("Write one line, without line breaks or invisible signs.")
            )
        return text


class ColourField(forms.CharField):
    """`#rrggbb`, chosen with the browser's own palette."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"type": "color"}), **kwargs)

    def clean(self, value: Any) -> str:
        """Return the colour in small letters."""
        text: str = super().clean(value).lower()
        if not COLOUR.match(text):
            raise forms.ValidationError(_("Choose a colour: # and six digits or letters a to f."))
        return text


class PieceField(forms.CharField):
    """A text piece, which may have named fields in braces."""

    def __init__(self, *, piece: str, **kwargs: Any) -> None:
        self.piece = piece
        widget = forms.TextInput() if piece == "headings" else forms.Textarea(attrs={"rows": 3})
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        """Return the text in one line, checked; it is never evaluated."""
        text = " ".join(str(super().clean(value)).split())
        longest = PIECES[self.piece]
        try:
            check_piece(text, longest=longest, fields=fields_of(self.piece))
        except PieceError as error:
            raise forms.ValidationError(piece_message(error, longest), code=error.kind) from error
        return text


@dataclass(frozen=True)
class PictureRow:
    """The fields of one institution or one signatory, as the template shows them together."""

    heading: str
    texts: tuple[forms.BoundField, ...]
    upload: forms.BoundField
    kept: forms.BoundField
    drop: forms.BoundField
    kept_digest: str


class DesignForm(forms.Form):
    """A whole design."""

    name = LineField(
        label=gettext_lazy("Name of the design"),
        help_text=gettext_lazy("Only the staff sees it."),
        max_length=LONGEST_DESIGN_NAME,
        required=True,
    )
    layout = forms.ChoiceField(
        label=gettext_lazy("Layout"),
        choices=[(name, LAYOUT_NAMES[name]) for name in LAYOUTS],
        widget=forms.RadioSelect,
    )
    main_colour = ColourField(
        label=gettext_lazy("Main colour"),
        help_text=gettext_lazy("Titles are set in it, so it must be dark enough to be read."),
    )
    accent_colour = ColourField(
        label=gettext_lazy("Second colour"), help_text=gettext_lazy("For lines and ornaments.")
    )

    def __init__(self, *args: Any, is_preview: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = not is_preview
        for piece, label in PIECE_NAMES.items():
            for language in LANGUAGES:
                self.fields[f"{piece}_{language}"] = PieceField(
                    piece=piece,
                    label=f"{label} ({LANGUAGE_NAMES[language]})",
                    help_text=PIECE_HELP[piece],
                )
        for number in range(1, MOST_LOGOS + 1):
            self.fields[f"institution_{number}"] = LineField(
                label=_("Institution"), max_length=LONGEST_INSTITUTION
            )
            self._add_picture(f"logo_{number}", _("Logo"), PictureKind.LOGO)
        for number in range(1, MOST_SIGNATORIES + 1):
            self.fields[f"signatory_{number}"] = LineField(label=_("Name"), max_length=LONGEST_NAME)
            self.fields[f"post_{number}"] = LineField(label=_("Post"), max_length=LONGEST_POST)
            self._add_picture(f"scan_{number}", _("Scanned signature"), PictureKind.SIGNATURE)

    def _add_picture(self, name: str, label: str, kind: PictureKind) -> None:
        self.fields[name] = PictureField(kind=kind, label=label)
        self.fields[f"kept_{name}"] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.fields[f"drop_{name}"] = forms.BooleanField(
            required=False, label=_("Remove this picture")
        )

    # --- Reading what was sent ---------------------------------------------------------------

    def clean_main_colour(self) -> str:
        """Refuse a colour in which nobody could read a title."""
        colour: str = self.cleaned_data["main_colour"]
        contrast = contrast_with_white(colour)
        if contrast < LEAST_CONTRAST:
            raise forms.ValidationError(
                _(
                    "This colour is too light to be read on white: its contrast is %(found)s, and "
                    "%(least)s is needed. Choose a darker one."
                ),
                code="contrast",
                params={"found": f"{contrast:.1f}:1", "least": f"{LEAST_CONTRAST}:1"},
            )
        return colour

    def clean(self) -> dict[str, Any]:
        """Check that what belongs together is there together."""
        data = super().clean() or {}
        known = set(
            DesignPicture.objects.filter(
                digest__in=[data.get(f"kept_{name}") or "" for name in self._pictures()]
            ).values_list("digest", flat=True)
        )
        for name in self._pictures():
            if data.get(f"kept_{name}") not in known:
                data[f"kept_{name}"] = ""
        for number in range(1, MOST_LOGOS + 1):
            name = f"institution_{number}"
            if self._digest(data, f"logo_{number}") and name in data and not data[name]:
                self.add_error(name, _("Name the institution: its logo is read aloud by it."))
        for number in range(1, MOST_SIGNATORIES + 1):
            self._check_signatory(data, number)
        return data

    def _check_signatory(self, data: dict[str, Any], number: int) -> None:
        name, post = f"signatory_{number}", f"post_{number}"
        if name not in data or post not in data:
            return
        has_scan = bool(self._digest(data, f"scan_{number}"))
        if not data[name] and (data[post] or has_scan):
            self.add_error(name, _("Write the name of the person who signs."))
        if not data[post] and (data[name] or has_scan):
            self.add_error(post, _("Write the post of the person who signs."))

    @staticmethod
    def _pictures() -> Iterator[str]:
        for number in range(1, MOST_LOGOS + 1):
            yield f"logo_{number}"
        for number in range(1, MOST_SIGNATORIES + 1):
            yield f"scan_{number}"

    @staticmethod
    def _digest(data: Mapping[str, Any], name: str) -> str:
        """Return the digest of the picture that will be used: a new one, else the one kept."""
        picture: CleanPicture | None = data.get(name)
        if picture is not None:
            return picture.digest
        return "" if data.get(f"drop_{name}") else str(data.get(f"kept_{name}") or "")

    # --- What comes out ----------------------------------------------------------------------

    def new_pictures(self) -> dict[str, CleanPicture]:
        """Return the good pictures that were uploaded, by field, also where the form failed."""
        found = ((name, self.cleaned_data.get(name)) for name in self._pictures())
        return {name: picture for name, picture in found if picture is not None}

    def hold(self, pictures: Mapping[str, CleanPicture]) -> None:
        """Remember kept pictures in the hidden fields, for the form that is shown again."""
        data = {name: self.data.get(name, "") for name in self.data}
        for name, picture in pictures.items():
            data[f"kept_{name}"] = picture.digest
            data.pop(f"drop_{name}", None)
        self.data = data

    def content(self) -> DesignContent:
        """Return the design of a valid form."""
        data = self.cleaned_data
        return DesignContent(
            layout=data["layout"],
            main_colour=data["main_colour"],
            accent_colour=data["accent_colour"],
            **{piece: self._texts(piece) for piece in PIECES},
            logos=tuple(
                DesignLogo(data[f"institution_{number}"], self._digest(data, f"logo_{number}"))
                for number in range(1, MOST_LOGOS + 1)
                if data[f"institution_{number}"]
            ),
            signatories=tuple(
                DesignSignatory(
                    data[f"signatory_{number}"],
                    data[f"post_{number}"],
                    self._digest(data, f"scan_{number}"),
                )
                for number in range(1, MOST_SIGNATORIES + 1)
                if data[f"signatory_{number}"]
            ),
        )

    def _texts(self, piece: str) -> dict[str, str]:
        texts = {language: self.cleaned_data[f"{piece}_{language}"] for language in LANGUAGES}
        return {language: text for language, text in texts.items() if text}

    # --- What the template shows -------------------------------------------------------------

    def pieces(self) -> list[tuple[forms.BoundField, ...]]:
        """Return the text pieces, each in its languages."""
        return [tuple(self[f"{piece}_{language}"] for language in LANGUAGES) for piece in PIECES]

    def institutions(self) -> list[PictureRow]:
        """Return the rows of institutions."""
        return [
            self._row(number, _("Institution %(number)d"), ("institution",), "logo")
            for number in range(1, MOST_LOGOS + 1)
        ]

    def people(self) -> list[PictureRow]:
        """Return the rows of signatories."""
        return [
            self._row(number, _("Signatory %(number)d"), ("signatory", "post"), "scan")
            for number in range(1, MOST_SIGNATORIES + 1)
        ]

    def _row(self, number: int, heading: str, texts: tuple[str, ...], picture: str) -> PictureRow:
        kept = self[f"kept_{picture}_{number}"]
        digest = str(kept.value() or "")
        return PictureRow(
            heading=heading % {"number": number},
            texts=tuple(self[f"{text}_{number}"] for text in texts),
            upload=self[f"{picture}_{number}"],
            kept=kept,
            drop=self[f"drop_{picture}_{number}"],
            kept_digest=digest if DIGEST.match(digest) else "",
        )


def initial_of(name: str, content: DesignContent = DEFAULT_CONTENT) -> dict[str, str]:
    """Return what the form of a design shows at first."""
    values = {
        "name": name,
        "layout": content.layout,
        "main_colour": content.main_colour,
        "accent_colour": content.accent_colour,
    }
    for piece in PIECES:
        for language, text in getattr(content, piece).items():
            values[f"{piece}_{language}"] = text
    for number, logo in enumerate(content.logos, start=1):
        values |= {f"institution_{number}": logo.institution, f"kept_logo_{number}": logo.picture}
    for number, one in enumerate(content.signatories, start=1):
        values |= {
            f"signatory_{number}": one.name,
            f"post_{number}": one.post,
            f"kept_scan_{number}": one.picture,
        }
    return values


class CoursesForm(forms.Form):
    """The courses that use a design."""

    courses = forms.MultipleChoiceField(
        label=gettext_lazy("Courses"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, titles: Mapping[Any, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["courses"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(str(key), title) for key, title in titles.items()]
