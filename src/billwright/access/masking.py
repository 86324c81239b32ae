"""Personal values, masked unless a right says otherwise.

A page shows `shown(kind, value, permissions)`; the full value of a masked one is given out only by the verb
`personal.reveal`, which writes who looked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from billwright.access.queries import Permissions

DOTS = "••••"
# Below this many characters nothing may be shown: the rest would be guessed.
SHOWN_LENGTH_MIN = 8


def _ends(value: str, *, first: int, last: int) -> str:
    """The first and last letters; short values are hidden whole."""
    plain = "".join(value.split())
    if len(plain) < max(SHOWN_LENGTH_MIN, first + last + 3):
        return DOTS
    return f"{plain[:first]} {DOTS} {plain[-last:]}".strip()


def mask_bank_account(value: str) -> str:
    """`DE89 3704 0044 0532 0130 00` as `DE89 •••• 3000`; a number without country as `•••• 3000`."""
    return _ends(value, first=4 if value[:2].isalpha() else 0, last=4)


def mask_card(value: str) -> str:
    """The last four digits, which card schemes allow to be shown."""
    return _ends(value, first=0, last=4)


def mask_tax_number(value: str) -> str:
    """The last three characters."""
    return _ends(value, first=0, last=3)


def mask_phone(value: str) -> str:
    """The last three digits, enough to tell two numbers of one customer apart."""
    return _ends(value, first=0, last=3)


def mask_email(value: str) -> str:
    """The first letter and the domain: `a••••@example.com`."""
    name, at, domain = value.rpartition("@")
    return f"{name[:1]}{DOTS}@{domain}" if at and name else DOTS


# What is masked, how, and the right that sees it in full without asking.
KINDS: Final[dict[str, tuple[Callable[[str], str], str]]] = {
    "bank_account": (mask_bank_account, "account.view_bank"),
    "card": (mask_card, "account.view_bank"),
    "tax_number": (mask_tax_number, "account.view_tax_number"),
    "email": (mask_email, "account.view_contact"),
    "phone": (mask_phone, "account.view_contact"),
}


def shown(kind: str, value: str, permissions: Permissions, *, legal_entity_id: int | None = None) -> str:
    """A value as this person may see it: in full with the right for its kind, else masked."""
    if not value:
        return ""
    mask, right = KINDS[kind]
    may = permissions.allows(right) if legal_entity_id is None else permissions.allows_in(right, legal_entity_id)
    return value if may else mask(value)
