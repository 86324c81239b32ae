"""Looking at a batch of receipts: what is known, what is decided, and what of it is held until it is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from billwright.kernel.bulk import as_array
from billwright.receivables.match_rows import MatchDraft
from billwright.workflow.cash_application.claims import Claims
from billwright.workflow.cash_application.facts import gather
from billwright.workflow.cash_application.finding import Books, decide
from billwright.workflow.cash_application.receipts import Receipt, read_step, run_step

# Of a batch so many in a hundred are put off where somebody else holds what they pay; more of them wait for it.
PUT_OFF_PERCENT_MAX = 10


class _Busy(Exception):
    """Too much of what a batch settles is held or was settled by somebody else."""


def find(*, receipts: Sequence[Receipt], on: date, auto: bool | None) -> Sequence[MatchDraft | None]:
    """What each receipt pays, in the order given. `auto`: what decides, posts; none: as the company's rule says.

    Only what is to be allocated is held, so that runs side by side do not wait for one another over what texts may
    mean. A few receipts whose items somebody else holds or settled just now are put off (none): to be looked at again
    in another transaction. Where they are many, all that could be meant is waited for and looked at again.
    """
    books = Books(receipts, on)
    facts = gather(receipts)
    wanted = {
        "account_ids": sorted({payer.account_id for one in facts for payer in one.payers}),
        "item_ids": sorted({item_id for one in facts for item_id in one.item_ids()}),
    }
    cash_ids = [receipt.cash_id for receipt in receipts]
    try:
        with transaction.atomic():
            claims = Claims(cash_ids=cash_ids, **wanted)
            return _held(decide(facts, claims, books, auto=auto), claims)
    except _Busy:
        # The locks went with it: all are taken anew in one order, so that two runs never wait in a circle.
        run_step("070_lock_items", wanted)
        return decide(facts, Claims(cash_ids=cash_ids, **wanted), books, auto=auto)


def _held(drafts: Sequence[MatchDraft], claims: Claims) -> list[MatchDraft | None]:
    """The drafts whose items are ours until the money is allocated; none for those that are put off. Raises _Busy."""
    wanted = sorted({share[0] for draft in drafts if draft.posts for share in draft.shares})
    held = dict(read_step("075_hold_items", {"item_ids": as_array(wanted)})) if wanted else {}
    known = {item_id: claim.open_minor for item_id in wanted if (claim := claims.get(item_id)) is not None}
    busy = {item_id for item_id in wanted if item_id not in held or held[item_id] != known.get(item_id)}
    kept = [None if draft.posts and any(share[0] in busy for share in draft.shares) else draft for draft in drafts]
    if kept.count(None) * 100 > len(kept) * PUT_OFF_PERCENT_MAX:
        raise _Busy
    return kept
