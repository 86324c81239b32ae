"""Submitted runs of kept cards carried out: each debit is looked at once more, written, and asked of its gateway.

A debit is written, with what the gateway will be asked, before the gateway is; so a worker that is killed in between
leaves a debit that `charge_unasked` and `ask_unanswered` go on with under the same reference, and never a second one.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.kernel import outbox
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.clock import business_date
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.locking import lock_names
from billwright.org.queries import get_legal_entity
from billwright.payments.collecting_rows import CollectionRow, CollectionRunRow, StoredMethodRow
from billwright.payments.gateway_rows import GatewayPaymentRow
from billwright.payments.operations.collections import lock_debit_of, lock_run, move_collections
from billwright.payments.operations.methods import token_of
from billwright.payments.queries.collections import collection_row, get_collection, get_run, list_collections, run_row
from billwright.payments.queries.mandates import method_row
from billwright.payments.states import CARDS, CollectionFindingKind, CollectionRunState, CollectionState
from billwright.receivables.queries import still_chaseable_parts
from billwright.workflow.collecting.cards import is_usable
from billwright.workflow.collecting.outcomes import close_if_done
from billwright.workflow.collecting.running import submitted_event, take_out
from billwright.workflow.gateway_intake.allowing import DebitNotAllowed, refuse_over_limits
from billwright.workflow.gateway_intake.charging import charge_asked
from billwright.workflow.gateway_intake.tokens import ask_for_debit

if TYPE_CHECKING:
    from billwright.payments.models import CollectionRun

logger = structlog.get_logger(__name__)


def charge_run(*, act: Act, collection_run_id: int) -> int:
    """Ask gateways for the debits of a submitted run of cards that nobody asked for yet; returns how many were asked.

    To be called outside a transaction, as often as one likes and by several at once: each debit is begun once. One
    that is refused (its gateway is suspended, or answers what does not fit) waits and stops no other. Raises NotFound,
    Refusal `collection_run.of_a_bank`.
    """
    run = get_run(collection_run_id)
    if run.scheme != CARDS:
        raise Refusal(
            "collection_run.of_a_bank",
            _("The debits of this run are in a file for a bank."),
            field="collection_run_id",
            cure=_("Submit it, and hand its file to the bank."),
        )
    day = business_date(act.at, get_legal_entity(legal_entity_id=run.legal_entity_id).timezone)
    count = 0
    for debit in list_collections(run_id=run.id, state=CollectionState.PREPARED, limit=None):
        try:
            with transaction.atomic():
                asked = begin_run_debit(act=act.nested(), collection_id=debit.id, on=day)
            if asked is not None:
                count += 1
                charge_asked(act=act.nested(), asked=asked, token=token_of(debit.stored_method_id))
        except Refusal as refused:
            logger.warning("a card is not debited yet", collection=debit.id, code=refused.code, why=str(refused))
    return count


@verb("collection.begin", subject=lambda arguments, _: f"collection:{arguments['collection_id']}")
def begin_run_debit(*, act: Act, collection_id: int, on: date) -> GatewayPaymentRow | None:
    """Write that a debit of a submitted run of cards is asked for now; the gateway is asked once this is committed.

    None where nobody is to be asked: another worker was first, or the debit was taken out of the run, because what it
    is for was paid or disputed meanwhile, its card ended, its network allows no debit now or the run's last day is
    over. Raises NotFound, Conflict for a run that is not submitted, Refusal where the gateway is not in use.
    """
    debit = get_collection(collection_id)
    lock_names(f"collecting:{debit.legal_entity_id}")
    # The run first, as everybody who moves it does.
    locked_run, run = _run_of(debit)
    locked = lock_debit_of(locked_run, collection_id)
    if locked.state != CollectionState.PREPARED:
        return None
    debit, method = collection_row(locked), method_row(locked.stored_method)
    against = _against(debit, method, run, on)
    if against is not None:
        kind, says = against
        take_out(act, run, [debit], {debit.id: kind}, says=says)
        close_if_done(act, run.id)
        note_change(after={"taken_out": str(kind)})
        return None
    move_collections(act=act, rows=[locked], verb="submit")
    asked = ask_for_debit(act=act, collection=debit, token=token_of(method.id))
    outbox.emit_all(topic="collection.submitted", at=act.at, events=[submitted_event(debit)])
    note_change(after={"amount": str(debit.amount), "run": run.id}, effective_on=on)
    return asked


def _run_of(debit: CollectionRow) -> tuple[CollectionRun, CollectionRunRow]:
    """The run of a debit, locked. Raises NotFound, Conflict."""
    if debit.run_id is None:
        raise NotFound("collection.not_found", _("The debit belongs to no run."), field="collection_id")
    locked = lock_run(debit.run_id)
    run = run_row(locked)
    if run.scheme != CARDS or run.state not in (CollectionRunState.SUBMITTED, CollectionRunState.CLOSED):
        raise Conflict(
            "collection_run.not_submitted",
            _("Gateways are asked for debits of submitted runs of cards alone."),
            field="collection_id",
            cure=_("Have the run approved, and submit it."),
        )
    return locked, run


def _against(
    debit: CollectionRow, method: StoredMethodRow, run: CollectionRunRow, on: date
) -> tuple[CollectionFindingKind, str] | None:
    """What stands against asking for a debit now, or None."""
    if on > run.submit_by:
        return CollectionFindingKind.TOO_LATE, ""
    if not still_chaseable_parts([debit.id], as_of=on).get(debit.id, False):
        return CollectionFindingKind.CHANGED_SINCE, ""
    if not is_usable(method, on=on):
        return CollectionFindingKind.METHOD_UNUSABLE, ""
    try:
        refuse_over_limits(method, amount_minor=debit.amount.amount_minor, on=on)
    except DebitNotAllowed as refused:
        return CollectionFindingKind.NETWORK_LIMIT, refused.message
    return None
