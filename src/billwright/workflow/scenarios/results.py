"""What a world came to, as the JSON that docs/concepts/scenario.md describes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from billwright.kernel.money import Money
from billwright.kernel.sql import step
from billwright.payments.states import PaymentMethod

PACKAGE = "billwright.workflow.scenarios"
LISTS = {"INVOICE": "invoices", "CREDIT_NOTE": "credit_notes", "DEBIT_NOTE": "debit_notes"}
# A document's lines are named for what they bill; what a person wrote counts as one-off.
KINDS = {"ADJUSTMENT": "one_off", "MANUAL": "one_off", "IMPORTED": "one_off"}


@dataclass(slots=True)
class Names:
    """The names that a file gave to what its acts made."""

    documents: dict[int, str] = field(default_factory=dict)
    payments: dict[int, str] = field(default_factory=dict)
    subscriptions: dict[str, str] = field(default_factory=dict)
    refunds: dict[int, str] = field(default_factory=dict)


def rows(name: str) -> list[tuple[Any, ...]]:
    """All rows of a reading step."""
    with connection.cursor() as cursor:
        return [tuple(row) for row in step(PACKAGE, name).rows(cursor, {})]


def text(amount_minor: int, currency: str) -> str:
    """An amount in major units as a decimal string."""
    return f"{Money(amount_minor, currency).decimal:f}"


def trimmed(value: Decimal) -> str:
    """A quantity or price without the zeros that the column keeps."""
    return f"{value.normalize():f}" if value else "0"


def collect(names: Names) -> dict[str, Any]:
    """Every list of the result."""
    documents = _documents(names)
    return {
        "invoices": [one for kind, one in documents if kind == "INVOICE"],
        "credit_notes": [one for kind, one in documents if kind == "CREDIT_NOTE"],
        "debit_notes": [one for kind, one in documents if kind == "DEBIT_NOTE"],
        "payments": _payments(names),
        "refunds": _refunds(names),
        "allocations": _allocations(names),
        "proposals": _proposals(names),
        "write_offs": _write_offs(names),
        "open_items": _open_items(names, documents),
        "notices": [],
        "usage": _usage(names),
        "balances": _balances(documents),
        "events": [],
    }


def name_run_documents(names: Names) -> None:
    """Name the documents of bill runs by account, ANA-1, ANA-2, in the order of their issue."""
    counts: dict[str, int] = {}
    for id_, _kind, _number, account, *rest in rows("documents"):
        if rest[-1] is None:
            continue
        counts[account] = counts.get(account, 0) + 1
        names.documents.setdefault(id_, f"{account}-{counts[account]}")


class _Document(NamedTuple):
    """A row of the step `documents`; amounts in minor units."""

    id: int
    kind: str
    number: str
    account: str
    day: date
    due: date
    currency: str
    net: int
    tax: int
    withheld: int
    total: int
    open: int
    credit: int
    corrects_id: int | None
    run_id: int | None


def _documents(names: Names) -> list[tuple[str, dict[str, Any]]]:
    lines, taxes = _grouped("document_lines"), _grouped("document_taxes")
    name_run_documents(names)
    made = []
    for one in (_Document(*row) for row in rows("documents")):
        money = _teller(one.currency, -1 if one.kind == "CREDIT_NOTE" else 1)
        document: dict[str, Any] = {
            "as": names.documents.get(one.id, one.number),
            "number": one.number,
            "account": one.account,
            "date": one.day.isoformat(),
            "due": one.due.isoformat(),
            "currency": one.currency,
            "net": money(one.net),
            "tax": money(one.tax),
            "withheld": money(one.withheld),
            "total": money(one.total),
            "credit_applied": text(one.credit, one.currency),
            "open": money(one.open),
            "taxes": [
                {"code": code, "rate": trimmed(percent), "net": money(net), "tax": money(tax)}
                for _, code, percent, net, tax in taxes.get(one.id, [])
            ],
            "lines": [_line(_Line(*line), money, names) for line in lines.get(one.id, [])],
        }
        if one.kind != "INVOICE":
            document["invoice"] = None if one.corrects_id is None else names.documents.get(one.corrects_id, "")
        made.append((one.kind, document))
    return made


def _grouped(name: str) -> dict[int, list[tuple[Any, ...]]]:
    groups: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows(name):
        groups.setdefault(row[0], []).append(row)
    return groups


def _teller(currency: str, sign: int) -> Callable[[int], str]:
    def money(amount_minor: int) -> str:
        return text(sign * amount_minor, currency)

    return money


class _Line(NamedTuple):
    """A row of the step `document_lines`; amounts in minor units, `parts` as JSON."""

    invoice_id: int
    line_no: int
    subscription: str
    charge: str
    kind: str
    text: str
    starts_on: date
    ends_before: date
    quantity: Decimal
    unit_price: Decimal
    days: int | None
    base_days: int | None
    amount: int
    discount: int
    net: int
    tax: int
    billed: Decimal
    parts: str
    exact_net: Decimal | None
    exact_discount: Decimal | None
    product_code: str
    tax_code: str


def _line(line: _Line, money: Callable[[int], str], names: Names) -> dict[str, Any]:
    shown = {"amount": money(line.amount), "discount": money(line.discount), "net": money(line.net)}
    if line.exact_net is not None:
        # Only the document is rounded: the line shows what it exactly comes to.
        assert line.exact_discount is not None, "both are kept, or none"
        shown = {
            "amount": trimmed(line.exact_net + line.exact_discount),
            "discount": trimmed(line.exact_discount),
            "net": trimmed(line.exact_net),
        }
    return {
        "subscription": names.subscriptions.get(line.subscription, line.subscription),
        "charge": line.charge,
        "kind": KINDS.get(line.kind, line.kind.lower()),
        "from": line.starts_on.isoformat(),
        "to": line.ends_before.isoformat(),
        "quantity": trimmed(line.quantity),
        "billed": trimmed(line.billed),
        "unit": trimmed(line.unit_price),
        "share": f"{line.days}/{line.base_days}" if line.base_days else "1/1",
        **shown,
        "tax": money(line.tax),
        "parts": [{name: trimmed(Decimal(value)) for name, value in part.items()} for part in json.loads(line.parts)],
    }


def _usage(names: Names) -> list[dict[str, Any]]:
    """The records of models that price each record, amounts not rounded."""
    return [
        {
            "key": key,
            "subscription": names.subscriptions.get(subscription, subscription),
            "meter": meter,
            "quantity": trimmed(quantity),
            "billed": trimmed(billed),
            "amount": trimmed(amount),
            "rated": rated,
            "prefix": prefix,
            "parts": [{name: part[name] for name in ("band", "quantity", "amount")} for part in json.loads(parts)],
        }
        for key, subscription, meter, quantity, billed, amount, rated, prefix, parts in rows("rated_records")
    ]


def _payments(names: Names) -> list[dict[str, Any]]:
    return [
        {
            "as": names.payments.get(id_, ""),
            "account": account or None,
            "date": day.isoformat(),
            "amount": text(amount, currency),
            "unallocated": text(unallocated, currency),
        }
        for id_, account, day, currency, amount, _state, unallocated, method in rows("money")
        if method != PaymentMethod.CREDIT
    ]


def _refunds(names: Names) -> list[dict[str, Any]]:
    return [
        {
            "as": names.refunds.get(id_, ""),
            "account": account,
            "date": day.isoformat(),
            "currency": currency,
            "amount": text(amount, currency),
            "payment": names.payments.get(payment_id, "") if payment_id else "",
        }
        for id_, account, day, currency, amount, payment_id in rows("refunds")
    ]


def _allocations(names: Names) -> list[dict[str, Any]]:
    return [
        {
            "payment": names.payments.get(payment_id, "") if payment_id else names.documents.get(credit_id, ""),
            "document": names.documents.get(invoice_id, ""),
            "amount": text(amount, currency),
        }
        for payment_id, credit_id, invoice_id, amount, currency in rows("settlements")
    ]


def _proposals(names: Names) -> list[dict[str, Any]]:
    """What matching proposed for each payment, allocated or not; what it looked at again is left out."""
    found: dict[int, dict[str, Any]] = {}
    for match_id, payment_id, invoice_id, write_off_minor, currency in rows("proposals"):
        shown = found.setdefault(
            match_id,
            {
                "payment": names.payments.get(payment_id, ""),
                "documents": [],
                "write_off": text(write_off_minor, currency),
            },
        )
        name = names.documents.get(invoice_id, "")
        if name not in shown["documents"]:
            shown["documents"].append(name)
    return list(found.values())


def _write_offs(names: Names) -> list[dict[str, Any]]:
    return [
        {"document": names.documents.get(invoice_id, ""), "amount": text(amount, currency)}
        if invoice_id is not None
        else {"payment": names.payments.get(payment_id, ""), "amount": text(amount, currency)}
        for invoice_id, payment_id, amount, currency in rows("write_offs")
    ]


def _open_items(names: Names, documents: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """One per part of a document that is still open, in the order of making; a credit note's negative."""
    order = {document["as"]: place for place, (_kind, document) in enumerate(documents)}
    items = []
    for row in rows("open_items"):
        invoice_id, _item, _owner, open_minor, due, currency, part_no, amount_minor, account, number = row
        if open_minor:
            name = names.documents.get(invoice_id, number)
            item = {
                "account": account,
                "document": name,
                "currency": currency,
                "due": due.isoformat(),
                "amount": text(amount_minor, currency),
                "open": text(open_minor, currency),
                "level": 0,
                "final": False,
            }
            items.append(((order[name], part_no), item))
    return [item for _place, item in sorted(items, key=lambda placed: placed[0])]


def _balances(documents: list[tuple[str, dict[str, Any]]]) -> dict[str, dict[str, dict[str, str]]]:
    sums: dict[tuple[str, str], dict[str, Decimal]] = {}

    def add(account: str, currency: str, what: str, amount: str) -> None:
        cell = sums.setdefault((account, currency), {"open": Decimal(0), "credit": Decimal(0)})
        cell[what] += Decimal(amount)

    for kind, document in documents:
        what = "credit" if kind == "CREDIT_NOTE" else "open"
        add(document["account"], document["currency"], what, document["open"])
    for _id, account, _day, currency, _amount, _state, unallocated, _method in rows("money"):
        # Money of nobody known is on no account.
        if account:
            add(account, currency, "credit", text(unallocated, currency))
    balances: dict[str, dict[str, dict[str, str]]] = {}
    for (account, currency), cell in sums.items():
        balances.setdefault(account, {})[currency] = _balance(cell, currency)
    return balances


def _balance(cell: Mapping[str, Decimal], currency: str) -> dict[str, str]:
    def shown(amount: Decimal) -> str:
        return f"{Money.of(amount, currency).decimal:f}"

    return {
        "open": shown(cell["open"]),
        "credit": shown(cell["credit"]),
        "balance": shown(cell["open"] - cell["credit"]),
    }
