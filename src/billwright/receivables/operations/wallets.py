"""Prepaid money: bought of unallocated cash, drawn by bill runs, given back, expired into revenue.

Buying moves money from unallocated cash to the liability of wallets; a draw moves it back as a new piece of the same
receipt, which the run allocates like any other money. So receipts, returns and refunds know nothing of wallets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.bulk import insert_rows
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.locking import lock_rows
from billwright.kernel.money import Money
from billwright.kernel.numbering import take_ids
from billwright.ledger.operations import EntryDraft, Side, post_entries
from billwright.ledger.queries import first_open_days
from billwright.ledger.states import EntryKind, LedgerRole
from billwright.receivables.models import SourceUse, UnallocatedCash, WalletLot, WalletUse
from billwright.receivables.operations.carrying import Carrying
from billwright.receivables.queries.wallets import WalletLotRow, lot_row
from billwright.receivables.states import UseKind, WalletMove

# Revenue that nobody was served for stands on an account of its own.
BREAKAGE_FAMILY = "breakage"


@dataclass(frozen=True, slots=True)
class _Taken:
    """An amount taken of a lot, in minor units."""

    lot: WalletLot
    amount_minor: int


@verb("wallet.top_up", subject=lambda _arguments, answer: f"account:{answer.account_id}")
def top_up_wallet(*, act: Act, cash_id: int, amount: Money, on: date, expires_on: date | None = None) -> WalletLotRow:
    """Buy prepaid credit of money that an account has paid: from a day on, until it expires (none: never).

    Raises NotFound `cash.not_found`; Refusal `wallet.nobody`, `wallet.amount`, `wallet.exceeds_left`, `wallet.expiry`.
    """
    locked = lock_rows(UnallocatedCash, [cash_id])
    if not locked:
        raise NotFound("cash.not_found", _("There is no such piece of unallocated cash."), field="cash_id")
    (cash,) = locked
    _require_sound(cash, amount, on, expires_on)
    assert cash.account_id is not None, "its payer is known"
    day = _open_day(cash.legal_entity_id, max(on, cash.accounting_date))
    bought = _entry(cash, amount, day, LedgerRole.UNALLOCATED_CASH, LedgerRole.WALLETS, Carrying([cash]))
    (entry_id,) = post_entries(act=act, drafts=[bought])
    SourceUse.objects.create(
        account_id=cash.account_id,
        kind=UseKind.WALLET,
        cash=cash,
        amount_minor=amount.amount_minor,
        currency=cash.currency,
        accounting_date=day,
        entry_id=entry_id,
        reason=act.reason[:200],
        recorded_by=act.actor,
        recorded_at=act.at,
    )
    cash.open_minor -= amount.amount_minor
    cash.save(update_fields=["open_minor"])
    lot = _bought(act, cash, amount, day, expires_on, entry_id)
    note_change(after={"amount": str(amount), "expires_on": str(expires_on or "")}, effective_on=day)
    return lot_row(lot)


def _bought(
    act: Act, cash: UnallocatedCash, amount: Money, day: date, expires_on: date | None, entry_id: int
) -> WalletLot:
    assert cash.account_id is not None, "its payer is known"
    return WalletLot.objects.create(
        account_id=cash.account_id,
        legal_entity_id=cash.legal_entity_id,
        cash=cash,
        currency=cash.currency,
        bought_on=day,
        expires_on=expires_on,
        amount_minor=amount.amount_minor,
        open_minor=amount.amount_minor,
        entry_id=entry_id,
        recorded_by=act.actor,
        recorded_at=act.at,
    )


def _require_sound(cash: UnallocatedCash, amount: Money, on: date, expires_on: date | None) -> None:
    if cash.account_id is None:
        raise Refusal(
            "wallet.nobody", _("Nobody knows yet whose money this is."), field="cash_id",
            cure=_("Move it to its account first."),
        )  # fmt: skip
    if amount.currency != cash.currency or amount.amount_minor <= 0:
        raise Refusal(
            "wallet.amount",
            _("Buy an amount above zero in %(currency)s.") % {"currency": cash.currency},
            field="amount",
        )
    left = Money(cash.open_minor, cash.currency)
    if amount > left:
        raise Refusal(
            "wallet.exceeds_left", _("Only %(left)s of the money is left.") % {"left": left}, field="amount",
            cure=_("Buy at most that: prepaid means paid."),
        )  # fmt: skip
    if expires_on is not None and expires_on <= on:
        raise Refusal("wallet.expiry", _("It would expire before it holds."), field="expires_on")


@verb("wallet.give_back", subject=lambda _arguments, answer: f"account:{answer.account_id}")
def give_back_wallet(*, act: Act, wallet_lot_id: int, on: date) -> WalletLotRow:
    """Turn what is left of a lot into unallocated cash again, to be refunded or used otherwise.

    Raises NotFound `wallet.not_found`, Refusal `wallet.empty`.
    """
    locked = lock_rows(WalletLot, [wallet_lot_id])
    if not locked:
        raise NotFound("wallet.not_found", _("There is no such prepaid credit."), field="wallet_lot_id")
    (lot,) = locked
    if not lot.open_minor:
        raise Refusal("wallet.empty", _("Nothing is left of it."), field="wallet_lot_id")
    left = Money(lot.open_minor, lot.currency)
    _to_cash(act, [_Taken(lot, lot.open_minor)], kind=WalletMove.RETURNED, days={lot.legal_entity_id: on})
    note_change(after={"given_back": str(left)}, effective_on=on)
    return lot_row(lot)


@verb("wallet.expire_due", subject=lambda arguments, _: f"legal_entity:{arguments['legal_entity_id']}", did=bool)
def expire_wallets(*, act: Act, legal_entity_id: int, as_of: date) -> int:
    """Let what is left of a company's lots whose day has come be revenue; returns how many. A second call finds none.

    Raises Refusal where its books take nothing.
    """
    due = WalletLot.objects.filter(legal_entity_id=legal_entity_id, open_minor__gt=0, expires_on__lte=as_of)
    lots = [lot for lot in lock_rows(WalletLot, list(due.values_list("id", flat=True))) if lot.open_minor]
    open_days = first_open_days({(lot.legal_entity_id, _expiry(lot)) for lot in lots})
    carrying = Carrying(lots)
    entry_ids = post_entries(
        act=act,
        drafts=[
            _entry(
                lot,
                Money(lot.open_minor, lot.currency),
                open_days[lot.legal_entity_id, _expiry(lot)],
                LedgerRole.WALLETS,
                LedgerRole.REVENUE,
                carrying,
            )
            for lot in lots
        ],
    )
    insert_rows(
        WalletUse,
        [
            _use(act, lot, WalletMove.EXPIRED, lot.open_minor, open_days[lot.legal_entity_id, _expiry(lot)], entry_id)
            for lot, entry_id in zip(lots, entry_ids, strict=True)
        ],
    )
    for lot in lots:
        lot.open_minor = 0
    WalletLot.objects.bulk_update(lots, ["open_minor"], batch_size=1000)
    note_change(after={"lots": len(lots)}, effective_on=as_of)
    return len(lots)


def _expiry(lot: WalletLot) -> date:
    assert lot.expires_on is not None, "only lots with a day expire"
    return lot.expires_on


def draw_wallets(
    *, act: Act, wanted: Mapping[int, int], on: date, days: Mapping[int, date], run_id: int | None
) -> list[tuple[int, int, int]]:
    """Take money for documents of a day out of the wallets of accounts, the earliest expiring first.

    `wanted` are minor units by account, `days` the accounting day by legal entity. Returns account, new piece of
    unallocated cash and amount, for the caller to allocate. A part of the act that issues.
    """
    ids = WalletLot.objects.filter(account_id__in=wanted, open_minor__gt=0).filter(
        Q(expires_on=None) | Q(expires_on__gt=on)
    )
    lots = [lot for lot in lock_rows(WalletLot, list(ids.values_list("id", flat=True))) if lot.open_minor]
    lots.sort(key=lambda lot: (lot.account_id, lot.expires_on or date.max, lot.pk))
    left = dict(wanted)
    taken = []
    for lot in lots:
        amount_minor = min(lot.open_minor, left[lot.account_id])
        if amount_minor > 0:
            left[lot.account_id] -= amount_minor
            taken.append(_Taken(lot, amount_minor))
    pieces = _to_cash(act, taken, kind=WalletMove.DRAWN, days=days, run_id=run_id)
    return [(one.lot.account_id, piece.pk, one.amount_minor) for one, piece in zip(taken, pieces, strict=True)]


def empty_wallets_of(*, act: Act, payment_id: int, not_before: date) -> None:
    """Bring back what wallets hold of a receipt that is taken back. Raises Conflict `payment.wallet_expired`."""
    lots = lock_rows(
        WalletLot, list(WalletLot.objects.filter(cash__payment_id=payment_id).values_list("id", flat=True))
    )
    if WalletUse.objects.filter(lot__in=lots, kind=WalletMove.EXPIRED).exists():
        raise Conflict(
            "payment.wallet_expired",
            _("A part of this receipt was prepaid credit that has expired."),
            field="payment_id",
            cure=_("Claim that part back with a debit note."),
        )
    left = [_Taken(lot, lot.open_minor) for lot in lots if lot.open_minor]
    days = {one.lot.legal_entity_id: not_before for one in left}
    _to_cash(act, left, kind=WalletMove.RETURNED, days=days)


def _to_cash(
    act: Act, taken: Sequence[_Taken], *, kind: WalletMove, days: Mapping[int, date], run_id: int | None = None
) -> list[UnallocatedCash]:
    """Move amounts of locked lots to new pieces of the receipts that they were bought of."""
    asked = {one.lot.pk: max(days[one.lot.legal_entity_id], one.lot.bought_on) for one in taken}
    open_days = first_open_days({(one.lot.legal_entity_id, asked[one.lot.pk]) for one in taken})
    carrying = Carrying(one.lot for one in taken)
    pieces = _pieces_of(
        act, taken, {one.lot.pk: open_days[one.lot.legal_entity_id, asked[one.lot.pk]] for one in taken}
    )
    entry_ids = post_entries(
        act=act,
        drafts=[
            _entry(
                one.lot,
                Money(one.amount_minor, one.lot.currency),
                piece.accounting_date,
                LedgerRole.WALLETS,
                LedgerRole.UNALLOCATED_CASH,
                carrying,
            )
            for one, piece in zip(taken, pieces, strict=True)
        ],
    )
    insert_rows(UnallocatedCash, pieces)
    uses = [
        _use(act, one.lot, kind, one.amount_minor, piece.accounting_date, entry_id, to_cash=piece, run_id=run_id)
        for one, piece, entry_id in zip(taken, pieces, entry_ids, strict=True)
    ]
    insert_rows(WalletUse, uses)
    for one in taken:
        one.lot.open_minor -= one.amount_minor
    WalletLot.objects.bulk_update([one.lot for one in taken], ["open_minor"], batch_size=1000)
    return pieces


def _pieces_of(act: Act, taken: Sequence[_Taken], days: Mapping[int, date]) -> list[UnallocatedCash]:
    """New pieces of the receipts that lots were bought of, not yet written; `days` by lot."""
    ids = take_ids(table="receivables_unallocated_cash", count=len(taken))
    origins = {cash.pk: cash for cash in UnallocatedCash.objects.filter(pk__in={one.lot.cash_id for one in taken})}
    return [
        UnallocatedCash(
            id=id_,
            account_id=one.lot.account_id,
            legal_entity_id=one.lot.legal_entity_id,
            payment_id=origins[one.lot.cash_id].payment_id,
            currency=one.lot.currency,
            value_date=origins[one.lot.cash_id].value_date,
            accounting_date=days[one.lot.pk],
            amount_minor=one.amount_minor,
            open_minor=one.amount_minor,
            recorded_at=act.at,
        )
        for one, id_ in zip(taken, ids, strict=True)
    ]


def _use(
    act: Act,
    lot: WalletLot,
    kind: WalletMove,
    amount_minor: int,
    day: date,
    entry_id: int,
    *,
    to_cash: UnallocatedCash | None = None,
    run_id: int | None = None,
) -> WalletUse:
    return WalletUse(
        lot=lot,
        kind=kind,
        amount_minor=amount_minor,
        to_cash=to_cash,
        accounting_date=day,
        entry_id=entry_id,
        run_id=run_id,
        recorded_by=act.actor,
        recorded_at=act.at,
    )


def _open_day(legal_entity_id: int, on: date) -> date:
    return first_open_days({(legal_entity_id, on)})[legal_entity_id, on]


def _entry(
    source: UnallocatedCash | WalletLot,
    amount: Money,
    day: date,
    debit: LedgerRole,
    credit: LedgerRole,
    carrying: Carrying,
) -> EntryDraft:
    """Both sides at the rate that the money came at: prepaid money is the same money."""
    based = carrying.leave(source, amount.amount_minor)
    owed = Side(amount, debit, billing_account_id=source.account_id, base_minor=based)
    then = Side(
        -amount,
        credit,
        family=BREAKAGE_FAMILY if credit == LedgerRole.REVENUE else "",
        billing_account_id=source.account_id,
        base_minor=None if based is None else -based,
    )
    return EntryDraft(
        legal_entity_id=source.legal_entity_id,
        kind=EntryKind.TRANSFER,
        document_date=day,
        accounting_date=day,
        entry_key=f"account:{source.account_id}",
        sides=(owed, then),
    )
