"""Writes of payments: receipts recorded in batches, their undoing, refunds.

These are parts of the acts of `workflow.payment_intake`, which opens the journey; none of them is a verb.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from billwright.kernel.acts import Act
from billwright.kernel.bulk import insert_records
from billwright.kernel.constraints import check_references_now
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.locking import lock_names, lock_rows
from billwright.kernel.money import Money
from billwright.kernel.numbering import take_ids
from billwright.ledger.operations import EntryDraft, Side, post_entries, reverse_entries
from billwright.ledger.queries import first_open_days
from billwright.ledger.states import EntryKind, LedgerRole
from billwright.org.operations import take_numbers, take_numbers_of_days
from billwright.org.states import DocumentKind
from billwright.payments import queries
from billwright.payments.models import Payment, PaymentReturn, Refund
from billwright.payments.queries import AccountFacts
from billwright.payments.rows import Receipt, RecordedReceipt, RecordedReturn, RefundIn, RefundRow
from billwright.payments.states import PAYMENT, PaymentMethod, ReturnKind

# From so many receipts on their foreign keys are checked before numbers are taken, not under the lock of the series.
MANY_RECEIPTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunReceipt:
    """A receipt that is posted under the id that it will have, but not yet numbered and written."""

    payment_id: int
    receipt: Receipt
    legal_entity_id: int
    accounting_date: date
    entry_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunReceipts:
    """A batch of receipts: those that are new, and those that were there before, by source and key."""

    asked: Sequence[Receipt]
    fresh: dict[tuple[str, str], BegunReceipt]
    known: dict[tuple[str, str], RecordedReceipt]

    @property
    def payment_ids(self) -> list[int]:
        """The receipts' ids in the order given."""
        ids = {key: row.payment_id for key, row in self.known.items()}
        ids |= {key: begun.payment_id for key, begun in self.fresh.items()}
        return [ids[receipt.source, receipt.source_key] for receipt in self.asked]


def take_payment_ids(count: int) -> list[int]:
    """Ids of receipts still to be recorded, so that what refers to them can be written before their numbers come."""
    return take_ids(table="payments_payment", count=count)


def begin_receipts(*, act: Act, receipts: Sequence[Receipt]) -> BegunReceipts:
    """Post receipts to unallocated cash or suspense; `finish_receipts` numbers and writes them, last of all.

    A receipt with a known (source, source_key) is answered with what exists. Raises Refusal naming the row when an
    amount is not positive, an account or currency does not fit, Conflict when a repeat says something else.
    """
    facts = queries.account_facts({receipt.account_id for receipt in receipts if receipt.account_id is not None})
    _refuse_bad(receipts, facts)
    lock_names(*{f"receipts:{receipt.source}" for receipt in receipts})
    known = queries.receipts_by_key([(receipt.source, receipt.source_key) for receipt in receipts])
    fresh: dict[tuple[str, str], Receipt] = {}
    for row, receipt in enumerate(receipts, start=1):
        key = (receipt.source, receipt.source_key)
        if key in known:
            _refuse_other(receipt, known[key], row)
        elif key in fresh:
            _refuse_twice(receipt, fresh[key], row)
        else:
            fresh[key] = receipt
    return BegunReceipts(
        asked=receipts,
        fresh=_posted(act, fresh, facts),
        known={key: queries.recorded(payment, repeated=True) for key, payment in known.items()},
    )


def finish_receipts(*, act: Act, begun: BegunReceipts) -> list[RecordedReceipt]:
    """Number and write begun receipts, last of all: whoever records receipts of the same company waits from here to
    the commit (docs/decisions/0021). The answers stand in the order given.
    """
    rows = list(begun.fresh.values())
    numbers = _numbers(rows)
    insert_records(Payment, [_record(act, row, number) for row, number in zip(rows, numbers, strict=True)])
    recorded = begun.known | {
        key: _recorded(row, number) for (key, row), number in zip(begun.fresh.items(), numbers, strict=True)
    }
    return [recorded[receipt.source, receipt.source_key] for receipt in begun.asked]


def _refuse_bad(receipts: Sequence[Receipt], facts: dict[int, AccountFacts]) -> None:
    banks = queries.bank_account_entities({r.bank_account_id for r in receipts if r.bank_account_id is not None})
    for row, receipt in enumerate(receipts, start=1):
        if receipt.amount.amount_minor <= 0:
            raise Refusal(
                "payment.not_positive",
                _("A receipt is above zero, not %(amount)s.") % {"amount": receipt.amount},
                field="amount",
                row=row,
                cure=_("Money that goes out is a refund or a return."),
            )
        if not receipt.source or not receipt.source_key:
            raise Refusal(
                "payment.without_key",
                _("A receipt needs the key that it has where it came from."),
                field="source_key",
                row=row,
                cure=_("Give the bank's reference, or any text that is the same when it is sent again."),
            )
        entity = _entity_of(receipt, facts, row)
        if receipt.bank_account_id is not None and banks.get(receipt.bank_account_id) != entity:
            raise Refusal(
                "payment.other_bank_account",
                _("The bank account does not belong to the legal entity that is paid."),
                field="bank_account_id",
                row=row,
                cure=_("Record it without an account in the books of the bank account's entity, then move it."),
            )


def _entity_of(receipt: Receipt, facts: dict[int, AccountFacts], row: int) -> int:
    if receipt.account_id is None:
        if receipt.legal_entity_id is None:
            raise Refusal(
                "payment.without_entity",
                _("Neither the payer's account nor the legal entity is known."),
                field="account_id",
                row=row,
                cure=_("Say whose bank account the money reached."),
            )
        return receipt.legal_entity_id
    account = facts.get(receipt.account_id)
    if account is None:
        raise Refusal(
            "account.not_found",
            _("There is no billing account %(id)s.") % {"id": receipt.account_id},
            field="account_id",
            row=row,
            cure=_("Leave the account out: the money then waits in suspense."),
        )
    if receipt.legal_entity_id not in (None, account.legal_entity_id):
        raise Refusal(
            "payment.other_entity",
            _("The account belongs to another legal entity."),
            field="legal_entity_id",
            row=row,
            cure=_("Leave the entity out, or record the money without an account."),
        )
    if receipt.amount.currency != account.currency:
        raise Refusal(
            "payment.other_currency",
            _("The account is kept in %(theirs)s, not in %(given)s.")
            % {"theirs": account.currency, "given": receipt.amount.currency},
            field="amount",
            row=row,
            cure=_("Record what arrived in the currency of the account."),
        )
    return account.legal_entity_id


def _refuse_other(receipt: Receipt, payment: Payment, row: int) -> None:
    same = Money(payment.amount_minor, payment.currency) == receipt.amount
    if not same or payment.value_date != receipt.value_date or payment.account_id != receipt.account_id:
        raise _recorded_otherwise(receipt, row)


def _refuse_twice(receipt: Receipt, earlier: Receipt, row: int) -> None:
    if receipt != earlier:
        raise _recorded_otherwise(receipt, row)


def _recorded_otherwise(receipt: Receipt, row: int) -> Conflict:
    return Conflict(
        "payment.recorded_otherwise",
        _("The receipt %(key)s is already recorded with other facts.") % {"key": receipt.source_key},
        field="source_key",
        row=row,
        cure=_("If it is another receipt, give it a key of its own; if the first was wrong, reverse that one."),
    )


def _posted(
    act: Act, fresh: dict[tuple[str, str], Receipt], facts: dict[int, AccountFacts]
) -> dict[tuple[str, str], BegunReceipt]:
    receipts = list(fresh.values())
    entities = [_entity_of(receipt, facts, row) for row, receipt in enumerate(receipts, start=1)]
    open_days = first_open_days(
        {(entity, receipt.value_date) for entity, receipt in zip(entities, receipts, strict=True)}
    )
    days = [open_days[entity, receipt.value_date] for entity, receipt in zip(entities, receipts, strict=True)]
    taken = iter(take_payment_ids(sum(receipt.payment_id is None for receipt in receipts)))
    ids = [next(taken) if receipt.payment_id is None else receipt.payment_id for receipt in receipts]
    entry_ids = post_entries(
        act=act,
        drafts=[
            _receipt_entry(receipt, entity, day, f"payment:{id_}")
            for receipt, entity, day, id_ in zip(receipts, entities, days, ids, strict=True)
        ],
    )
    if len(receipts) >= MANY_RECEIPTS:
        check_references_now(tables=["ledger_journal_entry", "ledger_posting"], except_to="payments_payment")
    rows = zip(receipts, entities, days, ids, entry_ids, strict=True)
    return {
        (receipt.source, receipt.source_key): BegunReceipt(
            payment_id=id_, receipt=receipt, legal_entity_id=entity, accounting_date=day, entry_id=entry_id
        )
        for receipt, entity, day, id_, entry_id in rows
    }


def _numbers(rows: Sequence[BegunReceipt]) -> list[str]:
    """Our next receipt numbers, in the order of the batch; imported receipts keep theirs."""
    wanted = Counter((row.legal_entity_id, row.accounting_date) for row in rows if not row.receipt.imported)
    taken = {
        (entity, day): numbers
        for entity in sorted({entity for entity, _ in wanted})
        for day, numbers in take_numbers_of_days(
            legal_entity_id=entity,
            kind=DocumentKind.RECEIPT,
            counts={day: count for (of, day), count in wanted.items() if of == entity},
        ).items()
    }
    given: Counter[tuple[int, date]] = Counter()
    numbers = []
    for row in rows:
        if row.receipt.imported:
            numbers.append(row.receipt.number)
            continue
        place = (row.legal_entity_id, row.accounting_date)
        numbers.append(taken[place].shown(given[place]))
        given[place] += 1
    return numbers


def _receipt_entry(receipt: Receipt, legal_entity_id: int, day: date, entry_key: str) -> EntryDraft:
    """Dr bank (clearing) / Cr unallocated cash of the payer; a payer not yet known stands in suspense.

    Credit that we give comes from an expense of its own.
    """
    if receipt.imported:
        from_role = LedgerRole.MIGRATION_CLEARING
    elif receipt.method == PaymentMethod.CREDIT:
        from_role = LedgerRole.CREDIT_GIVEN
    elif receipt.through_clearing:
        from_role = LedgerRole.BANK_CLEARING
    else:
        from_role = LedgerRole.BANK
    to_role = LedgerRole.UNALLOCATED_CASH if receipt.account_id is not None else LedgerRole.SUSPENSE
    return EntryDraft(
        legal_entity_id=legal_entity_id,
        kind=EntryKind.IMPORT if receipt.imported else EntryKind.RECEIPT,
        document_date=receipt.value_date,
        accounting_date=day,
        entry_key=entry_key,
        sides=(
            Side(role=from_role, amount=receipt.amount),
            Side(role=to_role, amount=-receipt.amount, billing_account_id=receipt.account_id),
        ),
    )


def _record(act: Act, row: BegunReceipt, number: str) -> dict[str, object]:
    receipt = row.receipt
    return {
        "id": row.payment_id,
        "number": number,
        "legal_entity_id": row.legal_entity_id,
        "account_id": receipt.account_id,
        "currency": receipt.amount.currency,
        "amount_minor": receipt.amount.amount_minor,
        "method": receipt.method,
        "reference": receipt.reference,
        "text": receipt.text,
        "payer_name": receipt.payer_name,
        "value_date": receipt.value_date,
        "accounting_date": row.accounting_date,
        "bank_account_id": receipt.bank_account_id,
        "entry_id": row.entry_id,
        "source": receipt.source,
        "source_key": receipt.source_key,
        "recorded_by": act.actor,
        "recorded_at": act.at,
    }


def _recorded(row: BegunReceipt, number: str) -> RecordedReceipt:
    return RecordedReceipt(
        payment_id=row.payment_id,
        number=number,
        legal_entity_id=row.legal_entity_id,
        account_id=row.receipt.account_id,
        amount=row.receipt.amount,
        value_date=row.receipt.value_date,
        accounting_date=row.accounting_date,
        entry_id=row.entry_id,
        repeated=False,
    )


def record_return(
    *, act: Act, payment_id: int, kind: ReturnKind, value_date: date, reason_code: str = ""
) -> RecordedReturn:
    """Undo a receipt: the bank's entry the other way round, and the state RETURNED.

    A receipt that was recorded wrongly is undone on its own day. The caller has freed the money first. Raises
    NotFound, or IllegalTransition when it was undone before.
    """
    locked = lock_rows(Payment, [payment_id])
    if not locked:
        raise NotFound("payment.not_found", _("There is no such payment."), field="payment_id")
    [payment] = locked
    payment.state = PAYMENT.enter("return", payment.state)
    on = payment.value_date if kind == ReturnKind.RECORDED_WRONGLY else value_date
    [entry_id] = reverse_entries(
        act=act, entry_ids=[payment.entry_id], on=max(on, payment.value_date), narration=act.reason[:200]
    )
    day = queries.entry_day(entry_id)
    payment.save(update_fields=["state"])
    PaymentReturn.objects.create(
        payment=payment,
        kind=kind,
        reason_code=reason_code,
        reason=act.reason,
        value_date=on,
        accounting_date=day,
        entry_id=entry_id,
        recorded_by=act.actor,
        recorded_at=act.at,
    )
    return RecordedReturn(payment_id=payment.pk, accounting_date=day, entry_id=entry_id)


def record_refund(*, act: Act, refund: RefundIn) -> RefundRow:
    """Book money sent back: Dr what was owed to the customer / Cr bank. The caller has checked what is left."""
    day = first_open_days({(refund.legal_entity_id, refund.value_date)})[refund.legal_entity_id, refund.value_date]
    [id_] = take_ids(table="payments_refund", count=1)
    out_of = Side(refund.amount, refund.out_of, billing_account_id=refund.account_id, base_minor=refund.base_minor)
    bank = Side(role=LedgerRole.BANK_CLEARING if refund.through_clearing else LedgerRole.BANK, amount=-refund.amount)
    [entry_id] = post_entries(
        act=act,
        drafts=[
            EntryDraft(
                legal_entity_id=refund.legal_entity_id,
                kind=EntryKind.REFUND,
                document_date=refund.value_date,
                accounting_date=day,
                entry_key=f"refund:{id_}",
                sides=(out_of, bank),
                narration=act.reason[:200],
                realizes=True,
            )
        ],
    )
    numbers = take_numbers(legal_entity_id=refund.legal_entity_id, kind=DocumentKind.REFUND, on=day, count=1)
    row = Refund.objects.create(
        id=id_,
        number=numbers.shown(0),
        legal_entity_id=refund.legal_entity_id,
        account_id=refund.account_id,
        payment_id=refund.payment_id,
        currency=refund.amount.currency,
        amount_minor=refund.amount.amount_minor,
        method=refund.method,
        reference=refund.reference,
        value_date=refund.value_date,
        accounting_date=day,
        entry_id=entry_id,
        reason=act.reason[:200],
        recorded_by=act.actor,
        recorded_at=act.at,
    )
    return queries.refund_row(row)
