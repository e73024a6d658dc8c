"""Certificates for the journey without a network: prints code and fragment of the demo's, by state.

With a code as its argument it revokes that certificate, as an administrator would.
"""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.base")
django.setup()

from django.utils import timezone

from certificates import services
from certificates.demo import demo_certificates
from certificates.enums import RevocationClass
from certificates.models import Certificate
from lms.accounts.models import User


def main(arguments: list[str]) -> None:
    """Make or revoke, and print."""
    now = timezone.now()
    if arguments:
        services.revoke_certificate(
            certificate=Certificate.objects.get(code=arguments[0]),
            revocation_class=RevocationClass.ISSUED_IN_ERROR,
            reason="recorrido",
            acting_user=User.objects.get(email="gina@demo.test"),
            now=now,
        )
        return
    found = {}
    for state, certificate in demo_certificates(now=now).items():
        signed = services.sign_certificate(certificate=certificate, now=now)
        assert signed is not None
        found[str(state)] = {"code": certificate.code, "fragment": signed.fragment}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
