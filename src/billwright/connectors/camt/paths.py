"""Finding elements by their local names, whatever prefix the document gives to its name space."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from billwright.payments.bank_text import or_none


class Names(dict[str, str]):
    """Local names as this document writes them, with the prefix of its name space if it uses one."""

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self.prefix = prefix

    def __missing__(self, local: str) -> str:
        self[local] = written = self.prefix + local
        return written

    def below(self, element: Element | None, *path: str) -> Element | None:
        """The first element at a path of local names; None when any part of it is missing."""
        for local in path:
            if element is None:
                return None
            element = element.find(self[local])
        return element

    def first(self, element: Element | None, *paths: tuple[str, ...]) -> Element | None:
        """The element of the first path that leads anywhere."""
        for path in paths:
            found = self.below(element, *path)
            if found is not None:
                return found
        return None

    def text(self, element: Element | None, *path: str) -> str | None:
        """What the first element at a path says, in single spaces; None when it says nothing."""
        found = self.below(element, *path)
        return or_none(found.text) if found is not None and found.text else None


# IBAN or another number of an account; the last two are the ways of version 1.
ACCOUNT_NUMBERS = (("Id", "IBAN"), ("Id", "Othr", "Id"), ("Id", "PrtryAcct", "Id"), ("Id", "BBAN"))
