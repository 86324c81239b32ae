"""What goes wrong and is put right in the demo: credits, debits, disputes held, returns, refunds, changes, notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from billwright.accounts.operations import set_status_note
from billwright.accounts.operations.notes import StatusNoteDraft
from billwright.catalog.operations import NewPrice
from billwright.catalog.queries import get_plan
from billwright.invoicing.operations import draft_credit_note, draft_debit_note
from billwright.invoicing.rows import NewCorrection, NewInvoice, NewLine
from billwright.kernel.acts import Act
from billwright.kernel.money import Money
from billwright.rating.operations import NewAdjustment, approve_adjustment, propose_adjustment
from billwright.receivables import operations as receivables
from billwright.receivables.states import HoldReason
from billwright.subscriptions import operations as subscriptions
from billwright.workflow import documents, payment_intake
from billwright.workflow.demo.people import Book, Member

# Of each kind of case, so many after the run of a month in each company.
OFTEN = 0.35
SMALL_PLAN, LARGE_PLAN = "host-start", "host-business"
RISING_PLAN = "mobile-m"
PRICE_RISE_AFTER = timedelta(days=240)
NOTES = (
    ("Promised by phone", "Cash flow", "Call again", 5),
    ("Statement requested", "Invoice not received", "Send statement", 1),
    ("Contests a line", "Quantity", "Ask the service team", 3),
    ("Insolvent? check", "Mail came back", "Look up the register", 7),
)


@dataclass(frozen=True, slots=True)
class NewItem:
    """An open item that the last run made."""

    item_id: int
    invoice_id: int
    account_id: int
    open_minor: int
    currency: str
    due_date: date
    number: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Who does the cases of a day, and what they have before them."""

    book: Book
    act: Callable[[str], Act]
    approver: Act
    day: date
    items: Sequence[NewItem]

    def some(self, often: float) -> list[NewItem]:
        """So many of what lies before them, on average."""
        return self.book.rng.sample(list(self.items), min(self._count(often), len(self.items)))

    def members(self, often: float) -> list[Member]:
        """So many of the accounts, on average."""
        return self.book.rng.sample(list(self.book.members.values()), min(self._count(often), len(self.book.members)))

    def perhaps(self) -> bool:
        return self.book.rng.random() < 0.5

    def _count(self, often: float) -> int:
        return int(often) + (self.book.rng.random() < often % 1)


def work_through(desk: Desk) -> None:
    """A run's aftermath: every third month or so one of each."""
    if not desk.items:
        return
    _credit(desk)
    _debit(desk)
    _invoice_by_hand(desk)
    _adjust(desk)
    _hold(desk)
    _write_notes(desk)


def _credit(desk: Desk) -> None:
    for item in desk.some(OFTEN):
        draft = draft_credit_note(
            act=desk.act("Service was down for a day"),
            correction=NewCorrection(
                invoice_id=item.invoice_id,
                document_date=desk.day,
                reason_code="SERVICE_QUALITY",
                reason="Service was down",
            ),
            lines=(),
        )
        documents.issue_credit_note(act=desk.act("Goodwill agreed"), invoice_id=draft.id, version=draft.version)


def _debit(desk: Desk) -> None:
    for item in desk.some(OFTEN):
        draft = draft_debit_note(
            act=desk.act("Extra work"),
            correction=NewCorrection(
                invoice_id=item.invoice_id, document_date=desk.day, reason_code="QUANTITY", reason="Extra work on site"
            ),
            lines=(NewLine(text="Extra work on site", amount=Money(item.open_minor // 10 or 1, item.currency)),),
        )
        documents.issue_debit_note(act=desk.act("Agreed by mail"), invoice_id=draft.id, version=draft.version)


def _invoice_by_hand(desk: Desk) -> None:
    for member in desk.members(OFTEN):
        documents.invoice_at_once(
            act=desk.act("One-off work"),
            draft=NewInvoice(
                account_id=member.account_id,
                document_date=desk.day,
                lines=(
                    NewLine(
                        text="Set-up on site",
                        quantity=Decimal(desk.book.rng.randint(1, 4)),
                        unit_price=Decimal("120.00"),
                        product=desk.book.company.family,
                    ),
                ),
            ),
        )


def _adjust(desk: Desk) -> None:
    for member in desk.members(OFTEN):
        charge = propose_adjustment(
            act=desk.act("Wrong tariff for two days"),
            adjustment=NewAdjustment(
                account_id=member.account_id,
                product=desk.book.company.family,
                amount=Money.of("-10.00", desk.book.company.currency),
                text="Correction of a tariff",
                bill_from=desk.day,
            ),
        )
        if desk.perhaps():
            approve_adjustment(act=desk.approver, charge_id=charge.id)


def _hold(desk: Desk) -> None:
    for item in desk.some(OFTEN):
        hold = receivables.place_hold(
            act=desk.act("Customer contests it"),
            open_item_id=item.item_id,
            reason=HoldReason.DISPUTE,
            valid_from=desk.day,
            amount=Money(item.open_minor // 2 or 1, item.currency),
            note="Contests the quantity",
        )
        if desk.perhaps():
            receivables.release_hold(act=desk.act("Settled"), hold_id=hold.hold_id, on=desk.day)


def _write_notes(desk: Desk) -> None:
    for member in desk.members(1):
        status, cause, action, days = desk.book.rng.choice(NOTES)
        set_status_note(
            act=desk.act("call"),
            draft=StatusNoteDraft(
                account_id=member.account_id,
                status=status,
                cause=cause,
                next_action=action,
                next_action_on=desk.day + timedelta(days=days),
            ),
        )


def change_contract(desk: Desk, *, subscription_id: int) -> None:
    """One leaves at the end of its period, or changes how much it takes."""
    if desk.perhaps():
        subscriptions.cancel(act=desk.act("Moves elsewhere"), subscription_id=subscription_id, as_of=desk.day)
    else:
        subscriptions.change_quantity(
            act=desk.act("Needs more"),
            subscription_id=subscription_id,
            quantity=Decimal(2),
            as_of=desk.day,
            effective_on=desk.day,
        )


def upgrade(desk: Desk, *, subscription_ids: Sequence[int]) -> None:
    """A small hosting plan becomes a large one today."""
    for subscription_id in subscription_ids:
        subscriptions.change_plan(
            act=desk.act("Outgrew the plan"),
            subscription_id=subscription_id,
            plan=LARGE_PLAN,
            as_of=desk.day,
            effective_on=desk.day,
        )


def pause(desk: Desk, *, subscription_ids: Sequence[int]) -> None:
    """Out of service from today on, and nothing charged meanwhile."""
    for subscription_id in subscription_ids:
        subscriptions.pause(
            act=desk.act("Closed for the season"),
            subscription_id=subscription_id,
            as_of=desk.day,
            effective_on=desk.day,
        )


def resume(desk: Desk, *, subscription_ids: Sequence[int]) -> None:
    """Into service again."""
    for subscription_id in subscription_ids:
        subscriptions.resume(act=desk.act("Open again"), subscription_id=subscription_id, as_of=desk.day)


def raise_price(desk: Desk) -> None:
    """Mobile M becomes dearer for everybody from the first of next month; no other company has a price round."""
    if RISING_PLAN not in {plan.code for plan in desk.book.company.plans}:
        return
    charge = get_plan(code=RISING_PLAN).charges[0]
    valid_from = (desk.day.replace(day=1) + timedelta(days=32)).replace(day=1)
    subscriptions.change_price(
        act=desk.act("Yearly price round"),
        plan_charge_id=charge.id,
        price=NewPrice("EUR", valid_from, Decimal("15.99")),
    )


def return_receipt(desk: Desk, *, payment_id: int) -> None:
    """The bank takes a debit back."""
    payment_intake.return_payment(
        act=desk.act("Not enough money in the account"), payment_id=payment_id, value_date=desk.day, reason_code="AM04"
    )


def refund_duplicate(desk: Desk, *, cash_id: int, amount: Money) -> None:
    """Money that came twice goes back."""
    payment_intake.refund(act=desk.act("Paid twice"), cash_id=cash_id, amount=amount, value_date=desk.day)
