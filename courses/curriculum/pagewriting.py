"""Brings pages into the tree: drafts from the top down, then published from the bottom up."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from wagtail.models import Locale, Page

from courses.curriculum.ledger import Decision, Entry, Ledger
from courses.curriculum.problems import CurriculumError, Problems
from courses.curriculum.sitewriting import HOME_SLUGS, make_site, new_catalogue
from courses.curriculum.states import Fetched, fetch, state_of
from courses.curriculum.streams import as_stream, criteria_stream, requirements_stream
from courses.curriculum.structures import PAGE_MODELS, Curriculum, PageSpec, PageText, digest
from courses.models import Case, CourseIndexPage, HomePage, Quiz
from courses.sharing import SharingRefused, put_in_order, share_module, tend_copies
from courses.texts import languages

NOT_ASKED: dict[str, dict[str, Any]] = {
    "course": {"attendance_percent": None, "needs_approval": False, "asks_for_document": False},
    "module": {"guide_title": "", "guide": "[]"},
    "case": {"is_voluntary": False},
}
"""What holds of a page where its file says nothing: what a file stops asking for is asked no more."""


class PageWriter:
    """Writes the pages of a curriculum in every language."""

    def __init__(
        self,
        curriculum: Curriculum,
        ledger: Ledger,
        problems: Problems,
        *,
        locales: Mapping[str, Locale],
        references: Mapping[str, Mapping[str, int]],
        quizzes: Mapping[str, Quiz],
        cases: Mapping[str, Case],
    ) -> None:
        self.curriculum = curriculum
        self.ledger = ledger
        self.problems = problems
        self.locales = locales
        self.references = references
        self.quizzes = quizzes
        self.cases = cases
        self._fetched: dict[str, Fetched] = {
            kind: fetch(model, ledger.ids(model._meta.label_lower))
            for kind, model in PAGE_MODELS.items()
        }
        self._pages: dict[tuple[str, str], Any] = {}
        self._catalogues: dict[str, Any] = {}
        self._pending: dict[tuple[str, str], Entry] = {}
        self._new_catalogues: set[str] = set()
        self._revisions: dict[tuple[str, str], int] = {}

    def page(self, address: str, language: str) -> Any:
        """Return the page of an address, or None if a trainer deleted it."""
        return self._pages.get((address, language))

    def write(self) -> None:
        """Write what is new or changed: the source language first, a page after its parent."""
        for language in languages():
            for spec in self.curriculum.pages.values():
                self._place(spec, language)
        for language in languages():
            for spec in reversed(self.curriculum.pages.values()):
                if spec.kind == "home":
                    self._publish_catalogue(language)
                if (spec.address, language) in self._pending and not spec.shares:
                    self._publish(spec, language)
        self._share()
        for address, language in self._pending:
            put_in_order(self._children(self.curriculum.pages[address], language))

    def _share(self) -> None:
        """Give courses the modules that they use of others, then publish them, too.

        A module that a trainer took out of a course since is left out, unless the list changed.
        """
        for spec in (page for page in self.curriculum.pages.values() if page.shares):
            written = {code for code in languages() if (spec.address, code) in self._pending}
            course = self.page(spec.address, languages()[0])
            for share in spec.shares if written and course is not None else ():
                module = self.page(share.address, languages()[0])
                try:
                    if module is not None:
                        share_module(module=module, course=course)
                except SharingRefused as refusal:
                    path = f"courses/{spec.address}/course.yaml"
                    self.problems.add(path, share.line, str(refusal))
            for language in filter(written.__contains__, languages()):
                self.page(spec.address, language).refresh_from_db(fields=["numchild"])
                self._publish(spec, language)
        for address in {address for address, _code in self._pending}:
            module = self.page(address, languages()[0])
            if self.curriculum.pages[address].kind == "module" and module is not None:
                tend_copies(module)

    def _place(self, spec: PageSpec, language: str) -> None:
        """Find or make the page, and fill it if it is to be written."""
        text = spec.texts[language]
        said = text.digest(self.curriculum.assets)
        entry = Entry("pages", text.path, digest([said, spec.shared_digest()]), said)
        page, state = self._find(spec, language)
        parent = self._parent(spec, language)
        source = self.page(spec.address, languages()[0])
        has_place = parent is not None and (source is not None or language == languages()[0])
        decision = self.ledger.decide(entry, page, state, has_place=has_place)
        key = (spec.address, language)
        if decision in (Decision.CREATE, Decision.UPDATE):
            self._pending[key] = entry
        if decision is Decision.UPDATE:
            self._fill(page, spec, text)
        elif decision is Decision.CREATE:
            page = self._new_page(spec, text, parent, source)
        self._pages[key] = page
        if spec.kind == "home" and page is not None:
            if language == languages()[0]:
                make_site(page)
            self._catalogues[language] = self._catalogue(page, language)

    def _find(self, spec: PageSpec, language: str) -> tuple[Any, str]:
        """Return the page as it is now with its state, or None."""
        records, states = self._fetched[spec.kind]
        item = self.ledger.item(spec.texts[language].path)
        if item is not None:
            page = records.get(item.object_id)
            return page, states[item.label, item.object_id] if page else ""
        if spec.kind == "home":
            page = HomePage.objects.filter(locale=self.locales[language]).first()
        else:
            parent = self._parent(spec, language)
            if parent is None or parent.numchild == 0:
                return None, ""
            page = PAGE_MODELS[spec.kind].objects.child_of(parent).filter(slug=spec.slug).first()
        return page, state_of(page) if page else ""

    def _parent(self, spec: PageSpec, language: str) -> Any:
        if spec.kind == "home":
            return Page.get_first_root_node()
        if spec.kind == "course":
            return self._catalogues.get(language)
        return self.page(spec.parent, language)

    def _catalogue(self, home: Any, language: str) -> Any:
        """Return the catalogue of a language, made as a draft if there is none."""
        locale = self.locales[language]
        found = CourseIndexPage.objects.filter(locale=locale).first()
        if found is None:
            found = home.add_child(
                instance=new_catalogue(locale, self._catalogues.get(languages()[0]))
            )
            self._new_catalogues.add(language)
        return found

    def _new_page(self, spec: PageSpec, text: PageText, parent: Any, source: Any) -> Any:
        page = PAGE_MODELS[spec.kind](
            slug=HOME_SLUGS[text.language] if spec.kind == "home" else spec.slug,
            locale=self.locales[text.language],
            live=False,
        )
        if source is not None:
            page.translation_key = source.translation_key
        self._fill(page, spec, text)
        try:
            return parent.add_child(instance=page)
        except ValidationError as error:
            self._note(text, error)
            raise CurriculumError(self.problems.sorted()) from error

    def _fill(self, page: Any, spec: PageSpec, text: PageText) -> None:
        said = {**NOT_ASKED.get(spec.kind, {}), **spec.shared, **text.values}
        for name, value in said.items():
            setattr(page, name, value)
        for name, blocks in {**spec.shared_streams, **text.streams}.items():
            place = f"{spec.address}/{name}"
            if name == "criteria":
                page.criteria = criteria_stream(blocks, place)
                continue
            stream, missing = as_stream(blocks, place, text.language, self.references)
            setattr(page, name, stream)
            for block in missing:
                message = "what this block shows was deleted by a trainer: load with --overwrite"
                self.problems.add(text.path_of(name), block.line, message)
        if spec.quiz is not None and spec.quiz.slug in self.quizzes:
            page.quiz = self.quizzes[spec.quiz.slug]
        if spec.case in self.cases:
            page.case = self.cases[spec.case]

    def _publish(self, spec: PageSpec, language: str) -> None:
        """Make a revision and publish it, by the one rule that holds for every door."""
        key = (spec.address, language)
        page, entry, text = self._pages[key], self._pending[key], spec.texts[language]
        if spec.kind in ("module", "quiz", "case", "practice"):
            addresses = [self.curriculum.written_at(item.address) for item in spec.requires]
            required = [self.page(address, language) for address in addresses]
            page.requires = requirements_stream(filter(None, required), f"{spec.address}/requires")
        if spec.kind == "course":
            page.renews = self.page(spec.renews, languages()[0]) if spec.renews else None
        item = self.ledger.item(text.path)
        if language != languages()[0] and (item is None or item.text_digest != entry.text_digest):
            source = (spec.address, languages()[0])
            page.translated_from_revision = self._revisions.get(
                source, self._pages[source].live_revision_id
            )
        try:
            revision = page.save_revision()
            page.publish(revision)
        except ValidationError as error:
            self._note(text, error)
            return
        self._revisions[key] = revision.pk
        self.ledger.wrote(entry, page)

    def _publish_catalogue(self, language: str) -> None:
        if language in self._new_catalogues:
            catalogue = self._catalogues[language]
            source = self._catalogues[languages()[0]]
            if source is not catalogue:
                catalogue.translated_from_revision = source.latest_revision_id
            catalogue.publish(catalogue.save_revision())

    def _note(self, text: PageText, error: ValidationError) -> None:
        for message in error.messages:
            self.problems.add(text.path, 1, message)

    def _children(self, spec: PageSpec, language: str) -> list[Any]:
        if spec.shares:
            return self._modules(spec, language)
        found = [self.page(f"{spec.address}/{slug}", language) for slug in spec.children]
        return [page for page in found if page is not None]

    def _modules(self, spec: PageSpec, language: str) -> list[Any]:
        """Return the modules of a course, own and shared, in the order of the file."""
        course = self.page(spec.address, language)
        by_id = {page.alias_of_id: page for page in course.get_children()} if course else {}
        found = []
        for address in spec.order:
            page = self.page(address, language)
            is_own = address.rpartition("/")[0] == spec.address
            if page is not None:
                found.append(page if is_own else by_id.get(page.pk))
        return [page for page in found if page is not None]
