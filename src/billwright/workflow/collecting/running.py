"""A run on its way to the bank: checked, agreed to by a second person, written as a file, or given up."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from billwright.accounts.queries import organization_ids
from billwright.files.operations import keep_file
from billwright.files.queries import get_file, read_content
from billwright.files.states import RetentionClass
from billwright.kernel import outbox, vault
from billwright.kernel.acts import Act, Arguments, note_change, verb
from billwright.kernel.clock import business_date
from billwright.kernel.errors import NotFound, Refusal
from billwright.org.queries import get_legal_entity, list_bank_accounts
from billwright.payments.collecting_rows import BankDetails, CollectionRow, CollectionRunRow
from billwright.payments.operations.collections import (
    FindingDraft,
    count_run,
    lock_collections,
    lock_run,
    move_collections,
    move_run,
    reopen,
    write_findings,
)
from billwright.payments.ports.collection_files import DebitBatch, DebitOut, OwnAccount, WrittenFile, debit_writer
from billwright.payments.queries.collections import get_collection, get_run, list_collections
from billwright.payments.queries.mandates import details_of, get_agreement, mandates_of
from billwright.payments.states import (
    CARDS,
    BankDetailsKind,
    CollectionFindingKind,
    CollectionRunState,
    CollectionState,
    MandateState,
)
from billwright.receivables.operations import release_collections
from billwright.receivables.queries import still_chaseable_parts
from billwright.workflow.collecting.cards import unusable
from billwright.workflow.collecting.outcomes import close_if_done

if TYPE_CHECKING:
    from billwright.payments.models import CollectionRun

HOLDER_LETTERS = 70


def _subject(arguments: Arguments, _row: object) -> str:
    return f"collection_run:{arguments['collection_run_id']}"


@verb("collection_run.check", subject=_subject)
def check_run(*, act: Act, collection_run_id: int) -> CollectionRunRow:
    """Look at every debit once more, and write the file for trial. What may not be collected any more is taken out.

    A run of kept cards has no file. Raises Refusal `collection_run.too_late`, `collection_run.empty`, and what the
    file's format refuses, by row.
    """
    run = lock_run(collection_run_id)
    row = get_run(collection_run_id)
    _refuse_late(act, row)
    dropped = _drop_changed(act, row)
    if row.scheme == CARDS:
        refuse_empty(_prepared(collection_run_id))
    else:
        render_run(act, get_run(collection_run_id))
    note_change(before={"state": run.state}, after={"dropped": dropped})
    run.refresh_from_db()
    checked = move_run(run, "check", checked_at=act.at)
    note_change(after={"state": checked.state})
    return checked


@verb("collection_run.approve", subject=_subject)
def approve_run(*, act: Act, collection_run_id: int) -> CollectionRunRow:
    """Agree to a checked run: not who prepared it. Raises NotAllowed, IllegalTransition."""
    run = lock_run(collection_run_id)
    note_change(
        before={"state": run.state},
        after={"debits": run.collection_count, "total": str(get_run(collection_run_id).total)},
    )
    approved = move_run(run, "approve", approved_by=act.actor, approved_at=act.at)
    note_change(after={"state": approved.state})
    return approved


@verb("collection_run.submit", subject=_subject)
def submit_run(*, act: Act, collection_run_id: int) -> CollectionRunRow:
    """Write the file and keep it with its hash; from now on the debits are with the bank. A run is submitted once.

    What was paid since the check, or whose mandate ended, is taken out and stands among the findings. A run of kept
    cards has no file: its debits are asked for one by one from now on (`gateway_intake.charge_run`).
    """
    run = lock_run(collection_run_id)
    if run.state in (CollectionRunState.SUBMITTED, CollectionRunState.CLOSED):
        return get_run(collection_run_id)
    row = get_run(collection_run_id)
    _refuse_late(act, row)
    dropped = _drop_changed(act, row)
    if row.scheme == CARDS:
        refuse_empty(_prepared(collection_run_id))
        note_change(after={"dropped": dropped})
        run.refresh_from_db()
        return move_run(run, "submit", submitted_by=act.actor, submitted_at=act.at)
    written = render_run(act, get_run(collection_run_id))
    run.refresh_from_db()
    return _sent(act, run, row, written, dropped)


def _sent(act: Act, run: CollectionRun, row: CollectionRunRow, written: WrittenFile, dropped: int) -> CollectionRunRow:
    """Keep the file, and enter SUBMITTED with all of its debits."""
    stored = keep_file(
        act=act,
        name=written.name,
        media_type="application/octet-stream",
        # Whole account numbers stand in it: it is kept sealed, and opened for whoever may see them.
        content=vault.seal_text(written.content.decode("latin-1")),
        retention_class=RetentionClass.TAX_DOCUMENT,
        about=f"collection_run:{row.id}",
    )
    submitted = move_run(
        run,
        "submit",
        submitted_by=act.actor,
        submitted_at=act.at,
        stored_file_id=stored.id,
        file_sha256=hashlib.sha256(written.content).hexdigest(),
        message_id=message_id(row),
    )
    debits = _prepared(row.id)
    move_collections(act=act, rows=lock_collections(debit.id for debit in debits), verb="submit")
    outbox.emit_all(topic="collection.submitted", at=act.at, events=[submitted_event(debit) for debit in debits])
    note_change(after={"debits": len(debits), "sha256": submitted.file_sha256, "dropped": dropped})
    return submitted


def submitted_event(debit: CollectionRow) -> tuple[str, dict[str, object]]:
    """The event of a debit that is with the bank, or with the gateway."""
    return f"collection:{debit.id}", {
        "account_id": debit.account_id,
        "amount": str(debit.amount),
        "on": str(debit.action_day),
    }


@verb("collection_run.discard", subject=_subject)
def discard_run(*, act: Act, collection_run_id: int) -> CollectionRunRow:
    """Give a run up before it is submitted: what its debits are for is free again."""
    run = lock_run(collection_run_id)
    discarded = move_run(run, "discard", discarded_at=act.at)
    _cancel(act, discarded, _prepared(collection_run_id))
    note_change(after={"debits": discarded.collection_count})
    return discarded


@verb("collection.cancel", subject=lambda arguments, _: f"collection:{arguments['collection_id']}")
def cancel_collection(*, act: Act, collection_id: int) -> CollectionRunRow:
    """Take one debit out of a run that nobody has agreed to yet: what it is for is free again.

    Of a submitted run of cards too, as long as its gateway was not asked. Raises NotFound, Refusal
    `collection_run.approved`, and IllegalTransition for one that is with the bank or the gateway.
    """
    debit = get_collection(collection_id)
    if debit.run_id is None:
        raise NotFound("collection.not_found", _("The debit belongs to no run."), field="collection_id")
    # The run first, as everybody who moves it does.
    if lock_run(debit.run_id).state == CollectionRunState.APPROVED:
        raise Refusal(
            "collection_run.approved",
            _("The run was agreed to as it is."),
            field="collection_id",
            cure=_("Discard it and prepare it again."),
        )
    _cancel(act, get_run(debit.run_id), [debit])
    note_change(after={"run": debit.run_id, "amount": str(debit.amount)})
    return close_if_done(act, debit.run_id)


def _prepared(run_id: int) -> list[CollectionRow]:
    return list_collections(run_id=run_id, state=CollectionState.PREPARED, limit=None)


def _cancel(act: Act, run: CollectionRunRow, debits: Sequence[CollectionRow]) -> None:
    move_collections(act=act, rows=lock_collections(debit.id for debit in debits), verb="cancel")
    release_collections(act=act, collection_ids=[debit.id for debit in debits], on=_today(act, run))
    reopen(act=act, collection_ids=[debit.takes_up_id for debit in debits if debit.takes_up_id is not None])
    count_run(run.id)


def _today(act: Act, run: CollectionRunRow) -> date:
    return business_date(act.at, get_legal_entity(legal_entity_id=run.legal_entity_id).timezone)


def _refuse_late(act: Act, run: CollectionRunRow) -> None:
    if _today(act, run) > run.submit_by:
        raise Refusal(
            "collection_run.too_late",
            (
                _("The cards of %(day)s were to be debited by %(until)s.")
                if run.scheme == CARDS
                else _("For %(day)s the file was due at the bank by %(until)s.")
            )
            % {"day": run.action_day, "until": run.submit_by},
            field="collection_run_id",
            cure=_("Discard the run and prepare it for a later day."),
        )


def _drop_changed(act: Act, run: CollectionRunRow) -> int:
    """Take out what was paid, covered or disputed meanwhile, and what has no mandate or card any more; how many."""
    debits = _prepared(run.id)
    today = _today(act, run)
    is_open = still_chaseable_parts([debit.id for debit in debits], as_of=today)
    mandates = mandates_of([debit.mandate_id for debit in debits if debit.mandate_id is not None])
    ended = unusable(debits, on=today) if run.scheme == CARDS else set()
    changed: dict[int, CollectionFindingKind] = {}
    for debit in debits:
        if not is_open.get(debit.id, False):
            changed[debit.id] = CollectionFindingKind.CHANGED_SINCE
        elif debit.mandate_id is not None and mandates[debit.mandate_id].state != MandateState.ACTIVE:
            changed[debit.id] = CollectionFindingKind.MANDATE_ENDED
        elif debit.id in ended:
            changed[debit.id] = CollectionFindingKind.METHOD_UNUSABLE
    take_out(act, run, [debit for debit in debits if debit.id in changed], changed)
    return len(changed)


def take_out(
    act: Act,
    run: CollectionRunRow,
    debits: Sequence[CollectionRow],
    why: Mapping[int, CollectionFindingKind],
    *,
    says: str = "",
) -> None:
    """Take debits out of their run before anybody was asked for them, each with the reason among the findings."""
    if not debits:
        return
    _cancel(act, run, debits)
    findings = [
        FindingDraft(
            account_id=debit.account_id,
            mandate_id=debit.mandate_id,
            kind=why[debit.id],
            amount=debit.amount,
            says=says,
        )
        for debit in debits
    ]
    write_findings(run_id=run.id, findings=findings)


def message_id(run: CollectionRunRow) -> str:
    """The name of the file at the bank, and of the sum on its statement."""
    return f"BW-{run.action_day:%Y%m%d}-{run.id}"


def render_run(act: Act, run: CollectionRunRow) -> WrittenFile:
    """The file of a run as it stands. Raises Refusal `collection_run.empty`, and what the format refuses, by row."""
    debits = _prepared(run.id)
    refuse_empty(debits)
    entity = get_legal_entity(legal_entity_id=run.legal_entity_id)
    batch = DebitBatch(
        scheme=run.scheme,
        message_id=message_id(run),
        made_at=act.at.astimezone(ZoneInfo(entity.timezone)),
        action_day=run.action_day,
        own=own_account(run, entity.name),
        debits=tuple(_debits_out(debits, entity.name)),
    )
    return debit_writer(run.scheme).write(batch)


def refuse_empty(debits: Sequence[CollectionRow]) -> None:
    """Raise Refusal `collection_run.empty` for a run that has no debit any more."""
    if not debits:
        raise Refusal(
            "collection_run.empty",
            _("Nothing is left in this run."),
            field="collection_run_id",
            cure=_("Discard it."),
        )


def own_account(run: CollectionRunRow, name: str) -> OwnAccount:
    """Our side of the file, by the agreement under which the run was prepared."""
    assert run.agreement_id is not None, "a run of cards has no file"
    agreement = get_agreement(run.agreement_id)
    bank = next(one for one in list_bank_accounts(run.legal_entity_id) if one.id == run.bank_account_id)
    if bank.iban:
        details = BankDetails(kind=BankDetailsKind.IBAN, iban=bank.iban.replace(" ", ""), bic=bank.bic)
    else:
        kind = {"ZAR": BankDetailsKind.ZA, "INR": BankDetailsKind.IN}.get(bank.currency, BankDetailsKind.US)
        details = BankDetails(kind=kind, branch=bank.branch_code, number=bank.account_number, bic=bank.bic)
    return OwnAccount(
        holder=bank.holder or name,
        details=details,
        creditor_id=agreement.creditor_id,
        creditor_name=agreement.creditor_name,
        terms=agreement.terms,
    )


def _debits_out(debits: Sequence[CollectionRow], company: str) -> list[DebitOut]:
    details = details_of([debit.stored_method_id for debit in debits])
    mandates = mandates_of([debit.mandate_id for debit in debits if debit.mandate_id is not None])
    organizations = organization_ids({debit.account_id for debit in debits})
    out = []
    for debit in debits:
        assert debit.mandate_id is not None, "a run collects on mandates"
        mandate = mandates[debit.mandate_id]
        out.append(
            DebitOut(
                end_to_end=debit.end_to_end,
                amount=debit.amount,
                holder=mandate.holder[:HOLDER_LETTERS],
                details=details[debit.stored_method_id],
                mandate_reference=mandate.reference,
                mandate_signed_on=mandate.signed_on,
                bank_reference=mandate.bank_reference,
                sequence=debit.sequence,
                is_retry=debit.attempt_no > 1,
                is_organization=debit.account_id in organizations,
                text=company,
            )
        )
    return out


def read_run_file(run_id: int) -> tuple[str, bytes]:
    """The name and the content of a submitted file, opened. Raises NotFound before it was written, and of cards."""
    run = get_run(run_id)
    if run.stored_file_id is None:
        said = (
            _("A run of cards has no file.") if run.scheme == CARDS else _("The file of this run is not written yet.")
        )
        raise NotFound("collection_run.without_file", said, field="collection_run_id")
    content = vault.open_text(read_content(run.stored_file_id)).encode("latin-1")
    assert hashlib.sha256(content).hexdigest() == run.file_sha256, "the kept file is the one that went out"
    return get_file(run.stored_file_id).name, content
