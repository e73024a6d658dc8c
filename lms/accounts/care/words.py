"""What a wish to be contacted says, and how it is kept: encrypted as a whole."""

import json
from dataclasses import asdict, dataclass

from cryptography.fernet import InvalidToken

from lms.accounts.crypto import cipher
from lms.accounts.enums import ContactWay

PURPOSE = "contact-wish"


@dataclass(frozen=True)
class WishWords:
    """A safe way and hour, who may read them, and what was answered on the page.

    There is no place for a story. `readers` are those who were named when it was sent: whoever is
    named later was not shown to the person, and does not read it.
    """

    way: str
    address: str
    hour: str
    may_leave_message: bool
    readers: tuple[int, ...]
    answer: str = ""

    @property
    def way_words(self) -> str:
        """The way in words."""
        return str(ContactWay(self.way).label) if self.way in ContactWay.values else ""

    @property
    def is_emptied(self) -> bool:
        """Whether way and hour were deleted, because the wish was handled."""
        return not self.way

    def seal(self) -> str:
        """Return the text that is stored."""
        return cipher(PURPOSE).encrypt(json.dumps(asdict(self)).encode()).decode()

    @classmethod
    def open(cls, sealed: str) -> "WishWords | None":
        """Return what was stored; None if the key that it was stored with is gone."""
        try:
            raw = json.loads(cipher(PURPOSE).decrypt(sealed.encode()))
        except InvalidToken:
            return None
        return cls(**{**raw, "readers": tuple(raw["readers"])})
