"""The simulator's own page: what its gateways hold, and buttons for what others do there."""

from __future__ import annotations

import html
from collections.abc import Iterator

from billwright.connectors.payment_simulator.ledger import SimulatedPayment
from billwright.connectors.payment_simulator.replies import Question, Reply, framed, json_reply, redirect
from billwright.connectors.payment_simulator.server import SimulatedGateway, Simulator

MISSING = 404
SHOWN_MAX = 50
WORDS = {
    "refund": "Refund half",
    "charge-back": "Charge back",
    "win": "We win",
    "lose": "We lose",
    "pay-out": "Pay out",
}


def answer(simulator: Simulator, question: Question) -> Reply:
    """The page, or what one of its buttons does: then the browser comes back to it."""
    if question.method != "POST":
        return framed([line for gateway in simulator.gateways.values() for line in _shown(gateway)])
    gateway = simulator.gateways.get(question.form.get("gateway", ""))
    if gateway is None:
        return json_reply({"error": {"message": "SIMULATOR: no such gateway."}}, status=MISSING)
    deed = question.form.get("deed", "")
    payment = gateway.ledger.by_key.get(question.form.get("payment", ""))
    if deed == "pay-out":
        gateway.pay_out(on=gateway.clock().date())
    elif payment is not None and deed in offers(payment):
        _do(gateway, payment, deed)
    return redirect("/")


def offers(payment: SimulatedPayment) -> tuple[str, ...]:
    """What can still happen to a payment."""
    if not payment.succeeded or payment.is_won is not None:
        return ()
    if payment.chargeback_key:
        return ("win", "lose")
    left = payment.amount_minor - payment.refunded_minor
    return tuple(deed for deed, least in (("refund", 2), ("charge-back", 1)) if left >= least)


def _do(gateway: SimulatedGateway, payment: SimulatedPayment, deed: str) -> None:
    match deed:
        case "refund":
            half = (payment.amount_minor - payment.refunded_minor) // 2
            gateway.refund(payment, reference=f"own-{payment.key}-{payment.refunded_minor}", amount_minor=half)
        case "charge-back":
            gateway.charge_back(payment)
        case _:
            gateway.decide(payment, is_won=deed == "win")


def _shown(gateway: SimulatedGateway) -> Iterator[str]:
    yield f"<h2>{html.escape(gateway.name)} {_buttons(gateway, '', ('pay-out',))}</h2>"
    payments = list(gateway.ledger.by_key.values())[-SHOWN_MAX:]
    if not payments:
        yield "<p>Nothing was asked for yet.</p>"
        return
    yield "<table>"
    for payment in reversed(payments):
        state = _state(payment)
        amount = f"{payment.amount_minor / 100:.2f} {payment.currency}"
        cells = "".join(f"<td>{html.escape(cell)}</td>" for cell in (payment.reference, amount, state))
        yield f"<tr>{cells}<td>{_buttons(gateway, payment.key, offers(payment))}</td></tr>"
    yield "</table>"


def _state(payment: SimulatedPayment) -> str:
    if not payment.succeeded:
        return f"declined {payment.code}"
    if payment.chargeback_key:
        return {None: "charged back", True: "charged back, won", False: "charged back, lost"}[payment.is_won]
    return f"paid, {payment.refunded_minor / 100:.2f} refunded" if payment.refunded_minor else "paid"


def _buttons(gateway: SimulatedGateway, payment_key: str, deeds: tuple[str, ...]) -> str:
    return "".join(
        f'<form method="post" action="/"><input type="hidden" name="gateway" value="{html.escape(gateway.name)}">'
        f'<input type="hidden" name="payment" value="{html.escape(payment_key)}">'
        f'<button name="deed" value="{deed}">{WORDS[deed]}</button></form>'
        for deed in deeds
    )
