"""A customer ends the keeping of a card on the page of a payment link: at once, for good, and for nobody else."""

from datetime import date, datetime, timedelta

import pytest
from django.db.transaction import atomic
from django.test import Client
from tests.duties.people import on, person, say
from tests.gateways.builders import AT, begin, make_gateway, take, told, work
from tests.gateways.fault_run import simulated_world

from billwright.access.states import Role
from billwright.accounts.models import BillingAccount
from billwright.connectors.payment_simulator import Faults, ledger
from billwright.interfaces.cli import payment_link
from billwright.kernel.models import AuditEvent
from billwright.kernel.tests.builders import make_act
from billwright.org.queries import get_legal_entity
from billwright.payments.models import GatewayEvent
from billwright.payments.operations.kept_tokens import TokenToKeep, was_ended_since
from billwright.payments.operations.methods import add_token, token_of
from billwright.payments.queries.collections import get_collection
from billwright.payments.queries.gateways import find_gateway, get_gateway
from billwright.payments.queries.mandates import get_method, list_methods, usable_methods
from billwright.payments.states import PaymentMethod
from billwright.receivables.tests.builders import make_ana, make_boris, make_item
from billwright.workflow.gateway_intake import (
    begin_debit,
    charge_unasked,
    collect_from_token,
    dismiss_event,
    keep_tokens,
    retry_event,
    retry_tokens,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 2, 10)


def keep(account, *, token="tok-1", provider=""):
    """A card that the account left with a gateway: with one of its company, where none is named."""
    provider = provider or (find_gateway(name="cards") or make_gateway(account, name="cards")).name
    return add_token(
        act=make_act(), account_id=account.id, kind=PaymentMethod.CARD, provider=provider, token=token,
        label="VISA •••• 4242", holder="Ana", valid_from=date(2026, 1, 1), expires_on=date(2029, 6, 30),
    )  # fmt: skip


def link_of(account):
    return say(payment_link.app, "create", account.number).strip()


def test_the_customer_sees_the_card_and_ends_it_once():
    ana, browser = make_ana(), Client(enforce_csrf_checks=True)
    method = keep(ana)
    with on("2026-02-10"):
        path = link_of(ana)
        shown = browser.get(path).content.decode()
        assert ("VISA •••• 4242" in shown, "2029" in shown, "Stop keeping this card" in shown) == (True, True, True)
        door = f"{path}kept/{method.id}/"
        assert door in shown
        asked = browser.get(door).content.decode()
        assert ("VISA •••• 4242" in asked, "Shall it not be kept any more?" in asked) == (True, True)
        assert browser.post(door).status_code == 403
        assert get_method(method.id).state == "ACTIVE"
        yes = {"csrfmiddlewaretoken": asked.partition('csrfmiddlewaretoken" value="')[2].partition('"')[0]}
        answers = [browser.post(door, yes, headers={"origin": "http://testserver"}) for _ in range(2)]
        assert [(answer.status_code, answer["Location"]) for answer in answers] == [
            (302, f"{path}?stopped={method.id}")
        ] * 2
        told = browser.get(answers[0]["Location"]).content.decode()
        assert ("Done: it is not kept any more" in told, "4242" in told) == (True, False)
        assert browser.get(door)["Location"] == answers[0]["Location"]
    ended = get_method(method.id)
    assert (ended.state, usable_methods([ana.id], on=TODAY)) == ("REVOKED", {})
    event = AuditEvent.objects.get(verb="stored_method.revoke")
    assert (event.actor, event.on_behalf_of) == ("system:portal", f"customer:{ana.customer_id}")
    assert (event.subject, "payment link" in event.reason) == (f"stored_method:{method.id}", True)
    assert "payment link" in person("agnes", Role.SERVICE_DESK_AGENT).reads("stored-method", method.id)


def test_nobody_elses_card_is_shown_or_ended_and_an_old_page_ends_nothing():
    ana = make_ana()
    method = keep(ana)
    boris_card = keep(make_boris(get_legal_entity(legal_entity_id=ana.legal_entity_id)), token="tok-2")
    with on("2026-02-10"):
        path = link_of(ana)
        foreign = f"{path}kept/{boris_card.id}/"
        assert f"kept/{boris_card.id}/" not in Client().get(path).content.decode()
        for said in (method.id, boris_card.id, "anything"):
            assert "Done:" not in Client().get(f"{path}?stopped={said}").content.decode()
        assert [Client().get(foreign).status_code, Client().post(foreign).status_code] == [404, 404]
        BillingAccount.objects.filter(pk=ana.id).update(language="de")
        assert "Diese Karte nicht mehr speichern" in Client().get(path).content.decode()
    with on("2026-02-20"):
        late = Client().post(f"{path}kept/{method.id}/")
        assert (late.status_code, "Ask for a new link." in late.content.decode()) == (404, True)
    assert {get_method(row.id).state for row in (method, boris_card)} == {"ACTIVE"}


def test_nothing_is_collected_from_a_card_that_was_ended(monkeypatch):
    ana = make_ana()
    make_item(ana, "115.00", due="2026-02-01")
    monkeypatch.setattr(ledger, "DECLINES", (("visa", "51", "No."),))
    with simulated_world(ana, kinds=("hosted_page",), shares={ledger.FaultKind.DECLINE: 1.0}) as world:
        [gateway_id] = world.gateways
        method = keep(ana, provider=get_gateway(gateway_id).name)
        failed = collect_from_token(act=world.act(), stored_method_id=method.id, on=TODAY)
        world.gateways[gateway_id].ledger.faults = Faults(1, {})
        make_item(ana, "20.00", due="2026-02-01")
        with atomic():
            begun = begin_debit(act=world.act(), stored_method_id=method.id, on=TODAY)
        with on("2026-02-10"):
            Client().post(f"{link_of(ana)}kept/{method.id}/")
        world.at += timedelta(minutes=90)
        assert charge_unasked(act=world.act(), gateway_id=gateway_id) == 0
        assert failed.plan == "RETRY"
        assert retry_tokens(act=world.act(), on=failed.retry_on) == 0
        assert set(world.gateways[gateway_id].ledger.by_reference) == {failed.end_to_end}
    left = get_collection(failed.id)
    assert (left.plan, "may not be used now" in left.plan_says) == ("CONTACT", True)
    assert get_collection(begun.id).state == "SUBMITTED"


def test_a_webhook_that_comes_late_does_not_keep_again_what_was_ended():
    ana = make_ana()
    method = keep(ana)
    with on("2026-02-10"):
        Client().post(f"{link_of(ana)}kept/{method.id}/")

    def agreed(at):
        told = {"reference": "BW1", "account_id": ana.id, "method": "card", "label": "", "expires_on": None}
        one = TokenToKeep(event_id=1, consented_at=datetime.fromisoformat(at), token="tok-1", customer_token="", **told)
        return was_ended_since(one, provider="cards")

    assert (agreed("2026-02-10T08:59:00+00:00"), agreed("2026-02-10T09:01:00+00:00")) == (True, False)


def test_a_token_that_may_not_be_kept_stands_in_the_way_of_no_other():
    ana = make_ana()
    make_item(ana, "230.00")
    gateway = make_gateway(ana)
    for number, token in enumerate(("4242424242424242", "tok-good", "tok-dismissed")):
        begun = begin(ana, key=f"k-{number}", keep_token=True)
        about = {"payment": f"p-{number}", "reference": begun.payment.reference, "token": token, "token_label": "VISA"}
        amount = 11_500 if token != "tok-dismissed" else 1
        [taken] = take(gateway, told("payment.succeeded", key=f"e-{number}", amount=amount, **about))
        if number == 0:
            # It looks like a card number, and a person lets it be worked all the same.
            retry_event(act=make_act(), event_id=taken.event.id)
    work(gateway)
    dismiss_event(act=make_act(reason="Not what was asked."), event_id=taken.event.id)
    assert keep_tokens(act=make_act(at=AT), gateway_id=gateway.id) == 1
    assert [token_of(row.id).token for row in list_methods(ana.id)] == ["tok-good"]
    assert not GatewayEvent.objects.filter(sealed_token__isnull=False).exists()
