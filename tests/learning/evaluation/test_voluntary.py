"""An anonymous survey is voluntary: nothing that a course asks for depends on it."""

from dataclasses import replace
from uuid import uuid4

import pytest

from courses.promises import CoursePromise
from lms.learning.completion import missing_items
from lms.learning.outlines import build_outline, next_key
from lms.learning.progress import Progress
from tests.factories import make_course, release_course_for_tests

pytestmark = pytest.mark.django_db


@pytest.fixture
def promise():
    found = release_course_for_tests(make_course(lessons=2)).typed_promise
    (module,) = found.modules
    survey = replace(module.items[-1], is_voluntary=True, minutes=3)
    return replace(found, modules=(replace(module, items=(*module.items[:-1], survey)),))


def test_voluntary_item_is_never_missing_and_counts_for_no_hours(promise):
    *asked, survey = promise.items()
    done = Progress(done=frozenset(item.key for item in asked))

    assert missing_items(promise, Progress()) == tuple(asked)
    assert missing_items(promise, done) == ()
    assert promise.minutes == sum(item.minutes for item in asked)
    assert next_key(promise, done, None) == survey.key
    outline = build_outline(promise, {}, progress=done)
    assert (outline.done, outline.total) == (len(asked), len(asked))


def test_module_of_voluntary_items_alone_is_attested_by_no_certificate(promise):
    (module,) = promise.modules
    survey = replace(module, key=uuid4(), items=module.items[-1:])
    both = replace(promise, modules=(module, survey))

    assert list(both.asked_modules()) == [module]


def test_older_promises_have_nothing_voluntary_and_new_ones_keep_it(promise):
    again = CoursePromise.from_json(promise.to_json())
    older = promise.to_json()
    for item in older["modules"][0]["items"]:
        item.pop("is_voluntary", None)

    assert again == promise
    assert not any(item.is_voluntary for item in CoursePromise.from_json(older).items())
