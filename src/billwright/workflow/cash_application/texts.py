"""Reading what payers write: every place in a text where a document's number, a name or an address may stand.

Letters and digits that look alike are folded into one, on both sides: what a person or a scanner mistook is the same
again. Spaces and signs between the parts of a number do not matter; each place keeps its start and end in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

# The twins of these stand in sql/010_fill_match_keys.sql; a test holds them together.
LOOK_ALIKE = str.maketrans("OQDILSBZG", "000115826")
_NOT_ALNUM = re.compile(r"[\W_]+")
_RUN = re.compile(r"[^\W\d_]+|\d+")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_WORD = re.compile(r"\S+")
_SEARCH_WORD = re.compile(r"[^\W_]+")
RUNS_MAX = 7
GAP_MAX = 3
LETTERS_MIN = 3
LETTERS_MAX = 40

# What says that the digits behind it are a document's number.
DOCUMENT_WORDS = frozenset(
    [
        *("INV", "INVOICE", "INVOICES", "INVS", "DOC", "BILL", "REF", "NO", "NR", "NUMBER", "TAX"),
        *("RECHNUNG", "RE", "FACTURE", "FACT", "FACTURA", "FT", "FAKTURA"),
    ]
)
FEE_WORDS = re.compile(r"\b(?:bank\s+)?(?:fees?|charges?|chgs?|commission|comm|kosten|spesen|frais|gastos)\b", re.I)
# What says that more is paid than what is named.
OTHERS_WORDS = re.compile(
    r"(?<!\w)(?:and|plus|und|et|y|&|\+)\s+(?:\d+\s+)?(?:others?|more|andere|weitere|autres?|otros|otras)\b"
    r"|\betc\b|\bet al\b|\bu\.\s?a\.",
    re.I,
)
LEGAL_FORMS = frozenset(
    [
        *("PTY", "LTD", "LIMITED", "INC", "LLC", "GMBH", "AG", "CC", "BV", "NV", "SA", "SAS", "SRL", "SL", "PLC"),
        *("KG", "OHG", "UG", "CO", "CORP", "COMPANY", "PVT", "PRIVATE", "NPC", "RF", "MR", "MRS", "MS", "DR"),
        *("THE", "AND"),
    ]
)


class Place(NamedTuple):
    """Where something stands in a field of a receipt: from `start` up to but not including `end`."""

    field: str
    start: int
    end: int
    found: str


class Span(NamedTuple):
    """A place in a text that may be a number: folded, and its digits alone where it is nothing but digits (else empty).

    `written`: how many letters and digits stand there.
    """

    start: int
    end: int
    folded: str
    digits: str
    written: int
    is_after_document_word: bool


def fold(text: str) -> str:
    """Letters and digits alone, in capitals, look-alikes as one: `in-OO0123` and `IN 000123` are the same."""
    return _NOT_ALNUM.sub("", text).upper().translate(LOOK_ALIKE)


def has_letters(text: str) -> bool:
    """Whether any letter stands in a text."""
    return any(letter.isalpha() for letter in text)


def spans(text: str) -> list[Span]:
    """Every run of up to seven neighbouring words or digit groups with a digit in it that may be a number."""
    runs = [(*run.span(), *_measured(run.group())) for run in _RUN.finditer(text)]
    found: list[Span] = []
    is_after_word = False
    for first, (start, _end, *_told, is_word) in enumerate(runs):
        end, folded, letters, written, has_digit = start, "", 0, 0, False
        for begins, ends, run_folded, run_letters, run_has_digit, _is_word in runs[first : first + RUNS_MAX]:
            if begins - end > GAP_MAX or ends - start > LETTERS_MAX:
                break
            end = ends
            folded += run_folded
            letters += run_letters
            written += ends - begins
            has_digit = has_digit or run_has_digit
            if has_digit:
                # Where letters outweigh digits, as in `BILL 1`, it folds to digits but is no number.
                is_digits = letters * 2 <= written and folded.isdigit() and folded.isascii()
                digits = folded.lstrip("0") if is_digits else ""
                found.append(Span(start, end, folded, digits, written, is_after_word))
        is_after_word = is_word
    return found


@lru_cache(maxsize=16384)
def _measured(run: str) -> tuple[str, int, bool, bool]:
    """A run folded, how many letters it has, whether it has a digit, whether it says that a number follows.

    Payers use the same words again and again.
    """
    letters = sum(letter.isalpha() for letter in run)
    return fold(run), letters, any(letter.isdigit() for letter in run), run.upper() in DOCUMENT_WORDS


def addresses(text: str) -> Iterator[tuple[int, int, str]]:
    """Mail addresses in a text: start, end, and the address in small letters."""
    if "@" in text:
        for match in _ADDRESS.finditer(text):
            yield match.start(), match.end(), match.group().lower()


def words(text: str) -> Iterator[tuple[int, int, str]]:
    """Words between spaces, without the signs around them: what may be an account's number or the customer's own."""
    for match in _WORD.finditer(text):
        written = match.group()
        bare = written.strip(".,;:!?()[]{}\"'#*/")
        if len(bare) >= LETTERS_MIN:
            start = match.start() + written.index(bare)
            yield start, start + len(bare), bare


def name_words(name: str) -> tuple[str, ...]:
    """The words of a name that tell it from others, in order of the alphabet; legal forms and titles left out."""
    parts = [part.upper() for part in re.findall(r"[^\W\d_]{2,}|\d+", name)]
    return tuple(sorted(part for part in parts if part not in LEGAL_FORMS))


def longest_word(name: str) -> str:
    """The longest word of a name, by which it is looked for; empty without any but legal forms.

    Its letters and digits stay together, as the words that accounts are found by are kept: `Studio54` is no `Studio`.
    """
    return max((word for word in _SEARCH_WORD.findall(name) if word.upper() not in LEGAL_FORMS), key=len, default="")


def fee_place(*, field: str, text: str) -> Place | None:
    """Where a text speaks of a bank's fee."""
    match = FEE_WORDS.search(text)
    return Place(field, match.start(), match.end(), match.group()) if match else None


def others_place(*, field: str, text: str) -> Place | None:
    """Where a text says that it names only a part of what is paid."""
    match = OTHERS_WORDS.search(text)
    return Place(field, match.start(), match.end(), match.group()) if match else None


def is_near(first: str, second: str) -> bool:
    """Whether two folded numbers differ by one slip at most: a sign wrong, missing, too much, or two changed places."""
    if first == second:
        return True
    if abs(len(first) - len(second)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), None)
    if start is None:
        return True
    rest, other = first[start:], second[start:]
    if len(first) == len(second):
        return rest[1:] == other[1:] or (rest[:2] == other[1::-1] and rest[2:] == other[2:])
    return rest[1:] == other if len(first) > len(second) else rest == other[1:]
