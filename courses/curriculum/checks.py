"""What can only be seen in the whole: languages side by side, and everything that names another."""

from collections.abc import Iterator

from courses.curriculum.documents import Source
from courses.curriculum.problems import Problems
from courses.curriculum.structures import (
    ITEM_KINDS,
    Curriculum,
    PageSpec,
    PageText,
    QuizSpec,
)
from courses.enums import QuizMode
from courses.models import Quiz
from courses.quiz_publication import rule_problems, section_problems


def check_curriculum(curriculum: Curriculum, source: Source) -> None:
    """Note what does not fit together."""
    problems = source.problems
    terms = {spec.key for spec in curriculum.glossary}
    for page in curriculum.pages.values():
        _check_languages(page, problems)
        for text in page.texts.values():
            _check_terms(text, terms, problems)
        _check_requirements(page, curriculum, problems)
        if page.quiz is not None:
            _check_sources(page.quiz, curriculum, problems)
            _check_rules(page.quiz, problems)
            _check_comparison(page.quiz, curriculum, problems)
        if page.case and page.case not in curriculum.cases:
            message = f"there is no case `{page.case}` in the folder `cases`"
            problems.add(page.requires_path, page.case_line, message)
        _check_renewal(page, curriculum, problems)
        _check_shares(page, curriculum, problems)
    _check_circles(curriculum, problems)
    _check_lessons(curriculum, problems)
    _check_records(curriculum, problems)


def _check_languages(page: PageSpec, problems: Problems) -> None:
    if len(page.texts) < 2:
        return
    first, *others = page.texts.values()
    for other in others:
        for name, blocks in first.streams.items():
            expected = [block.shape for block in blocks]
            found = [block.shape for block in other.streams[name]]
            if expected == found:
                continue
            place = next(
                (
                    n
                    for n, pair in enumerate(zip(expected, found, strict=False))
                    if pair[0] != pair[1]
                ),
                min(len(expected), len(found)),
            )
            there = (
                f"{expected[place]} ({first.path_of(name)}:{blocks[place].line})"
                if place < len(expected)
                else "nothing"
            )
            here = found[place] if place < len(found) else "nothing"
            line = other.streams[name][min(place, len(found) - 1)].line if found else 1
            message = f"both languages have the same blocks: the source has {there}, here is {here}"
            problems.add(other.path_of(name), line, message)
        for name, value in first.values.items():
            if bool(value) != bool(other.values[name]):
                empty, full = (other, first) if value else (first, other)
                problems.add(empty.path, 1, f"`{name}` is empty here, but not in {full.path}")


def _check_terms(text: PageText, terms: set[str], problems: Problems) -> None:
    for name, blocks in text.streams.items():
        for block in blocks:
            key = block.references.get("term")
            if key and key not in terms:
                message = f"the glossary has no term `{key}`"
                problems.add(text.path_of(name), block.line, message)


def _check_requirements(page: PageSpec, curriculum: Curriculum, problems: Problems) -> None:
    for requirement in page.requires:
        target = curriculum.pages.get(curriculum.written_at(requirement.address))
        if target is None or target.kind not in ITEM_KINDS:
            name = requirement.address.partition("/")[2]
            message = f"`requires` names `{name}`, which is no item of this course"
            problems.add(page.requires_path, requirement.line, message)


def _check_renewal(page: PageSpec, curriculum: Curriculum, problems: Problems) -> None:
    """Note a course that renews something else than another course of the folder."""
    if not page.renews:
        return
    renewed = curriculum.pages.get(page.renews)
    path = f"courses/{page.address}/course.yaml"
    if renewed is None or renewed.kind != "course" or renewed is page:
        message = f"`renews` names `{page.renews}`, which is no other course of this folder"
        problems.add(path, page.renews_line, message)
    elif renewed.renews:
        message = f"`renews` names `{page.renews}`, which renews another course itself"
        problems.add(path, page.renews_line, message)


def _check_shares(page: PageSpec, curriculum: Curriculum, problems: Problems) -> None:
    """Note a module of another course that is not there."""
    for share in page.shares:
        target = curriculum.pages.get(share.address)
        if target is None or target.kind != "module":
            message = f"`modules` names `{share.address}`, which is no module of another course"
            problems.add(f"courses/{page.address}/course.yaml", share.line, message)


def _check_circles(curriculum: Curriculum, problems: Problems) -> None:
    """Note an item that could never open, because what it asks for first asks for it."""
    reached: dict[str, set[str]] = {}

    def before(address: str, path: tuple[str, ...]) -> set[str]:
        if address in path:
            return {address}
        if address not in reached:
            found: set[str] = set()
            for needed in _needed(address, curriculum):
                found |= {needed} | before(needed, (*path, address))
            reached[address] = found
        return reached[address]

    for page in curriculum.pages.values():
        items = (
            [f"{page.address}/{slug}" for slug in page.children] if page.kind == "module" else []
        )
        for address in items or [page.address]:
            if page.requires and address in before(address, ()):
                line = page.requires[0].line
                message = f"`{address}` could never open: what it asks for first asks for it"
                problems.add(page.requires_path, line, message)


def _needed(address: str, curriculum: Curriculum) -> Iterator[str]:
    for place in (address, address.rpartition("/")[0]):
        page = curriculum.pages.get(place)
        if page is not None:
            yield from (requirement.address for requirement in page.requires)


def _check_sources(quiz: QuizSpec, curriculum: Curriculum, problems: Problems) -> None:
    """Note a question that does not exist, and a draw that its category cannot fill.

    Draws are filled from the deepest category up, without taking a question twice: as categories
    form a tree, this order succeeds whenever any does.
    """
    taken: set[str] = set()
    for source in quiz.sources:
        if source.question and source.question not in curriculum.questions:
            problems.add(quiz.path, source.line, f"there is no question `{source.question}`")
        elif source.question in taken:
            problems.add(
                quiz.path, source.line, f"the question `{source.question}` is listed twice"
            )
        if source.question:
            taken.add(source.question)
    draws = [source for source in quiz.sources if source.category]
    for source in sorted(draws, key=lambda draw: -draw.category.count("/")):
        if source.category not in curriculum.categories:
            problems.add(quiz.path, source.line, f"there is no category `{source.category}`")
            continue
        if source.tag or source.difficulty:
            continue  # the rule of publishing counts them, once the questions have their tags
        free = [key for key in curriculum.questions_within(source.category) if key not in taken]
        if len(free) < source.count:
            message = (
                f"`{source.category}` has {len(free)} questions left; {source.count} are drawn"
            )
            problems.add(quiz.path, source.line, message)
        taken.update(free[: source.count])


def _check_rules(spec: QuizSpec, problems: Problems) -> None:
    """Note settings that cannot go together, by the rule that the form of a quiz asks too."""
    quiz = Quiz(**spec.values)
    lines = {
        "sources": [source.line for source in spec.sources],
        "sections": [section.line for section in spec.sections],
    }
    for problem in rule_problems(quiz):
        problems.add(spec.path, spec.lines.get(problem.place, 1), problem.message)
    for problem in section_problems(quiz, sources=spec.sources, sections=spec.sections):
        name, number, _field = problem.place.split(".")
        problems.add(spec.path, lines[name][int(number)], problem.message)


def _check_comparison(spec: QuizSpec, curriculum: Curriculum, problems: Problems) -> None:
    """Note a comparison with something that is no diagnosis, or of something that is none."""
    if not spec.compared_with:
        return
    page = curriculum.pages.get(spec.compared_with)
    other = page.quiz if page is not None else None
    if spec.mode != QuizMode.DIAGNOSIS or other is None or other.mode != QuizMode.DIAGNOSIS:
        message = "`compared_with` joins two quizzes whose mode is `diagnosis`, the later one first"
    elif other.compared_with:
        message = "the quiz that `compared_with` names is compared with another itself"
    else:
        return
    problems.add(spec.path, spec.lines["compared_with"], message)


def _check_lessons(curriculum: Curriculum, problems: Problems) -> None:
    """Note a question whose lesson no course has."""
    lessons = {page.address.partition("/")[2] for page in curriculum.of_kind("lesson")}
    for question in curriculum.questions.values():
        lesson = question.content["lesson"]
        if lesson and lesson not in lessons:
            message = f"`lesson` names `{lesson}`, which does not exist"
            problems.add(question.path, question.lesson_line, message)


def _check_records(curriculum: Curriculum, problems: Problems) -> None:
    """Note a source that the list does not have, and sources that replace each other in a circle."""
    known = {spec.key: spec for spec in curriculum.source_records}
    for path, line, key in problems.references:
        if key and key not in known:
            problems.add(path, line, f"the list of sources has no `{key}`")
    for spec in known.values():
        seen, later = {spec.key}, spec.replaced_by
        while later and later in known:
            if later in seen:
                message = f"`{spec.key}` would replace itself, by way of `{spec.replaced_by}`"
                problems.add(spec.path, spec.line, message)
                break
            seen.add(later)
            later = known[later].replaced_by
