"""What every test may use."""

import gc
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from lms.core.catalogues import compile_catalogues
from tests.support.databases import (
    copy_of_template,
    ensure_template,
    is_sqlite,
    template_name,
)
from tests.support.trail import let_flushes_pass

hypothesis.settings.register_profile("same", derandomize=True)
hypothesis.settings.register_profile("search", derandomize=False)
hypothesis.settings.load_profile("same")
"""Every run tries the same examples; `--hypothesis-profile=search` looks for new ones."""


def pytest_configure(config: pytest.Config) -> None:
    """Speak Spanish in every test, whether or not somebody compiled the catalogues before."""
    for folder in settings.LOCALE_PATHS:
        compile_catalogues(Path(folder))
    let_flushes_pass()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Look for garbage seldom, and never in what is loaded by now: each took a twentieth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


LONGEST_ID = 80


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name a long text or file by its argument: a test must have one name on every worker.

    An archive that is made at import holds the time, so its bytes are no name.
    """
    return argname if isinstance(val, str | bytes) and len(val) > LONGEST_ID else None


ASKS_A_DATABASE = {"db", "transactional_db", "django_db_setup"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, run only what asks a database: the rest has passed beside SQLite already.

    A test that makes a database in a process of its own says so by `any_database`; one that needs
    rows and proves something that no database can change, by `one_database`.
    """
    if is_sqlite():
        return
    kept = [item for item in items if _asks_a_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _asks_a_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("one_database"):
        return False
    marks = ("django_db", "any_database")
    fixtures = set(getattr(item, "fixturenames", ()))
    return any(map(item.get_closest_marker, marks)) or bool(fixtures & ASKS_A_DATABASE)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Let Django migrate what the copied template lacks, which is nothing."""
    return is_sqlite()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: DjangoDbBlocker,
    worker_id: str,
) -> Iterator[None]:
    """Give each worker a database of its own, copied from the migrated template."""
    test = connection.settings_dict["TEST"]
    if not is_sqlite():
        with django_db_blocker.unblock():
            ensure_template()
            connection.close()
        test["TEMPLATE"] = template_name()
        yield
        return
    path = copy_of_template(worker_id)
    test["NAME"] = str(path)
    yield
    shutil.rmtree(path.parent, ignore_errors=True)


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """Return the name of this worker of pytest-xdist, or `main`."""
    name: str = getattr(request.config, "workerinput", {}).get("workerid", "main")
    return name


@pytest.fixture(scope="session", autouse=True)
def _own_keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let each worker make its signing keys once; each test puts them on record anew."""
    place, settings.SIGNING_KEYS_DIR = settings.SIGNING_KEYS_DIR, tmp_path_factory.mktemp("keys")
    yield
    settings.SIGNING_KEYS_DIR = place


@pytest.fixture
def now() -> datetime:
    """A moment for services that take one: noon in Lima."""
    return datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """No test inherits another's rate limits."""
    cache.clear()


@pytest.fixture(autouse=True)
def _spanish_first() -> None:
    """No test inherits the language of another's last request."""
    translation.activate(settings.LANGUAGE_CODE)
