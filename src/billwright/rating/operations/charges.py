"""Writes of pending charges. An adjustment touches no balance until another person has approved it (duty H39)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from billwright.accounts import queries as accounts
from billwright.catalog import queries as catalog
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.locking import lock_rows
from billwright.kernel.money import Money, line_amount
from billwright.rating.models import PendingCharge
from billwright.rating.queries import ChargeRow, charge_row, get_charge, not_found
from billwright.rating.states import PENDING_CHARGE, ChargeKind, ChargeState
from billwright.subscriptions import queries as subscriptions


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAdjustment:
    """An amount that a person enters with a reason; negative reduces what is owed. Service: the day of the bill."""

    account_id: int
    product: str
    amount: Money
    text: str
    bill_from: date
    subscription_id: int | None = None
    service_from: date | None = None
    service_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOneOff:
    """Something agreed once, such as a set-up fee: quantity x unit price in major units."""

    account_id: int
    product: str
    text: str
    unit_price: Decimal
    bill_from: date
    quantity: Decimal = Decimal(1)
    subscription_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewServiceCredit:
    """What service below its promised level earns the customer: a positive amount, for a month of service."""

    account_id: int
    subscription_id: int
    product: str
    text: str
    amount: Money
    service_from: date
    service_to: date
    bill_from: date


def _of_answer(_arguments: Mapping[str, object], answer: ChargeRow) -> str:
    return f"charge:{answer.id}"


def _of_arguments(arguments: Mapping[str, object], _answer: object) -> str:
    return f"charge:{arguments['charge_id']}"


def _amount_of(arguments: Mapping[str, object]) -> Money:
    charge_id = arguments["charge_id"]
    assert isinstance(charge_id, int)
    return abs(get_charge(charge_id).amount)


@verb("adjustment.propose", subject=_of_answer)
def propose_adjustment(*, act: Act, adjustment: NewAdjustment) -> ChargeRow:
    """Enter an adjustment; it waits for approval and touches no balance. The act's reason is mandatory.

    Raises Refusal `charge.reason`, `charge.zero`, `charge.currency`, `charge.period`, NotFound for account, product
    or subscription.
    """
    act.require_reason("charge.reason", _("An adjustment needs a reason."))
    account = accounts.get_account(adjustment.account_id)
    if adjustment.amount.currency != account.currency:
        raise Refusal("charge.currency", _("The account is billed in %(c)s.") % {"c": account.currency}, field="amount")
    service_from = adjustment.service_from or adjustment.bill_from
    charge = _write(
        act=act,
        kind=ChargeKind.ADJUSTMENT,
        state=ChargeState.PROPOSED,
        account_id=account.id,
        subscription_id=adjustment.subscription_id,
        product=adjustment.product,
        text=adjustment.text,
        quantity=Decimal(1),
        unit_price=adjustment.amount.decimal,
        amount=adjustment.amount,
        service_from=service_from,
        service_to=adjustment.service_to or service_from + timedelta(days=1),
        bill_from=adjustment.bill_from,
    )
    note_change(after={"amount": str(adjustment.amount), "state": charge.state}, effective_on=adjustment.bill_from)
    return charge


@verb("adjustment.approve", subject=_of_arguments, amount=_amount_of)
def approve_adjustment(*, act: Act, charge_id: int) -> ChargeRow:
    """Let an adjustment go to the next bill run; never by the one who proposed it, and within the approver's limit.

    Raises NotFound, IllegalTransition, NotAllowed.
    """
    charge = _locked(charge_id)
    charge.state = PENDING_CHARGE.enter("approve", charge.state)
    charge.approved_by = act.actor
    charge.approved_at = act.at
    charge.save(update_fields=["state", "approved_by", "approved_at"])
    note_change(before={"state": ChargeState.PROPOSED}, after={"state": charge.state})
    return charge_row(charge)


@verb("charge.discard", subject=_of_arguments)
def discard_charge(*, act: Act, charge_id: int) -> ChargeRow:
    """Never bill a charge that waits. Raises NotFound, IllegalTransition once it is billed."""
    charge = _locked(charge_id)
    before = charge.state
    charge.state = PENDING_CHARGE.enter("discard", charge.state)
    charge.save(update_fields=["state"])
    note_change(before={"state": before}, after={"state": charge.state})
    return charge_row(charge)


@verb("one_off.add", subject=_of_answer)
def add_one_off(*, act: Act, one_off: NewOneOff) -> ChargeRow:
    """Let something agreed once wait for the next bill run. Raises Refusal `charge.zero`, NotFound."""
    account = accounts.get_account(one_off.account_id)
    charge = _write(
        act=act,
        kind=ChargeKind.ONE_OFF,
        state=PENDING_CHARGE.enter("approve", ChargeState.PROPOSED),
        account_id=account.id,
        subscription_id=one_off.subscription_id,
        product=one_off.product,
        text=one_off.text,
        quantity=one_off.quantity,
        unit_price=one_off.unit_price,
        amount=line_amount(one_off.quantity, one_off.unit_price, account.currency),
        service_from=one_off.bill_from,
        service_to=one_off.bill_from + timedelta(days=1),
        bill_from=one_off.bill_from,
    )
    note_change(after={"amount": str(charge.amount)}, effective_on=one_off.bill_from)
    return charge


@verb("service_credit.give", subject=_of_answer)
def give_service_credit(*, act: Act, credit: NewServiceCredit) -> ChargeRow:
    """Let a credit for service below its level wait for the next bill run. Its plan promised it: nobody approves it.

    Raises Refusal `charge.zero`, NotFound.
    """
    charge = _write(
        act=act,
        kind=ChargeKind.SERVICE_CREDIT,
        state=PENDING_CHARGE.enter("approve", ChargeState.PROPOSED),
        account_id=credit.account_id,
        subscription_id=credit.subscription_id,
        product=credit.product,
        text=credit.text,
        quantity=Decimal(1),
        unit_price=-credit.amount.decimal,
        amount=-credit.amount,
        service_from=credit.service_from,
        service_to=credit.service_to,
        bill_from=credit.bill_from,
    )
    note_change(after={"amount": str(charge.amount)}, effective_on=credit.bill_from)
    return charge


def _locked(charge_id: int) -> PendingCharge:
    locked = lock_rows(PendingCharge, [charge_id])
    if not locked:
        raise not_found()
    return locked[0]


def _write(
    *,
    act: Act,
    kind: ChargeKind,
    state: str,
    account_id: int,
    subscription_id: int | None,
    product: str,
    text: str,
    quantity: Decimal,
    unit_price: Decimal,
    amount: Money,
    service_from: date,
    service_to: date,
    bill_from: date,
) -> ChargeRow:
    _require_amount_and_period(amount, service_from, service_to, text)
    _require_own(subscription_id, account_id)
    payer = subscriptions.accounts_on([(account_id, bill_from)])[account_id, bill_from]
    return charge_row(
        PendingCharge.objects.create(
            account_id=account_id,
            payer_id=payer.payer_id,
            subscription_id=subscription_id,
            kind=kind,
            state=state,
            product_id=catalog.get_product(product).id,
            text=text,
            quantity=quantity,
            unit_price=unit_price,
            amount_minor=amount.amount_minor,
            currency=amount.currency,
            service_from=service_from,
            service_to=service_to,
            bill_from=bill_from,
            reason=act.reason,
            entered_by=act.actor,
            entered_at=act.at,
        )
    )


def _require_amount_and_period(amount: Money, service_from: date, service_to: date, text: str) -> None:
    if not amount:
        raise Refusal("charge.zero", _("A charge of nothing bills nothing."), field="amount")
    if service_to <= service_from or not text.strip():
        raise Refusal("charge.period", _("A charge has a text and at least a day of service."), field="service_to")


def _require_own(subscription_id: int | None, account_id: int) -> None:
    if subscription_id is not None and subscriptions.get_subscription(subscription_id).account_id != account_id:
        raise NotFound("subscription.not_found", _("There is no such subscription."), field="subscription_id")
