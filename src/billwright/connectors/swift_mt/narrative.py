"""Field 86, which SWIFT leaves to the banks: German subfields, words between slashes, Dutch labels, plain text."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from billwright.payments.bank_text import or_none


class Narrative(NamedTuple):
    """What field 86 says of an entry."""

    end_to_end: str | None = None
    counterparty: str | None = None
    counterparty_account: str | None = None
    remittance: str | None = None
    code: str | None = None
    return_reason: str | None = None
    mandate: str | None = None


# Written where the payer gave no reference of his own.
NO_REFERENCE: Final = frozenset({"NOTPROVIDED", "NOT PROVIDED", "NONREF", "NONE"})
# A German subfield holds so many letters; a shorter one has lost the blanks at its end.
SUBFIELD_LETTERS: Final = 27

_REMITTANCE: Final = frozenset(str(number) for number in (*range(20, 30), *range(60, 64)))
_GERMAN = re.compile(r"([0-9]{3})([^\w\s/:])(?=[0-9]{2})")
# The marks that the German banks set within the remittance (DFÜ agreement, appendix 3, structured assignment).
_MARKS: Final = frozenset(
    (
        "EREF",
        "KREF",
        "MREF",
        "CRED",
        "DEBT",
        "COAM",
        "OAMT",
        "SVWZ",
        "ABWA",
        "ABWE",
        "IBAN",
        "BIC",
        "PURP",
        "RREF",
        "SQTP",
    )
)
_WORDS: Final = (
    "EREF|IREF|KREF|PREF|MREF|MARF|CSID|CNTP|REMI|PURP|RTRN|ULTC|ULTD|ULTB|TRTP|IBAN|BIC|NAME|ORDP|BENM|"
    "ADDR|ISDT|ACCT|PY|SUBJ|INIT|EXCH|CHGS|OCMT|TR|BUSP|CDTRREF|CDTRREFTP|TRCD|SVCL"
)
_SLASHED = re.compile(rf"/({_WORDS})/")
# Reasons of return of ISO 20022, such as AC04 or MS03.
_RETURN = re.compile(r"\b((?:A[CGM]|BE|ED|FF|MD|MS|RC|RR|SL|TM)\d\d|[CD]NOR|FOCR)\b")
_LABELS: Final = (
    (re.compile(r"\bIBAN\s*:\s*", re.IGNORECASE), "IBAN"),
    (re.compile(r"\bBIC\s*:\s*", re.IGNORECASE), "BIC"),
    (re.compile(r"\b(?:NAAM|NAME)\s*:\s*", re.IGNORECASE), "NAME"),
    (re.compile(r"\b(?:OMSCHRIJVING|DESCRIPTION)\s*:\s*", re.IGNORECASE), "REMI"),
    (re.compile(r"\b(?:KENMERK|REFERENCE)\s*:\s*", re.IGNORECASE), "EREF"),
    (re.compile(r"\b(?:MACHTIGING|MANDATE)\s*:\s*", re.IGNORECASE), "MARF"),
    (re.compile(r"\b(?:INCASSANT)\s*:\s*", re.IGNORECASE), "CSID"),
)
_LABELED = re.compile(r"\bIBAN\s*:\s*[A-Z]{2}[0-9]{2}", re.IGNORECASE)


def read_narrative(lines: list[str]) -> Narrative:
    """What the lines of a field 86 say, by the first way of writing that fits."""
    first = lines[0]
    german = _GERMAN.match(first)
    if german is not None:
        return _german(first if len(lines) == 1 else "".join(lines), *german.groups())
    if first.startswith("/") and _SLASHED.match(first):
        return _slashed("".join(lines))
    text = " ".join(lines)
    if _LABELED.search(text):
        return _labeled(text)
    slashed = _SLASHED.search(first)
    if slashed is not None and slashed.group(1) in ("EREF", "REMI", "CNTP", "NAME", "IBAN", "ORDP", "BENM"):
        whole = "".join(lines)
        told = _slashed(whole[slashed.start() :])
        return told._replace(remittance=told.remittance or or_none(whole[: slashed.start()]))
    return Narrative(remittance=or_none(text))


def _german(text: str, code: str, mark: str) -> Narrative:
    """Subfields of two digits: 00 what it is, 20 to 29 and 60 to 63 remittance, 30/31 account, 32/33 name."""
    remittance = name = account = ""
    for part in text[4:].split(mark):
        kind, written = part[:2], part[2:]
        if kind in _REMITTANCE:
            # A full subfield runs on into the next.
            remittance += written if len(written) >= SUBFIELD_LETTERS else written + " "
        elif kind == "32" or kind == "33":
            name += written if len(written) >= SUBFIELD_LETTERS else written + " "
        elif kind == "31":
            account = written
    if "+" not in remittance:
        return Narrative(None, or_none(name), or_none(account), or_none(remittance), code)
    said = _marked(remittance)
    tell, purpose = said.get, said.get("SVWZ", "")
    return Narrative(
        _reference(tell("EREF", "")) or _reference(tell("KREF", "")),
        or_none(name) or or_none(tell("ABWA", "")),
        or_none(account) or or_none(tell("IBAN", "")),
        or_none(purpose) or or_none(said[""]),
        code,
        _return_reason(purpose) if code in _GERMAN_RETURNS else None,
        or_none(tell("MREF", "")),
    )


def _marked(text: str) -> dict[str, str]:
    """What stands behind each mark, a word and a plus; before all of them, under the empty word."""
    said: dict[str, str] = {}
    mark = held = ""
    *parts, last = text.split("+")
    for part in parts:
        held += part
        word = held[-4:] if held[-4:] in _MARKS else held[-3:]
        if word in _MARKS:
            said[mark] = held[: -len(word)]
            mark, held = word, ""
        else:
            held += "+"
    said[mark] = held + last
    return said


# GVC 108, 109 direct debits returned, 159 transfer returned, 181, 182, 183, 184 debits taken back.
_GERMAN_RETURNS: Final = frozenset({"108", "109", "159", "181", "182", "183", "184"})


def _return_reason(text: str) -> str | None:
    found = _RETURN.search(text)
    return found.group(1) if found else None


def _slashed(text: str) -> Narrative:
    """Code words between slashes, as /EREF/…/REMI/…; /CNTP/ holds account, bank, name and city."""
    parts = _SLASHED.split(text)
    said: dict[str, str] = {}
    for word, value in zip(parts[1::2], parts[2::2], strict=True):
        # A word may be a mere heading of the next, as /ORDP//NAME/….
        if value.strip("/ "):
            said.setdefault(word, value)
    party = [*said.get("CNTP", "").split("/"), "", "", ""]
    heading = said.get("ORDP") or said.get("BENM", "")
    remittance = said.get("REMI", "")
    for kind in ("USTD//", "STRD/CUR/", "STRD/"):
        remittance = remittance.removeprefix(kind)
    return Narrative(
        end_to_end=_reference(said.get("EREF", "").strip("/")) or _reference(said.get("KREF", "").strip("/")),
        counterparty=_value(said.get("NAME", "")) or _value(party[2]) or _value(heading),
        counterparty_account=_value(said.get("IBAN", "")) or _value(said.get("ACCT", "")) or _value(party[0]),
        remittance=_value(remittance) or _value(said.get("PURP", "")),
        return_reason=_value(said.get("RTRN", "")),
        mandate=_value(said.get("MARF", "")) or _value(said.get("MREF", "")),
        code=None,
    )


def _labeled(text: str) -> Narrative:
    """Dutch labels, as IBAN: … NAAM: … OMSCHRIJVING: … KENMERK: …, in any order."""
    places = sorted(
        (found.start(), found.end(), word) for pattern, word in _LABELS if (found := pattern.search(text)) is not None
    )
    ends = [start for start, _end, _word in places[1:]] + [len(text)]
    said = {word: text[end:until] for (_start, end, word), until in zip(places, ends, strict=True)}
    return Narrative(
        end_to_end=_reference(said.get("EREF", "")),
        counterparty=or_none(said.get("NAME", "")),
        counterparty_account=or_none(said.get("IBAN", "")),
        remittance=or_none(said.get("REMI", "")) or or_none(text[: places[0][0]]),
        mandate=or_none(said.get("MARF", "")),
    )


def _value(text: str) -> str | None:
    return or_none(text.strip("/"))


def _reference(text: str) -> str | None:
    reference = or_none(text) if text else None
    return None if reference is None or reference.upper() in NO_REFERENCE else reference
