"""A source changed while cohorts run: their trainers are told, and find a message ready.

Nothing else happens by itself: whoever is enrolled keeps the release that was promised.
"""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.models import CourseRelease, SourceChange
from courses.sources.queries import affected_item_keys, promised_among
from lms.accounts.models import User
from lms.core.numbers import posted_number
from lms.learning.cohorts.queries import course_trainers
from lms.learning.enums import NoticeKind
from lms.learning.messages.wording import BETWEEN_LANGUAGES
from lms.learning.models import Cohort
from lms.learning.notices import News, notify_learners

PATH = "/ensenar/cohortes/{}/mensajes/escribir/?norma={}"
"""Where the ready message is, in Spanish; it names nothing."""


def tell_trainers(*, now: datetime) -> int:
    """Tell the trainers of running cohorts of every change that they do not know yet.

    Returns how many people were told. Each change is one transaction, taken by a conditional
    UPDATE, so that two workers tell nobody twice.
    """
    waiting = SourceChange.objects.filter(trainers_told_at__isnull=True).order_by("pk")
    return sum(_tell(pk, now=now) for pk in list(waiting.values_list("pk", flat=True)))


@transaction.atomic
def _tell(change_id: int, *, now: datetime) -> int:
    waiting = SourceChange.objects.filter(pk=change_id, trainers_told_at__isnull=True)
    if not waiting.update(trainers_told_at=now):
        return 0
    change = SourceChange.objects.select_related("source").get(pk=change_id)
    news = [
        News(
            learner=trainer,
            path=PATH.format(cohort.pk, change.pk),
            words=f"{change.source}: {change.words_in(trainer.language)} ({cohort.name})",
        )
        for cohort in touched_cohorts(change, now=now)
        for trainer in _trainers(cohort)
    ]
    notify_learners(news=news, kind=NoticeKind.SOURCE_CHANGED, now=now)
    return len(news)


def touched_cohorts(change: SourceChange, *, now: datetime) -> list[Cohort]:
    """Return the cohorts that run now and whose release promises something that cites the source."""
    releases = [release.pk for release, _items in promised_among(affected_item_keys(change))]
    today = timezone.localdate(now)
    rows = Cohort.objects.filter(release__in=releases, starts_date__lte=today, ends_date__gte=today)
    return list(rows.select_related("release").prefetch_related("trainers").order_by("pk"))


def _trainers(cohort: Cohort) -> Iterable[User]:
    """Return the trainers of a cohort; those of the course where it names none."""
    own = [trainer for trainer in cohort.trainers.all() if trainer.is_active]
    return own or course_trainers(cohort.release)


def change_for(cohort: Cohort, number: str) -> SourceChange | None:
    """Return a change by its number if it touches what the cohort's release promises."""
    pk = posted_number(number)
    if not pk:
        return None
    change = SourceChange.objects.select_related("source").filter(pk=pk).first()
    if change is None or not _touches(change, cohort.release):
        return None
    return change


def _touches(change: SourceChange, release: CourseRelease) -> bool:
    keys = affected_item_keys(change)
    return any(item.key in keys for item in release.typed_promise.items())


def ready_message(change: SourceChange, cohort: Cohort) -> tuple[str, str]:
    """Return title and text that say what changed, once in each language of the cohort."""
    known = [code for code, _name in settings.LANGUAGES]
    codes = [code for code in cohort.languages if code in known] or [settings.LANGUAGE_CODE]
    titles, texts = [], []
    for code in codes:
        with translation.override(code):
            titles.append(_("Something that the course cites has changed"))
            texts.append(
                _(
                    "“%(source)s”, which the course “%(course)s” cites, changed on %(day)s: "
                    "%(words)s\n\nWhat you have done counts as before, and what you were promised "
                    "stays. We are reviewing the lessons that cite it. Before acting, check the text "
                    "in force in El Peruano or SPIJ."
                )
                % {
                    "source": change.source,
                    "course": cohort.release.typed_promise.title,
                    "day": date_format(change.changed_date, "DATE_FORMAT"),
                    "words": change.words_in(code),
                }
            )
    return " · ".join(titles), BETWEEN_LANGUAGES.join(texts)
