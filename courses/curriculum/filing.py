"""Brings pictures and documents into the libraries of Wagtail."""

from typing import Any

from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from courses.curriculum.assets import IMAGE
from courses.curriculum.ledger import Decision, Entry, Ledger
from courses.curriculum.states import fetch
from courses.curriculum.structures import Curriculum


class AssetWriter:
    """Files what texts show; a changed file becomes a new record, so that old versions stay whole."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self._stored: list[Any] = []

    def write(self, curriculum: Curriculum, ledger: Ledger) -> None:
        """File every picture and document that is new or changed."""
        models = {True: get_image_model(), False: get_document_model()}
        fetched = {
            is_image: fetch(model, ledger.ids(model._meta.label_lower))
            for is_image, model in models.items()
        }
        for asset in curriculum.assets.values():
            model = models[asset.kind == IMAGE]
            records, states = fetched[asset.kind == IMAGE]
            item = ledger.item(asset.path)
            record = records.get(item.object_id) if item else None
            entry = Entry("files", asset.path, asset.digest)
            state = states[model._meta.label_lower, str(record.pk)] if record else ""
            decision = ledger.decide(entry, record, state)
            if decision in (Decision.CREATE, Decision.UPDATE):
                data = (curriculum.folder / asset.path).read_bytes()
                record = model(title=asset.name, file=ContentFile(data, name=asset.name))
                record.save()
                self._stored.append(record.file)
                ledger.wrote(entry, record)
            if record is not None:
                self.ids[asset.path] = record.pk

    def undo(self) -> None:
        """Remove what was stored: files do not go away with a transaction."""
        for file in self._stored:
            file.storage.delete(file.name)
