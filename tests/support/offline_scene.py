"""Certificates for the journey without a network: prints code and fragment of the demo's, by state.

Beside them `own`, of a holder whom no other journey knows. With a code as its argument it revokes
that certificate, as an administrator would.
"""

import json
import os
import sys
from datetime import datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.base")
django.setup()

from django.utils import timezone

from certificates import demo, services
from certificates.enums import RevocationClass
from certificates.models import Certificate
from lms.accounts.models import User


def revoke(code: str, *, now: datetime) -> None:
    """Revoke one certificate."""
    services.revoke_certificate(
        certificate=Certificate.objects.get(code=code),
        revocation_class=RevocationClass.ISSUED_IN_ERROR,
        reason="recorrido",
        acting_user=User.objects.get(email="gina@demo.test"),
        now=now,
    )


def own_certificate(*, now: datetime) -> Certificate:
    """Return a new certificate of a new holder."""
    holder = User.objects.create_user(
        None, username=f"titular-{now.timestamp()}", full_name="Rosa Luz Quispe Ñahui"
    )
    enrolment = demo._completed_enrolment(holder, demo.starter_release(), finished_at=now)
    return services.request_certificate(enrolment=enrolment, now=now)


def main(arguments: list[str]) -> None:
    """Make or revoke, and print."""
    now = timezone.now()
    if arguments:
        revoke(arguments[0], now=now)
        return
    certificates = {str(state): one for state, one in demo.demo_certificates(now=now).items()}
    certificates["own"] = own_certificate(now=now)
    found = {}
    for name, certificate in certificates.items():
        signed = services.sign_certificate(certificate=certificate, now=now)
        assert signed is not None
        found[name] = {"code": certificate.code, "fragment": signed.fragment}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
