"""What follows from a debit that failed or came back: the code in one vocabulary, the plan, the mandate, the fee."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from billwright.kernel import outbox
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.org.queries import get_legal_entity
from billwright.payments.collecting_rows import AgreementRow, CollectionRow, MandateRow, StoredMethodRow
from billwright.payments.operations.collections import lock_collections, move_collections
from billwright.payments.operations.mandates import end_mandates
from billwright.payments.policies import Failure, next_mandated_day, pay_day_after, plan_after
from billwright.payments.queries.collections import first_days, get_collection, networks_of
from billwright.payments.queries.mandates import find_agreement, mandates_of, methods_by_id, usable_methods
from billwright.payments.rules import Answer
from billwright.payments.scheme_days import code_answer, mandate_answer, next_settling_day, retry_answer
from billwright.payments.states import FailurePlan
from billwright.rating.operations import NewOneOff, add_one_off
from billwright.receivables.operations import release_collections

MACHINE = "system:collecting"


def machine(act: Act) -> Act:
    """The same act as what follows from it by itself, for the person who brought the bank's answer."""
    return replace(act, actor=MACHINE, on_behalf_of=act.on_behalf_of or act.actor, key=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureIn:
    """One debit and what the bank or the gateway said of it. `scheme` where no mandate names it, such as visa."""

    collection: CollectionRow
    code: str
    on: date
    text: str = ""
    scheme: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    mandates: Mapping[int, MandateRow]
    methods: Mapping[int, StoredMethodRow]
    usable: Mapping[int, Sequence[StoredMethodRow]]
    first_days: Mapping[int, date]
    countries: Mapping[int, str]
    agreements: Mapping[tuple[int, str, date], AgreementRow | None]


def fail(*, act: Act, failures: Sequence[FailureIn], verb: str) -> None:
    """Enter FAILED or RETURNED (`fail`, `return`) with kind, plan and consequences; the items are free again."""
    _end_mandates(act, failures)
    rows = lock_collections(one.collection.id for one in failures)
    release_collections(act=act, collection_ids=[row.pk for row in rows], on=max(one.on for one in failures))
    known = _known(failures)
    values = {one.collection.id: _values(one, known) for one in failures}
    move_collections(act=act, rows=rows, verb=verb, values=values)
    for one in failures:
        _charge_fee(act, one, known)
    outbox.emit_all(
        topic="collection.failed",
        at=act.at,
        events=[
            (
                f"collection:{one.collection.id}",
                {
                    "account_id": one.collection.account_id,
                    "amount": str(one.collection.amount),
                    "code": one.code,
                    "kind": values[one.collection.id]["kind"],
                    "plan": values[one.collection.id]["plan"],
                },
            )
            for one in failures
        ],
    )


def _scheme(one: FailureIn) -> str:
    return one.scheme or one.collection.scheme


def _end_mandates(act: Act, failures: Sequence[FailureIn]) -> None:
    """Revoke the mandates that a code ends by the rules of the scheme."""
    ends = {}
    for one in failures:
        if one.collection.mandate_id is None or not one.code:
            continue
        answer = mandate_answer(_scheme(one), on=one.on, last=None, code=one.code)
        if answer is not None and answer.answer is False:
            ends[one.collection.mandate_id] = f"{one.code}: {answer.says}"
    if ends:
        end_mandates(act=act, ends=ends)


def _known(failures: Sequence[FailureIn]) -> _Known:
    debits = [one.collection for one in failures]
    entities = {debit.legal_entity_id for debit in debits}
    return _Known(
        mandates=mandates_of([debit.mandate_id for debit in debits if debit.mandate_id is not None]),
        methods=methods_by_id([debit.stored_method_id for debit in debits]),
        usable=usable_methods([debit.account_id for debit in debits], on=max(one.on for one in failures)),
        first_days=first_days([debit.first_attempt_id for debit in debits if debit.first_attempt_id is not None]),
        countries={id_: get_legal_entity(legal_entity_id=id_).country for id_ in entities},
        agreements={
            (entity, scheme, day): find_agreement(legal_entity_id=entity, scheme=scheme, on=day)
            for entity, scheme, day in {_agreed(debit) for debit in debits if debit.mandate_id is not None}
        },
    )


def _agreed(debit: CollectionRow) -> tuple[int, str, date]:
    """By what the agreement with the bank of a debit is found."""
    return debit.legal_entity_id, debit.scheme, debit.action_day


def _values(one: FailureIn, known: _Known) -> dict[str, Any]:
    debit = one.collection
    kind, says = code_answer(_scheme(one), one.code, on=one.on)
    retry = _retry(one, known)
    fallback = _fallback(debit, known)
    failure = Failure(
        kind=kind,
        may_retry=retry is not None and retry.answer is True,
        has_fallback=fallback is not None,
        is_token=bool(known.methods[debit.stored_method_id].provider),
    )
    plan = plan_after(failure)
    return {
        "code": one.code[:20],
        "kind": str(kind),
        "says": (one.text or says)[:300],
        "failed_on": one.on,
        "plan": plan,
        "plan_says": (retry.says if retry is not None else "")[:400],
        "retry_on": _retry_day(one, retry, known) if plan == FailurePlan.RETRY and retry is not None else None,
        "fallback_method_id": fallback.id if plan == FailurePlan.FALLBACK and fallback is not None else None,
    }


def _mandated(debit: CollectionRow, known: _Known) -> date | None:
    mandate = known.mandates.get(debit.mandate_id) if debit.mandate_id is not None else None
    if mandate is None:
        return None
    return next_mandated_day(frequency=mandate.frequency, collection_day=mandate.collection_day, last=debit.action_day)


def _retry(one: FailureIn, known: _Known, *, on: date | None = None) -> Answer | None:
    debit = one.collection
    first = known.first_days.get(debit.first_attempt_id or 0, debit.action_day)
    return retry_answer(
        _scheme(one),
        one.code,
        on=on or one.on,
        attempts=debit.attempt_no,
        first=first,
        mandated=_mandated(debit, known),
    )


def _retry_day(one: FailureIn, retry: Answer, known: _Known) -> date:
    """The earliest day by the rules, moved to the payer's pay day where the rules still allow it then."""
    method = known.methods[one.collection.stored_method_id]
    earliest = _settling(one, known, max(retry.earliest or one.on, one.on))
    paid = _settling(one, known, pay_day_after(earliest, pay_day=method.pay_day))
    then = _retry(one, known, on=paid)
    return paid if then is not None and then.answer is True else earliest


def _settling(one: FailureIn, known: _Known, day: date) -> date:
    """The day, or the next one on which a bank settles; a token is charged on any day."""
    debit = one.collection
    if known.methods[debit.stored_method_id].provider:
        return day
    return next_settling_day(day, scheme=_scheme(one), country=known.countries[debit.legal_entity_id])


def _fallback(debit: CollectionRow, known: _Known) -> StoredMethodRow | None:
    """The next method of the account after the one that failed; never one before it, so that no circle is walked."""
    failed = known.methods[debit.stored_method_id]
    behind = [
        method
        for method in known.usable.get(debit.account_id, ())
        if (method.rank, method.id) > (failed.rank, failed.id) and method.currency == debit.amount.currency
    ]
    return behind[0] if behind else None


def _charge_fee(act: Act, one: FailureIn, known: _Known) -> None:
    """Let what the company charges for a failed debit wait for the next bill run, taxed as its product is."""
    debit = one.collection
    if debit.mandate_id is None:
        return
    agreement = known.agreements[_agreed(debit)]
    product = agreement.terms.get("fee_product", "") if agreement is not None else ""
    if agreement is None or agreement.fee_minor is None or not product:
        return
    fee = Money(agreement.fee_minor, debit.amount.currency)
    add_one_off(
        act=machine(act),
        one_off=NewOneOff(
            account_id=debit.account_id,
            product=product,
            text=_("Failed debit of %(day)s, %(code)s") % {"day": debit.action_day, "code": one.code},
            unit_price=Decimal(fee.decimal),
            bill_from=one.on,
        ),
    )


@verb("collection.retry_on", subject=lambda arguments, _: f"collection:{arguments['collection_id']}")
def retry_on(*, act: Act, collection_id: int, day: date) -> CollectionRow:
    """Choose another day for the retry of a failed debit, within what the rules of its scheme allow.

    Raises Refusal `collection.retry_not_allowed` with the rule and the earliest day.
    """
    debit = get_collection(collection_id)
    if debit.plan != FailurePlan.RETRY or debit.resolved_at is not None or debit.failed_on is None:
        raise Refusal(
            "collection.retry_not_planned",
            _("This debit is not waiting to be tried again."),
            field="collection_id",
            cure=_("Resolve the failure: it can be collected again with the next run."),
        )
    network = networks_of([debit.end_to_end]).get(debit.end_to_end, "")
    one = FailureIn(collection=debit, code=debit.code, on=debit.failed_on, scheme=debit.scheme or network)
    known = _known([one])
    then, now = _retry(one, known, on=day), _retry(one, known)
    earliest = now.earliest if now is not None else None
    if then is None or then.answer is not True or (earliest is not None and day < earliest):
        telling = then or now
        raise Refusal(
            "collection.retry_not_allowed",
            telling.says if telling is not None else _("No rule allows it."),
            field="day",
            cure=_("Not before %(day)s.") % {"day": earliest} if earliest else None,
        )
    [row] = lock_collections([collection_id])
    row.retry_on = _settling(one, known, day)
    row.changed_at = act.at
    row.save(update_fields=["retry_on", "changed_at"])
    note_change(before={"retry_on": str(debit.retry_on)}, after={"retry_on": str(row.retry_on)})
    return get_collection(collection_id)
