"""Writing customers with their billing accounts: the parties of a file are the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from billwright.accounts.queries import get_accounts
from billwright.files.operations import add_rows_in
from billwright.files.queries import rows_in
from billwright.files.rows import RowIn
from billwright.workflow.book_import.faults import Fault
from billwright.workflow.book_import.kinds import Context, Judged, Ours
from billwright.workflow.book_import.parties import Parties, key_of
from billwright.workflow.book_import.reading import Reading


class Customers:
    """Customers and accounts of another system; the tie-out counts accounts."""

    measures: tuple[str, ...] = ()
    rough_field = ""

    def judge(self, context: Context, readings: Sequence[Reading]) -> tuple[list[Judged], list[Fault]]:  # noqa: ARG002
        """Whether a customer is valid is judged where it is made."""
        return [Judged(reading, None, {}) for reading in readings], []

    def refuse(self, context: Context, judged: Sequence[Judged]) -> tuple[list[Judged], list[Fault]]:  # noqa: ARG002
        """Nothing in the books stands against a further customer."""
        return list(judged), []

    def write(self, context: Context, judged: Sequence[Judged], parties: Parties) -> None:
        """Remember which account each row became; the accounts themselves were made with the parties."""
        rows = [
            RowIn(row.reading.identity, f"account:{parties.account_ids[key_of(row.reading)]}", row.reading.digest)
            for row in judged
        ]
        add_rows_in(source=context.mapping.identity_source, job_id=context.job_id, rows=rows)

    def ours(self, context: Context, identities: Sequence[str]) -> list[Ours]:
        """Rows whose account is in the books, by currency."""
        known = rows_in(source=context.mapping.identity_source, identities=identities)
        ids = [int(row.subject.removeprefix("account:")) for row in known.values()]
        accounts = get_accounts(set(ids))
        counts = Counter(accounts[account_id].currency for account_id in ids if account_id in accounts)
        return [Ours(currency, count, {}) for currency, count in sorted(counts.items())]
