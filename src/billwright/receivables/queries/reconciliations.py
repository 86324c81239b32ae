"""Reads of comparisons with customers' own papers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.utils.translation import gettext as _

from billwright.kernel.errors import NotFound
from billwright.kernel.money import Money
from billwright.kernel.sql import step
from billwright.receivables.models import (
    Reconciliation,
    ReconciliationAccount,
    ReconciliationFile,
    ReconciliationLine,
    TheirColumns,
    TheirLine,
)
from billwright.receivables.reconciliation_rows import (
    Columns,
    FileOfTheirs,
    KindTotal,
    OurEntry,
    ReconciledLine,
    ReconciliationRow,
    TheirEntry,
)
from billwright.receivables.states import DifferenceKind

PAGE_MAX = 500
# These say nothing that anybody has to explain.
CLEAR = (DifferenceKind.AGREED, DifferenceKind.TIMING)
FIELDS = (
    "our_key", "is_document", "account_id", "currency", "number", "reference", "dated_on", "amount_minor",
    "open_minor",
)  # fmt: skip


def ours_to_compare(*, account_ids: Collection[int], as_of: date, days_after: int) -> list[OurEntry]:
    """What our books have of accounts: documents up to a day, money up to some days after it, oldest first."""
    parameters = {
        "account_ids": list(account_ids), "as_of": as_of, "until": as_of + timedelta(days=days_after),
    }  # fmt: skip
    with connection.cursor() as cursor:
        rows = step("billwright.receivables", "ours_to_compare").rows(cursor, parameters)
    return [OurEntry(**dict(zip(FIELDS, row, strict=True))) for row in rows]


def reconciliation_row(row: Reconciliation) -> ReconciliationRow:
    return ReconciliationRow(
        id=row.pk,
        customer_id=row.customer_id,
        title=row.title,
        content=row.content,
        as_of=row.as_of,
        since=row.since,
        timing_days=row.timing_days,
        state=row.state,
        account_ids=tuple(sorted(one.account_id for one in row.accounts.all())),
        compared_at=row.compared_at,
        started_by=row.started_by,
        started_at=row.started_at,
        signed_by=row.signed_by,
        signed_at=row.signed_at,
        digest=row.digest,
        note=row.note,
    )


def get_reconciliation(reconciliation_id: int) -> ReconciliationRow:
    """One comparison. Raises NotFound `reconciliation.not_found`."""
    row = Reconciliation.objects.prefetch_related("accounts").filter(pk=reconciliation_id).first()
    if row is None:
        raise unknown()
    return reconciliation_row(row)


def unknown() -> NotFound:
    """There is no such comparison."""
    return NotFound("reconciliation.not_found", _("There is no such reconciliation."), field="reconciliation_id")


def list_reconciliations(
    *,
    customer_id: int | None = None,
    account_id: int | None = None,
    legal_entity_ids: Collection[int] | None = None,
    state: str = "",
    before_id: int | None = None,
    limit: int = 50,
) -> list[ReconciliationRow]:
    """Comparisons, the newest first; with `legal_entity_ids` only those of which every account is kept there."""
    rows = Reconciliation.objects.prefetch_related("accounts").order_by("-id")
    if customer_id is not None:
        rows = rows.filter(customer_id=customer_id)
    if account_id is not None:
        rows = rows.filter(accounts__account_id=account_id)
    if legal_entity_ids is not None:
        accounts = ReconciliationAccount.objects.filter(reconciliation=OuterRef("pk"))
        rows = rows.exclude(Exists(accounts.exclude(account__legal_entity_id__in=list(legal_entity_ids))))
    if state:
        rows = rows.filter(state=state)
    if before_id is not None:
        rows = rows.filter(pk__lt=before_id)
    return [reconciliation_row(row) for row in rows[: min(limit, PAGE_MAX)]]


def file_row(file: ReconciliationFile) -> FileOfTheirs:
    return FileOfTheirs(
        id=file.pk,
        reconciliation_id=file.reconciliation_id,
        stored_file_id=file.stored_file_id,
        name=file.stored_file.name,
        account_id=file.account_id,
        headings=tuple(file.headings),
        columns=Columns(**file.columns),
        is_confirmed=file.is_confirmed,
        row_count=file.row_count,
        skipped_rows=tuple(file.skipped_rows),
    )


def list_their_files(reconciliation_id: int) -> list[FileOfTheirs]:
    """The files of a comparison, in the order in which they came."""
    files = ReconciliationFile.objects.filter(reconciliation_id=reconciliation_id).select_related("stored_file")
    return [file_row(file) for file in files.defer("stored_file__content").order_by("id")]


def get_their_file(file_id: int) -> FileOfTheirs:
    """One file. Raises NotFound `reconciliation.file_not_found`."""
    files = ReconciliationFile.objects.select_related("stored_file").defer("stored_file__content")
    file = files.filter(pk=file_id).first()
    if file is None:
        raise NotFound("reconciliation.file_not_found", _("There is no such file."), field="their_file_id")
    return file_row(file)


def find_saved_columns(customer_id: int, headings: Collection[str]) -> Columns | None:
    """What somebody confirmed for this customer's papers with the same headings, the newest."""
    saved = TheirColumns.objects.filter(customer_id=customer_id, headings=list(headings)).order_by("-id").first()
    return Columns(**saved.columns) if saved else None


def list_their_lines(reconciliation_id: int) -> list[TheirEntry]:
    """Every line of theirs, in the order of the files and their rows."""
    rows = TheirLine.objects.filter(reconciliation_id=reconciliation_id).order_by("file_id", "row", "id")
    return [
        TheirEntry(
            line_id=row.pk,
            row=row.row,
            account_id=row.account_id,
            number=row.number,
            dated_on=row.dated_on,
            currency=row.currency,
            amount_minor=row.amount_minor,
            text=row.text,
        )
        for row in rows
    ]


def finding_row(row: ReconciliationLine) -> ReconciledLine:
    return ReconciledLine(
        id=row.pk,
        kind=row.kind,
        account_id=row.account_id,
        their_number=row.their_number,
        their_date=row.their_date,
        their_text=row.their_text,
        theirs=Money(row.theirs_minor, row.currency),
        our_key=row.our_key,
        our_number=row.our_number,
        our_date=row.our_date,
        ours=Money(row.ours_minor, row.currency),
        difference=Money(row.difference_minor, row.currency),
        explanation=row.explanation,
        explained_by=row.explained_by,
        explained_at=row.explained_at,
    )


def list_findings(
    reconciliation_id: int,
    *,
    kind: str = "",
    differing_only: bool = False,
    after_id: int = 0,
    limit: int | None = 100,
) -> list[ReconciledLine]:
    """Findings in the order in which they were made; page on with `after_id`; no limit: all of them."""
    rows = ReconciliationLine.objects.filter(reconciliation_id=reconciliation_id, pk__gt=after_id).order_by("id")
    if kind:
        rows = rows.filter(kind=kind)
    if differing_only:
        rows = rows.exclude(kind=DifferenceKind.AGREED)
    return [finding_row(row) for row in (rows if limit is None else rows[:limit])]


def total_findings(reconciliation_id: int) -> list[KindTotal]:
    """Both sides' sums per currency and kind: together they are the two balances and what lies between."""
    rows = (
        ReconciliationLine.objects.filter(reconciliation_id=reconciliation_id)
        .values("currency", "kind")
        .annotate(
            count=Count("id"),
            silent=Count("id", filter=Q(explanation="")),
            theirs=Sum("theirs_minor"),
            ours=Sum("ours_minor"),
            difference=Sum("difference_minor"),
        )
        .order_by("currency", "kind")
    )
    return [_kind_total(row) for row in rows]


def _kind_total(row: Mapping[str, Any]) -> KindTotal:
    currency = row["currency"]
    return KindTotal(
        currency=currency,
        kind=row["kind"],
        count=row["count"],
        unexplained_count=0 if row["kind"] in CLEAR else row["silent"],
        theirs=Money(int(row["theirs"]), currency),
        ours=Money(int(row["ours"]), currency),
        difference=Money(int(row["difference"]), currency),
    )
