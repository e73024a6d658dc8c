"""The register of personal data is whole, and true."""

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import Field, ForeignKey, Model
from django.urls import reverse

from lms.accounts.enums import ErasureGround
from lms.accounts.models import User
from lms.desks.leaving.services import erase_person
from lms.desks.leaving.steps.base import Fate
from lms.desks.record.register import REGISTER, Entry, entries, entry_of
from lms.desks.record.register_words import WORDS
from tests.desks.record.scene import NOW, complete, full_scene

NUMBER_OF_A_PERSON = re.compile(r"(^|_)(user|actor|subject|person|learner|holder)_id$")


def _models() -> list[type[Model]]:
    return list(apps.get_models(include_auto_created=True))


def _leads_to_person(field: Field) -> bool:
    if field.is_relation:
        return field.related_model is User
    return bool(NUMBER_OF_A_PERSON.search(field.name))


def _named_fields(model: type[Model]) -> Iterator[str]:
    for field in model._meta.get_fields(include_hidden=True):
        if getattr(field, "concrete", False) and _leads_to_person(field):
            yield field.name
    for field in model._meta.many_to_many:
        if field.related_model is User:
            yield field.name


def _registered(label: str) -> set[str]:
    return {
        name
        for entry in entries()
        if entry.model == label
        for name in (entry.path, *entry.roles)
        if name
    }


def test_every_field_that_names_a_person_is_in_the_register() -> None:
    missing = [
        f"{model._meta.label}.{name}"
        for model in _models()
        for name in _named_fields(model)
        if name not in _registered(model._meta.label)
    ]
    assert missing == [], "add an Entry to lms/desks/record/register.py"


def test_every_model_that_hangs_on_a_person_is_in_the_register() -> None:
    about = {entry.model for entry in entries() if entry.path}
    known = {entry.model for entry in entries()}
    missing = [
        f"{model._meta.label}.{field.name}"
        for model in _models()
        if model._meta.label not in known
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey)
        and field.related_model._meta.label in about - {"accounts.User"}
    ]
    assert missing == [], "add an Entry to lms/desks/record/register.py"


def test_every_path_of_the_register_leads_to_a_person() -> None:
    for entry in entries():
        model = apps.get_model(entry.model)
        if entry.path:
            assert model._base_manager.filter(**{entry.path: 1}).query.where
        for role in entry.roles:
            assert role in set(_named_fields(model)), (entry.model, role)
    assert len({entry.model for entry in entries()}) == len(list(entries()))


def test_every_line_of_the_register_has_its_words_and_a_page() -> None:
    assert [kind.key for kind in REGISTER] == list(WORDS)
    for kind in REGISTER:
        words = kind.words
        assert all((words.title, words.what, words.purpose, words.ground, words.kept))
        assert words.on_erasure
        if words.see:
            assert reverse(words.see)
    with pytest.raises(KeyError):
        entry_of("accounts.Agency")
    assert entry_of("accounts.User").fate == Fate.EMPTIED


@pytest.mark.django_db
def test_erasure_does_what_the_register_says() -> None:
    cast = full_scene()
    person = cast.learner
    complete(cast.enrolment)
    before = {entry.model: _count(entry, person) for entry in entries() if entry.path}
    assert sum(bool(count) for count in before.values()) >= 18

    erase_person(
        user=person,
        keeps_certificates=True,
        ground=ErasureGround.SELF,
        acting_user=person,
        now=NOW,
    )

    after = {entry.model: _count(entry, person) for entry in entries() if entry.path}
    deleted = [entry.model for entry in entries() if entry.path and entry.fate == Fate.DELETED]
    assert {model: after[model] for model in deleted} == dict.fromkeys(deleted, 0)
    staying = [
        entry.model
        for entry in entries()
        if entry.path and entry.fate != Fate.DELETED and before[entry.model]
    ]
    assert [model for model in staying if after[model] < before[model]] == []


def _count(entry: Entry, person: User) -> int:
    return apps.get_model(entry.model)._base_manager.filter(**{entry.path: person.pk}).count()
