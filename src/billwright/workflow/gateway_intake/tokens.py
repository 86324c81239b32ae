"""Debits of stored tokens as collections: begun for what is due, and tried again by the rules of their network.

The receipt of such a debit is the gateway's (`gateway:NAME`), once; the collection points to it. When it may be tried
again, and how often, is asked of the rules of its network when it fails, and once more before the gateway is asked.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.kernel.locking import lock_names
from billwright.kernel.money import Money
from billwright.payments.collecting_rows import CollectionRow
from billwright.payments.gateway_rows import GatewayPaymentRow, GatewayRow, PartAsked
from billwright.payments.gateway_states import GatewayPaymentKind, GatewayPaymentState
from billwright.payments.operations.collections import lock_collections, move_collections
from billwright.payments.operations.methods import OpenedToken, token_of
from billwright.payments.ports.gateways import gateway_of_kind
from billwright.payments.queries.collections import (
    collections_by_reference,
    get_collection,
    not_in_queue,
    tokens_to_take_up,
)
from billwright.payments.queries.gateways import config_of, find_gateway, get_gateway, list_gateway_payments
from billwright.payments.queries.mandates import get_method, methods_by_id
from billwright.payments.states import CollectionState, FailurePlan, StoredMethodState
from billwright.receivables.queries import items_of_collections, still_chaseable_parts
from billwright.workflow.collecting.outcomes import collect_by_token
from billwright.workflow.gateway_intake.allowing import (
    DebitNotAllowed,
    refuse_over_limits,
    refuse_unplanned,
    refuse_unusable,
)
from billwright.workflow.gateway_intake.booking import day_of
from billwright.workflow.gateway_intake.charging import (
    ASK_DEBIT_AFTER,
    PAGE_ENDS_AFTER,
    ask_for_charge,
    charge_asked,
)

DUE_AT_ONCE: Final = 500
logger = structlog.get_logger(__name__)


def collect_from_token(
    *, act: Act, stored_method_id: int, on: date, takes_up_id: int | None = None, amount: Money | None = None
) -> CollectionRow:
    """Debit a stored token for what is due on its account, or for what a failure was for, and say how it ended.

    To be called outside a transaction: the debit is written and held first, then the gateway is asked under its
    end-to-end reference. Raises what `begin_debit` raises.
    """
    with transaction.atomic():
        collection = begin_debit(
            act=act, stored_method_id=stored_method_id, on=on, takes_up_id=takes_up_id, amount=amount
        )
    return charge_begun(act=act.nested(), collection_id=collection.id)


def charge_begun(*, act: Act, collection_id: int) -> CollectionRow:
    """Ask the gateway for a debit that was begun; asked again it is the same debit. Outside a transaction."""
    collection = get_collection(collection_id)
    if collection.state == CollectionState.SUBMITTED:
        token = token_of(collection.stored_method_id)
        with transaction.atomic():
            asked = ask_for_debit(act=act, collection=collection, token=token)
        charge_asked(act=act, asked=asked, token=token)
    return get_collection(collection_id)


def charge_unasked(*, act: Act, gateway_id: int) -> int:
    """Ask for debits that were begun and never asked for; returns how many. To be called outside a transaction.

    A crash came in between, or a second person consented to one that was above somebody's limit. What the gateway
    knows already is left to `ask_unanswered`; after a day it is too late to surprise anybody, and a token that was put
    aside or ended meanwhile is not debited any more, nor is one for what was paid or disputed meanwhile.
    """
    gateway = get_gateway(gateway_id)
    rows = list_gateway_payments(
        gateway_ids=[gateway_id],
        states=(GatewayPaymentState.STARTED,),
        started_before=act.at - ASK_DEBIT_AFTER,
        limit=DUE_AT_ONCE,
    )
    fresh = [row for row in rows if row.kind == GatewayPaymentKind.TOKEN and act.at - row.started_at < PAGE_ENDS_AFTER]
    debits = collections_by_reference([row.reference for row in fresh])
    methods = methods_by_id({debit.stored_method_id for debit in debits.values()})
    is_open = still_chaseable_parts([debit.id for debit in debits.values()], as_of=day_of(gateway, act.at))
    count = 0
    for row in fresh:
        debit = debits.get(row.reference)
        if debit is None or debit.state != CollectionState.SUBMITTED:
            continue
        if methods[debit.stored_method_id].state != StoredMethodState.ACTIVE or not is_open.get(debit.id, False):
            continue
        known = gateway_of_kind(gateway.kind).read_payment(
            config_of(gateway_id), reference=row.reference, gateway_key=row.gateway_key
        )
        if known is None:
            count += _charged(act, debit)
    return count


def _charged(act: Act, debit: CollectionRow) -> bool:
    """Ask for a debit; one that is refused (its gateway is suspended, or answers what does not fit) stops no other."""
    try:
        charge_begun(act=act, collection_id=debit.id)
    except Refusal as refused:
        logger.warning("a debit is not asked for yet", collection=debit.id, code=refused.code, why=str(refused))
        return False
    return True


@verb(
    "collection.collect_by_token",
    subject=lambda arguments, _: f"stored_method:{arguments['stored_method_id']}",
    amount=lambda arguments: arguments.get("amount"),
)
def begin_debit(
    *, act: Act, stored_method_id: int, on: date, takes_up_id: int | None = None, amount: Money | None = None
) -> CollectionRow:
    """Write a debit of a token and hold what it is for; the gateway is asked once this is committed.

    `amount`: at most so much, the oldest first. Raises Refusal `collection.nothing_due`, `stored_method.not_usable`,
    DebitNotAllowed for a method that ended or by the rule of the card's network, NotAllowed above the actor's limit.
    """
    method = get_method(stored_method_id)
    _gateway_of(method.provider)
    lock_names(f"collecting:{method.legal_entity_id}")
    refuse_unusable(method, on=on)
    if takes_up_id is not None:
        refuse_unplanned(get_collection(takes_up_id), method, on=on)
    row = collect_by_token(act=act, stored_method_id=stored_method_id, on=on, takes_up_id=takes_up_id, amount=amount)
    if row is None:
        raise Refusal(
            "collection.nothing_due",
            _("Nothing is due that may be debited."),
            field="amount",
            cure=_("What failed before, is disputed or is on its way is not debited a second time."),
        )
    refuse_over_limits(method, amount_minor=row.amount.amount_minor, on=on)
    move_collections(act=act, rows=lock_collections([row.id]), verb="submit")
    ask_for_debit(act=act, collection=row, token=token_of(method.id))
    note_change(after={"collection": row.id, "amount": str(row.amount), "attempt": row.attempt_no})
    return get_collection(row.id)


def ask_for_debit(*, act: Act, collection: CollectionRow, token: OpenedToken) -> GatewayPaymentRow:
    """Write what the gateway of a debit's token is about to be asked; a part of the acts that begin a debit.

    With the debit, so that a crash before the gateway is asked leaves something to ask about; written again it is the
    same. The token has been opened: a debit of one that nobody can open is not begun. Raises Refusal.
    """
    parts = items_of_collections([collection.id]).get(collection.id, [])
    return ask_for_charge(
        act=act.nested(),
        gateway_id=_gateway_of(token.provider).id,
        account_id=collection.account_id,
        reference=collection.end_to_end,
        amount=collection.amount,
        description=collection.end_to_end,
        parts=tuple(PartAsked(open_item_id=item_id, amount_minor=minor) for item_id, minor in parts),
    )


def _gateway_of(provider: str) -> GatewayRow:
    gateway = find_gateway(name=provider or "-")
    if gateway is None:
        raise Refusal(
            "collection.no_gateway",
            _("The gateway %(name)s of this token is not set up.") % {"name": provider or "–"},
            field="stored_method_id",
            cure=_("Set a gateway of this name up, or collect by another method."),
        )
    return gateway


def retry_tokens(*, act: Act, on: date) -> int:
    """Carry out what was planned for failed debits whose day has come and which a token takes up; returns how many.

    The same token again by the plan of its network's rules, or the account's next method where that is a token: after
    a failed debit of a bank account too. What the rules do not allow any more is put off or given to a person; one
    that is refused stops no other.
    """
    count = 0
    for row in tokens_to_take_up(on=on, limit=DUE_AT_ONCE):
        method_id = row.stored_method_id if row.plan == FailurePlan.RETRY else row.fallback_method_id
        assert method_id is not None, "a fallback names its method"
        try:
            collect_from_token(act=act, stored_method_id=method_id, on=on, takes_up_id=row.id)
            count += 1
        except DebitNotAllowed as refused:
            with transaction.atomic():
                put_off_debit(act=act, collection_id=row.id, until=refused.earliest, says=str(refused))
        except Refusal as refused:
            logger.warning("a debit was not taken up", collection=row.id, code=refused.code, why=str(refused))
    return count


@verb("collection.put_off", subject=lambda arguments, _: f"collection:{arguments['collection_id']}")
def put_off_debit(*, act: Act, collection_id: int, until: date | None, says: str) -> CollectionRow:
    """Move the plan of a failure to the day that a network's rules allow; without one a person asks the customer.

    Raises NotFound, Conflict when it was dealt with.
    """
    [row] = lock_collections([collection_id])
    if row.resolved_at is not None:
        raise not_in_queue()
    waits = until is not None and row.plan == FailurePlan.RETRY
    note_change(before={"plan": row.plan, "retry_on": str(row.retry_on)})
    row.plan = FailurePlan.RETRY if waits else FailurePlan.CONTACT
    row.retry_on, row.plan_says, row.changed_at = until if waits else None, says[:400], act.at
    row.save(update_fields=["plan", "retry_on", "plan_says", "changed_at"])
    note_change(after={"plan": row.plan, "retry_on": str(row.retry_on)})
    return get_collection(collection_id)
