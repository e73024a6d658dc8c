"""The codes themselves: ten characters that are hard to confuse on paper, 50 random bits."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O and U, so that nothing on paper reads as something else."""
LENGTH = 10
GROUPS = (3, 4, 3)
READ_AS = str.maketrans("OIL", "011")


def new_code() -> str:
    """Return a random code without its hyphens."""
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))


def grouped(code: str) -> str:
    """Return a code as it is printed: in groups."""
    start, parts = 0, []
    for size in GROUPS:
        parts.append(code[start : start + size])
        start += size
    return "-".join(parts)


def plain_code(text: str) -> str:
    """Return what somebody typed as it is compared; '' if no code can look like that."""
    found = "".join(one for one in text.upper() if one.isalnum()).translate(READ_AS)
    is_code = len(found) == LENGTH and all(one in ALPHABET for one in found)
    return found if is_code else ""
