"""All rules together."""

from pathlib import Path

from courses.curriculum.folder import read_curriculum
from courses.curriculum.problems import Problem, Problems
from courses.curriculum.quality.cases import check_cases
from courses.curriculum.quality.draws import check_draws
from courses.curriculum.quality.files import Files
from courses.curriculum.quality.forbidden import check_words
from courses.curriculum.quality.glossary import check_glossary
from courses.curriculum.quality.grounds import check_grounds
from courses.curriculum.quality.languages import check_languages
from courses.curriculum.quality.lessons import check_lessons
from courses.curriculum.quality.modules import check_modules
from courses.curriculum.quality.questions import check_questions
from courses.curriculum.quality.scope import Scope
from lms.core.terms import shipped_terms

RULES = (
    check_lessons,
    check_cases,
    check_grounds,
    check_questions,
    check_draws,
    check_glossary,
    check_words,
    check_languages,
    check_modules,
)


def scope_of(folder: Path) -> Scope:
    """Return a folder as rules look at it; raise CurriculumError if it could not be loaded."""
    with shipped_terms():
        return Scope(read_curriculum(folder), Files(folder), Problems())


def check_quality(folder: Path) -> list[Problem]:
    """Return every finding of every rule, by file and line; the database is not asked."""
    scope = scope_of(folder)
    for rule in RULES:
        rule(scope)
    return scope.problems.sorted()
