"""Entries of bank statements that speak of debits: the sum of a run, and single debits that came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.ledger.operations import EntryDraft, Side, post_entries
from billwright.ledger.queries import first_open_days
from billwright.ledger.states import EntryKind, LedgerRole
from billwright.org.queries import list_all_bank_accounts
from billwright.payments.collecting_rows import CollectionRow, CollectionRunRow
from billwright.payments.operations.bank import move_entries
from billwright.payments.operations.collections import lock_collections, lock_run
from billwright.payments.queries.bank import get_bank_entries
from billwright.payments.queries.collections import collections_by_reference, runs_by_message
from billwright.payments.rows import BankEntryRow
from billwright.payments.states import BANK_ENTRY, CollectionState
from billwright.workflow.collecting.failing import FailureIn
from billwright.workflow.collecting.outcomes import close_if_done, record_one, settle


@dataclass(frozen=True, slots=True, kw_only=True)
class HandledEntry:
    """What an entry was: the sum of a run (`run_id`) or a debit that came back (`collection_id`)."""

    bank_entry_id: int
    run_id: int | None = None
    collection_id: int | None = None


@verb("collection.take_bank_entries", subject=lambda arguments, _: f"bank_entries:{len(arguments['bank_entry_ids'])}")
def take_bank_entries(*, act: Act, bank_entry_ids: Sequence[int]) -> tuple[HandledEntry, ...]:
    """Work entries that speak of debits: sums of runs clear what was presumed, returns undo their receipts.

    What speaks of none is passed over and stays in the inbox. Raises IllegalTransition for an entry that is not new.
    """
    entries = get_bank_entries(list(dict.fromkeys(bank_entry_ids)))
    debits = collections_by_reference([entry.end_to_end for entry in entries if entry.end_to_end])
    runs = runs_by_message([name for entry in entries for name in (entry.end_to_end, entry.bank_reference) if name])
    owners = {account.id: account.legal_entity_id for account in list_all_bank_accounts()}
    handled = []
    for entry in entries:
        BANK_ENTRY.enter("handle", entry.state)
        entity_id = owners[entry.bank_account_id]
        run = runs.get(entry.end_to_end) or runs.get(entry.bank_reference)
        debit = debits.get(entry.end_to_end)
        if run is not None and run.legal_entity_id == entity_id and entry.amount.amount_minor > 0:
            _clear_run(act, entry, run)
            handled.append(HandledEntry(bank_entry_id=entry.id, run_id=run.id))
        elif debit is not None and debit.legal_entity_id == entity_id and _same_size(entry, debit):
            _take_one(act, entry, debit)
            handled.append(HandledEntry(bank_entry_id=entry.id, collection_id=debit.id))
    note_change(after={"handled": len(handled), "passed_over": len(entries) - len(handled)})
    return tuple(handled)


def _same_size(entry: BankEntryRow, debit: CollectionRow) -> bool:
    return entry.amount in (debit.amount, -debit.amount)


def _clear_run(act: Act, entry: BankEntryRow, run: CollectionRunRow) -> None:
    """The sum of the run has arrived: what waits in clearing is money at the bank."""
    locked = lock_run(run.id)
    if locked.cleared_minor + entry.amount.amount_minor > locked.total_minor:
        raise Refusal(
            "collection_run.cleared",
            _("The run was over %(total)s, of which %(cleared)s came before.")
            % {"total": run.total, "cleared": run.cleared},
            field="bank_entry_ids",
            cure=_("Look at which run this sum belongs to."),
        )
    locked.cleared_minor += entry.amount.amount_minor
    locked.save(update_fields=["cleared_minor"])
    _post(act, entry, run.legal_entity_id, f"collection run {run.message_id}")


def _take_one(act: Act, entry: BankEntryRow, debit: CollectionRow) -> None:
    """One debit on its own: booked, or come back."""
    [row] = lock_collections([debit.id])
    if entry.amount.amount_minor > 0:
        if row.state == CollectionState.SUBMITTED:
            settle(act=act, debits=[debit], on=entry.value_date)
    else:
        failure = FailureIn(
            collection=debit,
            code=(entry.return_reason or entry.code)[:20],
            on=entry.value_date,
            text=entry.remittance[:200],
        )
        record_one(act=act, failure=failure)
    if debit.run_id is not None:
        close_if_done(act, debit.run_id)
    _post(act, entry, debit.legal_entity_id, f"debit {debit.end_to_end}")


def _post(act: Act, entry: BankEntryRow, legal_entity_id: int, what: str) -> None:
    """Dr bank / Cr bank clearing by what the statement shows (the other way round where money went out)."""
    day = _open_day(legal_entity_id, entry.value_date)
    post_entries(
        act=act,
        drafts=[
            EntryDraft(
                legal_entity_id=legal_entity_id,
                kind=EntryKind.TRANSFER,
                document_date=entry.value_date,
                accounting_date=day,
                entry_key=f"bank_entry:{entry.id}:clearing",
                sides=(
                    Side(role=LedgerRole.BANK, amount=entry.amount),
                    Side(role=LedgerRole.BANK_CLEARING, amount=-entry.amount),
                ),
                narration=what[:200],
            )
        ],
    )
    move_entries(verb="handle", entry_ids=[entry.id], reason=what)


def _open_day(legal_entity_id: int, on: date) -> date:
    return first_open_days({(legal_entity_id, on)})[legal_entity_id, on]
