"""The verbs of comparing our books with a customer's own paper."""

from __future__ import annotations

import hashlib
import json
import mimetypes
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from billwright.accounts.queries import get_accounts
from billwright.files.operations import keep_file
from billwright.files.queries import read_content
from billwright.files.states import RetentionClass
from billwright.kernel.acts import Act, Arguments, note_change, verb
from billwright.kernel.errors import NotFound, Refusal
from billwright.receivables.operations import reconciliations as rows
from billwright.receivables.queries import reconciliations as queries
from billwright.receivables.reconciliation_rows import Columns, FileOfTheirs, ReconciliationRow
from billwright.receivables.states import TheirContent
from billwright.workflow.book_import.table import Table
from billwright.workflow.reconciliations import comparing, reading

ACCOUNTS_MAX = 200
TIMING_DAYS_MAX = 90


def _subject(arguments: Arguments, _answer: object) -> str:
    return f"reconciliation:{arguments['reconciliation_id']}"


@verb("reconciliation.start", subject=lambda _, answer: f"reconciliation:{answer.id}")
def start_reconciliation(
    *,
    act: Act,
    account_ids: Sequence[int],
    content: TheirContent,
    as_of: date,
    since: date | None = None,
    timing_days: int = 5,
    title: str = "",
) -> ReconciliationRow:
    """Begin to compare accounts of one customer with what the customer sent, as of a day.

    The accounts may be of several companies and currencies. Raises Refusal for accounts of two customers.
    """
    accounts = get_accounts(set(account_ids))
    if not accounts or len(accounts) != len(set(account_ids)) or len(accounts) > ACCOUNTS_MAX:
        raise NotFound("account.not_found", _("Name accounts that exist."), field="account_ids")
    customers = {account.customer_id for account in accounts.values()}
    if len(customers) != 1:
        raise Refusal(
            "reconciliation.two_customers", _("The accounts belong to different customers."), field="account_ids",
            cure=_("Compare each customer's accounts by themselves."),
        )  # fmt: skip
    if not 0 <= timing_days <= TIMING_DAYS_MAX:
        raise Refusal(
            "reconciliation.timing", _("What is on its way arrives within 90 days."), field="timing_days"
        )  # fmt: skip
    first = next(iter(accounts.values()))
    row = rows.add_reconciliation(
        act=act,
        customer_id=customers.pop(),
        account_ids=set(accounts),
        title=title or f"{first.shown_name} {as_of.isoformat()}",
        content=content,
        as_of=as_of,
        since=since,
        timing_days=timing_days,
    )
    note_change(after={"accounts": sorted(accounts), "as_of": as_of.isoformat(), "content": content})
    return row


@verb("reconciliation.add_paper", subject=_subject)
def add_their_paper(
    *, act: Act, reconciliation_id: int, name: str, content: bytes, account_id: int | None = None
) -> FileOfTheirs:
    """Take in a file of theirs (CSV, XLSX, PDF with text), read it as its columns are known or found, and compare.

    `account_id` says whose it is where no column does. Raises Refusal naming the row that cannot be read.
    """
    reconciliation = rows.locked_reconciliation(reconciliation_id)
    row = queries.get_reconciliation(reconciliation_id)
    if account_id is not None and account_id not in row.account_ids:
        raise Refusal(
            "reconciliation.other_account",
            _("This account is not compared here."),
            field="account_id",
            cure=_("Choose one of the accounts that are compared."),
        )
    table = reading.read_paper(content, name=name)
    saved = queries.find_saved_columns(row.customer_id, table.columns)
    columns = saved or reading.find_columns(table)
    kept = keep_file(
        act=act,
        name=name,
        media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        content=content,
        retention_class=RetentionClass.CORRESPONDENCE,
        about=f"reconciliation:{reconciliation_id}",
    )
    file_id = rows.add_their_file(
        act=act, reconciliation_id=reconciliation_id, stored_file_id=kept.id, account_id=account_id,
        headings=table.columns,
    )  # fmt: skip
    file = _read(row, table, columns, file_id=file_id, account_id=account_id, is_confirmed=saved is not None)
    _compare(act, reconciliation)
    note_change(after={"file": kept.id, "rows": file.row_count, "columns": asdict(columns)})
    return file


def _read(
    row: ReconciliationRow, table: Table, columns: Columns, *, file_id: int, account_id: int | None, is_confirmed: bool
) -> FileOfTheirs:
    accounts = get_accounts(set(row.account_ids))
    whose = accounts[account_id or row.account_ids[0]]
    lines, skipped = reading.read_lines(
        table,
        columns,
        currency=whose.currency,
        account_ids={account.number: id_ for id_, account in accounts.items()},
        account_id=account_id or (row.account_ids[0] if len(row.account_ids) == 1 else None),
    )
    return rows.write_their_lines(
        file_id=file_id, columns=columns, lines=lines, skipped=skipped, is_confirmed=is_confirmed
    )


def _compare(act: Act, reconciliation: Any) -> int:
    row = queries.reconciliation_row(reconciliation)
    ours = queries.ours_to_compare(account_ids=row.account_ids, as_of=row.as_of, days_after=row.timing_days)
    findings = comparing.compare(
        queries.list_their_lines(row.id),
        ours,
        content=TheirContent(row.content),
        as_of=row.as_of,
        since=row.since,
        timing_days=row.timing_days,
    )
    rows.write_findings(act=act, reconciliation=reconciliation, findings=findings)
    return len(findings)


@verb("reconciliation.confirm_columns", subject=_subject)
def confirm_columns(*, act: Act, reconciliation_id: int, their_file_id: int, columns: Columns) -> FileOfTheirs:
    """Say which columns of a file say what; it is read again, and remembered for the customer's next file.

    Raises NotFound, Refusal naming the column or the row that cannot be read.
    """
    reconciliation = rows.locked_reconciliation(reconciliation_id)
    row = queries.get_reconciliation(reconciliation_id)
    file = _file_of(row, their_file_id)
    table = reading.read_paper(read_content(file.stored_file_id), name=file.name)
    if not columns.date_format:
        columns = reading.with_formats(table, columns)
    answer = _read(row, table, columns, file_id=file.id, account_id=file.account_id, is_confirmed=True)
    rows.save_their_columns(act=act, customer_id=row.customer_id, headings=table.columns, columns=columns)
    _compare(act, reconciliation)
    note_change(before={"columns": asdict(file.columns)}, after={"columns": asdict(columns)})
    return answer


def _file_of(row: ReconciliationRow, their_file_id: int) -> FileOfTheirs:
    file = queries.get_their_file(their_file_id)
    if file.reconciliation_id != row.id:
        raise NotFound("reconciliation.file_not_found", _("There is no such file here."), field="their_file_id")
    return file


@verb("reconciliation.remove_paper", subject=_subject)
def remove_their_paper(*, act: Act, reconciliation_id: int, their_file_id: int) -> ReconciliationRow:
    """Take a file out of the comparison: it was the wrong one. The stored file stays. Raises NotFound."""
    reconciliation = rows.locked_reconciliation(reconciliation_id)
    file = _file_of(queries.get_reconciliation(reconciliation_id), their_file_id)
    rows.remove_their_file(file_id=file.id)
    _compare(act, reconciliation)
    note_change(before={"file": file.stored_file_id, "rows": file.row_count})
    return queries.reconciliation_row(reconciliation)


@verb("reconciliation.compare", subject=_subject)
def compare_again(*, act: Act, reconciliation_id: int) -> ReconciliationRow:
    """Compare with our books as they are now; what was explained and still stands stays explained."""
    reconciliation = rows.locked_reconciliation(reconciliation_id)
    count = _compare(act, reconciliation)
    note_change(after={"findings": count})
    return queries.reconciliation_row(reconciliation)


@verb("reconciliation.explain", subject=_subject)
def explain(
    *, act: Act, reconciliation_id: int, text: str, finding_ids: Sequence[int] = (), kind: str = ""
) -> ReconciliationRow:
    """Say why findings differ: those named, or all of a kind that nobody has explained yet."""
    if not text.strip():
        raise Refusal("reconciliation.no_words", _("Say why they differ."), field="text")
    reconciliation = rows.locked_reconciliation(reconciliation_id)
    count = rows.explain_findings(act=act, reconciliation=reconciliation, kind=kind, ids=finding_ids, text=text)
    if not count:
        raise NotFound("reconciliation.finding_not_found", _("There is nothing to explain."), field="finding_ids")
    note_change(after={"explained": count, "text": text[:200]})
    return queries.reconciliation_row(reconciliation)


@verb("reconciliation.sign_off", subject=_subject)
def sign_off(*, act: Act, reconciliation_id: int, note: str = "") -> ReconciliationRow:
    """Freeze the figures: every difference is explained, every file's columns are confirmed.

    Not by whoever started it. `digest` is over every finding, so that what was signed can be proved. Raises Refusal
    naming what is left to do.
    """
    reconciliation = rows.locked_reconciliation(reconciliation_id, verb="sign_off")
    totals = queries.total_findings(reconciliation_id)
    silent = sum(total.unexplained_count for total in totals)
    if silent:
        raise Refusal(
            "reconciliation.unexplained", _("%(count)d differences are not explained.") % {"count": silent},
            field="finding_ids", cure=_("Say of each why it differs, or settle it and compare again."),
        )  # fmt: skip
    unconfirmed = [file.name for file in queries.list_their_files(reconciliation_id) if not file.is_confirmed]
    if unconfirmed or not totals:
        raise Refusal(
            "reconciliation.unconfirmed", _("Nobody has confirmed how %(name)s is read.")
            % {"name": unconfirmed[0] if unconfirmed else _("their paper")},
            field="their_file_id", cure=_("Look at its columns and confirm them."),
        )  # fmt: skip
    findings = [asdict(finding) for finding in queries.list_findings(reconciliation_id, limit=None)]
    digest = hashlib.sha256(json.dumps(findings, default=str, sort_keys=True).encode()).hexdigest()
    figures = json.loads(json.dumps([asdict(total) for total in totals], default=str))
    row = rows.sign_off_reconciliation(
        act=act, reconciliation=reconciliation, figures=figures, digest=digest, note=note
    )
    note_change(after={"state": row.state, "digest": digest, "findings": len(findings)})
    return row


@verb("reconciliation.discard", subject=_subject)
def discard_reconciliation(*, act: Act, reconciliation_id: int) -> ReconciliationRow:
    """Give it up, with the reason. Raises NotFound, IllegalTransition."""
    act.require_reason("reconciliation.no_words", _("Say why it is given up."))
    reconciliation = rows.locked_reconciliation(reconciliation_id)
    row = rows.discard_reconciliation(act=act, reconciliation=reconciliation)
    note_change(after={"state": row.state})
    return row
