"""The form of a quiz: settings, sections, sources, and whether they fit together."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import MinValueValidator
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from courses.enums import UNCOUNTED_MODES, QuizMode
from courses.forms.questions import CategoryLabels
from courses.models import QuestionCategory, QuestionTag, Quiz, QuizPage
from courses.queries import questions_by_category
from courses.question_types import Problem
from courses.quiz_changes import (
    Consequence,
    QuizState,
    QuizUse,
    describe_change,
    token_of,
    use_of,
)
from courses.quiz_publication import question_problems, rule_problems, section_problems
from courses.texts import in_language, read_texts

HAS_MARKS = MinValueValidator(Decimal("0.01"), _("A question is worth more than 0 marks."))
SECTION_TAKEN = _("This quiz has a section with this number already.")


LONGEST_LABEL = 70
EMPTY: tuple[str, Any] = ("", "---------")


@dataclass(frozen=True)
class SourceChoices:
    """What the rows of a quiz offer, read once for all of them."""

    question: list[tuple[Any, Any]]
    category: list[tuple[Any, Any]]
    tag: list[tuple[Any, Any]]


def source_choices() -> SourceChoices:
    """Return the questions by category, the categories as a tree, and the tags; three queries."""
    label_of = CategoryLabels().label_from_instance
    categories = QuestionCategory.objects.select_related("bank").order_by("bank__name", "path")
    return SourceChoices(
        question=[
            EMPTY,
            *(
                (
                    f"{category.name} ({category.bank.name})",
                    [(pk, _label(key, texts, is_live)) for pk, key, texts, is_live in questions],
                )
                for category, questions in questions_by_category()
            ),
        ],
        category=[EMPTY, *((one.pk, label_of(one)) for one in categories)],
        tag=[EMPTY, *QuestionTag.objects.order_by("name").values_list("pk", "name")],
    )


def _label(key: str, texts: Any, is_published: bool) -> str:
    """Return the key of a question with its first words, and whether it is a draft."""
    words = Truncator(" ".join(in_language(read_texts(texts)).split())).chars(LONGEST_LABEL)
    label = f"{key}: {words}" if words else key
    if is_published:
        return label
    return gettext("%(question)s (draft)") % {"question": label}


class QuizSourceForm(WagtailAdminModelForm):
    """One source of a quiz; its choices are read once for all rows."""

    def __init__(self, *args: Any, offered: SourceChoices | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if offered is not None:
            for name in ("question", "category", "tag"):
                self.fields[name].choices = getattr(offered, name)
        self.fields["marks"].validators.append(HAS_MARKS)


class QuizForm(WagtailAdminModelForm):
    """Says every mistake at its field, and asks before anything that has consequences.

    Settings that contradict each other are refused. A quiz that learners meet is not left without
    its questions; a draft may lack some, once the trainer has read what is missing. So it is with a
    change to a quiz that has attempts: it is saved with the second press, which carries the token
    of the very texts that were shown.
    """

    changes: tuple[Consequence, ...] = ()
    consequences: tuple[Consequence, ...] = ()
    missing: tuple[Problem, ...] = ()
    waits_for_confirmation = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pass_mark"].required = False
        others = Quiz.objects.filter(mode=QuizMode.DIAGNOSIS).order_by("name")
        self.fields["compared_with"].queryset = others.exclude(pk=self.instance.pk)
        self.formsets["sources"].form_kwargs["offered"] = source_choices()

    @cached_property
    def use(self) -> QuizUse:
        """How many people have begun the quiz."""
        return use_of(self.instance)

    @property
    def confirmation(self) -> str:
        """What the second press sends: it stands for what is shown now and for nothing else."""
        shown = [f"{one.field} {one.before} {one.after}" for one in self.consequences]
        return token_of([*shown, *(problem.message for problem in self.missing)])

    def clean(self) -> dict[str, Any]:
        """Leave the pass mark of what is not counted as it is: nobody is asked for one there."""
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("pass_mark") is None and cleaned.get("mode") in UNCOUNTED_MODES:
            cleaned["pass_mark"] = Quiz._meta.get_field("pass_mark").get_default()
        return cleaned

    def _post_clean(self) -> None:
        """Ask whether the settings go together, now that the instance has them.

        What the database holds too is said at its field, and not once more above the form.
        """
        super()._post_clean()
        held = {str(constraint.violation_error_message) for constraint in Quiz._meta.constraints}
        for error in self.errors.pop(NON_FIELD_ERRORS, ()):
            if error not in held:
                self.add_error(None, error)
        for problem in rule_problems(self.instance):
            if problem.place not in self.errors:
                self.add_error(problem.place, problem.message)

    def is_valid(self) -> bool:
        """Check the rows together once each of them is right by itself; then ask to confirm."""
        return self._verdict

    @cached_property
    def _verdict(self) -> bool:
        if not super().is_valid():
            self._place_duplicates()
            return False
        rows = {"sources": self._rows("sources"), "sections": self._rows("sections")}
        refused = section_problems(self.instance, **rows)
        missing = question_problems(self.instance, **rows)
        if refused or (missing and self._is_met_by_learners()):
            self._show([*refused, *missing])
            return False
        self.missing = tuple(missing)
        self.changes = self._changes(rows)
        self.consequences = self.changes if self.use else ()
        if not (self.missing or self.consequences):
            return True
        if self.data.get("confirmed") == self.confirmation:
            return True
        self.waits_for_confirmation = True
        self._show(missing)
        return False

    def changed_names(self) -> list[str]:
        """Return the names of the settings and of the kinds of row that this form changed."""
        rows = [one.field for one in self.changes if one.field in self.formsets]
        return [*self.changed_data, *rows]

    def _place_duplicates(self) -> None:
        """Say at its field what Django says of the row, and again above all rows."""
        rows = self.formsets["sections"]
        for form in rows.forms:
            if form.errors.pop(NON_FIELD_ERRORS, None):
                form.add_error("number", str(SECTION_TAKEN))
                rows.non_form_errors().clear()

    def _live_forms(self, name: str) -> list[Any]:
        """Return the forms of the rows that will stay, in the order in which they will stand."""
        forms = [
            form
            for form in self.formsets[name].forms
            if (form.has_changed() or form.instance.pk) and not form.cleaned_data.get("DELETE")
        ]
        if not self.formsets[name].can_order:
            return forms
        return sorted(forms, key=lambda form: form.cleaned_data.get("ORDER") or 0)

    def _rows(self, name: str) -> list[Any]:
        return [form.instance for form in self._live_forms(name)]

    def _changes(self, rows: dict[str, list[Any]]) -> tuple[Consequence, ...]:
        if self.instance.pk is None:
            return ()
        stored = Quiz.objects.select_related("compared_with").get(pk=self.instance.pk)
        old = QuizState(
            stored,
            sources=list(stored.sources.order_by("sort_order", "pk")),
            sections=list(stored.sections.order_by("number")),
        )
        return describe_change(old, QuizState(self.instance, **rows))

    def _show(self, problems: Iterable[Problem]) -> None:
        """Put every problem at its field, or above the rows that it is about."""
        for problem in problems:
            name, _dot, rest = problem.place.partition(".")
            if name not in self.formsets:
                self.add_error(name, problem.message)
            elif rest:
                number, _dot, field = rest.partition(".")
                self._live_forms(name)[int(number)].add_error(field, problem.message)
            else:
                self.formsets[name].non_form_errors().append(ValidationError(problem.message))

    def _is_met_by_learners(self) -> bool:
        is_saved = self.instance.pk is not None
        return is_saved and QuizPage.objects.filter(quiz=self.instance, live=True).exists()


class CategoryForm(WagtailAdminModelForm):
    """A category, whose path is the place in the tree."""

    def clean(self) -> dict[str, Any]:
        """Ask that every part of the path above exists."""
        cleaned: dict[str, Any] = super().clean()
        path, bank = cleaned.get("path", ""), cleaned.get("bank")
        above = path.rpartition("/")[0]
        if above and bank is not None:
            known = QuestionCategory.objects.filter(bank=bank, path=above)
            if not known.exists():
                self.add_error("path", _("Make the category above it first."))
        return cleaned
