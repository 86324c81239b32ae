"""Files of results: each answer finds its debit by the reference that went out with it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from billwright.files.operations import keep_file
from billwright.files.states import RetentionClass
from billwright.kernel import vault
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.clock import business_date
from billwright.kernel.errors import Refusal
from billwright.kernel.locking import lock_names
from billwright.org.queries import get_legal_entity
from billwright.payments.collecting_rows import CollectionRow
from billwright.payments.operations.collections import lock_referred_to
from billwright.payments.operations.methods import correct_details
from billwright.payments.ports.collection_files import DetailsChange, ResultEntry, change_reader, result_reader
from billwright.payments.queries.collections import (
    FAILED,
    collections_by_reference,
    get_collection,
    list_collections,
    runs_by_message,
)
from billwright.payments.queries.mandates import details_of_method
from billwright.payments.states import CollectionState
from billwright.workflow.collecting.failing import FailureIn
from billwright.workflow.collecting.outcomes import close_if_done, record_many, settle


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftAside:
    """An answer that was not taken, and why. `place` is where it stands in the file."""

    end_to_end: str
    code: str
    place: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenResults:
    """What a file of results did. Repeated: known before; accepted: the bank has the debit, and no result yet.

    Changed: bank accounts of which the payer's bank said what is right.
    """

    stored_file_id: int
    sha256: str
    format: str
    paid_count: int
    failed_count: int
    returned_count: int
    repeated_count: int
    accepted_count: int
    changed_count: int = 0
    aside: tuple[LeftAside, ...]


@dataclass(slots=True)
class _Taking:
    """What a file says, sorted: answers wait to be entered together, until one is about a debit that waits already."""

    known: dict[str, CollectionRow]
    today: dict[int, date]
    paid: dict[date, dict[int, CollectionRow]] = field(default_factory=dict)
    failed: dict[int, FailureIn] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)

    def enter(self, act: Act) -> None:
        for day, debits in sorted(self.paid.items()):
            settle(act=act, debits=list(debits.values()), on=day)
        record_many(act=act, failures=list(self.failed.values()))
        self.paid, self.failed = {}, {}

    def debit(self, act: Act, reference: str) -> CollectionRow:
        """A debit as it stands after all that was said of it before."""
        debit = self.known[reference]
        if debit.id not in self.seen:
            self.seen.add(debit.id)
            return debit
        if debit.id in self.failed or any(debit.id in debits for debits in self.paid.values()):
            self.enter(act)
        return get_collection(debit.id)


@verb("collection_file.take", subject=lambda _, answer: f"file:{answer.stored_file_id}")
def take_results(*, act: Act, name: str, content: bytes) -> TakenResults:
    """Take a bank's answers in: rejected, unpaid, returned, paid. The same file again changes nothing.

    An answer for a debit that is not ours, or over another amount, is left aside with the reason and posts nothing;
    the file is kept either way. Raises Refusal `collection_file.not_known`, UnableToRead naming the place.
    """
    format_name, reader = result_reader(content)
    entries = _of_each_debit(list(reader.read(content)))
    lock_names("collection_results")
    stored = keep_file(
        act=act,
        name=name,
        media_type="application/octet-stream",
        content=vault.seal_text(content.decode("latin-1")),
        retention_class=RetentionClass.TAX_DOCUMENT,
        about="collection_results",
    )
    taking, aside = _locked(act, entries), []
    runs: set[int] = set()
    for entry in entries:
        why = _take(act, entry, taking)
        if why:
            aside.append(LeftAside(end_to_end=entry.end_to_end, code=entry.code, place=entry.place, why=why))
        elif (run_id := taking.known[entry.end_to_end].run_id) is not None:
            runs.add(run_id)
    taking.enter(act)
    for run_id in sorted(runs):
        close_if_done(act, run_id)
    changed = _take_changes(act, format_name, content, aside)
    sha256 = hashlib.sha256(content).hexdigest()
    counts = taking.counts
    told = {"failed": counts["failed"], "returned": counts["returned"], "changed": changed}
    note_change(after={"file": name[:200], "sha256": sha256, **told})
    return TakenResults(
        stored_file_id=stored.id, sha256=sha256, format=format_name, changed_count=changed, aside=tuple(aside),
        paid_count=counts["paid"], failed_count=counts["failed"], returned_count=counts["returned"],
        repeated_count=counts["repeated"], accepted_count=counts["accepted"],
    )  # fmt: skip


def _locked(act: Act, entries: Sequence[ResultEntry]) -> _Taking:
    """The debits that answers are about, as they stand once nobody else is at them.

    All of them at once: one after the other, those of a later run would be waited for with an earlier one's in hand.
    """
    rows = lock_referred_to({entry.end_to_end for entry in entries})
    zones = {id_: get_legal_entity(legal_entity_id=id_).timezone for id_ in {row.legal_entity_id for row in rows}}
    return _Taking(
        known=collections_by_reference([row.end_to_end for row in rows]),
        today={id_: business_date(act.at, zone) for id_, zone in zones.items()},
    )


def _take_changes(act: Act, format_name: str, content: bytes, aside: list[LeftAside]) -> int:
    """Correct bank accounts as their banks say; what cannot be is left aside for a person. Returns how many changed."""
    reader = change_reader(format_name)
    changes = list(reader.changes(content)) if reader is not None else []
    known = collections_by_reference([change.end_to_end for change in changes])
    changed = 0
    for change in changes:
        debit = known.get(change.end_to_end)
        why = _("No debit of ours has this reference.") if debit is None else ""
        if debit is not None and not change.names_details:
            why = _("It corrects nothing that is kept here: a person reads it.")
        if debit is not None and not why:
            try:
                changed += _correct(act, debit, change)
            except Refusal as refused:
                why = str(refused)
        if why:
            aside.append(LeftAside(end_to_end=change.end_to_end, code=change.code, place=change.place, why=why))
    return changed


def _correct(act: Act, debit: CollectionRow, change: DetailsChange) -> bool:
    """Take one correction over; false when it was known. Raises Refusal."""
    details = details_of_method(debit.stored_method_id)
    corrected = replace(
        details,
        branch=change.branch or details.branch,
        number=change.number or details.number,
        account_type=change.account_type or details.account_type,
    )
    if corrected == details:
        return False
    with transaction.atomic():
        correct_details(act=act.nested(), stored_method_id=debit.stored_method_id, details=corrected, code=change.code)
    return True


def _of_each_debit(entries: list[ResultEntry]) -> list[ResultEntry]:
    """An answer about a whole file or block as one about each of its debits that no answer names."""
    runs = runs_by_message([entry.message_id for entry in entries if entry.message_id])
    named = {entry.end_to_end for entry in entries}
    spread: list[ResultEntry] = []
    for entry in entries:
        run = runs.get(entry.message_id)
        if entry.end_to_end or run is None:
            spread.append(entry)
            continue
        # Paid ones too: a receipt that was presumed on the action day is undone by a rejection that comes later.
        debits = [
            debit
            for debit in list_collections(run_id=run.id, limit=None)
            if debit.state != CollectionState.CANCELED and entry.sequence in ("", debit.sequence)
        ]
        about = [replace(entry, end_to_end=debit.end_to_end) for debit in debits if debit.end_to_end not in named]
        spread += about if debits else [entry]
    return spread


def _take(act: Act, entry: ResultEntry, taking: _Taking) -> str:
    """Sort one answer; returns why it is left aside, or nothing."""
    found = taking.known.get(entry.end_to_end)
    if found is None:
        return _("No debit of ours has this reference.")
    if entry.amount is not None and entry.amount != found.amount:
        return _("The debit was over %(ours)s, the answer is over %(theirs)s.") % {
            "ours": found.amount,
            "theirs": entry.amount,
        }
    if not entry.code and not entry.is_paid:
        taking.counts["accepted"] += 1
        return ""
    debit = taking.debit(act, entry.end_to_end)
    if debit.state in (CollectionState.PREPARED, CollectionState.CANCELED):
        return _("This debit was never submitted.")
    if debit.state in FAILED or (entry.is_paid and debit.state == CollectionState.PAID):
        taking.counts["repeated"] += 1
        return ""
    # The day of an answer is what the file says, but none that is still to come.
    today = taking.today[debit.legal_entity_id]
    day = min(entry.day, today) if entry.day is not None else today
    if entry.is_paid:
        taking.paid.setdefault(day, {})[debit.id] = debit
        taking.counts["paid"] += 1
        return ""
    taking.failed[debit.id] = FailureIn(collection=debit, code=entry.code, on=day, text=entry.text)
    taking.counts["returned" if debit.state == CollectionState.PAID else "failed"] += 1
    return ""
