"""Carrying out the plain findings of a batch by a handful of statements, whatever their number.

Plain is money that settles items of the same company in its base currency, with nothing given up: most of what a run
finds. The rest goes through the doors of `receivables`, one entry after another made in Python; both write the same
rows, and a test holds them together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from billwright.kernel import outbox
from billwright.kernel.acts import Act
from billwright.kernel.bulk import as_array
from billwright.kernel.errors import Refusal
from billwright.kernel.locking import share_name
from billwright.kernel.numbering import take_ids
from billwright.kernel.working_tables import empty_working_tables, make_working_tables
from billwright.ledger.queries import account_ids, first_open_days
from billwright.ledger.queries.balances import WRITERS
from billwright.ledger.states import LedgerRole
from billwright.org.queries import get_legal_entity
from billwright.workflow.cash_application.receipts import Receipt, read_step, run_step
from billwright.workflow.cash_application.settling import Order, Written, carry_out, matched_event

# Temporary, made once a connection, emptied at each commit.
TABLES = {
    "match_move": """piece_id bigint, entry_id bigint, cash_id bigint, account_id bigint, amount_minor bigint,
        accounting_date date, legal_entity_id bigint, payment_id bigint, currency text, value_date date""",
    "match_share": """allocation_id bigint, entry_id bigint, cash_id bigint, from_account_id bigint, is_moved boolean,
        item_id bigint, amount_minor bigint, accounting_date date, account_id bigint, legal_entity_id bigint,
        currency text""",
}
WRITES = (
    "110_write_entries",
    "115_write_postings",
    "120_write_pieces",
    "125_write_uses",
    "130_spend_cash",
    "135_write_allocations",
    "140_settle_items",
)


class _Item(NamedTuple):
    """What the entries of an item's allocation need to know of it."""

    account_id: int
    legal_entity_id: int
    currency: str
    accounting_date: date


class _Move(NamedTuple):
    """So much of a piece in suspense goes to an account, for a finding; amounts in minor units."""

    match_id: int
    cash_id: int
    account_id: int
    amount_minor: int
    day: date


class _Share(NamedTuple):
    """So much of the money of a move (else of a piece that is its payer's already) settles an item."""

    match_id: int
    move: int | None
    cash_id: int
    from_account_id: int
    item_id: int
    amount_minor: int
    later_date: date


Found = tuple[Order, Receipt]


def carry_out_found(*, act: Act, found: Sequence[Found]) -> Written:
    """Carry out what a batch found, as `carry_out` does; the batch holds the locks of its money and its items."""
    items = _items({item_id for order, _receipt in found for item_id, _amount, _given_up in order.shares})
    base = {
        entity: get_legal_entity(legal_entity_id=entity).base_currency
        for entity in {receipt.legal_entity_id for _order, receipt in found}
    }
    plain: list[Found] = []
    others: list[Order] = []
    for order, receipt in found:
        if receipt.currency == base[receipt.legal_entity_id] and is_plain(order, receipt, items):
            plain.append((order, receipt))
        else:
            others.append(order)
    written = _settle(act, plain, items) if plain else {}
    return written | carry_out(act=act, orders=others)


def is_plain(order: Order, receipt: Receipt, items: dict[int, _Item]) -> bool:
    """Whether a finding stays in one company and its currency, and gives nothing up."""
    company = (receipt.legal_entity_id, receipt.currency)
    owners = set()
    for item_id, amount_minor, given_up_minor in order.shares:
        item = items.get(item_id)
        if item is None or given_up_minor or not amount_minor or item[1:3] != company:
            return False
        owners.add(item.account_id)
    # Whoever owes one of the items is of the company and currency of it; of another payer nothing is known here.
    return order.from_account_id is not None or order.to_account_id is None or order.to_account_id in owners


def _items(item_ids: Iterable[int]) -> dict[int, _Item]:
    found = read_step("095_read_items", {"item_ids": as_array(item_ids)})
    return {id_: _Item(*facts) for id_, *facts in found}


def _settle(act: Act, plain: Sequence[Found], items: dict[int, _Item]) -> Written:
    share_name(WRITERS)
    moves, shares = _reckon(plain, items)
    pieces = take_ids(table="receivables_unallocated_cash", count=len(moves))
    allocations = take_ids(table="receivables_allocation", count=len(shares))
    entries = take_ids(table="ledger_journal_entry", count=len(moves) + len(shares))
    make_working_tables(TABLES)
    empty_working_tables(TABLES)
    _note_moves(moves, pieces, entries[: len(moves)])
    _note_shares(shares, pieces, allocations, entries[len(moves) :], items)
    parameters = {"at": act.at, "actor": act.actor, "reason": act.reason, **_books(plain)}
    for name in WRITES:
        run_step(name, parameters)
    outbox.emit_all(topic="payment.matched", at=act.at, events=[matched_event(order) for order, _receipt in plain])
    written: Written = {order.match_id: ([], []) for order, _receipt in plain}
    for share, id_ in zip(shares, allocations, strict=True):
        written[share.match_id][0].append(id_)
    for move, id_ in zip(moves, pieces, strict=True):
        written[move.match_id][1].append(id_)
    return written


def _reckon(plain: Sequence[Found], items: dict[int, _Item]) -> tuple[list[_Move], list[_Share]]:
    """What moves to whom, and what settles which item; a move lies on its money's day or the first open one."""
    days = first_open_days({(receipt.legal_entity_id, receipt.accounting_date) for _order, receipt in plain})
    moves: list[_Move] = []
    shares: list[_Share] = []
    for order, receipt in plain:
        day = receipt.accounting_date
        place_of: dict[int, int] = {}
        if order.from_account_id is None:
            day = days[receipt.legal_entity_id, day]
            for account_id, amount_minor in _targets(order, items):
                place_of[account_id] = len(moves)
                moves.append(_Move(order.match_id, order.cash_id, account_id, amount_minor, day))
        for item_id, amount_minor, _given_up in order.shares:
            item = items[item_id]
            payer = _payer(order, item)
            move = place_of.get(payer)
            later = max(item.accounting_date, day)
            shares.append(_Share(order.match_id, move, order.cash_id, payer, item_id, amount_minor, later))
    return moves, shares


def _payer(order: Order, item: _Item) -> int:
    """Whose money settles an item: that of the payer, where the money or the finding names one."""
    if order.from_account_id is not None:
        return order.from_account_id
    return order.to_account_id if order.to_account_id is not None else item.account_id


def _targets(order: Order, items: dict[int, _Item]) -> Iterable[tuple[int, int]]:
    """To whom money in suspense goes, in minor units: one payer gets all of it, of several each what his items take."""
    owed: dict[int, int] = {}
    for item_id, amount_minor, _given_up in order.shares:
        account_id = items[item_id].account_id
        owed[account_id] = owed.get(account_id, 0) + amount_minor
    if order.to_account_id is not None or len(owed) == 1:
        payer = order.to_account_id if order.to_account_id is not None else next(iter(owed))
        return [(payer, order.left.amount_minor)]
    return sorted(owed.items())


def _note_moves(moves: Sequence[_Move], pieces: Sequence[int], entries: Sequence[int]) -> None:
    run_step(
        "100_note_moves",
        {
            "piece_ids": as_array(pieces),
            "entry_ids": as_array(entries),
            "cash_ids": as_array([move.cash_id for move in moves]),
            "account_ids": as_array([move.account_id for move in moves]),
            "amounts_minor": as_array([move.amount_minor for move in moves]),
            "accounting_dates": as_array([move.day for move in moves]),
        },
    )


def _note_shares(
    shares: Sequence[_Share],
    pieces: Sequence[int],
    allocations: Sequence[int],
    entries: Sequence[int],
    items: dict[int, _Item],
) -> None:
    later = [(items[share.item_id].legal_entity_id, share.later_date) for share in shares]
    days = first_open_days(set(later))
    cash_ids = [share.cash_id if share.move is None else pieces[share.move] for share in shares]
    run_step(
        "105_note_shares",
        {
            "allocation_ids": as_array(allocations),
            "entry_ids": as_array(entries),
            "cash_ids": as_array(cash_ids),
            "from_account_ids": as_array([share.from_account_id for share in shares]),
            "are_moved": as_array([share.move is not None for share in shares]),
            "item_ids": as_array([share.item_id for share in shares]),
            "amounts_minor": as_array([share.amount_minor for share in shares]),
            "accounting_dates": as_array([days[one] for one in later]),
        },
    )


def _books(plain: Sequence[Found]) -> dict[str, str]:
    """The accounts that a batch posts to, entity by entity. Raises Refusal when books have none of a role."""
    entities = sorted({receipt.legal_entity_id for _order, receipt in plain})
    charts = [account_ids(entity) for entity in entities]
    roles = {
        "suspense_ids": LedgerRole.SUSPENSE,
        "unallocated_ids": LedgerRole.UNALLOCATED_CASH,
        "receivables_ids": LedgerRole.RECEIVABLES,
    }
    for role in roles.values():
        if any((role, "") not in chart for chart in charts):
            raise Refusal(
                "ledger.account_missing",
                f"The chart of the entity has no account for {role}.",
                cure="Open the books of the entity first.",
            )
    named = {name: as_array([chart[role, ""] for chart in charts]) for name, role in roles.items()}
    return {"entity_ids": as_array(entities), **named}
