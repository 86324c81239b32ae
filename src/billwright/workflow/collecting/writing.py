"""What runs of banks and of cards do alike with what was chosen: debits are written and held, or there is nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from billwright.kernel.acts import Act
from billwright.kernel.errors import Refusal
from billwright.payments.finding_words import FINDINGS
from billwright.payments.operations.collections import (
    CollectionDraft,
    FindingDraft,
    count_run,
    write_collections,
    write_findings,
)
from billwright.payments.policies import Due
from billwright.receivables.operations import CollectedPart, hold_for_collections


def write_chosen(
    *,
    act: Act,
    run_id: int,
    debits: Sequence[tuple[CollectionDraft, Sequence[Due]]],
    findings: Sequence[FindingDraft],
    on: date,
) -> None:
    """Write the debits of a run with what was left out; what each is for is held from the day on."""
    ids = write_collections(act=act, drafts=[draft for draft, _due in debits])
    parts = [
        CollectedPart(collection_id=id_, open_item_id=due.open_item_id, amount_minor=due.amount_minor)
        for id_, (_draft, dues) in zip(ids, debits, strict=True)
        for due in dues
    ]
    hold_for_collections(act=act, parts=parts, on=on)
    write_findings(run_id=run_id, findings=findings)
    count_run(run_id)


def nothing_due(findings: Sequence[FindingDraft], otherwise: str) -> Refusal:
    """The refusal of a run that would have no debit, with what was left out."""
    left = Counter(finding.kind for finding in findings)
    says = "; ".join(f"{FINDINGS[kind]} ({count})" for kind, count in sorted(left.items()))
    return Refusal(
        "collection_run.nothing_due",
        _("Nothing can be collected for this day."),
        field="action_day",
        cure=_("Left out: %(left)s.") % {"left": says} if left else otherwise,
    )
