"""Money back in the demo: payments that came twice, and the orders to send them back in each of their states."""

from __future__ import annotations

from billwright.kernel.money import Money
from billwright.payments.queries.refunds import Destination, list_refund_orders
from billwright.payments.states import FraudFlagState, PaymentMethod, RefundRoute
from billwright.payments.watch import list_flags
from billwright.workflow import payment_intake, refunding
from billwright.workflow.demo.rooms.scene import Scene
from billwright.workflow.fraud_watch import clear_flag
from billwright.workflow.payment_intake import ReceiptIn, ReceiptOut
from billwright.workflow.refunding import Proof

PROOF = b"%PDF-1.4\n% SIMULATED confirmation of a transfer (demo)\n%%EOF\n"
# Accounts that customers name: at banks that do not exist, or the example of the standard.
ACCOUNTS = {
    "KAROO": ("0000007701", "000000"),
    "BALKAN": ("BG80 BNBG 9661 1020 3456 78", ""),
    "NIMBUS": ("000077001", "000000000"),
    "SURYA": ("000077001", "DEMO0000001"),
}
EACH = 4


def pay_twice(scene: Scene) -> None:
    """Customers pay what they have paid already: it waits as unallocated money, and they ask for it back."""
    for code in ACCOUNTS:
        receipts = [
            ReceiptIn(
                source="demo-bank",
                source_key=f"twice-{account_id}",
                amount=Money.of(f"{40 + 15 * place}.00", scene.entities[code].base_currency),
                value_date=scene.day,
                method=PaymentMethod.BANK_TRANSFER,
                account_id=account_id,
                text="Paid once more by mistake",
            )
            for place, account_id in enumerate(scene.some_accounts(code, EACH))
        ]
        answers = payment_intake.receive_payments(act=scene.act(), receipts=tuple(receipts), policy=None)
        _ask(scene, code, answers)


def _ask(scene: Scene, code: str, answers: tuple[ReceiptOut, ...]) -> None:
    number, bank_code = ACCOUNTS[code]
    for answer in answers:
        refunding.request_refund(
            act=scene.act("Paid twice"),
            amount=answer.unallocated,
            route=RefundRoute.TO_ACCOUNT,
            cash_id=answer.cash_id,
            destination=Destination(holder="Account holder (demo)", account_number=number, bank_code=bank_code),
        )


def decide(scene: Scene) -> None:
    """Another person looks at the flags of the watch, and at the orders: paid out, in a file, refused, or waiting."""
    for code in ACCOUNTS:
        entity = scene.entities[code]
        flags = list_flags(legal_entity_ids=[entity.id], state=FraudFlagState.RAISED, limit=EACH)
        # The newest stays for whoever opens the demo.
        for flag in flags[1:]:
            clear_flag(act=scene.second("Called the customer back"), fraud_flag_id=flag.id)
        held = {flag.subject for flag in flags[:1]}
        orders = [
            order
            for order in list_refund_orders(legal_entity_ids=[entity.id], states=("REQUESTED",))
            if f"refund_order:{order.id}" not in held
        ]
        agreed = orders[:-1] or orders
        for order in agreed:
            refunding.approve_refund(act=scene.second(), refund_order_id=order.id)
        _send(scene, code, [order.id for order in agreed])
        if len(orders) > 3:
            refunding.cancel_refund(act=scene.second("It pays the next invoice"), refund_order_id=orders[-1].id)


def _send(scene: Scene, code: str, order_ids: list[int]) -> None:
    """The first by hand with its proof; in the euro company the second by a file for the bank; the rest wait."""
    for order_id in order_ids[:1]:
        refunding.send_refund_by_hand(
            act=scene.second(),
            refund_order_id=order_id,
            value_date=scene.day,
            reference=f"DEMO {order_id:04d}",
            proof=Proof(name="confirmation.pdf", media_type="application/pdf", content=PROOF),
        )
    if code == "BALKAN" and order_ids[1:2]:
        refunding.send_refunds_by_file(
            act=scene.second(),
            refund_order_ids=order_ids[1:2],
            bank_account_id=scene.bank(code).id,
            execute_on=scene.day,
        )
