"""The counter of the South African company: cheques from the hand to the bank and back, and a day at the cash desk."""

from __future__ import annotations

from billwright.kernel.money import Money
from billwright.payments.queries.counter import list_cheques, list_slips
from billwright.receivables.rows import OpenItemRow
from billwright.workflow import counter
from billwright.workflow.counter import ChequeIn
from billwright.workflow.demo.rooms.scene import Scene

CODE, CURRENCY, DESK = "KAROO", "ZAR", "Front desk"


def accept(scene: Scene) -> None:
    """What the company takes at its counter; an unpaid cheque has a fee."""
    entity = scene.entities[CODE]
    for code in ("cheque", "cash"):
        is_cheque = code == "cheque"
        counter.accept_method(
            act=scene.act("What we take"),
            legal_entity_id=entity.id,
            code=code,
            is_accepted=True,
            valid_from=scene.first_day,
            fee=Money.of("95.00", CURRENCY) if is_cheque else None,
            fee_product="hosting" if is_cheque else "",
        )


def take_cheques(scene: Scene) -> None:
    """Cheques come by post and go to the bank on one slip; the last stays in the drawer."""
    cheques = [_cheque(scene, place, claim) for place, claim in enumerate(scene.claims(CODE, 4), start=1)]
    if len(cheques) > 1:
        counter.deposit(act=scene.act(), cheque_ids=cheques[:-1], bank_account_id=scene.bank(CODE).id, on=scene.day)


def _cheque(scene: Scene, place: int, claim: OpenItemRow) -> int:
    row = counter.receive_cheque(
        act=scene.act("By post"),
        cheque=ChequeIn(
            account_id=claim.account_id,
            amount=claim.open,
            number=f"{place:06d}",
            bank_name="Demo Bank ZA",
            drawer="Account holder (demo)",
            drawn_on=scene.ago(2),
            received_on=scene.day,
            invoice_id=claim.invoice_id,
        ),
    )
    return row.id


def hear_of_cheques(scene: Scene) -> None:
    """The bank has credited the slip; days later it sends one cheque back."""
    entity_ids = [scene.entities[CODE].id]
    for slip in list_slips(legal_entity_ids=entity_ids):
        counter.clear_slip(act=scene.act(), slip_id=slip.id, on=scene.day)
    for cheque in list_cheques(legal_entity_ids=entity_ids, state="CLEARED", limit=1):
        counter.return_cheque(act=scene.act("Refer to drawer"), cheque_id=cheque.id, on=scene.day)


def work_the_desk(scene: Scene) -> None:
    """Three customers pay in cash; in the evening five rand are missing, and most goes to the bank."""
    desk = counter.open_cash_desk(
        act=scene.act(), legal_entity_id=scene.entities[CODE].id, desk=DESK, float_amount=Money.of("500", CURRENCY)
    )
    taken = Money.zero(CURRENCY)
    for claim in scene.claims(CODE, 3):
        counter.receive_cash(
            act=scene.act("Cash"),
            cash_session_id=desk.id,
            account_id=claim.account_id,
            amount=claim.open,
            on=scene.day,
            key=f"demo-{claim.open_item_id}",
            invoice_id=claim.invoice_id,
        )
        taken += claim.open
    counter.close_cash_desk(
        act=scene.act("A five rand coin is missing"),
        cash_session_id=desk.id,
        counted=Money.of("495", CURRENCY) + taken,
        on=scene.day,
        banked=taken if taken.amount_minor else None,
        bank_account_id=scene.bank(CODE).id if taken.amount_minor else None,
    )


def open_the_desk(scene: Scene) -> None:
    """The desk of the day on which the demo is opened."""
    counter.open_cash_desk(
        act=scene.act(), legal_entity_id=scene.entities[CODE].id, desk=DESK, float_amount=Money.of("500", CURRENCY)
    )
