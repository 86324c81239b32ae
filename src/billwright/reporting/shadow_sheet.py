"""A shadow run as a workbook: totals, causes, and every difference with its factor before and after."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from billwright.accounts.queries import get_accounts
from billwright.invoicing.queries.shadows import ShadowRow, list_changes
from billwright.render.xlsx import Sheet, write_workbook

CHUNK = 2000


def shadow_workbook(shadow: ShadowRow) -> bytes:
    """Three sheets with real numbers; the sums of the causes are the differences of the totals."""
    totals = Sheet(
        title=_("Totals"),
        columns=[(_("Currency"), "text"), (_("First draft"), "money"), (_("Second draft"), "money"),
                 (_("Difference"), "money")],
        rows=[(one.currency, one.first, one.second, one.difference) for one in shadow.totals],
    )  # fmt: skip
    causes = Sheet(
        title=_("Causes"),
        columns=[(_("Currency"), "text"), (_("Cause"), "text"), (_("Accounts"), "integer"), (_("Lines"), "integer"),
                 (_("Difference"), "money")],
        rows=[(one.currency, one.cause, one.account_count, one.change_count, one.amount) for one in shadow.groups],
    )  # fmt: skip
    changes = Sheet(
        title=_("Differences"),
        columns=[(_("Account"), "text"), (_("Charge"), "text"), (_("Text"), "text"), (_("Cause"), "text"),
                 (_("Before"), "text"), (_("After"), "text"), (_("Currency"), "text"), (_("Difference"), "money")],
        rows=_changes(shadow.id),
    )  # fmt: skip
    return write_workbook([totals, causes, changes])


def _changes(shadow_id: int) -> Iterator[tuple[object, ...]]:
    after_id = 0
    while rows := list_changes(shadow_id, after_id=after_id, limit=CHUNK):
        numbers = {id_: account.number for id_, account in get_accounts({row.account_id for _id, row in rows}).items()}
        for _id, row in rows:
            yield (
                numbers.get(row.account_id, row.account_id), row.charge_key, row.what, row.cause, row.before, row.after,
                row.currency, row.amount,
            )  # fmt: skip
        after_id = rows[-1][0]
