"""Lessons: honest minutes, bounded length, a brief way that carries the same, sources of the list."""

from courses.curriculum.quality.scope import Scope
from courses.curriculum.quality.words import count, prose, reading_minutes, rounded_up
from courses.curriculum.structures import PageSpec
from courses.texts import languages

MOST_WORDS = 900
SHORTEST, LONGEST = 8, 15
TOLERANCE = 1
THINK_MINUTES = 2
FEWEST_WORDS_OF_AN_ALT = 5


def check_lessons(scope: Scope) -> None:
    """Look at every lesson."""
    taught = {module.address for module in scope.taught_modules()}
    for lesson in scope.curriculum.of_kind("lesson"):
        _check_minutes(scope, lesson, is_taught=lesson.parent in taught)
        for language in languages():
            _check_brief(scope, lesson, language)
            _check_pictures(scope, lesson, language)


def honest_minutes(lesson: PageSpec) -> int:
    """Return what a lesson takes: reading its Spanish full text, thinking, and its tasks."""
    body = lesson.texts[languages()[0]].streams["body"]
    minutes = reading_minutes(count(prose(body)))
    minutes += THINK_MINUTES * sum(block.kind == "think" for block in body)
    minutes += sum(block.value["minutes"] for block in body if block.kind == "task")
    return rounded_up(minutes)


def _check_minutes(scope: Scope, lesson: PageSpec, *, is_taught: bool) -> None:
    text = lesson.texts[languages()[0]]
    words = count(prose(text.streams["body"]))
    if words > MOST_WORDS:
        message = f"the lesson has {words} words; {MOST_WORDS} are the most"
        scope.note_field(text.path, "title", message)
    said, honest = lesson.shared["minutes"], honest_minutes(lesson)
    if abs(said - honest) > TOLERANCE:
        message = f"`minutes` says {said}; {words} words, pauses and tasks take {honest}"
        scope.note_field(text.path, "minutes", message)
    if is_taught and not SHORTEST <= said <= LONGEST:
        message = f"`minutes` says {said}; a lesson takes from {SHORTEST} to {LONGEST}"
        scope.note_field(text.path, "minutes", message)


def _check_brief(scope: Scope, lesson: PageSpec, language: str) -> None:
    """A brief way is shorter, and ends with what never to do and the idea to keep."""
    text = lesson.texts[language]
    body, brief = text.streams["body"], text.streams["brief_body"]
    if not brief:
        return
    full_words, words = count(prose(body)), count(prose(brief))
    if words >= full_words:
        message = f"the brief way has {words} words, the full one {full_words}: it is not briefer"
        scope.note(text.path, brief[0].line, message)
    for kind in ("never", "idea"):
        is_in_full = any(block.kind == kind for block in body)
        if is_in_full and not any(block.kind == kind for block in brief):
            scope.note(text.path, brief[0].line, f"the brief way leaves out the `::: {kind}`")


def _check_pictures(scope: Scope, lesson: PageSpec, language: str) -> None:
    """What a picture says stands in words, in enough of them, and in the language of the page."""
    text = lesson.texts[language]
    twin = lesson.texts[languages()[0]]
    for name, blocks in text.streams.items():
        for number, block in enumerate(blocks):
            if block.kind not in ("drawing", "image") or block.value.get("is_decorative"):
                continue
            alt = block.value["alt"]
            if count([alt]) < FEWEST_WORDS_OF_AN_ALT:
                scope.note(text.path, block.line, "the alternative text says too little")
            others = twin.streams[name] if language != twin.language else ()
            if number < len(others) and _alt(others[number].value) == alt:
                message = "the alternative text is the same in both languages"
                scope.note(text.path, block.line, message)


def _alt(value: object) -> str:
    return str(value.get("alt", "")) if isinstance(value, dict) else ""
