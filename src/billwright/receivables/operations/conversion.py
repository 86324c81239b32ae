"""Changing unallocated money into the currency of another account, at the dated rate, and undoing it.

An account has one currency and each currency of an entry balances by itself (model rule 3): money that came in another
one settles nothing before it is changed. What it was posted at and what it becomes differ in base currency by the
realised exchange difference.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.locking import lock_rows
from billwright.kernel.money import Money, round_minor
from billwright.kernel.numbering import take_ids
from billwright.ledger.operations import EntryDraft, Side, post_entries, post_entry
from billwright.ledger.queries import base_minor_of, first_open_days
from billwright.ledger.states import EntryKind, LedgerRole
from billwright.org.queries import RateRow, get_dated_rate
from billwright.payments.queries import AccountFacts, account_facts
from billwright.receivables.models import Allocation, SourceUse, UnallocatedCash
from billwright.receivables.operations.carrying import Carrying
from billwright.receivables.operations.settlement import cash_role
from billwright.receivables.queries.cash import cash_row
from billwright.receivables.rows import ConversionRow
from billwright.receivables.states import UseKind


@verb(
    "unallocated_cash.convert",
    subject=lambda arguments, _answer: f"unallocated_cash:{arguments['cash_id']}",
    amount=lambda arguments: arguments["amount"],
)
def convert_cash(*, act: Act, cash_id: int, account_id: int, amount: Money, on: date) -> ConversionRow:
    """Change money of a piece into the currency of an account, at the rate that holds on a day; it waits there.

    Raises NotFound `cash.not_found`, `account.not_found`; Refusal `cash.same_currency`, `cash.other_entity`,
    `cash.exceeds_left`, `cash.before_money`, `cash.comes_to_nothing`, `rate.missing`.
    """
    cash = _locked(cash_id)
    facts = _account(account_id)
    _refuse_bad(cash, facts, amount, on)
    rate = get_dated_rate(from_currency=cash.currency, to_currency=facts.currency, on=on)
    became = _changed(amount, rate, facts.currency)
    day = first_open_days({(cash.legal_entity_id, on)})[cash.legal_entity_id, on]
    piece = _piece(act, cash, account_id, became, day)
    stood = Carrying([cash]).leave(cash, amount.amount_minor)
    left = base_minor_of(amount, legal_entity_id=cash.legal_entity_id, on=day) if stood is None else stood
    came = base_minor_of(became, legal_entity_id=cash.legal_entity_id, on=day)
    entry_id = post_entry(act=act, draft=_entry(act, cash, piece, (amount, left), (became, came), day))
    piece.save(force_insert=True)
    use = _use(act, cash, amount.amount_minor, day, entry_id, to_cash=piece, rate=rate)
    note_change(
        after={"given": str(amount), "became": str(became), "rate": str(rate.rate), "source": rate.source},
        effective_on=day,
    )
    return ConversionRow(
        use_id=use.pk,
        from_cash_id=cash.pk,
        given=amount,
        became=cash_row(piece),
        rate=rate.rate,
        rate_from=rate.valid_from,
        rate_source=rate.source,
        accounting_date=day,
        entry_id=entry_id,
    )


def _locked(cash_id: int) -> UnallocatedCash:
    found = lock_rows(UnallocatedCash, [cash_id])
    if not found:
        raise NotFound("cash.not_found", _("There is no such piece of unallocated cash."), field="cash_id")
    return found[0]


def _account(account_id: int) -> AccountFacts:
    facts = account_facts([account_id]).get(account_id)
    if facts is None:
        raise NotFound("account.not_found", _("There is no such billing account."), field="account_id")
    return facts


def _refuse_bad(cash: UnallocatedCash, facts: AccountFacts, amount: Money, on: date) -> None:
    left = Money(cash.open_minor, cash.currency)
    if facts.legal_entity_id != cash.legal_entity_id:
        raise Refusal(
            "cash.other_entity", _("The account belongs to another legal entity than the money."), field="account_id",
            cure=_("Change it in the books that hold it, then move it to the other company."),
        )  # fmt: skip
    if facts.currency == cash.currency:
        raise Refusal(
            "cash.same_currency", _("That account is kept in the currency of the money."), field="account_id",
            cure=_("Move the money: there is nothing to change."),
        )  # fmt: skip
    if amount.currency != cash.currency or not 0 < amount.amount_minor <= left.amount_minor:
        raise Refusal(
            "cash.exceeds_left", _("Only %(left)s of the money is left.") % {"left": left}, field="amount",
            cure=_("Change an amount above zero and at most that."),
        )  # fmt: skip
    if on < cash.accounting_date:
        raise Refusal(
            "cash.before_money", _("The money came on %(day)s.") % {"day": cash.accounting_date}, field="on",
            cure=_("Choose that day or a later one."),
        )  # fmt: skip


def _changed(amount: Money, rate: RateRow, currency: str) -> Money:
    """What an amount becomes at a rate. Raises Refusal when that rounds to nothing."""
    became = round_minor(amount.decimal * rate.rate, currency)
    if became.amount_minor == 0:
        raise Refusal(
            "cash.comes_to_nothing",
            _("So little money comes to nothing there."),
            field="amount",
            cure=_("Change more of it at once."),
        )
    return became


def _piece(act: Act, cash: UnallocatedCash, account_id: int, became: Money, day: date) -> UnallocatedCash:
    [id_] = take_ids(table="receivables_unallocated_cash", count=1)
    return UnallocatedCash(
        id=id_,
        account_id=account_id,
        legal_entity_id=cash.legal_entity_id,
        payment_id=cash.payment_id,
        currency=became.currency,
        value_date=cash.value_date,
        accounting_date=day,
        amount_minor=became.amount_minor,
        open_minor=became.amount_minor,
        recorded_at=act.at,
    )


def _entry(
    act: Act,
    cash: UnallocatedCash,
    piece: UnallocatedCash,
    given: tuple[Money, int],
    became: tuple[Money, int],
    day: date,
) -> EntryDraft:
    """Each amount, with its own in base currency, against exchange differences: there what was won or lost is left."""
    (given_amount, left), (became_amount, came) = given, became
    return EntryDraft(
        legal_entity_id=cash.legal_entity_id,
        kind=EntryKind.TRANSFER,
        document_date=day,
        accounting_date=day,
        entry_key=f"unallocated_cash:{piece.pk}",
        sides=(
            Side(given_amount, cash_role(cash), billing_account_id=cash.account_id, base_minor=left),
            Side(-given_amount, LedgerRole.EXCHANGE_DIFFERENCE, base_minor=-left),
            Side(became_amount, LedgerRole.EXCHANGE_DIFFERENCE, base_minor=came),
            Side(-became_amount, LedgerRole.UNALLOCATED_CASH, billing_account_id=piece.account_id, base_minor=-came),
        ),
        narration=act.reason[:200],
    )


def _use(
    act: Act,
    cash: UnallocatedCash,
    amount_minor: int,
    day: date,
    entry_id: int,
    *,
    to_cash: UnallocatedCash | None = None,
    rate: RateRow | None = None,
    reverses: SourceUse | None = None,
) -> SourceUse:
    """Write a use and bring what is left of the piece up to date."""
    cash.open_minor -= amount_minor
    cash.save(update_fields=["open_minor"])
    return SourceUse.objects.create(
        account_id=cash.account_id,
        kind=UseKind.CONVERT,
        cash=cash,
        to_cash=to_cash,
        amount_minor=amount_minor,
        currency=cash.currency,
        accounting_date=day,
        entry_id=entry_id,
        rate=rate.rate if rate else None,
        rate_from=rate.valid_from if rate else None,
        rate_source=rate.source if rate else "",
        reason=act.reason[:200],
        recorded_by=act.actor,
        recorded_at=act.at,
        reverses=reverses,
    )


@verb(
    "unallocated_cash.convert_back",
    subject=lambda arguments, _answer: f"unallocated_cash:{arguments['cash_id']}",
)
def undo_conversion(*, act: Act, cash_id: int) -> Money:
    """Take a change of money back, at the rate that it was made at; returns what is left of the piece it came from.

    `cash_id` is the piece that it became. Raises NotFound; Conflict `cash.not_converted`, `cash.used`.
    """
    use = SourceUse.objects.filter(to_cash_id=cash_id, kind=UseKind.CONVERT).first()
    if use is None or use.cash_id is None or hasattr(use, "reversed_by"):
        raise Conflict("cash.not_converted", _("This money was not changed, or that was undone."), field="cash_id")
    cash, piece = lock_rows(UnallocatedCash, [use.cash_id, cash_id])
    if piece.open_minor != piece.amount_minor or Allocation.objects.filter(cash=piece, reverses=None, reversed_by=None):
        raise Conflict(
            "cash.used", _("Some of it is in use."), field="cash_id", cure=_("Unallocate it or move it back first.")
        )
    asked = (cash.legal_entity_id, use.accounting_date)
    day = first_open_days({asked})[asked]
    [entry_id] = post_entries(act=act, drafts=[_entry_back(act, use, cash, piece, day)], reverses=[use.entry_id])
    _use(act, piece, piece.amount_minor, day, entry_id)
    _use(act, cash, -use.amount_minor, day, entry_id, reverses=use)
    note_change(after={"given_back": str(Money(use.amount_minor, use.currency))}, effective_on=day)
    return Money(cash.open_minor, cash.currency)


def _entry_back(act: Act, use: SourceUse, cash: UnallocatedCash, piece: UnallocatedCash, day: date) -> EntryDraft:
    """The change the other way round: its rate is what both stand at, with what else was used of the money since."""
    carrying = Carrying([cash, piece])
    given, became = Money(use.amount_minor, use.currency), Money(piece.amount_minor, piece.currency)
    back, gone = carrying.leave(cash, -given.amount_minor), carrying.leave(piece, became.amount_minor)
    entry = _entry(
        act,
        cash,
        piece,
        (-given, -given.amount_minor if back is None else back),
        (-became, -became.amount_minor if gone is None else -gone),
        day,
    )
    return replace(entry, kind=EntryKind.REVERSAL)
