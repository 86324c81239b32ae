"""Who pays for an account: the link between accounts and the items that are billed by it change in one act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from billwright.accounts import operations as accounts
from billwright.kernel.acts import Act, note_change, verb
from billwright.subscriptions.operations import follow_payer


@dataclass(frozen=True, slots=True)
class PayerRow:
    """Who pays for an account from a day on (None: itself), and how many items moved."""

    child_id: int
    parent_id: int | None
    valid_from: date
    item_count: int


@verb("payer.assign", subject=lambda arguments, _answer: f"account:{arguments['child_id']}")
def assign_payer(*, act: Act, child_id: int, parent_id: int, valid_from: date) -> PayerRow:
    """Let another account pay from a day on; what is billed already stays. Raises what `account.set_parent` raises."""
    accounts.set_parent(act=act.nested(), child_id=child_id, parent_id=parent_id, valid_from=valid_from)
    moved = follow_payer(account_id=child_id, effective_on=valid_from)
    note_change(after={"parent_id": parent_id, "items": moved}, effective_on=valid_from)
    return PayerRow(child_id, parent_id, valid_from, moved)


@verb("payer.release", subject=lambda arguments, _answer: f"account:{arguments['child_id']}")
def release_payer(*, act: Act, child_id: int, ends_before: date) -> PayerRow:
    """Let an account pay for itself again from a day on. Raises what `account.end_parent` raises."""
    accounts.end_parent(act=act.nested(), child_id=child_id, ends_before=ends_before)
    moved = follow_payer(account_id=child_id, effective_on=ends_before)
    note_change(after={"parent_id": None, "items": moved}, effective_on=ends_before)
    return PayerRow(child_id, None, ends_before, moved)
