"""Writes of payouts: parts of the acts of `workflow.gateway_intake`; none of them is a verb."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from billwright.kernel.acts import Act
from billwright.kernel.bulk import insert_rows
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.locking import lock_names, lock_rows
from billwright.kernel.money import Money
from billwright.ledger.operations import post_entries
from billwright.ledger.policies import EntryDraft, Side
from billwright.ledger.queries import first_open_days
from billwright.ledger.states import EntryKind, LedgerRole
from billwright.payments.gateway_rows import GatewayRow, PayoutRow
from billwright.payments.gateway_states import PAYOUT
from billwright.payments.models import BankEntry, Chargeback, Payment, Payout, PayoutLine, Refund
from billwright.payments.operations.bank import move_entries
from billwright.payments.ports.gateways import LineKind, PayoutIn, PayoutLineIn
from billwright.payments.queries.gateways import payout_row
from billwright.payments.states import BankEntryState, PaymentState

# A deposit is looked for from so many days before the day that the gateway names until so many after it.
DEPOSIT_DAYS_BEFORE, DEPOSIT_DAYS_AFTER = 2, 10


def add_payout(*, act: Act, gateway: GatewayRow, payout: PayoutIn) -> PayoutRow:
    """Write a payout with its lines, once, and book what the gateway kept: Dr charges / Cr bank clearing."""
    lock_names(f"payout:{gateway.id}:{payout.payout_key}")
    known = Payout.objects.filter(gateway_id=gateway.id, payout_key=payout.payout_key).first()
    if known is not None:
        return payout_row(known)
    row = _payout(act, gateway, payout)
    row.save(force_insert=True)
    insert_rows(PayoutLine, [_line(row, line) for line in payout.lines])
    if row.fees_minor:
        row.fee_entry_id = post_from_clearing(
            act=act,
            gateway=gateway,
            to=LedgerRole.BANK_CHARGES,
            amount=Money(row.fees_minor, row.currency),
            on=payout.paid_on,
            key=f"payout:{row.pk}:fees",
        )
        row.save(update_fields=["fee_entry_id"])
    return payout_row(row)


def _payout(act: Act, gateway: GatewayRow, payout: PayoutIn) -> Payout:
    sums: Counter[LineKind] = Counter()
    for line in payout.lines:
        sums[line.kind] += line.amount.amount_minor
    kept = sum(line.fee.amount_minor for line in payout.lines)
    return Payout(
        gateway_id=gateway.id,
        payout_key=payout.payout_key,
        currency=payout.net.currency,
        gross_minor=sums[LineKind.PAYMENT],
        refunds_minor=sums[LineKind.REFUND],
        chargebacks_minor=sums[LineKind.CHARGEBACK] + sums[LineKind.CHARGEBACK_WON],
        # A fee that stands alone is a line below zero.
        fees_minor=kept - sums[LineKind.FEE],
        other_minor=sums[LineKind.OTHER],
        net_minor=payout.net.amount_minor,
        paid_on=payout.paid_on,
        bank_reference=payout.bank_reference[:140],
        reported_at=act.at,
    )


def _line(payout: Payout, line: PayoutLineIn) -> PayoutLine:
    return PayoutLine(
        payout_id=payout.pk,
        line_key=line.line_key[:100],
        kind=line.kind,
        amount_minor=line.amount.amount_minor,
        fee_minor=line.fee.amount_minor,
        payment_key=line.payment_key[:100],
        object_key=line.object_key[:100],
        happened_on=line.happened_on,
        text=line.text[:200],
    )


def post_from_clearing(*, act: Act, gateway: GatewayRow, to: LedgerRole, amount: Money, on: date, key: str) -> int:
    """Move money out of bank clearing: Dr `to` / Cr bank clearing, on the first open day."""
    day = first_open_days({(gateway.legal_entity_id, on)})[gateway.legal_entity_id, on]
    [entry_id] = post_entries(
        act=act,
        drafts=[
            EntryDraft(
                legal_entity_id=gateway.legal_entity_id,
                kind=EntryKind.TRANSFER,
                document_date=on,
                accounting_date=day,
                entry_key=key,
                sides=(Side(role=to, amount=amount), Side(role=LedgerRole.BANK_CLEARING, amount=-amount)),
                narration=gateway.name,
            )
        ],
    )
    return entry_id


def _locked(payout_id: int) -> Payout:
    found = lock_rows(Payout, [payout_id])
    if not found:
        raise NotFound("payout.not_found", _("There is no such payout."), field="payout_id")
    return found[0]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is in the books of what the lines of a payout name."""

    payments: Mapping[str, Payment]
    refunds: Mapping[tuple[int, int], int]
    chargebacks: Mapping[str, Chargeback]


def _explain_lines(*, payout: Payout, gateway: GatewayRow) -> int:
    """Hold every line against the books, and note what is not known; returns that sum in minor units, signed."""
    lines = list(PayoutLine.objects.filter(payout=payout).order_by("id"))
    known = _known(gateway, lines)
    left = Counter(known.refunds)
    for line in lines:
        payment = known.payments.get(line.payment_key)
        line.payment_id = payment.pk if payment else None
        booked, line.reason = _booked(line, payment, known, left)
        line.unexplained_minor = line.amount_minor - booked
        line.reason = line.reason if line.unexplained_minor else ""
    PayoutLine.objects.bulk_update(lines, ["payment", "unexplained_minor", "reason"], batch_size=1000)
    return sum(line.unexplained_minor for line in lines)


def _known(gateway: GatewayRow, lines: Sequence[PayoutLine]) -> _Known:
    found = Payment.objects.filter(
        source=gateway.source, source_key__among=list({line.payment_key for line in lines} - {""})
    )
    payments = {payment.source_key: payment for payment in found}
    chargebacks = {
        row.chargeback_key: row
        for row in Chargeback.objects.filter(
            gateway_id=gateway.id, chargeback_key__among=list({line.object_key for line in lines} - {""})
        )
    }
    refunds: Counter[tuple[int, int]] = Counter()
    rows = Refund.objects.filter(payment_id__among=[payment.pk for payment in payments.values()])
    parts: Counter[tuple[int, str]] = Counter()
    for refund in rows.exclude(reference__among=[row.chargeback_key for row in chargebacks.values()]):
        # A refund out of several pieces of the same money is one refund to the gateway.
        parts[refund.payment_id or 0, refund.reference] += refund.amount_minor
    for (payment_id, _reference), amount_minor in parts.items():
        refunds[payment_id, amount_minor] += 1
    return _Known(payments, refunds, chargebacks)


def _booked(
    line: PayoutLine, payment: Payment | None, known: _Known, left: Counter[tuple[int, int]]
) -> tuple[int, str]:
    """How much of a line is in the books, signed, and what is missing where it is not all of it."""
    chargeback = known.chargebacks.get(line.object_key)
    match line.kind:
        case LineKind.FEE:
            return line.amount_minor, ""
        case LineKind.PAYMENT:
            return (payment.amount_minor if payment else 0), _("No receipt, or one of another amount, is recorded.")
        case LineKind.REFUND if payment is not None and left[payment.pk, -line.amount_minor] > 0:
            left[payment.pk, -line.amount_minor] -= 1
            return line.amount_minor, ""
        case LineKind.REFUND:
            return 0, _("No such refund is recorded.")
        case LineKind.CHARGEBACK:
            return (-chargeback.amount_minor if chargeback else 0), _("No such chargeback is recorded.")
        case LineKind.CHARGEBACK_WON:
            is_won = chargeback is not None and chargeback.regained_by_id is not None
            return (chargeback.amount_minor if chargeback and is_won else 0), _("No such chargeback was won.")
        case _:
            return 0, _("The gateway calls this by no kind that is known here.")


@dataclass(frozen=True, slots=True)
class DepositFound:
    """The bank entry that a payout is; `in_suspense` is the receipt that it was taken for meanwhile."""

    bank_entry_id: int
    in_suspense: int | None


def find_deposit(*, payout_id: int, gateway: GatewayRow, bank_entry_id: int | None = None) -> DepositFound | None:
    """The entry of our bank account that a payout is, or None when it has one or none is found.

    The one that somebody names, else by its reference, else the only one of exactly its amount. Money that was recorded
    in suspense meanwhile is looked at too. Raises NotFound, Refusal `payout.entry_unfit` for one that cannot be it.
    """
    payout = _locked(payout_id)
    if payout.bank_entry_id is not None or gateway.bank_account_id is None:
        return None
    in_suspense = Q(state=BankEntryState.RECEIVED, payment__account=None, payment__state=PaymentState.RECEIVED)
    free = BankEntry.objects.filter(
        Q(state=BankEntryState.NEW) | in_suspense,
        payout=None,
        bank_account_id=gateway.bank_account_id,
        amount_minor__gt=0,
    ).order_by("value_date", "id")
    if bank_entry_id is not None:
        entry = free.filter(pk=bank_entry_id).first()
        if entry is None:
            raise Refusal(
                "payout.entry_unfit",
                _("This is no open entry of the bank account to which the gateway pays."),
                field="bank_entry_id",
                cure=_("Choose one that came in and is not used yet, or none: it is looked for."),
            )
    else:
        entry = _deposit_among(free, payout)
    return None if entry is None else DepositFound(entry.pk, entry.payment_id)


def _deposit_among(free: QuerySet[BankEntry], payout: Payout) -> BankEntry | None:
    near = free.filter(
        value_date__gte=payout.paid_on - timedelta(days=DEPOSIT_DAYS_BEFORE),
        value_date__lte=payout.paid_on + timedelta(days=DEPOSIT_DAYS_AFTER),
    )
    named = Q(pk=None)
    for name in {payout.payout_key, payout.bank_reference} - {""}:
        named |= Q(remittance__icontains=name) | Q(end_to_end=name) | Q(bank_reference=name)
    if found := near.filter(named).first():
        return found
    alike = list(near.filter(amount_minor=payout.net_minor)[:2])
    return alike[0] if len(alike) == 1 else None


def enter_deposit(*, act: Act, payout_id: int, gateway: GatewayRow, bank_entry_id: int) -> None:
    """Book the deposit, Dr bank / Cr bank clearing, and take its bank entry out of the inbox."""
    payout = _locked(payout_id)
    [entry] = lock_rows(BankEntry, [bank_entry_id])
    payout.deposit_entry_id = post_from_clearing(
        act=act,
        gateway=gateway,
        to=LedgerRole.BANK,
        amount=Money(entry.amount_minor, entry.currency),
        on=entry.value_date,
        key=f"payout:{payout.pk}:deposit",
    )
    payout.bank_entry = entry
    payout.deposit_minor = entry.amount_minor
    payout.save(update_fields=["deposit_entry_id", "bank_entry", "deposit_minor"])
    if entry.state == BankEntryState.NEW:
        move_entries(verb="handle", entry_ids=[entry.pk], reason=_("Payout %(key)s") % {"key": payout.payout_key})


def end_payout(*, payout_id: int, gateway: GatewayRow) -> PayoutRow:
    """Hold the lines against the books, and enter the remainder and the state that follows from it."""
    payout = _locked(payout_id)
    unknown = _explain_lines(payout=payout, gateway=gateway)
    of_lines = PayoutLine.objects.filter(payout=payout)
    moved = sum(of_lines.annotate(net=F("amount_minor") - F("fee_minor")).values_list("net", flat=True))
    deposit = payout.net_minor if payout.deposit_minor is None else payout.deposit_minor
    payout.remainder_minor = unknown + (payout.net_minor - moved) + (deposit - payout.net_minor)
    verb = "differ" if payout.remainder_minor else "reconcile"
    if not payout.remainder_minor and payout.deposit_minor is None:
        verb = "await"
    payout.state = PAYOUT.enter(verb, payout.state)
    payout.save(update_fields=["remainder_minor", "state"])
    return payout_row(payout)


def resolve_payout(*, act: Act, payout_id: int, gateway: GatewayRow, is_charge: bool, on: date) -> PayoutRow:
    """Enter why there is a remainder; as a charge of the gateway it is booked as one."""
    payout = _locked(payout_id)
    payout.state = PAYOUT.enter("resolve", payout.state)
    if is_charge:
        post_from_clearing(
            act=act,
            gateway=gateway,
            to=LedgerRole.BANK_CHARGES,
            amount=Money(-payout.remainder_minor, payout.currency),
            on=on,
            key=f"payout:{payout.pk}:remainder",
        )
    payout.reason, payout.resolved_by, payout.resolved_at = act.reason[:300], act.actor, act.at
    payout.save(update_fields=["state", "reason", "resolved_by", "resolved_at"])
    return payout_row(payout)


def assign_payout(*, payout_id: int, owner: str) -> PayoutRow:
    """Say who looks into it."""
    payout = _locked(payout_id)
    payout.owner = owner[:80]
    payout.save(update_fields=["owner"])
    return payout_row(payout)
