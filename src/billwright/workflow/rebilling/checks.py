"""Whether the cause is gone: lines recomputed, days on one line each, clauses in accord with what is billed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

from billwright.invoicing.operations.rebillings import CauseCheck
from billwright.subscriptions.queries import clause_findings, list_contracts
from billwright.workflow.explanations import verify_documents

# Days of accounts, as of a day, that are not on exactly one line: how many stretches.
CountUncovered = Callable[[Collection[int], date], int]


class _Wiring:
    count_uncovered: CountUncovered | None = None


def wire_coverage(count_uncovered: CountUncovered) -> None:
    """Reports read across the domains and stand beside the journeys: the project hands this one in."""
    _Wiring.count_uncovered = staticmethod(count_uncovered)


def check_cause(*, document_ids: Collection[int], account_ids: Collection[int], on: date) -> CauseCheck:
    """Look at the documents of a chain and at their accounts again."""
    assert _Wiring.count_uncovered is not None, "the project wires the coverage"
    verified = verify_documents(invoice_ids=document_ids)
    contracts = [contract for account_id in account_ids for contract in list_contracts(account_id)]
    return CauseCheck(
        checked_lines=verified.line_count,
        wrong_lines=verified.mismatched_count,
        wrong_days=_Wiring.count_uncovered(account_ids, on),
        wrong_clauses=sum(len(clause_findings(contract.id, on=on)) for contract in contracts),
    )
