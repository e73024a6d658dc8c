"""Run once, in a checkout of the release that is about to become the previous one:

    python manage.py compile_catalogues
    DATABASE_URL=sqlite:////tmp/previous.sqlite3 PYTHONPATH=. python …/dump.py FOLDER

It makes certificates in every state by that release's own services, renders them by its own
design, and writes what lies in its tables, what it answers to a check and its files into FOLDER.
Nothing of it is ever made again: `tests/certificates/test_upgrade.py` compares with it.
"""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.test")
django.setup()

from django.core import serializers
from django.core.management import call_command
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test.utils import setup_test_environment

from certificates import services
from certificates.enums import CertificateState, RevocationClass
from certificates.models import ApiToken, Certificate, Issuance, IssuerSettings, Signatory
from certificates.presenting import Answer, answer_for
from courses.models import CourseRelease
from lms.accounts.enums import StaffRole
from lms.accounts.models import Agency, User
from lms.core.models import AuditEvent
from lms.learning.models import Attempt, Enrolment, Notice
from tests.factories import (
    AgencyFactory,
    EnrolmentFactory,
    UserFactory,
    make_course,
    release_course_for_tests,
)
from tests.factories.certificates import complete

BEGUN = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
CENTURY, TWO_YEARS = 1200, 24
"""Months of validity: no test's clock comes near the end of the first, nor before that of the other."""
MODELS = [
    Agency,
    User,
    CourseRelease,
    Enrolment,
    Attempt,
    IssuerSettings,
    Signatory,
    Certificate,
    Issuance,
    ApiToken,
    Notice,
    AuditEvent,
]
SECRET = "amp_previous-release-0123456789abcdefghijklm"


def issued(name: str, *, language: str, months: int, at: datetime) -> Certificate:
    """Return the certificate of somebody new in a course of her own."""
    learner = UserFactory(full_name=name, language=language, email=f"{at:%H%M}@example.test")
    release = release_course_for_tests(make_course(slug=f"curso-{at:%H%M}"))
    release.promise = {**release.promise, "validity_months": months}
    release.save()
    enrolment = EnrolmentFactory(learner=learner, release=release, enrolled_at=at)
    complete(enrolment, now=at)
    rule = {"pass_mark": "70", "attempts": 3, "layout": "one_per_page", "feedback": "at_end"}
    Attempt.objects.filter(enrolment=enrolment).update(rule=rule)
    return services.request_certificate(enrolment=enrolment, now=at)


def make_certificates() -> dict[str, Certificate]:
    """Return a certificate in each state."""
    administrator = UserFactory(role=StaffRole.ADMINISTRATOR, email="gina@example.test")
    at = [BEGUN + timedelta(minutes=number) for number in range(8)]
    long_ago = datetime(2019, 3, 1, 15, 0, tzinfo=UTC)
    made = {
        "valid": issued("Ana Rosa Prueba Ñahui", language="es", months=CENTURY, at=at[0]),
        "english": issued("Beto Sample", language="en", months=CENTURY, at=at[1]),
        "expired": issued("Carla Prueba", language="es", months=TWO_YEARS, at=long_ago),
        "revoked": issued("Delia Prueba", language="es", months=CENTURY, at=at[2]),
        "replaced": issued("Nombre Equivocado", language="es", months=CENTURY, at=at[3]),
        "unprinted": issued("Emilio Prueba", language="es", months=CENTURY, at=at[4]),
    }
    services.revoke_certificate(
        certificate=made["revoked"],
        revocation_class=RevocationClass.HOLDER_REQUEST,
        reason="motivo interno",
        acting_user=administrator,
        now=at[5],
    )
    User.objects.filter(full_name="Nombre Equivocado").update(full_name="Fiorella Prueba")
    made["successor"] = services.replace_certificate(
        certificate=made["replaced"],
        acting_user=administrator,
        reason="motivo interno",
        now=at[6],
    )
    token, _secret = services.create_token(
        name="Sistema",
        agency=AgencyFactory(name="Comisaría de prueba"),
        expires_at=BEGUN + timedelta(days=36500),
        acting_user=administrator,
        now=at[7],
    )
    ApiToken.objects.filter(pk=token.pk).update(digest=services.tokens.token_digest(SECRET))
    return made


def what_is_answered(answer: Answer) -> dict[str, Any]:
    """Return the state that a check tells of, and every fact that it shows."""
    parts = [one.text for one in answer.lines]
    for module in answer.modules:
        parts += [module.title, module.topics, module.duration, module.score]
    return {"state": answer.state, "facts": [part for part in parts if part]}


def renderer() -> list[Any]:
    """Return the versions on which the bytes of a PDF depend."""
    return [version("weasyprint"), import_module("weasyprint.text.ffi").pango.pango_version()]


def main() -> None:
    """Make everything and write it down."""
    folder = Path(sys.argv[1])
    setup_test_environment()
    call_command("migrate", verbosity=0)
    issuer = IssuerSettings.load()
    issuer.name, issuer.ruc, issuer.place = "Entidad de prueba", "20000000001", "Cusco"
    issuer.resolution = "R. D. 12-2026"
    issuer.signatories.add(Signatory(sort_order=0, name="Rosa Elena Prueba", post="Directora"))
    issuer.signatories.add(Signatory(sort_order=1, name="Luis Prueba", post="Coordinador"))
    issuer.save()
    made = make_certificates()
    Issuance.objects.filter(certificate=made["unprinted"]).update(
        state="failed", failure="LookupError: a broken design", done_at=None, digest="", tries=5
    )
    answers: dict[str, Any] = {}
    for name, certificate in made.items():
        certificate = Certificate.objects.select_related("replaced_by").get(pk=certificate.pk)
        later = BEGUN + timedelta(days=1)
        assert name in (certificate.state(now=later), "english", "unprinted", "successor")
        assert certificate.state(now=later) in CertificateState
        answers[name] = {
            language: what_is_answered(answer_for(certificate, language=language, now=later))
            for language in ("es", "en")
        }
        issuance = certificate.issuance
        if issuance.state == "done":
            (folder / f"{name}.pdf").write_bytes(
                issuance.file.storage.open(issuance.file.name).read()
            )
    found = {
        "renderer": renderer(),
        "migrations": {
            label: name
            for label, name in _newest_migrations()
            if label in ("accounts", "core", "courses", "learning", "certificates")
        },
        "certificates": {name: one.pk for name, one in made.items()},
        "answers": answers,
        "token": SECRET,
        "rows": serializers.serialize(
            "python", [row for model in MODELS for row in model._base_manager.order_by("pk")]
        ),
    }
    text = json.dumps(found, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder, sort_keys=True)
    (folder / "database.json").write_text(text + "\n")


def _newest_migrations() -> list[tuple[str, str]]:
    return sorted(MigrationLoader(connection).graph.leaf_nodes())


if __name__ == "__main__":
    main()
