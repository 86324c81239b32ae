"""Debits of stored tokens as collections: begun for what is due, and tried again by the rules of their network.

The receipt of such a debit is the gateway's (`gateway:NAME`), once; the collection points to it. When it may be tried
again, and how often, is asked of the rules of its network when it fails.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.payments.collecting_rows import CollectionRow
from billwright.payments.gateway_rows import PartAsked
from billwright.payments.operations.methods import token_of
from billwright.payments.queries.collections import get_collection, list_failed
from billwright.payments.queries.gateways import find_gateway
from billwright.payments.queries.mandates import get_method
from billwright.payments.states import FailurePlan
from billwright.receivables.queries import items_of_collections
from billwright.workflow.collecting.outcomes import collect_by_token, submit_by_token
from billwright.workflow.gateway_intake.charging import ChargeWanted, ask_for_charge, charge_token

DUE_AT_ONCE: Final = 500


def collect_from_token(
    *, act: Act, stored_method_id: int, on: date, takes_up_id: int | None = None, amount: Money | None = None
) -> CollectionRow | None:
    """Debit a stored token for what is due on its account, or for what a failure was for; None when nothing is.

    To be called outside a transaction: the debit is written and held first, then the gateway is asked under its
    end-to-end reference. Raises Refusal, NotFound.
    """
    with transaction.atomic():
        collection = begin_debit(
            act=act, stored_method_id=stored_method_id, on=on, takes_up_id=takes_up_id, amount=amount
        )
        if collection is None:
            return None
        wanted = _wanted(collection)
        # With the debit, so that a crash before the gateway is asked leaves something to ask about.
        ask_for_charge(
            act=act,
            gateway_id=wanted.gateway_id,
            account_id=wanted.account_id,
            reference=wanted.reference,
            amount=wanted.amount,
            description=wanted.description,
            parts=wanted.parts,
        )
    charge_token(act=act, wanted=wanted)
    return get_collection(collection.id)


def _wanted(collection: CollectionRow) -> ChargeWanted:
    provider, token = token_of(collection.stored_method_id)
    gateway = find_gateway(name=provider)
    assert gateway is not None, "looked for before the debit was written"
    parts = items_of_collections([collection.id]).get(collection.id, [])
    return ChargeWanted(
        gateway_id=gateway.id,
        account_id=collection.account_id,
        reference=collection.end_to_end,
        token=token,
        amount=collection.amount,
        description=collection.end_to_end,
        parts=tuple(PartAsked(open_item_id=item_id, amount_minor=minor) for item_id, minor in parts),
    )


@verb("collection.collect_by_token", subject=lambda arguments, _: f"stored_method:{arguments['stored_method_id']}")
def begin_debit(
    *, act: Act, stored_method_id: int, on: date, takes_up_id: int | None = None, amount: Money | None = None
) -> CollectionRow | None:
    """Write a debit of a token and hold what it is for: the first half of `collect_from_token`."""
    method = get_method(stored_method_id)
    if find_gateway(name=method.provider or "-") is None:
        raise Refusal(
            "collection.no_gateway",
            _("The gateway %(name)s of this token is not set up.") % {"name": method.provider or "–"},
            field="stored_method_id",
        )
    row = collect_by_token(act=act, stored_method_id=stored_method_id, on=on, takes_up_id=takes_up_id, amount=amount)
    if row is not None:
        submit_by_token(act=act, collection_id=row.id)
        note_change(after={"collection": row.id, "amount": str(row.amount), "attempt": row.attempt_no})
    return row


def retry_tokens(*, act: Act, on: date) -> int:
    """Try failed debits again whose day has come, by the plan that their network's rules gave; returns how many.

    A debit whose token will not do is tried on the account's next method where that is a token too. One that is refused
    stops no other.
    """
    waiting = [
        *list_failed(plan=FailurePlan.RETRY, limit=DUE_AT_ONCE),
        *list_failed(plan=FailurePlan.FALLBACK, limit=DUE_AT_ONCE),
    ]
    count = 0
    for row in waiting:
        method_id = row.stored_method_id if row.plan == FailurePlan.RETRY else row.fallback_method_id
        is_due = row.plan == FailurePlan.FALLBACK or (row.retry_on is not None and row.retry_on <= on)
        if method_id is None or not is_due or not get_method(method_id).provider:
            continue
        try:
            count += collect_from_token(act=act, stored_method_id=method_id, on=on, takes_up_id=row.id) is not None
        except Refusal:
            continue
    return count
