import json
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.duties.people import Person
from tests.gateways.builders import KEY, PASSPHRASE, begin, make_gateway

from billwright.access.models import RoleGrant
from billwright.access.states import Role
from billwright.connectors.hosted_page.gateway import canonical, sign
from billwright.connectors.payfast_style import signing
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.models import AuditEvent
from billwright.kernel.tests.builders import make_act
from billwright.payments.models import Gateway
from billwright.payments.queries.gateways import config_of, get_gateway, list_gateway_payments
from billwright.project.simulator import elsewhere
from billwright.receivables.tests.builders import make_ana
from billwright.workflow.collecting.tests.builders import make_company, make_payer
from billwright.workflow.gateway_intake import change_gateway, suspend_gateway

pytestmark = pytest.mark.django_db


def test_secrets_are_sealed_and_never_shown():
    gateway = make_gateway(make_ana())
    kept = Gateway.objects.get(pk=gateway.id)
    assert KEY.encode() not in bytes(kept.sealed_secrets)
    assert gateway.secret_names == ("signing_key",)
    told = json.dumps(list(AuditEvent.objects.values_list("before", "after")), default=str)
    assert KEY not in repr(get_gateway(gateway.id)) + repr(config_of(gateway.id)) + told
    assert config_of(gateway.id).secrets == {"signing_key": KEY}


def test_a_secret_left_empty_stays():
    gateway = make_gateway(make_ana(), "payfast_style")
    settings = {"merchant_id": "10000200", "sources": "127.0.0.1"}
    change_gateway(act=make_act(), gateway_id=gateway.id, settings=settings, secrets={"merchant_key": "new"})
    assert config_of(gateway.id).secrets == {"merchant_key": "new", "passphrase": PASSPHRASE}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"secrets": {"signing_key": "short"}}, "gateway.secret_unfit"),
        ({"settings": {"merchent": "bw"}}, "gateway.setting_unknown"),
        ({"settings": {"merchant": "4242 4242 4242 4242"}}, "card_number.refused"),
        ({"base_url": "http://pay.example"}, "gateway.address_unsafe"),
        ({"base_url": "http://127.0.0.1:9000"}, "gateway.simulator_address"),
        ({"is_simulator": True}, "gateway.simulator_address"),
        ({"name": "Page ZA"}, "gateway.name_unfit"),
        ({"bank_account_id": 0}, "gateway.bank_account_unfit"),
    ],
)
def test_what_cannot_be_used_is_refused(values, code):
    ana = make_ana()
    with pytest.raises(Refusal) as refused:
        make_gateway(ana, **values)
    assert refused.value.code == code
    assert not Gateway.objects.exists()


def test_who_works_for_one_company_moves_its_gateways_and_no_others():
    boris = make_payer(make_company("OTHER", currency="ZAR")[0])
    ours, theirs = make_gateway(make_ana()), make_gateway(boris, name="page-other")
    finance = Person("faisal", ())
    RoleGrant.objects.create(
        user=finance.user, role=Role.FINANCE_MANAGER, legal_entity_id=ours.legal_entity_id, granted_at=make_act().at
    )
    finance.api("post", f"/gateways/{ours.id}/suspend", {"reason": "Two answers differ"})
    refused = finance.api("post", f"/gateways/{theirs.id}/suspend", {"reason": "Two answers differ"}, status=403)
    assert refused["code"].startswith("access.")
    assert [get_gateway(one.id).state for one in (ours, theirs)] == ["SUSPENDED", "ACTIVE"]


def test_a_page_is_begun_with_a_signed_address():
    ana = make_ana()
    gateway = make_gateway(ana)
    begun = begin(ana, "115.00", key="link:1")
    fields = {name: value[0] for name, value in parse_qs(urlsplit(begun.page.url).query).items()}
    signature = fields.pop("signature")
    assert signature == sign(KEY, canonical(fields))
    assert (fields["amount"], fields["currency"], fields["reference"]) == ("11500", "ZAR", begun.payment.reference)
    assert fields["notify_url"] == "https://billing.example" + gateway.webhook_path
    assert begin(ana, "115.00", key="link:1").payment.id == begun.payment.id
    with pytest.raises(Conflict):
        begin(ana, "116.00", key="link:1")


def test_a_form_is_signed_in_the_order_of_the_documentation():
    ana = make_ana()
    make_gateway(ana, "payfast_style")
    page = begin(ana, "115.00", payer_name="Ana van Wyk").page
    fields = dict(page.fields)
    assert (page.method, fields["amount"], fields["name_first"], fields["name_last"]) == (
        "POST",
        "115.00",
        "Ana van",
        "Wyk",
    )
    assert fields.pop("signature") == signing.form_signature(fields, PASSPHRASE)
    assert PASSPHRASE not in repr(page)


def test_a_suspended_gateway_starts_nothing():
    ana = make_ana()
    gateway = make_gateway(ana)
    suspend_gateway(act=make_act(), gateway_id=gateway.id)
    with pytest.raises(NotFound):
        begin(ana)
    with pytest.raises(Refusal) as refused:
        begin(ana, gateway_id=gateway.id)
    assert refused.value.code == "gateway.suspended"
    assert list_gateway_payments() == []


def test_the_simulator_names_what_it_does_not_serve():
    gateway = make_gateway(make_ana(), is_simulator=True, base_url="http://127.0.0.1:8899/page-za")
    assert elsewhere("http://127.0.0.1:8899") == []
    assert elsewhere("http://127.0.0.1:34653") == [(gateway.name, "http://127.0.0.1:8899/page-za")]
