"""Entries by their shape: cut out of the text before the XML parser sees them, and taken apart by position.

The parser is given an empty element in place of each entry, so it still proves the document around them. An entry of
a shape not met before goes through the parser itself, which proves that shape; the next one has the same elements in
the same order or is another shape. Comments and the like could hide an entry, so a document that has any of them goes
through the parser as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from billwright.connectors.camt.paths import Names
from billwright.connectors.camt.plans import ABSENT, EntryPlan, Texts, plan_of
from billwright.connectors.camt.tree import fragment
from billwright.payments.ports import UnableToRead

# Entries that differ in their elements and not only in their texts; beyond it shapes are not remembered.
SHAPES_MAX: Final = 2000
# An entry with all its transactions that has not ended after so many letters is made to exhaust the memory.
ENTRY_LETTERS_MAX: Final = 64 * 1024 * 1024

_OPENING = re.compile(r"<((?:[\w.-]+:)?)Ntry>")


class Shapes:
    """The plans of the shapes met so far."""

    def __init__(self) -> None:
        self._plans: dict[str, tuple[int, EntryPlan]] = {}

    def plan(self, names: Names, text: str) -> tuple[EntryPlan, Texts]:
        """Where an entry, given as its text, says what, and the texts. Raises UnableToRead when it is not XML."""
        if "&" in text:
            return of_element(names, fragment(text))
        tokens = text.replace(">", "<").split("<")
        shape = "<".join(tokens[1::2])
        known = self._plans.get(shape)
        if known is not None and known[0] == text.count("<"):
            return known[1], tokens
        element = fragment(text)
        starts = [place for place in range(1, len(tokens), 2) if tokens[place][:1] not in ("/", "!", "?", "")]
        elements = list(element.iter())
        is_plain = len(starts) == len(elements) and all(
            re.match(re.escape(one.tag) + r"[\s/]|" + re.escape(one.tag) + r"\Z", tokens[place])
            for one, place in zip(elements, starts, strict=True)
        )
        if not is_plain or len(self._plans) >= SHAPES_MAX:
            return of_element(names, element)
        places = {
            id(one): ABSENT if tokens[place].endswith("/") else place + 1
            for one, place in zip(elements, starts, strict=True)
        }
        plan = plan_of(names, element, lambda one: ABSENT if one is None else places[id(one)])
        self._plans[shape] = text.count("<"), plan
        return plan, tokens


def of_element(names: Names, entry: Element) -> tuple[EntryPlan, Texts]:
    """The plan of an entry that is there as a tree, and its texts."""
    elements = list(entry.iter())
    places = {id(one): place for place, one in enumerate(elements)}
    texts = [one.text or "" for one in elements] + [""]
    return plan_of(names, entry, lambda one: ABSENT if one is None else places[id(one)]), texts


def cut_entries(pieces: Iterable[str], entries: list[str]) -> Iterator[str]:
    """The document with an empty element in place of each entry; the entries' texts are put to `entries`.

    The line ends of an entry stay behind it, so that the parser's line numbers are the file's.
    """
    held = ""
    for piece in pieces:
        held += piece
        rest, outside = 0, []
        while found := _OPENING.search(held, rest):
            closing = f"</{found.group(1)}Ntry>"
            end = held.find(closing, found.end())
            if end < 0:
                break
            end += len(closing)
            outside.append(held[rest : found.start()])
            text = held[found.start() : end]
            entries.append(text)
            outside.append(f"<{found.group(1)}Ntry/>" + "\n" * text.count("\n"))
            rest = end
        held = held[rest:]
        if _OPENING.search(held) is None:
            # The last letters may be the first of an entry.
            safe = max(held.rfind("<"), 0) if ">" not in held[held.rfind("<") :] else len(held)
            outside.append(held[:safe])
            held = held[safe:]
        elif len(held) > ENTRY_LETTERS_MAX:
            raise UnableToRead(_("One entry is larger than any bank writes."), where="Ntry")
        yield "".join(outside)
    yield held
