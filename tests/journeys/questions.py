"""What the trainer of the journeys types into the form of each type of question."""

from collections.abc import Mapping
from io import BytesIO
from uuid import uuid4

from PIL import Image as Picture
from playwright.sync_api import Page, expect

SOURCE = "content-sources-0-value-label"
Typed = Mapping[str, str | bool]
"""The value of each field by its name; True ticks a box."""


def both(name: str, spanish: str, english: str) -> dict[str, str]:
    """Return a text in both languages."""
    return {f"content-{name}-es": spanish, f"content-{name}-en": english}


def _rows(name: str, field: str, *words: tuple[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, (spanish, english) in enumerate(words):
        found |= both(f"{name}-{number}-value-{field}", spanish, english)
    return found


STEPS = (
    ("Saludar y presentarse", "Greet and say who you are"),
    ("Ofrecer agua y descanso", "Offer water and rest"),
    ("Preguntar qué necesita", "Ask what she needs"),
)
WHO = (("Salud", "Health"), ("Fiscalía", "Prosecutor"), ("Albergue", "Shelter"))
DOES = (("atiende", "cares"), ("dirige el caso", "leads the case"), ("acoge", "shelters"))
OPTIONS = (
    ("Un lugar tranquilo", "A quiet place"),
    ("Tiempo para pensar", "Time to think"),
    ("Preguntas rápidas", "Quick questions"),
    ("Su documento", "Her document"),
)

TYPED: dict[str, Typed] = {
    "text": both("stems", "Lea con calma lo que sigue.", "Read calmly what follows."),
    "single_choice": {
        **both("stems", "¿Qué ofrece usted primero?", "What do you offer first?"),
        **_rows("options", "texts", *OPTIONS),
        "content-options-0-value-is_right": True,
    },
    "multiple_choice": {
        **both("stems", "¿Qué ayuda a hablar?", "What helps to talk?"),
        **_rows("options", "texts", *OPTIONS),
        "content-options-0-value-is_right": True,
        "content-options-1-value-is_right": True,
    },
    "true_false": {
        **both("stems", "El consentimiento de una niña no vale.", "A girl's consent is void."),
        "content-answer-right": "true",
    },
    "short_answer": {
        **both("stems", "Observar, escuchar y …", "Look, listen and …"),
        **_rows("answers", "texts", ("vincular*", "link*")),
    },
    "number": {
        **both("stems", "¿Cuántos minutos dura?", "How many minutes does it take?"),
        "content-answers-0-value-value": "45",
        **both("units", "minutos", "minutes"),
    },
    "gaps": {
        **both("stems", "Primero [[a]], después pregunte.", "First [[a]], then ask."),
        "content-gaps-0-value-mark": "a",
        "content-gaps-0-value-kind": "choice",
        **_rows("gaps-0-value-answers", "texts", ("escuche", "listen"), ("anote", "write")),
    },
    "matching": {
        **both("stems", "¿Quién hace qué?", "Who does what?"),
        **_rows("pairs", "texts", *WHO),
        **_rows("pairs", "matches", *DOES),
    },
    "ordering": {
        **both("stems", "Ponga en orden la acogida.", "Put the reception in order."),
        **_rows("steps", "texts", *STEPS),
    },
    "hotspots": {
        **both("stems", "¿Dónde conviene conversar?", "Where is it best to talk?"),
        **both("figure-alts", "Una sala con dos sillas.", "A room with two chairs."),
        **_rows("spots", "texts", ("La puerta", "The door"), ("El rincón", "The corner")),
        "content-spots-1-value-is_right": True,
        **{
            f"content-spots-{number}-value-{side}": value
            for number, left in enumerate(("5", "60"))
            for side, value in (("x", left), ("y", "20"), ("width", "30"), ("height", "50"))
        },
    },
    "open": {
        **both("stems", "¿Cómo se presenta usted?", "How do you introduce yourself?"),
        **both("criteria-0-value-titles", "Calma", "Calm"),
        "content-criteria-0-value-percent": "100",
        **_rows(
            "criteria-0-value-levels",
            "titles",
            ("No se ve", "Not seen"),
            ("En parte", "In part"),
            ("Con claridad", "Clearly"),
        ),
    },
}


def add_row(page: Page, name: str) -> None:
    """Press the plus sign after the last row of a list."""
    count = page.locator(f'[name="{name}-count"]')
    before = int(count.input_value())
    rows = count.locator("xpath=following-sibling::*[@data-streamfield-list-container]")
    rows.locator("> button, > div > button[data-streamfield-list-add]").last.click()
    page.wait_for_function(
        "([name, most]) => Number(document.getElementsByName(name)[0].value) > most",
        arg=[f"{name}-count", before],
    )


def type_into(page: Page, typed: Typed) -> None:
    """Fill fields by their names."""
    for name, value in typed.items():
        place = page.locator(f'[name="{name}"]')
        if value is True:
            place.check()
        elif place.evaluate("one => one.tagName") == "SELECT":
            place.select_option(str(value))
        else:
            place.fill(str(value))


def choose_picture(page: Page) -> None:
    """Upload a picture of her own through the chooser."""
    buffer = BytesIO()
    # Wagtail asks again before it takes the same picture twice.
    Picture.new("RGB", (640, 360), f"#{uuid4().hex[:6]}").save(buffer, "PNG")
    page.locator("#content-figure-image-chooser [data-chooser-action-choose]").click()
    dialog = page.locator(".modal-dialog")
    dialog.get_by_role("tab", name="Subir").click()
    dialog.locator("input[type=file]").set_input_files(
        {"name": "sala.png", "mimeType": "image/png", "buffer": buffer.getvalue()}
    )
    dialog.locator("#tab-upload input[name$=title]").fill("Sala del taller")
    dialog.locator("#tab-upload button[type=submit]").click()
    expect(page.locator('[name="content-figure-image"]')).not_to_have_value("")
