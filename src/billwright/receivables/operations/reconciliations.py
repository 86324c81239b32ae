"""Writes of comparisons with customers' papers: parts of the acts of `workflow.reconciliations`; none is a verb."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from billwright.kernel.acts import Act
from billwright.kernel.bulk import insert_rows
from billwright.kernel.locking import lock_rows
from billwright.receivables.models import (
    Reconciliation,
    ReconciliationAccount,
    ReconciliationFile,
    ReconciliationLine,
    TheirColumns,
    TheirLine,
)
from billwright.receivables.queries.reconciliations import (
    file_row,
    find_saved_columns,
    reconciliation_row,
    unknown,
)
from billwright.receivables.reconciliation_rows import (
    Columns,
    FileOfTheirs,
    Finding,
    ReconciliationRow,
    TheirEntry,
)
from billwright.receivables.states import RECONCILIATION, TheirContent


def add_reconciliation(
    *,
    act: Act,
    customer_id: int,
    account_ids: Collection[int],
    title: str,
    content: TheirContent,
    as_of: date,
    since: date | None,
    timing_days: int,
) -> ReconciliationRow:
    """Begin a comparison of some accounts of one customer."""
    row = Reconciliation.objects.create(
        customer_id=customer_id,
        title=title[:120],
        content=content,
        as_of=as_of,
        since=since,
        timing_days=timing_days,
        started_by=act.actor,
        started_at=act.at,
    )
    ReconciliationAccount.objects.bulk_create(
        [ReconciliationAccount(reconciliation=row, account_id=id_) for id_ in sorted(account_ids)]
    )
    return reconciliation_row(row)


def locked_reconciliation(reconciliation_id: int, *, verb: str = "") -> Reconciliation:
    """A comparison that nobody else changes until the act is done; it must still be open (or allow the verb).

    Raises NotFound, IllegalTransition.
    """
    locked = lock_rows(Reconciliation, [reconciliation_id])
    if not locked:
        raise unknown()
    RECONCILIATION.enter(verb or "discard", locked[0].state)
    return locked[0]


def add_their_file(
    *, act: Act, reconciliation_id: int, stored_file_id: int, account_id: int | None, headings: Sequence[str]
) -> int:
    """Note a file of theirs; its columns and lines follow. Returns its id."""
    file = ReconciliationFile.objects.create(
        reconciliation_id=reconciliation_id,
        stored_file_id=stored_file_id,
        account_id=account_id,
        headings=list(headings),
        columns={},
        row_count=0,
        added_by=act.actor,
        added_at=act.at,
    )
    return file.pk


def write_their_lines(
    *, file_id: int, columns: Columns, lines: Sequence[TheirEntry], skipped: Sequence[int], is_confirmed: bool
) -> FileOfTheirs:
    """The lines of a file as its columns read now, in the place of what was read before."""
    [file] = lock_rows(ReconciliationFile, [file_id])
    TheirLine.objects.filter(file=file).delete()
    insert_rows(
        TheirLine,
        [
            TheirLine(
                reconciliation_id=file.reconciliation_id,
                file_id=file.pk,
                row=line.row,
                account_id=line.account_id,
                number=line.number,
                dated_on=line.dated_on,
                currency=line.currency,
                amount_minor=line.amount_minor,
                text=line.text,
            )
            for line in lines
        ],
    )
    file.columns, file.row_count, file.skipped_rows = asdict(columns), len(lines), list(skipped)
    file.is_confirmed = is_confirmed
    file.save(update_fields=["columns", "row_count", "skipped_rows", "is_confirmed"])
    return file_row(file)


def remove_their_file(*, file_id: int) -> None:
    """Take a file out of a comparison; the stored file stays where it is."""
    TheirLine.objects.filter(file_id=file_id).delete()
    ReconciliationFile.objects.filter(pk=file_id).delete()


def save_their_columns(*, act: Act, customer_id: int, headings: Sequence[str], columns: Columns) -> None:
    """Remember how this customer's papers with these headings are read; the same again is not written again."""
    if find_saved_columns(customer_id, headings) != columns:
        TheirColumns.objects.create(
            customer_id=customer_id,
            headings=list(headings),
            columns=asdict(columns),
            saved_by=act.actor,
            saved_at=act.at,
        )


def write_findings(*, act: Act, reconciliation: Reconciliation, findings: Sequence[Finding]) -> None:
    """Findings in the place of those before; what was explained of the same two sides stays explained."""
    known = {
        (row.kind, row.their_number, row.theirs_minor, row.our_key): row
        for row in ReconciliationLine.objects.filter(reconciliation=reconciliation).exclude(explanation="")
    }
    ReconciliationLine.objects.filter(reconciliation=reconciliation).delete()
    rows = []
    for finding in findings:
        row = _line(reconciliation.pk, finding)
        before = known.get((row.kind, row.their_number, row.theirs_minor, row.our_key))
        if before is not None:
            row.explanation = before.explanation
            row.explained_by, row.explained_at = before.explained_by, before.explained_at
        rows.append(row)
    insert_rows(ReconciliationLine, rows)
    reconciliation.compared_at = act.at
    reconciliation.save(update_fields=["compared_at"])


def _line(reconciliation_id: int, finding: Finding) -> ReconciliationLine:
    theirs, ours = finding.theirs, finding.ours
    account_id = ours.account_id if ours else theirs.account_id if theirs else None
    return ReconciliationLine(
        reconciliation_id=reconciliation_id,
        kind=finding.kind,
        account_id=account_id,
        currency=finding.currency,
        their_line_id=theirs.line_id if theirs else None,
        their_number=theirs.number if theirs else "",
        their_date=theirs.dated_on if theirs else None,
        their_text=theirs.text if theirs else "",
        theirs_minor=finding.theirs_minor,
        our_key=ours.our_key if ours else "",
        our_number=(ours.number or ours.reference)[:80] if ours else "",
        our_date=ours.dated_on if ours else None,
        ours_minor=finding.ours_minor,
        difference_minor=finding.difference_minor,
    )


def explain_findings(*, act: Act, reconciliation: Reconciliation, kind: str, ids: Collection[int], text: str) -> int:
    """Say why findings differ: those of the ids, or all of a kind. Returns how many."""
    rows = ReconciliationLine.objects.filter(reconciliation=reconciliation)
    rows = rows.filter(pk__in=list(ids)) if ids else rows.filter(kind=kind, explanation="")
    return rows.update(explanation=text[:200], explained_by=act.actor, explained_at=act.at)


def sign_off_reconciliation(
    *, act: Act, reconciliation: Reconciliation, figures: list[dict[str, Any]], digest: str, note: str
) -> ReconciliationRow:
    """Freeze a comparison as it stands. Raises IllegalTransition."""
    reconciliation.state = RECONCILIATION.enter("sign_off", reconciliation.state)
    reconciliation.figures, reconciliation.digest, reconciliation.note = figures, digest, note[:400]
    reconciliation.signed_by, reconciliation.signed_at = act.actor, act.at
    reconciliation.save(update_fields=["state", "figures", "digest", "note", "signed_by", "signed_at"])
    return reconciliation_row(reconciliation)


def discard_reconciliation(*, act: Act, reconciliation: Reconciliation) -> ReconciliationRow:
    """Give a comparison up. Raises IllegalTransition."""
    reconciliation.state = RECONCILIATION.enter("discard", reconciliation.state)
    reconciliation.note = act.reason[:400]
    reconciliation.save(update_fields=["state", "note"])
    return reconciliation_row(reconciliation)
