"""News that follow from events: a method or mandate that ends soon, a debit that failed and what happens now."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from billwright.comms.operations import queue_messages
from billwright.kernel.acts import Act
from billwright.kernel.clock import business_date
from billwright.kernel.idempotency import semantic_key
from billwright.org.queries import get_legal_entity
from billwright.payments.collecting_rows import CollectionRow
from billwright.payments.queries.collections import get_collection
from billwright.payments.queries.mandates import get_mandate, get_method
from billwright.payments.states import FailurePlan
from billwright.receivables.queries import get_items, items_of_collections
from billwright.workflow.collection_news.letters import letter

if TYPE_CHECKING:
    from billwright.comms.operations import NewMessage
    from billwright.kernel.models import OutboxEvent

ACTOR: Final = "system:collecting"
METHOD_ENDS, MANDATE_ENDS = "stored_method.expiring", "mandate.expiring"
TRIED_AGAIN, OTHER_METHOD, ASK = "debit.failed_retry", "debit.failed_fallback", "debit.failed_contact"


def _queue(at: datetime, message: NewMessage | None) -> None:
    if message is not None:
        queue_messages(act=Act(actor=ACTOR, at=at), messages=[message])


def _id_of(event: OutboxEvent) -> int:
    return int(event.subject.partition(":")[2])


def tell_of_method(event: OutboxEvent, at: datetime) -> None:
    """Tell the customer that a card or account ends soon: handles `stored_method.expiring`."""
    row = get_method(_id_of(event))
    if row.expires_on is None:
        return
    message = letter(
        account_id=row.account_id,
        purpose=METHOD_ENDS,
        about=event.subject,
        key=semantic_key("method_expiring", method=row.id, on=row.expires_on),
        on=business_date(at, get_legal_entity(legal_entity_id=row.legal_entity_id).timezone),
        values={"method": row.label, "until": row.expires_on},
    )
    _queue(at, message)


def tell_of_mandate(event: OutboxEvent, at: datetime) -> None:
    """Tell the customer that a mandate ends soon: handles `mandate.expiring`."""
    row = get_mandate(_id_of(event))
    if row.ends_on is None:
        return
    message = letter(
        account_id=row.account_id,
        purpose=MANDATE_ENDS,
        about=event.subject,
        key=semantic_key("mandate_expiring", mandate=row.id, on=row.ends_on),
        on=business_date(at, get_legal_entity(legal_entity_id=row.legal_entity_id).timezone),
        values={"reference": row.reference, "method": row.method_label, "until": row.ends_on},
    )
    _queue(at, message)


def tell_of_failure(event: OutboxEvent, at: datetime) -> None:
    """Tell the customer that a debit failed and what happens now: handles `collection.failed`, each failure once.

    Of retries he hears the first alone, and nothing of what he has paid another way meanwhile. A dispute is answered by
    a person, and so is a bank account that will never pay: its holder may be dead or insolvent.
    """
    row = get_collection(_id_of(event))
    purpose = purpose_of(row, is_token=bool(get_method(row.stored_method_id).provider))
    if purpose is None or row.failed_on is None or not _is_open(row):
        return
    message = letter(
        account_id=row.account_id,
        purpose=purpose,
        about=event.subject,
        key=semantic_key("debit_failed", collection=row.id),
        on=business_date(at, get_legal_entity(legal_entity_id=row.legal_entity_id).timezone),
        values={
            "total": row.amount,
            "method": row.method_label,
            "date": row.failed_on,
            "again": row.retry_on or row.failed_on,
        },
    )
    _queue(at, message)


def _is_open(row: CollectionRow) -> bool:
    items = get_items([item_id for item_id, _minor in items_of_collections([row.id]).get(row.id, [])])
    return any(item.open.amount_minor > 0 for item in items.values())


def purpose_of(row: CollectionRow, *, is_token: bool) -> str | None:
    """Which news a failure is, by its plan, which rests on its normalised reason; None: a person speaks first."""
    if row.plan == FailurePlan.RETRY:
        return TRIED_AGAIN if row.attempt_no == 1 else None
    if row.plan == FailurePlan.FALLBACK:
        return OTHER_METHOD
    if row.plan == FailurePlan.CONTACT or (row.plan == FailurePlan.STOP and is_token):
        return ASK
    return None
