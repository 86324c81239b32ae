"""A card is kept for later debits where its payer agreed on the payment page, and nowhere else: all three protocols."""

import re
from datetime import date
from http.client import HTTPConnection
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from tests.duties.people import on, say
from tests.gateways.fault_run import simulated_world

from billwright.interfaces.cli import payment_link
from billwright.kernel.models import AuditEvent
from billwright.payments.models import GatewayEvent, StoredMethod
from billwright.payments.operations.kept_tokens import tokens_to_keep
from billwright.payments.operations.methods import token_of
from billwright.payments.queries.mandates import list_methods
from billwright.receivables.tests.builders import make_ana, make_item, reload
from billwright.workflow.gateway_intake import collect_from_token, keep_tokens

pytestmark = pytest.mark.django_db
LABELS = {
    "stripe": r"SIMULATOR \w+ •••• \d{4}",
    "hosted_page": r"SIMULATOR \w+ •••• \d{4}",
    "payfast_style": "SIMULATOR Card at",
}


@pytest.fixture(autouse=True)
def nobody_has_asked():
    cache.clear()


def begins(path, **ticked):
    """The customer presses the button of the page; where the browser is sent, with which fields."""
    answer = Client().post(f"{path}begin/", ticked)
    if answer.status_code == 302:
        url = answer["Location"]
        return url, dict(parse_qsl(urlsplit(url).query))
    page = answer.content.decode()
    return re.search(r'action="([^"]+)"', page)[1], dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))


def pays(where):
    """He gives his card on the page of the gateway, and presses Pay."""
    url, fields = where
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc)
    body = urlencode({**{name: text.replace("&amp;", "&") for name, text in fields.items()}, "outcome": "pay"})
    connection.request("POST", parts.path, body, {"content-type": "application/x-www-form-urlencoded"})
    assert connection.getresponse().status == 303
    connection.close()


@pytest.mark.parametrize("kind", ["stripe", "hosted_page", "payfast_style"])
def test_a_card_is_kept_with_consent_and_debited_later(kind):
    ana = make_ana()
    make_item(ana, "115.00", due="2026-02-01")
    with simulated_world(ana, kinds=(kind,), shares={}) as world, on("2026-02-10", hour=8):
        [gateway_id] = world.gateways
        path = say(payment_link.app, "create", ana.number).strip()
        shown = Client().get(path).content.decode()
        assert 'name="keep"' in shown
        assert "checked" not in shown
        pays(begins(path))
        world.deliver(gateway_id, faulty=False)
        world.work(gateway_id)
        assert keep_tokens(act=world.act(), gateway_id=gateway_id) == 0
        assert not StoredMethod.objects.exists()
        make_item(ana, "20.00", due="2026-02-05")
        pays(begins(path, keep="yes"))
        world.deliver(gateway_id, faulty=False)
        world.work(gateway_id)
        assert len(tokens_to_keep(gateway_id)) == 1
        assert keep_tokens(act=world.act(), gateway_id=gateway_id) == 1
        assert keep_tokens(act=world.act(), gateway_id=gateway_id) == 0
        [method] = list_methods(ana.id)
        assert re.match(LABELS[kind], method.label), method.label
        assert method.expires_on == (None if kind == "payfast_style" else date(2029, 6, 30))
        opened = token_of(method.id)
        assert opened.token in world.gateways[gateway_id].ledger.tokens
        assert bool(opened.customer_token) == (kind == "stripe")
        assert not GatewayEvent.objects.filter(sealed_token__isnull=False).exists()
        assert "Agreed by the payer" in AuditEvent.objects.get(verb="stored_method.add_token").reason
        item = make_item(ana, "30.00", due="2026-02-06")
        debit = collect_from_token(act=world.act(), stored_method_id=method.id, on=date(2026, 2, 10))
        assert (debit.state, reload(item).open_minor) == ("PAID", 0)
