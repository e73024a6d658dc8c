"""Brings a curriculum that was read and checked into the database, in one transaction."""

from datetime import datetime

from django.db import transaction
from wagtail.models import Locale, Page

from courses.curriculum.casewriting import write_cases
from courses.curriculum.filing import AssetWriter
from courses.curriculum.ledger import Ledger, Report
from courses.curriculum.librarywriting import library_paths, write_library
from courses.curriculum.pagewriting import PageWriter
from courses.curriculum.problems import CurriculumError, Problems
from courses.curriculum.questionwriting import QuestionWriter
from courses.curriculum.snippetwriting import snippet_path, write_snippets
from courses.curriculum.sourcewriting import source_path, write_sources
from courses.curriculum.states import states_of
from courses.curriculum.structures import Curriculum
from courses.models import CoursePage, GlossaryTerm, Helpline
from courses.queries import build_promise, latest_release
from courses.services import ReleaseRefused, release_course
from courses.texts import languages


def load_curriculum(
    curriculum: Curriculum,
    *,
    now: datetime,
    overwrite: bool = False,
    with_release: bool = True,
) -> Report:
    """Write what the files say, leave alone what a trainer edited since, and release the courses.

    Everything happens in one transaction: after an error nothing is written, files of pictures
    included. A second load of the same files writes nothing.

    Args:
        curriculum: what `read_curriculum` returned.
        now: when.
        overwrite: take the file's side where a trainer edited, too.
        with_release: freeze each course's promise if it has none yet, or a different one.

    Raises:
        CurriculumError: the rule of publication, or of release, refuses something.
    """
    assets = AssetWriter()
    try:
        with transaction.atomic(durable=True):
            return _load(
                curriculum, assets, now=now, overwrite=overwrite, with_release=with_release
            )
    except BaseException:
        assets.undo()
        raise


def _load(
    curriculum: Curriculum,
    assets: AssetWriter,
    *,
    now: datetime,
    overwrite: bool,
    with_release: bool,
) -> Report:
    Page.objects.select_for_update().get(depth=1)  # one load at a time
    problems = Problems()
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in languages()}
    ledger = Ledger(paths=_paths(curriculum), overwrite=overwrite, now=now)
    assets.write(curriculum, ledger)
    terms = write_snippets(GlossaryTerm, curriculum.glossary, ledger, locales)
    write_snippets(Helpline, curriculum.helplines, ledger, locales)
    write_sources(curriculum.source_records, ledger)
    questions = QuestionWriter(curriculum, ledger, problems, assets.ids, now)
    questions.write()
    cases = write_cases(curriculum, ledger, problems, now=now)
    pages = PageWriter(
        curriculum,
        ledger,
        problems,
        locales=locales,
        references={"term": terms, "image": assets.ids, "document": assets.ids},
        quizzes=questions.quizzes,
        cases=cases,
    )
    pages.write()
    write_library(curriculum, ledger, problems, locales)
    if problems:
        raise CurriculumError(problems.sorted())
    ledger.save(states_of(ledger.written()))
    if with_release:
        _release(curriculum, pages, ledger.report, now)
    return ledger.report


def _paths(curriculum: Curriculum) -> list[str]:
    """Return the path of every record that the files describe."""
    found = [text.path for page in curriculum.pages.values() for text in page.texts.values()]
    found += [page.quiz.path for page in curriculum.pages.values() if page.quiz]
    found += [question.path for question in curriculum.questions.values()]
    found += [case.path for case in curriculum.cases.values()]
    found += [f"questions/{category}" for category in curriculum.categories]
    found += list(curriculum.assets)
    found += [source_path(spec) for spec in curriculum.source_records]
    found += library_paths(curriculum)
    for spec in (*curriculum.helplines, *curriculum.glossary):
        found += [snippet_path(spec, code) for code in languages()]
    return found


def _release(curriculum: Curriculum, pages: PageWriter, report: Report, now: datetime) -> None:
    """Release each course that has no release yet, or whose promise this load has changed.

    What a trainer changed and did not release yet is not released behind her back. Where a page
    stayed whose file vanished, the course may not be fit for release: that is told, and a trainer
    decides, for there may be learners who were promised that page.
    """
    problems = Problems()
    for spec in curriculum.of_kind("course"):
        course = pages.page(spec.address, languages()[0])
        if not isinstance(course, CoursePage):
            continue
        last = latest_release(course.translation_key)
        if last is not None and not report.has_changes:
            continue
        if last is not None and last.typed_promise == build_promise(course):
            continue
        try:
            release = release_course(course_page=course, acting_user=None, now=now)
        except ReleaseRefused as refusal:
            path = spec.texts[languages()[0]].path
            for message in refusal.problems:
                if report.kept or report.vanished:
                    report.notes.append(f"{path}: not released: {message}")
                else:
                    problems.add(path, 1, f"cannot be released: {message}")
        else:
            report.notes.append(f"released: {spec.address}, release {release.number}")
    if problems:
        raise CurriculumError(problems.sorted())
