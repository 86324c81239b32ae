"""What a simulated gateway answers, protocol by protocol."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from billwright.connectors.payment_simulator.ledger import Movement, SimulatedPayment
from billwright.connectors.payment_simulator.replies import (
    DropConnection,
    Question,
    Reply,
    json_reply,
    page,
    redirect,
)
from billwright.connectors.payment_simulator.server import SimulatedGateway
from billwright.connectors.payment_simulator.telling import (
    intent_object,
    method_object,
    page_payment,
    payout_object,
    refund_object,
)

DECLINED, MISSING, REFUSED = 402, 404, 400
CATEGORIES: Final = {
    "PAYMENT": "charge",
    "REFUND": "refund",
    "CHARGEBACK": "dispute",
    "CHARGEBACK_WON": "dispute_reversal",
}
KEPT: Final = "The card is kept for later debits: a token of it is sent, never its number."
HISTORY_WORDS: Final = {
    "PAYMENT": "Funds Received",
    "REFUND": "Refund",
    "CHARGEBACK": "Chargeback",
    "CHARGEBACK_WON": "Chargeback Reversal",
}


def answer(gateway: SimulatedGateway, question: Question) -> Reply:
    """The reply of the gateway's protocol. Raises DropConnection when it gets lost."""
    return _PROTOCOLS[gateway.kind](gateway, question)


def _missing() -> Reply:
    return json_reply({"error": {"type": "invalid_request_error", "message": "SIMULATOR: not found."}}, status=MISSING)


def _stripe(gateway: SimulatedGateway, question: Question) -> Reply:
    ledger, path = gateway.ledger, question.path
    match (question.method, *path):
        case ("POST", "v1", "payment_intents"):
            return _stripe_charge(gateway, question)
        case ("GET", "v1", "payment_intents", "search"):
            named = re.search(r"'([^']*)'$", question.query.get("query", ""))
            found = ledger.by_reference.get(named.group(1)) if named else None
            return json_reply(_listed([intent_object(found)] if found else [], "search_result", path))
        case ("GET", "v1", "payment_intents", key):
            known = ledger.by_key.get(key)
            return json_reply(intent_object(known)) if known else _missing()
        case ("POST", "v1", "checkout", "sessions"):
            return _stripe_session(gateway, question)
        case ("GET", "v1", "checkout", "sessions", key):
            asked = gateway.pages.get(key)
            paid = ledger.by_reference.get(asked["reference"]) if asked else None
            return json_reply(_session(question, key, intent_object(paid) if paid else None)) if asked else _missing()
        case ("GET", "v1", "payment_methods", key):
            token = ledger.tokens.get(key)
            return json_reply(method_object(token)) if token else _missing()
        case (_, "checkout", key) if key in gateway.pages:
            return _on_page(gateway, question, gateway.pages[key], is_sent=question.method == "POST")
        case ("POST", "v1", "refunds"):
            return _stripe_refund(gateway, question)
        case ("GET", "v1", "payouts"):
            rows = [payout_object(payout, gateway.currency) for payout in ledger.payouts.values()]
            return json_reply(_listed(rows, "list", path))
        case ("GET", "v1", "payouts", key):
            payout = ledger.payouts.get(key)
            return json_reply(payout_object(payout, gateway.currency)) if payout else _missing()
        case ("GET", "v1", "balance_transactions"):
            return _stripe_lines(gateway, question)
    return _missing()


def _listed(rows: list[dict[str, Any]], kind: str, path: tuple[str, ...], *, more: bool = False) -> dict[str, Any]:
    return {"object": kind, "data": rows, "has_more": more, "url": "/" + "/".join(path)}


def _stripe_charge(gateway: SimulatedGateway, question: Question) -> Reply:
    form = question.form
    payment, is_lost = gateway.charge(reference=form["metadata[reference]"], amount_minor=int(form["amount"]))
    if is_lost:
        raise DropConnection
    intent = intent_object(payment)
    if payment.succeeded:
        return json_reply(intent)
    error = {**intent["last_payment_error"], "payment_intent": intent}
    return json_reply({"error": error}, status=DECLINED)


def _stripe_session(gateway: SimulatedGateway, question: Question) -> Reply:
    form = question.form
    key = gateway.ledger.next_key("cs")
    gateway.pages[key] = {
        "reference": form["client_reference_id"],
        "amount": form["line_items[0][price_data][unit_amount]"],
        "description": form["line_items[0][price_data][product_data][name]"],
        "return_url": form["success_url"],
        "cancel_url": form["cancel_url"],
        "keep_token": "1" if form.get("payment_intent_data[setup_future_usage]") == "off_session" else "",
    }
    return json_reply(_session(question, key, None))


def _session(question: Question, key: str, intent: dict[str, Any] | None) -> dict[str, Any]:
    url = f"{question.address}/checkout/{key}"
    return {"object": "checkout.session", "id": key, "url": url, "payment_intent": intent}


def _stripe_refund(gateway: SimulatedGateway, question: Question) -> Reply:
    form = question.form
    payment = gateway.ledger.by_key.get(form["payment_intent"])
    if payment is None:
        return _missing()
    reference, amount = form["metadata[reference]"], int(form["amount"])
    key = gateway.refund(payment, reference=reference, amount_minor=amount)
    if not key:
        message = "SIMULATOR: refund amount is greater than what is left of the charge."
        return json_reply({"error": {"type": "invalid_request_error", "message": message}}, status=REFUSED)
    return json_reply(refund_object(payment, key, reference, amount))


def _stripe_lines(gateway: SimulatedGateway, question: Question) -> Reply:
    rows = list(gateway.ledger.lines_of(question.query.get("payout", "")))
    after = question.query.get("starting_after")
    first = next((place + 1 for place, one in enumerate(rows) if one.key == after), 0)
    limit = int(question.query.get("limit", "10"))
    objects = [_transaction(gateway, one) for one in rows[first : first + limit]]
    return json_reply(_listed(objects, "list", question.path, more=first + limit < len(rows)))


def _transaction(gateway: SimulatedGateway, one: Movement) -> dict[str, Any]:
    return {
        "object": "balance_transaction",
        "id": one.key,
        "type": CATEGORIES[one.kind],
        "reporting_category": CATEGORIES[one.kind],
        "amount": one.amount_minor,
        "fee": one.fee_minor,
        "net": one.amount_minor - one.fee_minor,
        "currency": gateway.currency.lower(),
        "created": int(one.at.timestamp()),
        "description": "SIMULATOR",
        "source": {"object": "source", "id": one.object_key, "payment_intent": one.payment_key},
    }


def _on_page(gateway: SimulatedGateway, question: Question, asked: dict[str, str], *, is_sent: bool) -> Reply:
    """The page on which a person pays or declines; once that is sent the browser goes back."""
    if not is_sent:
        return page(
            asked.get("description", ""),
            [
                f"{_major(int(asked['amount']))} {gateway.currency}",
                asked["reference"],
                *([KEPT] if asked.get("keep_token") else []),
            ],
            action=f"{question.address}/{'/'.join(question.path)}",
            fields={} if gateway.kind == "stripe" else asked,
        )
    declined = question.form.get("outcome") != "pay"
    gateway.charge(
        reference=asked["reference"],
        amount_minor=int(asked["amount"]),
        declined=declined,
        url=asked.get("notify_url", ""),
        keeps_token=bool(asked.get("keep_token")),
    )
    return redirect(asked["cancel_url" if declined else "return_url"])


def _hosted(gateway: SimulatedGateway, question: Question) -> Reply:
    ledger = gateway.ledger
    match (question.method, *question.path):
        case ("GET", "pay"):
            return _on_page(gateway, question, dict(question.query), is_sent=False)
        case ("POST", "pay"):
            return _on_page(gateway, question, question.form, is_sent=True)
        case ("POST", "charges"):
            body = question.json
            payment, is_lost = gateway.charge(reference=str(body["reference"]), amount_minor=int(body["amount"]))
            if is_lost:
                raise DropConnection
            return json_reply(_charge_answer(payment))
        case ("POST", "refunds"):
            body = question.json
            known = ledger.by_key.get(str(body["payment"]))
            key = known and gateway.refund(known, reference=str(body["reference"]), amount_minor=int(body["amount"]))
            status = "succeeded" if key else "failed"
            return json_reply({"id": key or "", "status": status, "message": "" if key else "not so much is left"})
        case ("GET", "payments", key):
            found = ledger.by_key.get(key) or ledger.by_reference.get(key)
            return json_reply(_payment_event(found)) if found else _missing()
        case ("GET", "payouts"):
            return json_reply({"payouts": [_payout(gateway, key) for key in ledger.payouts]})
        case ("GET", "payouts", key):
            return json_reply(_payout(gateway, key)) if key in ledger.payouts else _missing()
    return _missing()


def _charge_answer(payment: SimulatedPayment) -> dict[str, Any]:
    return {**page_payment(payment), "status": "succeeded" if payment.succeeded else "failed"}


def _payment_event(payment: SimulatedPayment) -> dict[str, Any]:
    kind = "payment.succeeded" if payment.succeeded else "payment.failed"
    created = int(payment.at.timestamp())
    return {"id": f"read-{payment.key}", "type": kind, "created": created, "about": page_payment(payment)}


def _payout(gateway: SimulatedGateway, key: str) -> dict[str, Any]:
    payout = gateway.ledger.payouts[key]
    return {
        "id": key,
        "currency": gateway.currency,
        "net": payout.net_minor,
        "paid_on": payout.paid_on.isoformat(),
        "bank_reference": key,
        "lines": [
            {
                "id": one.key,
                "kind": one.kind,
                "amount": one.amount_minor,
                "fee": one.fee_minor,
                "payment": one.payment_key,
                "about": one.object_key,
                "on": one.at.date().isoformat(),
                "text": "SIMULATOR",
            }
            for one in gateway.ledger.lines_of(key)
        ],
    }


def _redirect_style(gateway: SimulatedGateway, question: Question) -> Reply:
    ledger = gateway.ledger
    match (question.method, *question.path):
        case ("POST", "eng", "process"):
            return _redirect_page(gateway, question)
        case ("POST", "eng", "query", "validate"):
            named = question.form.get("pf_payment_id", "")
            return Reply(200, b"VALID" if named in ledger.by_key else b"INVALID", {"content-type": "text/plain"})
        case ("POST", "subscriptions", _token, "adhoc"):
            body = question.json
            payment, is_lost = gateway.charge(reference=str(body["m_payment_id"]), amount_minor=int(body["amount"]))
            if is_lost:
                raise DropConnection
            said = {"response": payment.succeeded, "pf_payment_id": payment.key, "code": payment.code}
            return json_reply({"status": "success", "data": {**said, "message": payment.message}})
        case ("POST", "refunds", key):
            body, known = question.json, ledger.by_key.get(key)
            done = known and gateway.refund(known, reference=str(body["m_refund_id"]), amount_minor=int(body["amount"]))
            return json_reply({"status": "success", "data": {"response": bool(done), "refund_id": done or ""}})
        case ("GET", "process", "query", key):
            found = ledger.by_key.get(key) or ledger.by_reference.get(key)
            return json_reply({"data": {"response": _query_answer(found) if found else False}})
        case ("GET", "transactions", "history"):
            return Reply(200, _history(gateway), {"content-type": "text/csv"})
    return _missing()


def _redirect_page(gateway: SimulatedGateway, question: Question) -> Reply:
    form = question.form
    asked = {
        "reference": form["m_payment_id"],
        "amount": form["amount"].replace(".", ""),
        "description": form.get("item_name", ""),
        "keep_token": "1" if form.get("subscription_type") == "2" else "",
        **{name: form.get(name, "") for name in ("return_url", "cancel_url", "notify_url", "m_payment_id")},
    }
    if "outcome" in form:
        return _on_page(gateway, question, asked, is_sent=True)
    return page(
        asked["description"],
        [f"{form['amount']} {gateway.currency}", asked["reference"], *([KEPT] if asked["keep_token"] else [])],
        action=f"{question.address}/eng/process",
        fields=form,
    )


def _query_answer(payment: SimulatedPayment) -> dict[str, str]:
    return {
        "m_payment_id": payment.reference,
        "pf_payment_id": payment.key,
        "payment_status": "COMPLETE" if payment.succeeded else "FAILED",
        "amount_gross": f"{payment.amount_minor // 100}.{payment.amount_minor % 100:02d}",
        "payment_method": "cc",
        "reason_code": payment.code,
        "reason": payment.message,
        "updated_at": payment.at.isoformat(),
    }


def _history(gateway: SimulatedGateway) -> bytes:
    text = io.StringIO()
    names = ["Line", "Date", "Type", "Description", "Currency", "Gross", "Fee", "Net", "PF Payment ID"]
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    for key, payout in gateway.ledger.payouts.items():
        for one in gateway.ledger.lines_of(key):
            writer.writerow(_history_line(gateway, one, one.at))
        row = dict.fromkeys(names, "") | {"Date": payout.paid_on.isoformat(), "Type": "Payout", "PF Payment ID": key}
        writer.writerow(row | {"Currency": gateway.currency, "Gross": _major(-payout.net_minor), "Fee": "0"})
    return text.getvalue().encode()


def _history_line(gateway: SimulatedGateway, one: Movement, at: datetime) -> dict[str, str]:
    return {
        "Line": one.key,
        "Date": at.date().isoformat(),
        "Type": HISTORY_WORDS[one.kind],
        "Description": one.object_key,
        "Currency": gateway.currency,
        "Gross": _major(one.amount_minor),
        "Fee": _major(-one.fee_minor),
        "Net": _major(one.amount_minor - one.fee_minor),
        "PF Payment ID": one.payment_key,
    }


def _major(minor: int) -> str:
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d}"


_PROTOCOLS: Final[dict[str, Callable[[SimulatedGateway, Question], Reply]]] = {
    "stripe": _stripe,
    "hosted_page": _hosted,
    "payfast_style": _redirect_style,
}
