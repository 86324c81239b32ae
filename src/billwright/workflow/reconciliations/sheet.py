"""A comparison as a workbook: the two balances and what lies between, and every finding."""

from __future__ import annotations

from django.utils.translation import gettext as _

from billwright.accounts.queries import get_accounts
from billwright.receivables.queries.reconciliations import get_reconciliation, list_findings, total_findings
from billwright.render.xlsx import Sheet, write_workbook


def reconciliation_workbook(reconciliation_id: int) -> bytes:
    """Two sheets with real numbers. Raises NotFound."""
    row = get_reconciliation(reconciliation_id)
    accounts = get_accounts(set(row.account_ids))
    signed = f"{row.signed_by} {row.signed_at:%Y-%m-%d %H:%M}" if row.signed_at else _("not signed off")
    money = [(_("Theirs"), "money"), (_("Ours"), "money"), (_("Difference"), "money")]
    totals = Sheet(
        title=_("Totals"),
        columns=[
            (_("Reconciliation"), "text"), (_("As of"), "date"), (_("Currency"), "text"), (_("Kind"), "text"),
            (_("Lines"), "integer"), *money, (_("Signed off"), "text"), (_("Digest"), "text"),
        ],
        rows=[
            (
                row.title, row.as_of, total.currency, total.kind, total.count, total.theirs, total.ours,
                total.difference, signed, row.digest,
            )
            for total in total_findings(reconciliation_id)
        ],
    )  # fmt: skip
    findings = Sheet(
        title=_("Findings"),
        columns=[
            (_("Kind"), "text"), (_("Account"), "text"), (_("Currency"), "text"), (_("Their number"), "text"),
            (_("Their date"), "date"), (_("Their text"), "text"), (_("Our number"), "text"), (_("Our date"), "date"),
            *money, (_("Explanation"), "text"), (_("Explained by"), "text"),
        ],
        rows=[
            (
                one.kind, accounts[one.account_id].number if one.account_id in accounts else "", one.ours.currency,
                one.their_number, one.their_date, one.their_text, one.our_number, one.our_date, one.theirs, one.ours,
                one.difference, one.explanation, one.explained_by,
            )
            for one in list_findings(reconciliation_id, limit=None)
        ],
    )  # fmt: skip
    return write_workbook([totals, findings])
