"""Where an entry of a given shape says what: found once a shape, then read by position.

A bank writes its entries in a handful of shapes: the same elements in the same order, only the texts differ. The
shape is looked through as a tree once; every other entry of that shape is taken apart by two string operations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
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
# Several texts taken at once.
Pick = Callable[[Texts], tuple[str, ...]]


class DetailPlan(NamedTuple):
    """Where one transaction says what. `is_foreign`: its amount is in another currency than the entry.

    `said` picks its references, mandate and reason of return; `debtor` and `creditor` their names and accounts.
    """

    amount: int
    mark: int
    is_foreign: bool
    said: Pick
    debtor: Pick
    creditor: Pick
    remittance: tuple[int, ...]
    code: tuple[int, ...]


class EntryPlan(NamedTuple):
    """Where an entry says what, as positions in its texts.

    `said` picks its amount and mark, its days, its reference, whether it is a reversal and what is said besides.
    """

    mark: int
    currency: str | None
    status: int
    said: Pick
    code: tuple[int, ...]
    details: tuple[DetailPlan, ...]


def plan_of(names: Names, entry: Element, place: Place) -> EntryPlan:
    """Look through an entry; `place` says where the text of an element stands."""
    amount = entry.find(names["Amt"])
    found = [one for group in entry.findall(names["NtryDtls"]) for one in group.findall(names["TxDtls"])]
    # In version 1 the transactions stood directly below the entry.
    found = found or entry.findall(names["TxDtls"])
    mark = place(entry.find(names["CdtDbtInd"]))
    return EntryPlan(
        mark=mark,
        currency=None if amount is None else amount.get("Ccy"),
        # Up to version 7 the status is text, then a code below it.
        status=place(names.first(entry, ("Sts", "Cd"), ("Sts",))),
        said=itemgetter(
            place(amount),
            mark,
            place(names.first(entry, ("BookgDt", "Dt"), ("BookgDt", "DtTm"))),
            place(names.first(entry, ("ValDt", "Dt"), ("ValDt", "DtTm"))),
            place(names.first(entry, ("AcctSvcrRef",), ("NtryRef",))),
            place(entry.find(names["RvslInd"])),
            place(entry.find(names["AddtlNtryInf"])),
        ),
        code=_code(names, entry, place),
        details=tuple(_detail(names, one, amount, place) for one in found),
    )


def _detail(names: Names, element: Element, whole: Element | None, place: Place) -> DetailPlan:
    references, parties = element.find(names["Refs"]), element.find(names["RltdPties"])
    amount = names.first(element, ("Amt",), ("AmtDtls", "TxAmt", "Amt"))
    return DetailPlan(
        amount=place(amount),
        mark=place(element.find(names["CdtDbtInd"])),
        is_foreign=amount is not None and whole is not None and amount.get("Ccy") != whole.get("Ccy"),
        said=itemgetter(
            place(names.below(references, "AcctSvcrRef")),
            place(names.below(references, "EndToEndId")),
            place(names.below(references, "MndtId")),
            place(
                names.first(
                    element.find(names["RtrInf"]),
                    *(("Rsn", "Cd"), ("Rsn", "Prtry"), ("RtrRsn", "Cd"), ("RtrRsn", "Prtry")),
                )
            ),
        ),
        debtor=_party(names, parties, "Dbtr", place),
        creditor=_party(names, parties, "Cdtr", place),
        remittance=_remittance(names, element, place),
        code=_code(names, element, place),
    )


def _party(names: Names, parties: Element | None, role: str, place: Place) -> Pick:
    name = names.first(
        parties, (role, "Nm"), (role, "Pty", "Nm"), (f"Ultmt{role}", "Nm"), (f"Ultmt{role}", "Pty", "Nm")
    )
    return itemgetter(place(name), place(names.first(names.below(parties, f"{role}Acct"), *ACCOUNT_NUMBERS)))


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
    written, mark, booked, valued, reference, reversal, besides = plan.said(texts)
    amount = signed(written, mark, "Ntry[%d]", number)
    shares = _shares(plan, texts, amount)
    booking_date, value_date = _days(booked, valued, number)
    bank_reference, additional, currency = or_none(reference), or_none(besides), plan.currency
    if not shares:
        said = {"remittance": additional, "code": _joined(plan.code, texts)}
        return [StatementEntry(booking_date, value_date, amount, bank_reference, currency=currency, **said)]
    lines = []
    is_reversal = reversal.strip() in ("true", "1")
    for detail, share in shares:
        own_reference, end_to_end, mandate, reason = detail.said(texts)
        return_reason, told = or_none(reason), or_none(end_to_end)
        # In what undoes a payment the parties keep the parts that they played in the original.
        undoes = is_reversal or return_reason is not None
        name, account = (detail.debtor if (share >= 0) != undoes else detail.creditor)(texts)
        lines.append(
            StatementEntry(
                booking_date,
                value_date,
                share,
                or_none(own_reference) or bank_reference,
                None if told in NO_REFERENCE else told,
                or_none(name),
                or_none(account),
                _said(detail.remittance, texts) or additional,
                return_reason or _joined(detail.code or plan.code, texts),
                return_reason,
                or_none(mandate),
                currency,
            )
        )
    return lines


def _shares(plan: EntryPlan, texts: Texts, amount: Decimal) -> list[tuple[DetailPlan, Decimal]]:
    if len(plan.details) < 2:
        return [(plan.details[0], amount)] if plan.details else []
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
    amount = point_amount(written.strip())
    mark = mark.strip()
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
    written = "-".join([texts[place] for place in places])
    if not written.isprintable() or " " in written:
        written = "-".join([texts[place].strip() for place in places])
    return written or None


def _days(booked: str, valued: str, number: int) -> tuple[date | None, date | None]:
    """The civil days of dates or times: a zone behind them does not move the bank's day."""
    written = booked
    try:
        booking_date = _day_of(booked.strip()[:10])
        if valued == booked:
            return booking_date, booking_date
        written = valued
        return booking_date, _day_of(valued.strip()[:10])
    except ValueError as error:
        raise UnableToRead(
            _("%(written)s is not a date.") % {"written": repr(written[:40])}, where=f"Ntry[{number}]"
        ) from error


@lru_cache(maxsize=4096)
def _day_of(written: str) -> date | None:
    return date.fromisoformat(written) if written else None
