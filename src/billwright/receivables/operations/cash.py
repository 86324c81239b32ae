"""Pieces of cash: their beginning, their moves between accounts, what frees and ends them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import connection
from django.utils.translation import gettext as _

from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.bulk import as_json, insert_rows
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.locking import lock_rows
from billwright.kernel.money import Money
from billwright.kernel.numbering import take_ids
from billwright.kernel.sql import step
from billwright.ledger.operations import EntryDraft, Side, post_entries
from billwright.ledger.states import EntryKind
from billwright.payments.queries import AccountFacts, account_facts
from billwright.payments.rows import RefundRow
from billwright.receivables.models import Allocation, OpenItem, SourceUse, UnallocatedCash
from billwright.receivables.operations.between import Between, open_days_of_both
from billwright.receivables.operations.carrying import Carrying
from billwright.receivables.operations.settlement import cash_role, reverse_allocations
from billwright.receivables.operations.wallets import empty_wallets_of
from billwright.receivables.queries.cash import cash_row
from billwright.receivables.rows import CashRow, CashShare
from billwright.receivables.states import UseKind


@verb("unallocated_cash.move", subject=lambda arguments, _: f"unallocated_cash:{arguments['cash_id']}")
def move_cash(*, act: Act, cash_id: int, shares: Sequence[CashShare]) -> tuple[CashRow, ...]:
    """Move what is left of a piece, or shares of it, to the accounts where it belongs; both sides stay visible.

    Money in suspense finds its account this way, one receipt is split over many, and a receipt on the wrong account
    gets to the right one; to an account of another company it goes through the clearing between both. Returns the new
    pieces. Raises Refusal naming the share's row: unknown account, another currency, the same account, more than is
    left.
    """
    [cash] = _locked([cash_id])
    facts = account_facts([share.account_id for share in shares])
    left_minor = cash.open_minor
    for row, share in enumerate(shares, start=1):
        _refuse_share(cash, share, facts.get(share.account_id), row)
        left_minor -= share.amount.amount_minor
        if left_minor < 0:
            raise Refusal(
                "cash.exceeds_left",
                _("Only %(left)s of the money is left.") % {"left": Money(cash.open_minor, cash.currency)},
                field="amount",
                row=row,
                cure=_("Move at most that, or unallocate something first."),
            )
    pieces = _write_moves(act, cash, [(share.account_id, share.amount) for share in shares])
    note_change(after={"from": cash.account_id, "to": {str(share.account_id): str(share.amount) for share in shares}})
    return tuple(cash_row(piece) for piece in pieces)


def _locked(cash_ids: Sequence[int]) -> list[UnallocatedCash]:
    rows = lock_rows(UnallocatedCash, cash_ids)
    if len(rows) != len(set(cash_ids)):
        raise NotFound("cash.not_found", _("There is no such piece of unallocated cash."), field="cash_id")
    return rows


def _refuse_share(cash: UnallocatedCash, share: CashShare, facts: AccountFacts | None, row: int) -> None:
    if facts is None:
        raise NotFound("account.not_found", _("There is no such billing account."), field="account_id", row=row)
    if share.amount.amount_minor <= 0 or share.amount.currency != cash.currency or facts.currency != cash.currency:
        raise Refusal(
            "cash.other_currency",
            _("A share is an amount above zero in %(currency)s, for an account of that currency.")
            % {"currency": cash.currency},
            field="amount",
            row=row,
            cure=_("Choose an account in the currency of the money, or change the money into the account's first."),
        )
    if share.account_id == cash.account_id:
        raise Refusal(
            "cash.same_account", _("The money is on this account already."), field="account_id", row=row,
            cure=_("Leave this share out: what is not moved stays."),
        )  # fmt: skip


def _write_moves(
    act: Act,
    cash: UnallocatedCash,
    shares: Sequence[tuple[int | None, Money]],
    *,
    not_before: date | None = None,
) -> list[UnallocatedCash]:
    """Move shares of a locked piece to accounts (none: to suspense), on its own day or the first open one."""
    return write_moves(act, [(cash, account_id, amount) for account_id, amount in shares], not_before=not_before)


def write_moves(
    act: Act, moves: Sequence[tuple[UnallocatedCash, int | None, Money]], *, not_before: date | None = None
) -> list[UnallocatedCash]:
    """Move shares of locked pieces to accounts (none: to suspense), any number at once; returns the new pieces."""
    pieces = _new_pieces(act, moves, not_before)
    sources = [cash for cash, _account, _amount in moves]
    entry_ids = _post_moves(act, sources, pieces)
    insert_rows(UnallocatedCash, pieces)
    uses = [
        _use(
            act,
            UseKind.TRANSFER,
            cash,
            amount_minor=piece.amount_minor,
            day=piece.accounting_date,
            entry_id=entry_id,
            to_entry_id=to_entry_id,
            to_cash=piece,
        )
        for cash, piece, (entry_id, to_entry_id) in zip(sources, pieces, entry_ids, strict=True)
    ]
    insert_rows(SourceUse, uses)
    _take(sources, pieces)
    return pieces


def _take(sources: Sequence[UnallocatedCash], pieces: Sequence[UnallocatedCash]) -> None:
    """What went into new pieces is no longer left of those that it came from."""
    taken = [
        {"cash_id": cash.pk, "amount_minor": piece.amount_minor} for cash, piece in zip(sources, pieces, strict=True)
    ]
    with connection.cursor() as cursor:
        step("billwright.receivables", "take_moved").run(cursor, {"moves": as_json(taken)})
    for cash, piece in zip(sources, pieces, strict=True):
        cash.open_minor -= piece.amount_minor


def _entities_to(moves: Sequence[tuple[UnallocatedCash, int | None, Money]]) -> list[int]:
    """The company of each account; money goes back into suspense where it first was."""
    facts = account_facts({account_id for _cash, account_id, _amount in moves if account_id is not None})
    suspended = {cash.payment_id for cash, account_id, _amount in moves if account_id is None}
    firsts = UnallocatedCash.objects.filter(payment_id__among=suspended).order_by("-id")
    first_of = dict(firsts.values_list("payment_id", "legal_entity_id")) if suspended else {}
    return [
        facts[account_id].legal_entity_id if account_id is not None else first_of[cash.payment_id]
        for cash, account_id, _amount in moves
    ]


def _post_moves(
    act: Act, sources: Sequence[UnallocatedCash], pieces: Sequence[UnallocatedCash]
) -> list[tuple[int, int | None]]:
    """The entry of each move, and that in the books of the other company where it has one; all by one posting."""
    carrying = Carrying(sources)
    between = Between()
    drafts: list[tuple[EntryDraft, ...]] = [
        _move_entries(act, cash, piece, carrying, between) for cash, piece in zip(sources, pieces, strict=True)
    ]
    posted = iter(post_entries(act=act, drafts=[draft for one in drafts for draft in one]))
    return [(next(posted), next(posted) if len(one) == 2 else None) for one in drafts]


def _new_pieces(
    act: Act, moves: Sequence[tuple[UnallocatedCash, int | None, Money]], not_before: date | None
) -> list[UnallocatedCash]:
    """The pieces that moves make, each on its source's day or the first open one, not yet written."""
    later = [max(cash.accounting_date, not_before or cash.accounting_date) for cash, _account, _amount in moves]
    entities = _entities_to(moves)
    pairs = [(move[0].legal_entity_id, entity, on) for move, entity, on in zip(moves, entities, later, strict=True)]
    open_days = open_days_of_both(pairs)
    ids = take_ids(table="receivables_unallocated_cash", count=len(moves))
    return [
        UnallocatedCash(
            id=id_,
            account_id=account_id,
            legal_entity_id=entity,
            payment_id=cash.payment_id,
            currency=cash.currency,
            value_date=cash.value_date,
            accounting_date=day,
            amount_minor=amount.amount_minor,
            open_minor=amount.amount_minor,
            recorded_at=act.at,
        )
        for (cash, account_id, amount), entity, day, id_ in zip(moves, entities, open_days, ids, strict=True)
    ]


def move_shares(*, act: Act, moves: Sequence[tuple[int, int | None, Money]]) -> list[CashRow]:
    """Move (piece, account or none for suspense, amount), any number at once, inside another act; the new pieces.

    The caller has checked the currency. Raises NotFound; asserts that no piece gives more than is left.
    """
    pieces = {piece.pk: piece for piece in _locked(sorted({cash_id for cash_id, _account, _amount in moves}))}
    written = write_moves(act, [(pieces[cash_id], account_id, amount) for cash_id, account_id, amount in moves])
    assert all(piece.open_minor >= 0 for piece in pieces.values()), "no piece gives more than is left"
    return [cash_row(piece) for piece in written]


def _move_entries(
    act: Act, cash: UnallocatedCash, piece: UnallocatedCash, carrying: Carrying, between: Between
) -> tuple[EntryDraft, ...]:
    """What is moved keeps the rate that it came at, in the books that it leaves."""
    amount = Money(piece.amount_minor, piece.currency)
    based = carrying.leave(cash, piece.amount_minor)
    leaves = Side(amount, cash_role(cash), billing_account_id=cash.account_id, base_minor=based)
    arrives = Side(-amount, cash_role(piece), billing_account_id=piece.account_id)
    draft = EntryDraft(
        legal_entity_id=cash.legal_entity_id,
        kind=EntryKind.TRANSFER,
        document_date=piece.accounting_date,
        accounting_date=piece.accounting_date,
        entry_key=f"unallocated_cash:{piece.pk}",
        sides=(leaves, replace(arrives, base_minor=None if based is None else -based)),
        narration=act.reason[:200],
    )
    if cash.legal_entity_id == piece.legal_entity_id:
        return (draft,)
    return between.entries(draft, to_entity_id=piece.legal_entity_id, leaves=leaves, arrives=arrives)


def _use(
    act: Act,
    kind: UseKind,
    source: UnallocatedCash | OpenItem,
    *,
    amount_minor: int,
    day: date,
    entry_id: int,
    to_cash: UnallocatedCash | None = None,
    to_entry_id: int | None = None,
    refund_id: int | None = None,
) -> SourceUse:
    return SourceUse(
        account_id=source.account_id,
        kind=kind,
        cash=source if isinstance(source, UnallocatedCash) else None,
        credit_item=source if isinstance(source, OpenItem) else None,
        to_cash=to_cash,
        to_entry_id=to_entry_id,
        refund_id=refund_id,
        amount_minor=amount_minor,
        currency=source.currency,
        accounting_date=day,
        entry_id=entry_id,
        reason=act.reason[:200],
        recorded_by=act.actor,
        recorded_at=act.at,
    )


def free_cash(*, act: Act, payment_id: int, not_before: date) -> None:
    """Bring all money of a receipt back, unallocated, to the account that it was recorded on.

    Its allocations are undone, so that items are open again with their own due dates, and what was moved to other
    accounts is moved back; nothing of it lies earlier than `not_before`. Raises NotFound, and Conflict when a
    part has been refunded, or was prepaid credit that expired: money that is gone cannot be taken back.
    """
    pieces = _pieces_of(payment_id)
    if not pieces:
        raise NotFound("payment.not_found", _("There is no such payment."), field="payment_id")
    uses = SourceUse.objects.filter(cash_id__in=[piece.pk for piece in pieces], reversed_by=None)
    if uses.filter(kind=UseKind.CONVERT, to_cash__isnull=False).exists():
        raise Conflict(
            "payment.converted",
            _("A part of this receipt was changed into another currency."),
            field="payment_id",
            cure=_("Undo the change of money first."),
        )
    if uses.filter(kind=UseKind.REFUND).exists():
        raise Conflict(
            "payment.refunded",
            _("A part of this receipt has been refunded."),
            field="payment_id",
            cure=_("Claim the refunded part back with a debit note."),
        )
    empty_wallets_of(act=act, payment_id=payment_id, not_before=not_before)
    pieces = _pieces_of(payment_id)
    standing = Allocation.objects.filter(cash_id__in=[piece.pk for piece in pieces], reverses=None, reversed_by=None)
    reverse_allocations(act=act, allocation_ids=list(standing.values_list("id", flat=True)), not_before=not_before)
    first, *others = _pieces_of(payment_id)
    for piece in others:
        if piece.open_minor and piece.account_id != first.account_id:
            share = (first.account_id, Money(piece.open_minor, piece.currency))
            _write_moves(act, piece, [share], not_before=not_before)


@dataclass(frozen=True, slots=True, kw_only=True)
class FreedCash:
    """So much that can be taken out of one piece of cash, from `not_before` on; `was_allocated`: it settled items."""

    cash_id: int
    amount: Money
    not_before: date
    was_allocated: bool


def free_cash_part(*, act: Act, payment_id: int, amount: Money, not_before: date) -> list[FreedCash]:
    """Make so much of a receipt unallocated, and say which pieces hold it.

    What is unallocated is used first, then the newest allocations are undone, as many as it takes. Raises NotFound, and
    Refusal `refund.exceeds_left` when less than that is left of the receipt.
    """
    pieces = _pieces_of(payment_id, amount.currency)
    if not pieces:
        raise NotFound("payment.not_found", _("There is no such payment."), field="payment_id")
    undone = _allocations_to_undo(pieces, amount)
    reverse_allocations(act=act, allocation_ids=[row.pk for row in undone], not_before=not_before)
    freed, touched = [], {row.cash_id for row in undone}
    missing = amount.amount_minor
    for piece in _pieces_of(payment_id, amount.currency):
        share = min(piece.open_minor, missing)
        if share <= 0:
            continue
        missing -= share
        freed.append(
            FreedCash(
                cash_id=piece.pk,
                amount=Money(share, piece.currency),
                not_before=piece.accounting_date,
                was_allocated=piece.pk in touched,
            )
        )
    return freed


def _allocations_to_undo(pieces: Sequence[UnallocatedCash], amount: Money) -> list[Allocation]:
    """The newest allocations of pieces that together with what is unallocated come to the amount."""
    missing = amount.amount_minor - sum(piece.open_minor for piece in pieces)
    undone: list[Allocation] = []
    standing = Allocation.objects.filter(cash_id__in=[piece.pk for piece in pieces], reverses=None, reversed_by=None)
    for row in standing.order_by("-id") if missing > 0 else ():
        undone.append(row)
        missing -= row.amount_minor
        if missing <= 0:
            break
    if missing > 0:
        raise Refusal(
            "refund.exceeds_left",
            _("Less than %(amount)s is left of this receipt.") % {"amount": amount},
            field="amount",
            cure=_("Look at what of it was refunded, or is kept as prepaid money."),
        )
    return undone


def _pieces_of(payment_id: int, currency: str = "") -> list[UnallocatedCash]:
    """All pieces of a receipt, or those of a currency, locked; the first is the one it started as."""
    ids = UnallocatedCash.objects.filter(payment_id=payment_id).values_list("id", flat=True)
    ids = ids.filter(currency=currency) if currency else ids
    return lock_rows(UnallocatedCash, list(ids))


def end_cash(*, act: Act, payment_id: int, day: date, entry_id: int) -> None:
    """Take the money of a receipt out of the books: the bank has it back. `free_cash` came before."""
    pieces = [piece for piece in _pieces_of(payment_id) if piece.open_minor]
    SourceUse.objects.bulk_create(
        _use(act, UseKind.RETURN, piece, amount_minor=piece.open_minor, day=day, entry_id=entry_id) for piece in pieces
    )
    for piece in pieces:
        piece.open_minor = 0
        piece.save(update_fields=["open_minor"])


def use_for_refund(*, act: Act, source: UnallocatedCash | OpenItem, refund: RefundRow) -> None:
    """Take refunded money off a locked source: a piece of cash, or a credit note's item."""
    _use(
        act,
        UseKind.REFUND,
        source,
        amount_minor=refund.amount.amount_minor,
        day=refund.accounting_date,
        entry_id=refund.entry_id,
        refund_id=refund.refund_id,
    ).save()
    used = refund.amount.amount_minor
    source.open_minor -= used if isinstance(source, UnallocatedCash) else -used
    source.save(update_fields=["open_minor"])
