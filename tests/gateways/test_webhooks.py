"""What gateways tell: believed or refused, once, and in any order."""

import itertools
import json
from datetime import date

import pytest
from django.test import Client
from tests.gateways.builders import AT, balances, begin, make_gateway, notified, states, take, told, work

from billwright.connectors.stripe import StripeGateway
from billwright.kernel.tests.builders import make_act
from billwright.payments.gateway_rows import PartAsked
from billwright.payments.models import GatewayEvent, Payment
from billwright.payments.ports.gateways import Delivery, UnableToVerify
from billwright.payments.queries.gateways import body_of, get_gateway_payment, list_chargebacks, list_events
from billwright.receivables.queries import assert_sub_ledger_ties, list_queue
from billwright.receivables.tests.builders import make_ana, make_item, reload
from billwright.workflow.cash_application import Wanted, match_batch, refresh_keys
from billwright.workflow.gateway_intake import UNKNOWN_REFERENCE, work_events

pytestmark = pytest.mark.django_db


def succeeded(begun, amount=11500, **values):
    about = {"payment": "p-1", "reference": begun.payment.reference, "amount": amount, "method": "card", **values}
    return told("payment.succeeded", key="e-1", **about)


def test_a_success_is_a_receipt_for_what_was_asked_and_only_once():
    ana = make_ana()
    gateway = make_gateway(ana)
    make_item(ana, "50.00", due="2026-01-01")
    wanted = make_item(ana, "115.00", due="2026-03-01")
    begun = begin(ana, parts=(PartAsked(open_item_id=wanted.pk),))
    first, again = take(gateway, succeeded(begun), succeeded(begun))
    assert (first.is_new, again.is_new) == (True, False)
    work(gateway)
    [payment] = Payment.objects.all()
    assert (payment.source, payment.source_key, payment.method) == ("gateway:page-za", "p-1", "CARD")
    assert reload(wanted).open_minor == 0
    assert get_gateway_payment(begun.payment.id).payment_id == payment.pk
    assert balances(ana)[:2] == (115.0, 0.0)
    [event] = list_events(gateway_ids=[gateway.id])
    assert (event.state, event.delivery_count) == ("WORKED", 2)


def test_a_batch_of_webhooks_asks_as_often_whatever_its_size(django_assert_num_queries):
    ana = make_ana()
    gateway = make_gateway(ana)
    for first, last in ((0, 2), (2, 14)):
        for number in range(first, last):
            begun = begin(ana, key=f"k-{number}")
            about = {"payment": f"p-{number}", "reference": begun.payment.reference, "amount": 11500}
            take(gateway, told("payment.succeeded", key=f"e-{number}", **about))
        with django_assert_num_queries(36):
            work_events(act=make_act(at=AT), gateway_id=gateway.id)
    assert Payment.objects.count() == 14


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"signed_with": "f" * 32}, "webhook.signature"),
        ({"signed_at": "2026-02-11T08:54:59"}, "webhook.old"),
        ({"signed_at": "2026-02-11T09:05:01"}, "webhook.old"),
    ],
)
def test_what_is_not_to_be_believed_is_kept_and_posts_nothing(changes, code):
    ana = make_ana()
    gateway = make_gateway(ana)
    begun = begin(ana)
    about = {"payment": "p-1", "reference": begun.payment.reference, "amount": 11500}
    delivery = told("payment.succeeded", key="e-1", **about, **changes)
    [taken, again] = take(gateway, delivery, delivery)
    assert not taken.is_believed
    assert not again.is_new
    work(gateway)
    assert states(gateway) == [("REFUSED", code)]
    assert "p-1" in body_of(taken.event.id)
    assert balances(ana) == (0.0, 0.0, 0.0)
    # What was refused claims no key: the true one comes through.
    take(gateway, succeeded(begun))
    work(gateway)
    assert balances(ana)[0] == 115.0


def test_what_does_not_fit_is_set_aside_with_its_reason():
    ana = make_ana()
    gateway = make_gateway(ana)
    begun = begin(ana)
    take(
        gateway,
        succeeded(begun, amount=11400),
        told("payment.succeeded", key="e-2", payment="", reference="BWNOBODY", amount=100),
        told("payment.succeeded", key="e-3", payment="p-3", reference=begun.payment.reference, amount=0),
        told("payment.succeeded", key="e-2", payment="p-9", reference="BWNOBODY", amount=999),
        told("payment.failed", key="e-5", payment="p-5", reference=begun.payment.reference, message="4242424242424242"),
    )
    work(gateway)
    codes = ["other_amount", "incomplete", "incomplete", "key_used", "card_number"]
    assert states(gateway) == [("QUARANTINED", f"webhook.{code}") for code in codes]
    assert balances(ana) == (0.0, 0.0, 0.0)
    last = GatewayEvent.objects.latest("id")
    assert "4242424242424242" not in body_of(last.pk)
    assert "4242424242424242" not in json.dumps(list(GatewayEvent.objects.values("message")))


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"message": "a\x00b\ud800"}, "WORKED"),
        ({"amount": 10**30}, "REFUSED"),
        ({"currency": "RAND"}, "REFUSED"),
        ({"created": "9999-12-31T23:59:59"}, "REFUSED"),
    ],
)
def test_what_no_table_can_hold_is_cleaned_or_refused(changes, state):
    ana = make_ana()
    gateway = make_gateway(ana)
    take(gateway, succeeded(begin(ana), **changes))
    work(gateway)
    assert [found for found, _reason in states(gateway)] == [state]


def test_money_that_nobody_asked_for_waits_in_suspense_once_and_goes_back_out_of_it():
    ana = make_ana()
    gateway = make_gateway(ana)
    item = make_item(ana, "115.00")
    about = {"payment": "p-9", "reference": "SHOP-77", "amount": 10000, "message": item.invoice.number}
    take(gateway, told("payment.succeeded", key="e-1", **about), told("payment.succeeded", key="e-2", **about))
    work(gateway)
    take(gateway, told("payment.succeeded", key="e-3", **about))
    work(gateway)
    payment = Payment.objects.get()
    assert (payment.account_id, payment.reference, payment.amount_minor) == (None, "SHOP-77", 10000)
    assert balances(ana)[0] == 100.0
    [first, second, third] = reversed(list_events(gateway_ids=[gateway.id]))
    assert [event.state for event in (first, second, third)] == ["WORKED"] * 3
    assert {event.payment_id for event in (first, second, third)} == {payment.pk}
    assert "SHOP-77" in first.reason
    assert [row.id for row in list_events(reason_code=UNKNOWN_REFERENCE)] == [second.id, first.id]
    # What it named is found by matching as in any other receipt.
    refresh_keys()
    match_batch(act=make_act(at=AT), run_key="run", wanted=Wanted(), on=date(2026, 2, 11), auto=False)
    [row] = list_queue()
    assert (row.account_id, [line.open_item_id for line in row.items]) == (ana.id, [item.pk])
    take(gateway, told("refund.succeeded", key="e-4", payment="p-9", id="r-1", amount=10000))
    work(gateway)
    assert balances(ana)[0] == 0.0
    assert_sub_ledger_ties()


def events_of(begun):
    """A life: failed, paid, part refunded, charged back, won."""
    about = {"payment": "p-1", "reference": begun.payment.reference}
    return [
        told("payment.failed", key="e-1", **about, code="51", amount=11500),
        told("payment.succeeded", key="e-2", **about, amount=11500),
        told("refund.succeeded", key="e-3", payment="p-1", id="r-1", amount=1500),
        told("chargeback.opened", key="e-4", payment="p-1", id="c-1", amount=10000, code="10.4", deadline="2026-03-01"),
        told("chargeback.won", key="e-5", payment="p-1", id="c-1", amount=10000),
    ]


@pytest.mark.parametrize("order", [*itertools.islice(itertools.permutations(range(5)), 7, 120, 17)])
def test_any_order_ends_the_same(order):
    ana = make_ana()
    gateway = make_gateway(ana)
    item = make_item(ana, "115.00")
    begun = begin(ana)
    events = events_of(begun)
    for place in order:
        take(gateway, events[place])
        work(gateway)
    assert {state for state, _ in states(gateway)} == {"WORKED"}
    assert get_gateway_payment(begun.payment.id).state == "PAID"
    [chargeback] = list_chargebacks()
    assert (chargeback.state, str(chargeback.amount)) == ("WON", "100.00 ZAR")
    assert balances(ana) == (100.0, 0.0, 15.0)
    assert reload(item).open_minor == 1500
    assert_sub_ledger_ties()


def test_a_chargeback_of_all_returns_the_receipt():
    ana = make_ana()
    gateway = make_gateway(ana)
    item = make_item(ana, "115.00")
    take(gateway, succeeded(begin(ana)), told("chargeback.opened", key="e-2", payment="p-1", id="c-1", amount=11500))
    work(gateway)
    assert Payment.objects.get().state == "RETURNED"
    assert reload(item).open_minor == 11500
    take(gateway, told("chargeback.lost", key="e-3", payment="p-1", id="c-1", amount=11500))
    work(gateway)
    assert (list_chargebacks()[0].state, balances(ana)) == ("LOST", (0.0, 0.0, 115.0))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"source": "203.0.113.9"}, "webhook.source"),
        ({"passphrase": "guessed"}, "webhook.signature"),
        ({"merchant_id": "10000200"}, "webhook.merchant"),
    ],
)
def test_a_notification_is_checked_by_source_signature_and_merchant(changes, code):
    ana = make_ana()
    gateway = make_gateway(ana, "payfast_style")
    [taken] = take(gateway, notified(reference=begin(ana).payment.reference, amount="115.00", **changes))
    assert (taken.event.state, taken.event.reason_code) == ("REFUSED", code)


def test_a_notification_waits_until_the_gateway_says_that_it_sent_it():
    ana = make_ana()
    gateway = make_gateway(ana, "payfast_style")
    [taken] = take(gateway, notified(reference=begin(ana).payment.reference, amount="115.00"))
    assert taken.is_believed
    assert work(gateway).total == 0
    assert not Payment.objects.exists()


def test_stripe_judges_its_own_signature():
    import stripe

    ana = make_ana()
    make_gateway(ana, "stripe")
    body = json.dumps({"id": "evt_1", "type": "customer.created", "created": 1770800400, "data": {"object": {}}})
    header = stripe.WebhookSignature.generate_signature_header(body, "whsec_1", 1770800400)
    from billwright.payments.queries.gateways import config_of, list_gateways

    [gateway] = list_gateways()
    at = told("x", key="x", at=AT).at
    good = Delivery(headers={"stripe-signature": header}, body=body.encode(), source_address="", at=at)
    assert StripeGateway().read_webhook(config_of(gateway.id), good).kind == "OTHER"
    for bad in (body + " ", "", "\ud800x"):
        delivery = Delivery(
            headers={"stripe-signature": header},
            body=bad.encode(errors="surrogatepass"),
            source_address="",
            at=at,
        )
        with pytest.raises(UnableToVerify):
            StripeGateway().read_webhook(config_of(gateway.id), delivery)


def test_the_door_needs_no_session_and_no_form_token():
    ana = make_ana()
    gateway = make_gateway(ana)
    door = Client(enforce_csrf_checks=True)
    delivery = told("payment.failed", key="e-1", payment="p-1", reference="BW1")
    answer = door.post("/webhooks/nobody/", delivery.body, content_type="application/json")
    assert (answer.status_code, answer.json()) == (404, {"refused": "gateway.not_found"})
    answer = door.post(gateway.webhook_path, delivery.body, content_type="application/json")
    assert (answer.status_code, answer.json()) == (400, {"refused": "webhook.signature"})
    assert door.get(gateway.webhook_path).status_code == 405
