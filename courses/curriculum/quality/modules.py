"""Modules: a guide for whoever teaches them, and drawings that are there."""

from collections.abc import Iterator

from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from courses.curriculum.body import Block
from courses.curriculum.guidefiles import guide_path
from courses.curriculum.quality.scope import Scope
from courses.texts import languages


def check_modules(scope: Scope) -> None:
    """Look at every module that is taught, and at every drawing that a page shows."""
    for module in scope.taught_modules():
        if "guide" not in module.texts[languages()[0]].streams:
            path = guide_path(module.address, languages()[0])
            scope.note(
                path, 1, "this file is missing: a module that is taught has a trainer's guide"
            )
    for path, block in _drawings(scope):
        try:
            get_template(f"courses/drawings/{block.value['name']}.html")
        except TemplateDoesNotExist:
            message = f"the drawing `{block.value['name']}` has no template"
            scope.note(path, block.line, message)


def _drawings(scope: Scope) -> Iterator[tuple[str, Block]]:
    for page in scope.curriculum.pages.values():
        for text in page.texts.values():
            for name, blocks in text.streams.items():
                yield from (
                    (text.path_of(name), block) for block in blocks if block.kind == "drawing"
                )
