"""Another billing day for an account: its running subscriptions follow, what is billed stays."""

from __future__ import annotations

from datetime import date

from billwright.accounts.operations import update_account
from billwright.accounts.queries import get_account
from billwright.accounts.rows import AccountChange
from billwright.kernel.acts import Act, note_change, verb
from billwright.subscriptions import operations, queries
from billwright.subscriptions.states import SubscriptionState

IN_SERVICE = (SubscriptionState.ACTIVE, SubscriptionState.PAUSED, SubscriptionState.ENDING)


@verb("account.change_cycle_day", subject=lambda arguments, _answer: f"account:{arguments['account_id']}")
def change_account_cycle_day(*, act: Act, account_id: int, cycle_day: int, as_of: date) -> int:
    """Let every period of an account that begins on or after a day end on another day of the month.

    Returns how many running subscriptions follow. Raises what `account.update` and
    `subscription.change_cycle_day` raise.
    """
    rows = queries.list_subscriptions(account_ids=[account_id], states=IN_SERVICE, limit=100_000)
    running = [(row.id, max(as_of, row.starts_on)) for row in rows if row.starts_on is not None]
    for subscription_id, day in running:
        operations.change_cycle_day(act=act.nested(), subscription_id=subscription_id, cycle_day=cycle_day, as_of=day)
    update_account(
        act=act.nested(),
        account_id=account_id,
        version=get_account(account_id).version,
        change=AccountChange(cycle_day=cycle_day),
    )
    note_change(after={"cycle_day": cycle_day, "subscriptions": len(running)}, effective_on=as_of)
    return len(running)
