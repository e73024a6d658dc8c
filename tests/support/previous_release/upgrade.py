"""Run inside a process of its own: upgrade.py DATABASE.

Fills a database of the previous release with what that release itself had written (dump.py),
brings it forward, lets every sweep run, opens the pages, loses the files, and says as JSON what was
found on the way. DATABASE is a file of SQLite, or the name of a database that is made on the server
of the settings and dropped at the end.
"""

import hashlib
import html
import json
import os
import re
import sys
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.test")
django.setup()

from celery import current_app
from django.apps import apps as current_apps
from django.conf import settings
from django.core import mail, serializers
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.test import Client
from django.test.utils import setup_test_environment
from pypdf import PdfReader

from certificates import services
from certificates.models import Certificate
from lms.accounts.models import User
from lms.core.models import AuditEvent
from lms.core.queries import read_reason
from lms.core.verifying import verify_audit
from tests.support.migrating import database, migrate, models_as_of

FOLDER = Path(__file__).resolve().parent
BEFORE = json.loads((FOLDER / "database.json").read_text())
PREVIOUS = sorted(BEFORE["migrations"].items())
LATER = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
CARRIED = ("accounts", "core", "courses", "learning", "certificates")
NOT_CARRIED = ("groups", "user_permissions", "is_in_statistics")
"""Roles are not written here, and the previous release's own sweep would count the attempts too."""
FILES = ("valid", "english")
"""Of these the previous release's own bytes are kept; of the others only their digests."""


def load(apps: Any) -> None:
    """Write the rows of the previous release through its own models, and have no others there."""
    models = []
    with transaction.atomic():
        for label in reversed(dict.fromkeys(row["model"] for row in BEFORE["rows"])):
            apps.get_model(label)._base_manager.all().delete()
        for row in BEFORE["rows"]:
            model = apps.get_model(row["model"])
            models.append(model)
            values = {
                field.attname: field.to_python(row["fields"][field.name])
                for field in model._meta.concrete_fields
                if not field.primary_key
            }
            model._base_manager.bulk_create([model(pk=row["pk"], **values)])
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def changes(apps: Any) -> list[str]:
    """Return every field of the old rows that is not what it was, and every row that is gone."""
    found = []
    for row in BEFORE["rows"]:
        model = apps.get_model(row["model"])
        rows = serializers.serialize("python", model._base_manager.filter(pk=row["pk"]))
        if not rows:
            found.append(f"{row['model']} {row['pk']} is gone")
            continue
        fields = json.loads(json.dumps(rows[0]["fields"], cls=DjangoJSONEncoder))
        if fields.get("sealed_reason"):  # it stands under a key now, and says what it said
            fields["reason"] = read_reason(AuditEvent.objects.get(pk=row["pk"]))
        found += [
            f"{row['model']} {row['pk']} {name}: {value!r} became {fields.get(name)!r}"
            for name, value in row["fields"].items()
            if name not in NOT_CARRIED and fields.get(name) != value
        ]
    return found


def row_counts() -> dict[str, int]:
    """Return how many rows each table has, as far as it has any and is not the site's own."""
    models = (one for label in CARRIED for one in current_apps.get_app_config(label).get_models())
    counts = {one._meta.label_lower: one._base_manager.count() for one in models}
    return {name: count for name, count in counts.items() if count}


def new_fields() -> dict[str, list[Any]]:
    """Return the values of the fields that the previous release did not have."""
    found: dict[str, list[Any]] = {}
    for row in BEFORE["rows"]:
        one = current_apps.get_model(row["model"])._base_manager.get(pk=row["pk"])
        for field in one._meta.concrete_fields:
            is_new = field.name not in row["fields"] and not field.primary_key
            if is_new and row["model"] != "core.auditevent":  # `trail` tells of those
                values = found.setdefault(f"{row['model']}.{field.name}", [])
                value = field.value_from_object(one)
                if value not in values:
                    values.append(value)
    return found


def trail() -> dict[str, Any]:
    """Return whom the old rows of the audit trail concern, and what a verification finds."""
    rows = AuditEvent.objects.order_by("pk")
    verdict = verify_audit(now=LATER)
    return {
        "in_clear": list(rows.exclude(reason="").values_list("pk", flat=True)),
        "under_a_persons_key": rows.exclude(subject_id=None).exclude(sealed_reason="").count(),
        "concern_nobody": sorted({row.target_type for row in rows if row.subject_id is None}),
        "sealed": verdict.rows,
        "faults": verdict.faults,
    }


def run_sweeps() -> list[str]:
    """Run everything that the clock starts, twice; return the names of what it ran."""
    names = sorted(entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values())
    current_app.loader.import_default_modules()
    for name in [*names, *names]:
        current_app.tasks[name].apply(throw=True)
    return names


def page_words(content: bytes) -> str:
    """Return the words of a page in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", content.decode())).split())


def certificate(name: str) -> Certificate:
    """Return one of the certificates by its name in the dump."""
    return Certificate.objects.get(pk=BEFORE["certificates"][name])


def checks() -> dict[str, Any]:
    """Return what the check of each certificate answers, and which old facts it does not show."""
    found: dict[str, Any] = {}
    for name, answers in BEFORE["answers"].items():
        code = certificate(name).code
        for language, prefix in (("es", ""), ("en", "/en")):
            answer = Client().get(f"{prefix}/v/{code}/")
            words = page_words(answer.content)
            found[f"{name} {language}"] = {
                "status": answer.status_code,
                "missing": [
                    fact
                    for fact in answers[language]["facts"]
                    if " ".join(fact.split()) not in words
                ],
            }
        answer = Client().get(
            f"/api/v1/certificates/{code}", headers={"authorization": f"Bearer {BEFORE['token']}"}
        )
        found[f"{name} api"] = [answer.status_code, answer.json()["state"]]
    return found


def credentials() -> dict[str, list[Any]]:
    """Return what stands where a signed credential would."""
    found: dict[str, list[Any]] = {}
    for name in BEFORE["certificates"]:
        for form in ("credential.json", "credential.jwt"):
            answer = Client().get(f"/v/{certificate(name).code}/{form}")
            found[f"{name} {form}"] = [
                answer.status_code,
                answer.headers["Content-Type"],
                json.loads(answer.content)["detail"],
            ]
    return found


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of a file; nothing of none."""
    return hashlib.sha256(content).hexdigest() if content else ""


def downloads() -> dict[str, str]:
    """Return the digests of what the holders fetch."""
    found = {}
    for name in FILES:
        one = certificate(name)
        client = Client()
        client.force_login(User.objects.get(pk=one.enrolment.learner_id))
        answer = client.get(f"/mi-aprendizaje/certificado/{one.pk}/")
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        found[name] = digest_of(content)
    return found


def words_of(content: bytes) -> list[str]:
    """Return the words of a PDF, page by page."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages]


def renderer() -> list[Any]:
    """Return the versions on which the bytes of a PDF depend."""
    return [version("weasyprint"), import_module("weasyprint.text.ffi").pango.pango_version()]


def remade() -> dict[str, bytes]:
    """Lose every file; return what the worker makes in their places."""
    for name in FILES:
        default_storage.delete(str(certificate(name).issuance.file.name))
    found = {}
    for name in BEFORE["certificates"]:
        services.stored_pdf(certificate=certificate(name), now=LATER)
        found[name] = services.stored_pdf(certificate=certificate(name), now=LATER) or b""
    return found


def main() -> None:
    """Go there and look at everything."""
    setup_test_environment()
    with database(sys.argv[1]):
        migrate(PREVIOUS)
        load(models_as_of(PREVIOUS))
        for name in FILES:
            digest_name = next(
                row["fields"]["file"]
                for row in BEFORE["rows"]
                if row["model"] == "certificates.issuance"
                and row["fields"]["certificate"] == BEFORE["certificates"][name]
            )
            default_storage.save(digest_name, ContentFile((FOLDER / f"{name}.pdf").read_bytes()))
        migrate()
        found: dict[str, Any] = {"forward": changes(current_apps), "rows": row_counts()}
        found["new_fields"] = new_fields()
        found["sweeps"] = run_sweeps()
        found["after_sweeps"] = changes(current_apps)
        found["rows_after_sweeps"] = row_counts()
        found["trail"] = trail()
        found["mails"] = len(mail.outbox)
        found["checks"] = checks()
        found["credentials"] = credentials()
        found["downloads"] = downloads()
        files = remade()
        kept = {name: (FOLDER / f"{name}.pdf").read_bytes() for name in FILES}
        found["remade"] = {name: digest_of(content) for name, content in files.items()}
        found["remade_words"] = {name: words_of(files[name]) for name in FILES}
        found["kept_words"] = {name: words_of(content) for name, content in kept.items()}
        found["renderer"] = renderer()
        print(json.dumps(found))  # noqa: T201 - this is the answer of the script


if __name__ == "__main__":
    main()
