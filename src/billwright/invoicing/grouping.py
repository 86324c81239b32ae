"""How the lines of a printed document stand together: by whose they are, or by what they refer to.

Groups come in the order in which their first line stands on the document; lines of no group come first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from billwright.accounts import queries as accounts
from billwright.invoicing.rows import DocumentRow, InvoiceRow, LineRow
from billwright.subscriptions import queries as subscriptions


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line with the headings that it stands under; empty: none."""

    line: LineRow
    group: str = ""
    subgroup: str = ""


def grouping_of(document: DocumentRow) -> str:
    """What the lines of a document are grouped by: as its layout says, else by account where they are of several."""
    chosen = document.layout.group_by
    if chosen:
        return "" if chosen == "none" else chosen
    return "account" if len({line.account_id for line in document.lines}) > 1 else ""


def placed_lines(document: DocumentRow) -> tuple[PlacedLine, ...]:
    """The lines in the order in which they are printed, each with its headings."""
    headings = _HEADINGS[grouping_of(document)]
    placed = [PlacedLine(line, *named) for line, named in zip(document.lines, headings(document), strict=True)]
    for depth in ("subgroup", "group"):
        placed = _in_order_of_appearance(placed, depth)
    return tuple(placed)


def _in_order_of_appearance(placed: Sequence[PlacedLine], depth: str) -> list[PlacedLine]:
    order: dict[str, int] = {"": -1}
    for one in placed:
        order.setdefault(getattr(one, depth), len(order))
    return sorted(placed, key=lambda one: order[getattr(one, depth)])


def split_name(invoice: InvoiceRow) -> tuple[str, str]:
    """What a document was split off for, where its references do not say it: the noun and the name; else empty."""
    noun, _, key = invoice.split_key.partition(":")
    if noun == "account":
        return noun, _account_names([int(key)])[int(key)]
    if noun == "subscription":
        return noun, subscriptions.subscription_names([int(key)])[int(key)]
    return "", ""


def _account_names(account_ids: Sequence[int]) -> dict[int, str]:
    return {row.id: f"{row.number} · {row.shown_name}" for row in accounts.get_accounts(account_ids).values()}


def _by_account(document: DocumentRow) -> list[tuple[str, ...]]:
    names = _account_names([line.account_id for line in document.lines])
    return [(names[line.account_id],) for line in document.lines]


def _by_subscription(document: DocumentRow) -> list[tuple[str, ...]]:
    owners = subscriptions.subscriptions_of_items({line.item_id for line in document.lines if line.item_id})
    ids = [line.subscription_id or (owners[line.item_id][0] if line.item_id else 0) for line in document.lines]
    names = subscriptions.subscription_names([one for one in ids if one])
    return [(names.get(one, ""),) for one in ids]


def _by_account_and_subscription(document: DocumentRow) -> list[tuple[str, ...]]:
    return [(*of, *in_) for of, in_ in zip(_by_account(document), _by_subscription(document), strict=True)]


def _by_reference(name: str) -> Callable[[DocumentRow], list[tuple[str, ...]]]:
    return lambda document: [(getattr(line, name) or getattr(document.invoice, name),) for line in document.lines]


_HEADINGS: dict[str, Callable[[DocumentRow], list[tuple[str, ...]]]] = {
    "": lambda document: [() for _line in document.lines],
    "account": _by_account,
    "subscription": _by_subscription,
    "account_subscription": _by_account_and_subscription,
    "purchase_order": _by_reference("purchase_order"),
    "cost_center": _by_reference("cost_center"),
}
