"""Forms of people."""

from django import forms


class SignupNameForm(forms.Form):
    """Asks for the full name at sign-up."""

    def signup(self, request: object, user: object) -> None:
        """Keep what was asked."""
