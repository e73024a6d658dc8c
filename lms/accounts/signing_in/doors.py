"""Whom a try to log in is counted for: an account, a network, or a device that the account knows."""

from dataclasses import dataclass

from lms.accounts.auth_backends import account_of
from lms.accounts.crypto import fingerprint
from lms.accounts.models import KnownDevice
from lms.core.ratelimit import network_of

PURPOSE = "sign-in-tally"


@dataclass(frozen=True)
class Door:
    """One way to try: the digests under which tries are counted.

    From a device that the account knows, only that device is counted: whoever attacks the account
    or shares the network does not keep its owner out.
    """

    account: str
    network: str
    device: str = ""

    @property
    def digests(self) -> tuple[str, ...]:
        """What a try from here is counted for."""
        return (self.device,) if self.device else (self.network, self.account)


def door_of(*, login: str, address: str, device_digest: str) -> Door:
    """Return how somebody tries to log in; two queries, whether there is such an account or not."""
    name = login.strip().lower()[:254]
    found = account_of(name)
    number = found.pk if found is not None else None
    account = f"account:{number}" if number is not None else f"login:{name}"
    devices = KnownDevice.objects.filter(user_id=number or 0, digest=device_digest or "-")
    device = f"device:{account}:{device_digest}" if devices.exists() else ""
    return Door(
        account=fingerprint(account, purpose=PURPOSE),
        network=fingerprint(f"network:{network_of(address)}", purpose=PURPOSE),
        device=fingerprint(device, purpose=PURPOSE) if device else "",
    )
