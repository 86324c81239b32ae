"""The group as one: a claim in another currency that a sister company's customer pays, and a document billed anew."""

from __future__ import annotations

from decimal import Decimal

from billwright.access.states import Role
from billwright.accounts.operations import create_accounts
from billwright.accounts.queries import get_account
from billwright.accounts.rows import AccountDraft
from billwright.invoicing.rows import NewInvoice, NewLine
from billwright.invoicing.states import RebillCause
from billwright.org.operations import set_exchange_rate
from billwright.payments.states import PaymentMethod
from billwright.receivables import operations as receivables
from billwright.receivables.queries.items import open_amounts
from billwright.receivables.rows import CashShare, WriteOffPart
from billwright.receivables.states import AllocationPolicy, WriteOffKind
from billwright.workflow import documents, payment_intake
from billwright.workflow.approvals import request_approval
from billwright.workflow.demo.rooms.scene import Scene
from billwright.workflow.payment_intake import ReceiptIn
from billwright.workflow.rebilling import NewRebill, rebill

NUMBER, CURRENCY = "B-USD-001", "USD"


def serve_abroad(scene: Scene) -> None:
    """A customer of the cloud company takes a line of the telecom company, in dollars: an account and an invoice."""
    _rate(scene, "0.9210")
    account = get_account(scene.some_accounts("NIMBUS", 1)[0])
    [made] = create_accounts(
        act=scene.act("Ordered by their head office"),
        drafts=(
            AccountDraft(
                customer_id=account.customer_id,
                legal_entity_id=scene.entities["BALKAN"].id,
                currency=CURRENCY,
                opened_on=scene.day,
                number=NUMBER,
            ),
        ),
    )
    line = NewLine(text="Cross-connect, one year", quantity=Decimal(1), unit_price=Decimal("480.00"), product="telecom")
    invoice = documents.invoice_at_once(
        act=scene.act("One-off work"),
        draft=NewInvoice(account_id=made.id, document_date=scene.day, lines=(line,)),
    )
    scene.notes[NUMBER] = (account.id, made.id, invoice.invoice.id)


def pay_the_sister(scene: Scene) -> None:
    """They pay it to the cloud company, at another rate: the money goes over, and the difference is in the books."""
    _rate(scene, "0.9045")
    payer_id, account_id, invoice_id = scene.notes[NUMBER]
    amount = open_amounts([invoice_id])[invoice_id]
    assert amount.amount_minor > 0, "nobody else pays or credits it"
    [receipt] = payment_intake.receive_payments(
        act=scene.act("Bank statement"),
        receipts=(
            ReceiptIn(
                source="demo-bank",
                source_key=f"sister-{invoice_id}",
                amount=amount,
                value_date=scene.day,
                method=PaymentMethod.BANK_TRANSFER,
                account_id=payer_id,
                text="For your invoice of the telecom line",
            ),
        ),
        policy=None,
    )
    [piece] = receivables.move_cash(
        act=scene.act("Pays the sister company"),
        cash_id=receipt.cash_id,
        shares=(CashShare(account_id=account_id, amount=amount),),
    )
    receivables.allocate_by_policy(
        act=scene.act("Pays it"), cash_ids=[piece.cash_id], policy=AllocationPolicy.OLDEST_FIRST
    )


def _rate(scene: Scene, rate: str) -> None:
    set_exchange_rate(
        act=scene.act("Rates of the day (invented)"),
        from_currency=CURRENCY,
        to_currency="EUR",
        valid_from=scene.day,
        rate=Decimal(rate),
        source="demo",
    )


def bill_anew(scene: Scene) -> None:
    """An invoice without its order number is credited and billed again, with the number that the buyer wants."""
    for claim in scene.claims("KAROO", 1):
        rebill(
            act=scene.act("Their accounts payable sends it back without a number"),
            invoice_id=claim.invoice_id,
            asked=NewRebill(
                cause=RebillCause.BUYER,
                true_date=claim.document_date,
                document_date=scene.day,
                purchase_order="PO-4711",
            ),
        )


def ask_for_consent(scene: Scene) -> None:
    """What people may not do alone waits for another: claims to be given up, above the limit of who asks."""
    for code in ("BALKAN", "SURYA"):
        for claim in scene.claims(code, 1):
            request_approval(
                act=scene.act("The company was struck off the register", actor=scene.staff[Role.COLLECTOR]),
                verb="open_item.write_off",
                arguments={
                    "parts": [WriteOffPart(open_item_id=claim.open_item_id)],
                    "kind": WriteOffKind.BAD_DEBT,
                    "on": scene.day,
                },
                case_text="Letters came back twice; nobody answers the phone.",
            )
