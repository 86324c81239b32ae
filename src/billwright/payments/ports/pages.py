"""Where the pages are on which customers pay: only the project knows the address of its installation."""

from __future__ import annotations

from collections.abc import Callable


class _Wiring:
    address_of: Callable[[str], str] | None = None


def wire_pages(address_of: Callable[[str], str] | None) -> None:
    """Install at start how the token of a link becomes a whole address; none: nobody said where this runs."""
    _Wiring.address_of = address_of


def has_pages() -> bool:
    """Whether the installation knows its own address."""
    return _Wiring.address_of is not None


def page_address(token: str) -> str:
    """The whole address of a payment page; empty where the installation does not know its own."""
    return _Wiring.address_of(token) if _Wiring.address_of else ""
