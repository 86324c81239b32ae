"""Entries by their shape: cut out of the text before the XML parser sees them, and taken apart by position.

The parser is given an empty element in place of each entry, so it still proves the document around them. An entry of
a shape not met before goes through the parser itself, which proves that shape; the next one has the same elements in
the same order or is another shape. A shape that comes again and again becomes a pattern, which finds the end of its
next entry and its texts in one pass. Comments and the like could hide an entry, so a document that has any of them goes
through the parser as it is.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from billwright.connectors.camt.paths import Names
from billwright.connectors.camt.plans import ABSENT, EntryPlan, Texts, plan_of
from billwright.connectors.camt.tree import fragment
from billwright.payments.ports import UnableToRead

# Entries that differ in their elements and not only in their texts; beyond it shapes are not remembered.
SHAPES_MAX: Final = 2000
# A pattern is worth its making for a shape that was met so often; there are few of them and none is long.
PATTERN_USES_MIN: Final = 8
PATTERNS_MAX: Final = 8
PATTERN_LETTERS_MAX: Final = 8192
# So many entries are cut out before they are taken: what lives longer costs the memory's keeper more.
ENTRIES_MAX: Final = 100
# An entry with all its transactions that has not ended after so many letters is made to exhaust the memory.
ENTRY_LETTERS_MAX: Final = 64 * 1024 * 1024

_OPENING = re.compile(r"<((?:[\w.-]+:)?)Ntry>")
# What in a text only the parser may judge: entities, and the end of character data that has not begun.
_FOR_PARSER: Final = ("&", "]]>")

Planned = tuple[EntryPlan, Texts]


@dataclass(slots=True)
class _Shape:
    """What is known of a shape, and how often it came again."""

    plan: EntryPlan
    uses: int = 0


class Shapes:
    """The plans of the shapes met so far."""

    def __init__(self) -> None:
        self._shapes: dict[str, _Shape] = {}
        # The last one that fitted stands first.
        self._patterns: list[tuple[re.Pattern[str], EntryPlan]] = []

    def plan(self, names: Names, text: str) -> Planned:
        """Where an entry, given as its text, says what, and the texts. Raises UnableToRead when it is not XML."""
        # A text may hold a sign that ends marks: then the letters between two of these signs are no mark and no text.
        if "&" in text or text.count("<") != text.count(">"):
            return of_element(names, fragment(text))
        tokens = text.replace(">", "<").split("<")
        shape = "<".join(tokens[1::2])
        known = self._shapes.get(shape)
        if known is not None:
            known.uses += 1
            if known.uses == PATTERN_USES_MIN and len(text) <= PATTERN_LETTERS_MAX:
                self._learn(names, text, tokens)
            return known.plan, tokens
        element = fragment(text)
        places = _places(tokens, element)
        if places is None or len(self._shapes) >= SHAPES_MAX:
            return of_element(names, element)
        plan = plan_of(names, element, lambda one: ABSENT if one is None else places[id(one)])
        self._shapes[shape] = _Shape(plan)
        return plan, tokens

    def match(self, text: str, start: int) -> tuple[EntryPlan, re.Match[str]] | None:
        """The entry that begins there, if it is of a shape that became a pattern."""
        for number, (pattern, plan) in enumerate(self._patterns):
            found = pattern.match(text, start)
            if found is not None:
                if any(text.find(sign, start, found.end()) >= 0 for sign in _FOR_PARSER):
                    return None
                if number:
                    self._patterns.insert(0, self._patterns.pop(number))
                return plan, found
        return None

    def _learn(self, names: Names, text: str, tokens: Sequence[str]) -> None:
        """Make a pattern of a shape: its elements as they are, a group for each text that is asked for."""
        if len(self._patterns) >= PATTERNS_MAX:
            return
        element = fragment(text)
        places = _places(tokens, element)
        assert places is not None, "the shape was proved when it was met first"
        asked: set[int] = set()

        def note(one: Element | None) -> int:
            if one is not None and places[id(one)] != ABSENT:
                asked.add(places[id(one)])
            return ABSENT

        plan_of(names, element, note)
        groups = {place: group for group, place in enumerate(sorted(asked))} | {ABSENT: ABSENT}
        plan = plan_of(names, element, lambda one: ABSENT if one is None else groups[places[id(one)]])
        written = [_pattern(place, token, groups) for place, token in enumerate(tokens[:-1]) if place]
        # What is not there is read from the last group, which is empty.
        self._patterns.append((re.compile("".join(written) + "()"), plan))


def _pattern(place: int, token: str, groups: Container[int]) -> str:
    """What stands at a place of an entry: a mark, a text that is asked for or not, or what only sets marks apart."""
    if place % 2:
        return re.escape(f"<{token}>")
    if place in groups:
        return "([^<]*)"
    return "[^<]*" if token.strip() else re.escape(token)


def _places(tokens: Sequence[str], element: Element) -> dict[int, int] | None:
    """Where the text of each element stands among the tokens, by its id; None where tokens are not its marks."""
    starts = [place for place in range(1, len(tokens), 2) if tokens[place][:1] not in ("/", "!", "?", "")]
    elements = list(element.iter())
    is_plain = len(starts) == len(elements) and all(
        re.match(re.escape(one.tag) + r"[\s/]|" + re.escape(one.tag) + r"\Z", tokens[place])
        for one, place in zip(elements, starts, strict=True)
    )
    if not is_plain:
        return None
    return {
        id(one): ABSENT if tokens[place].endswith("/") else place + 1
        for one, place in zip(elements, starts, strict=True)
    }


def of_element(names: Names, entry: Element) -> Planned:
    """The plan of an entry that is there as a tree, and its texts."""
    elements = list(entry.iter())
    places = {id(one): place for place, one in enumerate(elements)}
    texts = [one.text or "" for one in elements] + [""]
    return plan_of(names, entry, lambda one: ABSENT if one is None else places[id(one)]), texts


def cut_entries(pieces: Iterable[str], entries: list[str | Planned], shapes: Shapes) -> Iterator[str]:
    """The document with an empty element in place of each entry; what they say, or their texts, is put to `entries`.

    The line ends of an entry stay behind it, so that the parser's line numbers are the file's.
    """
    held = ""
    for piece in pieces:
        held += piece
        rest = 0
        outside: list[str] = []
        while found := _OPENING.search(held, rest):
            start = found.start()
            known = shapes.match(held, start)
            if known is not None:
                end = known[1].end()
                entries.append((known[0], known[1].groups()))
            else:
                closing = f"</{found.group(1)}Ntry>"
                end = held.find(closing, found.end())
                if end < 0:
                    break
                end += len(closing)
                entries.append(held[start:end])
            outside.append(held[rest:start])
            outside.append(f"<{found.group(1)}Ntry/>" + "\n" * held.count("\n", start, end))
            rest = end
            if len(entries) >= ENTRIES_MAX:
                yield "".join(outside)
                outside.clear()
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
