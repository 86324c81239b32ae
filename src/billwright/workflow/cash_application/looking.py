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


class _Moved(Exception):
    """An item was settled by somebody else between looking at it and holding it."""


def find(*, receipts: Sequence[Receipt], on: date, auto: bool | None) -> list[MatchDraft]:
    """What each receipt pays, in the order given. `auto`: what decides, posts; none: as the company's rule says.

    Only what is to be allocated is held, so that runs side by side do not wait for one another over what texts may
    mean; where somebody was faster all that could be meant is held and looked at again.
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
            drafts = decide(facts, claims, books, auto=auto)
            _hold(drafts, claims)
            return drafts
    except _Moved:
        # The locks went with it: all are taken anew in one order, so that two runs never wait in a circle.
        run_step("070_lock_items", wanted)
        return decide(facts, Claims(cash_ids=cash_ids, **wanted), books, auto=auto)


def _hold(drafts: Sequence[MatchDraft], claims: Claims) -> None:
    """Lock the items that the drafts settle, in one order, until the money is allocated. Raises _Moved."""
    wanted = sorted({share[0] for draft in drafts if draft.posts for share in draft.shares})
    held = dict(read_step("075_hold_items", {"item_ids": as_array(wanted)})) if wanted else {}
    for item_id in wanted:
        claim = claims.get(item_id)
        if claim is None or held.get(item_id) != claim.open_minor:
            raise _Moved
