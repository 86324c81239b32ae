"""Where an entry of a given shape says what: found once a shape, then read by position.

A bank writes its entries in a handful of shapes: the same elements in the same order, only the texts differ. The
shape is looked through as a tree once; every other entry of that shape is taken apart by two string operations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from billwright.connectors.camt.paths import ACCOUNT_NUMBERS, Names
from billwright.payments.bank_text import or_none, point_amount
from billwright.payments.ports import StatementEntry, UnableToRead

# What ISO 20022 says of an entry that is not in the balance: pending, future, for information.
NOT_BOOKED: Final = frozenset({"PDNG", "FUTR", "INFO"})
# Written where the payer gave no reference of his own.
NO_REFERENCE: Final = frozenset({"NOTPROVIDED", "NOT PROVIDED", "NONREF", "NOTAVAIL"})
# The texts of an entry end with an empty one: what is not there is read from it.
ABSENT: Final = -1

Place = Callable[[Element | None], int]
Texts = Sequence[str]


class PartyPlan(NamedTuple):
    """Where the name and the account of one side stand."""

    name: int
    account: int


class DetailPlan(NamedTuple):
    """Where one transaction says what. `is_foreign`: its amount is in another currency than the entry."""

    amount: int
    mark: int
    is_foreign: bool
    bank_reference: int
    end_to_end: int
    mandate: int
    debtor: PartyPlan
    creditor: PartyPlan
    remittance: tuple[int, ...]
    code: tuple[int, ...]
    return_reason: int


class EntryPlan(NamedTuple):
    """Where an entry says what, as positions in its texts."""

    amount: int
    currency: str | None
    mark: int
    status: int
    reversal: int
    booking_date: int
    value_date: int
    bank_reference: int
    code: tuple[int, ...]
    additional: int
    details: tuple[DetailPlan, ...]


def plan_of(names: Names, entry: Element, place: Place) -> EntryPlan:
    """Look through an entry; `place` says where the text of an element stands."""
    amount = entry.find(names["Amt"])
    found = [one for group in entry.findall(names["NtryDtls"]) for one in group.findall(names["TxDtls"])]
    # In version 1 the transactions stood directly below the entry.
    found = found or entry.findall(names["TxDtls"])
    return EntryPlan(
        amount=place(amount),
        currency=None if amount is None else amount.get("Ccy"),
        mark=place(entry.find(names["CdtDbtInd"])),
        # Up to version 7 the status is text, then a code below it.
        status=place(names.first(entry, ("Sts", "Cd"), ("Sts",))),
        reversal=place(entry.find(names["RvslInd"])),
        booking_date=place(names.first(entry, ("BookgDt", "Dt"), ("BookgDt", "DtTm"))),
        value_date=place(names.first(entry, ("ValDt", "Dt"), ("ValDt", "DtTm"))),
        bank_reference=place(names.first(entry, ("AcctSvcrRef",), ("NtryRef",))),
        code=_code(names, entry, place),
        additional=place(entry.find(names["AddtlNtryInf"])),
        details=tuple(_detail(names, one, amount, place) for one in found),
    )


def _detail(names: Names, element: Element, whole: Element | None, place: Place) -> DetailPlan:
    references, parties = element.find(names["Refs"]), element.find(names["RltdPties"])
    amount = names.first(element, ("Amt",), ("AmtDtls", "TxAmt", "Amt"))
    return DetailPlan(
        amount=place(amount),
        mark=place(element.find(names["CdtDbtInd"])),
        is_foreign=amount is not None and whole is not None and amount.get("Ccy") != whole.get("Ccy"),
        bank_reference=place(names.below(references, "AcctSvcrRef")),
        end_to_end=place(names.below(references, "EndToEndId")),
        mandate=place(names.below(references, "MndtId")),
        debtor=_party(names, parties, "Dbtr", place),
        creditor=_party(names, parties, "Cdtr", place),
        remittance=_remittance(names, element, place),
        code=_code(names, element, place),
        return_reason=place(
            names.first(
                element.find(names["RtrInf"]), ("Rsn", "Cd"), ("Rsn", "Prtry"), ("RtrRsn", "Cd"), ("RtrRsn", "Prtry")
            )
        ),
    )


def _party(names: Names, parties: Element | None, role: str, place: Place) -> PartyPlan:
    name = names.first(
        parties, (role, "Nm"), (role, "Pty", "Nm"), (f"Ultmt{role}", "Nm"), (f"Ultmt{role}", "Pty", "Nm")
    )
    return PartyPlan(place(name), place(names.first(names.below(parties, f"{role}Acct"), *ACCOUNT_NUMBERS)))


def _remittance(names: Names, element: Element, place: Place) -> tuple[int, ...]:
    said: list[Element | None] = []
    remittance = element.find(names["RmtInf"])
    if remittance is not None:
        said += remittance.findall(names["Ustrd"])
        for structured in remittance.findall(names["Strd"]):
            said.append(names.below(structured, "CdtrRefInf", "Ref"))
            said += [document.find(names["Nb"]) for document in structured.findall(names["RfrdDocInf"])]
            said += structured.findall(names["AddtlRmtInf"])
    said = said or [element.find(names["AddtlTxInf"])]
    return tuple(place(one) for one in said if one is not None)


def _code(names: Names, element: Element, place: Place) -> tuple[int, ...]:
    code = element.find(names["BkTxCd"])
    domain = names.below(code, "Domn")
    if domain is None:
        parts = [names.below(code, "Prtry", "Cd")]
    else:
        parts = [domain.find(names["Cd"]), names.below(domain, "Fmly", "Cd"), names.below(domain, "Fmly", "SubFmlyCd")]
    return tuple(place(one) for one in parts if one is not None)


def is_booked(plan: EntryPlan, texts: Texts) -> bool:
    """Whether an entry is in the account's balance."""
    return texts[plan.status].strip() not in NOT_BOOKED


def read_entry(plan: EntryPlan, texts: Texts, number: int) -> list[StatementEntry]:
    """The booked lines of the entry of this number: one for each transaction when their amounts add up to it, else one.

    `RvslInd` only says that the entry undoes another: the indicator of credit or debit is already that of the
    money (ISO 20022 message definition report of camt.053), so the sign never turns. Raises UnableToRead.
    """
    amount = signed(texts[plan.amount], texts[plan.mark], "Ntry[%d]", number)
    shares = _shares(plan, texts, amount)
    booking_date = _day(texts[plan.booking_date], number)
    value_date = _day(texts[plan.value_date], number)
    bank_reference = or_none(texts[plan.bank_reference])
    if not shares:
        said = {"remittance": or_none(texts[plan.additional]), "code": _joined(plan.code, texts)}
        return [StatementEntry(booking_date, value_date, amount, bank_reference, currency=plan.currency, **said)]
    lines = []
    is_reversal = texts[plan.reversal].strip() in ("true", "1")
    for detail, share in shares:
        return_reason = or_none(texts[detail.return_reason])
        # In what undoes a payment the parties keep the parts that they played in the original.
        undoes = is_reversal or return_reason is not None
        party = detail.debtor if (share >= 0) != undoes else detail.creditor
        end_to_end = or_none(texts[detail.end_to_end])
        lines.append(
            StatementEntry(
                booking_date,
                value_date,
                share,
                or_none(texts[detail.bank_reference]) or bank_reference,
                None if end_to_end is None or end_to_end in NO_REFERENCE else end_to_end,
                or_none(texts[party.name]),
                or_none(texts[party.account]),
                _said(detail.remittance, texts) or or_none(texts[plan.additional]),
                return_reason or _joined(detail.code or plan.code, texts),
                return_reason,
                or_none(texts[detail.mandate]),
                plan.currency,
            )
        )
    return lines


def _shares(plan: EntryPlan, texts: Texts, amount: Decimal) -> list[tuple[DetailPlan, Decimal]]:
    if len(plan.details) < 2:
        return [(detail, amount) for detail in plan.details]
    shares = []
    for detail in plan.details:
        share = None if detail.is_foreign else point_amount(texts[detail.amount].strip())
        if share is None:
            return []
        mark = texts[detail.mark].strip() or texts[plan.mark].strip()
        shares.append((detail, -share if mark == "DBIT" else share))
    return shares if sum(share for _detail, share in shares) == amount else []


def signed(written: str, mark: str, where: str, *parts: object) -> Decimal:
    """An amount with the sign of its indicator. Raises UnableToRead naming `where`, with its parts put in."""
    amount, mark = point_amount(written.strip()), mark.strip()
    if amount is None:
        raise UnableToRead(_("The amount is missing or not a number."), where=where % parts + "/Amt")
    if mark == "CRDT":
        return amount
    if mark == "DBIT":
        return -amount
    raise UnableToRead(_("It is neither a credit (CRDT) nor a debit (DBIT)."), where=where % parts + "/CdtDbtInd")


def _said(places: tuple[int, ...], texts: Texts) -> str | None:
    if len(places) == 1:
        return or_none(texts[places[0]])
    return or_none(" ".join([texts[place] for place in places]))


def _joined(places: tuple[int, ...], texts: Texts) -> str | None:
    return "-".join([texts[place].strip() for place in places]) or None


def _day(written: str, number: int) -> date | None:
    try:
        return day_in(written)
    except ValueError as error:
        raise UnableToRead(
            _("%(written)s is not a date.") % {"written": repr(written[:40])}, where=f"Ntry[{number}]"
        ) from error


@lru_cache(maxsize=4096)
def day_in(written: str) -> date | None:
    """The civil day of a date or a time: a zone behind it does not move the bank's day. Raises ValueError."""
    written = written.strip()
    return date.fromisoformat(written[:10]) if written else None
