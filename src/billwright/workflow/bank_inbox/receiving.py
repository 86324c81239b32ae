"""What becomes of the entries: receipts, or nothing with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from billwright.kernel.acts import Act, Arguments, note_change, verb
from billwright.kernel.bulk import no_collection
from billwright.kernel.errors import Refusal
from billwright.org.queries import list_all_bank_accounts
from billwright.payments.operations import take_payment_ids
from billwright.payments.operations.bank import move_entries, point_to, receive_into
from billwright.payments.queries.bank import get_bank_entries
from billwright.payments.rows import BankEntryRow
from billwright.payments.states import BANK_ENTRY
from billwright.workflow.payment_intake import ReceiptIn, ReceiptOut, receive_payments

# Source keys hold so many letters; a digest of so many is unique enough beside day and count.
DIGEST_LETTERS = 32


def _subject(arguments: Arguments, _answer: Any) -> str:
    ids = arguments["bank_entry_ids"]
    return f"bank_entry:{ids[0]}" if len(ids) == 1 else f"bank_entries:{len(ids)}"


@verb("bank_entry.receive", subject=_subject)
def receive_entries(*, act: Act, bank_entry_ids: Sequence[int]) -> tuple[ReceiptOut, ...]:
    """Record entries that came in as receipts, in suspense until their payer is known; one receipt an entry.

    Raises Refusal for money that went out, IllegalTransition for an entry that is not new.
    """
    with no_collection():
        return _receive(act, _chosen(bank_entry_ids))


def _receive(act: Act, entries: Sequence[BankEntryRow]) -> tuple[ReceiptOut, ...]:
    owners = {account.id: account.legal_entity_id for account in list_all_bank_accounts()}
    for row, entry in enumerate(entries, start=1):
        BANK_ENTRY.enter("receive", entry.state)
        if entry.amount.amount_minor <= 0:
            raise Refusal(
                "bank_entry.went_out",
                _("%(amount)s went out: it is no receipt.") % {"amount": entry.amount},
                field="bank_entry_ids",
                row=row,
                cure=_("A return or a debit is dealt with by itself; leave it out here."),
            )
    payments = dict(zip([entry.id for entry in entries], take_payment_ids(len(entries)), strict=True))
    # Before the receipts, whose numbers come last: nobody waits for them meanwhile (docs/decisions/0021).
    receive_into(payments=payments)
    receipts = [_receipt(entry, owners[entry.bank_account_id], payments[entry.id]) for entry in entries]
    answers = receive_payments(act=act.nested(), receipts=receipts, policy=None)
    recorded_before = {
        entry.id: answer.payment_id
        for entry, answer in zip(entries, answers, strict=True)
        if answer.payment_id != payments[entry.id]
    }
    if recorded_before:
        point_to(payments=recorded_before)
    note_change(after={"entries": len(entries)})
    return answers


def _chosen(bank_entry_ids: Sequence[int]) -> list[BankEntryRow]:
    if not bank_entry_ids:
        raise Refusal("bank_entry.none", _("No entry was chosen."), field="bank_entry_ids")
    return get_bank_entries(list(dict.fromkeys(bank_entry_ids)))


def _receipt(entry: BankEntryRow, legal_entity_id: int, payment_id: int) -> ReceiptIn:
    return ReceiptIn(
        source=f"bank:{entry.bank_account_id}",
        source_key=f"{entry.booking_date.isoformat()}:{entry.digest[:DIGEST_LETTERS]}:{entry.occurrence}",
        amount=entry.amount,
        value_date=entry.value_date,
        legal_entity_id=legal_entity_id,
        reference=entry.end_to_end or entry.bank_reference,
        text=entry.remittance[:400],
        payer_name=entry.counterparty,
        bank_account_id=entry.bank_account_id,
        payment_id=payment_id,
    )


@verb("bank_entry.ignore", subject=_subject)
def ignore_entries(*, act: Act, bank_entry_ids: Sequence[int]) -> tuple[BankEntryRow, ...]:
    """Leave entries out of the work, such as transfers between own accounts. The act's reason is kept with them."""
    act.require_reason(
        "bank_entry.without_reason", _("Leaving an entry out needs a reason."), cure=_("Say what it is.")
    )
    rows = move_entries(verb="ignore", entry_ids=list(dict.fromkeys(bank_entry_ids)), reason=act.reason)
    note_change(after={"entries": len(rows)})
    return tuple(rows)


@verb("bank_entry.reopen", subject=_subject)
def reopen_entries(*, act: Act, bank_entry_ids: Sequence[int]) -> tuple[BankEntryRow, ...]:
    """Take entries that were left out back into the work."""
    rows = move_entries(verb="reopen", entry_ids=list(dict.fromkeys(bank_entry_ids)))
    note_change(after={"entries": len(rows)})
    return tuple(rows)
