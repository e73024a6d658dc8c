"""Steps of a login."""

from typing import Any

from allauth.account.stages import EmailVerificationStage


class ConfirmedAddressStage(EmailVerificationStage):
    """Asks for a confirmed address, except from people who have none and log in by user name."""

    def handle(self) -> tuple[Any, bool]:
        """Return (response, may go on)."""
        if self.login.user is not None and not self.login.user.email:
            return None, True
        answer: tuple[Any, bool] = super().handle()
        return answer
