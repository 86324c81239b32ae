"""A role held for one company shows nothing of another: every address of the workspace, with numbers of the other."""

import re

import pytest
from django.urls import URLPattern, get_resolver

from billwright.access.models import Approval, User
from billwright.access.states import Role
from billwright.accounts.models import BillingAccount
from billwright.catalog.operations import create_plan
from billwright.catalog.tests.builders import make_charge, make_plan, make_product
from billwright.comms.models import OutgoingMessage
from billwright.interfaces.web.tests.builders import logged_in
from billwright.invoicing.tests.builders import make_company, make_draft, make_payer
from billwright.kernel import vault
from billwright.kernel.tests.builders import make_act
from billwright.org.models import LegalEntity
from billwright.payments.models import Payment
from billwright.receivables.models import OpenItem, UnallocatedCash
from billwright.receivables.tests.builders import make_cash
from billwright.subscriptions.tests.builders import make_subscription
from billwright.workflow.documents.issue import issue_invoice

pytestmark = pytest.mark.django_db

# One's own things, people, and what every company shares; the tests of those pages say who may.
# The drawer of an alarm tells nothing of it, and its verb asks whose it is.
SHARED = frozenset({"factor_id", "token_id", "user_id", "grant_id", "limit_id", "role", "alarm_id"})
WORDS = {
    "kind": "tax_number", "code": "KAROO", "name": "approve", "move": "close", "noun": "account",
    "option": "correction", "language": "en",
}  # fmt: skip


def patterns(resolver, prefix=""):
    for one in resolver.url_patterns:
        path = prefix + str(one.pattern)
        if isinstance(one, URLPattern):
            yield path.lstrip("^").rstrip("$")
        elif "web" in (one.namespace or "web"):
            yield from patterns(one, path)


ADDRESSES = sorted(
    path for path in patterns(get_resolver())
    if re.search(r"_id[>)]", path) and not path.startswith(("api/", "pay/"))
)  # fmt: skip


@pytest.fixture
def karoo():
    """The numbers of things in the books of Karoo, by the name that addresses call them."""
    company = make_company("KAROO")
    account = make_payer(company)
    make_product()
    make_plan()
    subscription = make_subscription(BillingAccount.objects.get(pk=account.id))
    draft = make_draft(account)
    invoice = issue_invoice(act=make_act(), invoice_id=draft.id, version=draft.version).invoice
    make_cash(account, "40.00")
    charges = (make_charge(),)
    plan = create_plan(act=make_act(), code="own", name="Own", charges=charges, legal_entity_id=company.id)
    message = OutgoingMessage.objects.create(
        purpose="mail.test", to_address="ana@karoo.example", language="en", subject="For Ana", body="-",
        requested_by="user:0", queued_at=make_act().at, account_ref=account.id,
    )  # fmt: skip
    return {
        "account_id": account.id, "customer_id": account.customer_id, "merged_id": account.customer_id,
        "invoice_id": invoice.id, "plan_id": plan.id, "charge_id": plan.charges[0].id, "message_id": message.pk,
        "approval_id": make_approval(company.id).pk, "subscription_id": subscription.id,
        "payment_id": Payment.objects.get().pk, "cash_id": UnallocatedCash.objects.get().pk,
        "open_item_id": OpenItem.objects.get().pk, "number": account.id,
    }  # fmt: skip


def make_approval(legal_entity_id):
    act = make_act()
    return Approval.objects.create(
        verb="account.close", sealed=vault.seal("approvals", {}), sealed_for="approvals", digest="-",
        legal_entity_id=legal_entity_id, reason="Left", requested_by=User.objects.get(username="operator"),
        requested_at=act.at, expires_at=act.at.replace(year=2099),
    )  # fmt: skip


def filled(path, numbers):
    """The address with these numbers; what was not made is asked for by a number that nothing has."""
    path = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", path).replace("\\", "")
    return "/" + re.sub(
        r"<(?:\w+:)?(\w+)>", lambda match: str(numbers.get(match[1], WORDS.get(match[1], 999_999))), path
    )


def stranger():
    make_company("VITOSHA", country="BG", currency="EUR")
    return logged_in(*Role, username="boris", legal_entity=LegalEntity.objects.get(code="VITOSHA"))


def test_no_address_shows_a_thing_of_another_company(karoo):
    boris, open_to_all = stranger(), []
    for path in ADDRESSES:
        if set(re.findall(r"<(?:\w+:)?(\w+)>", path)) & SHARED:
            continue
        for ask in (boris.get, boris.post):
            answer = ask(filled(path, karoo))
            if answer.status_code not in {403, 404, 405}:
                open_to_all.append((path, answer.status_code))
    assert open_to_all == []


@pytest.mark.parametrize("address", ["/messages/", "/approvals/?state=all", "/audit/"])
def test_no_list_shows_a_thing_of_another_company(karoo, address):
    assert stranger().get(address).context["table"].rows == []
    assert logged_in(*Role, username="ana").get(address).context["table"].rows


def test_a_plan_of_another_company_is_not_in_the_catalog(karoo):
    assert [plan.code for plan in stranger().get("/catalog/").context["table"].rows] == ["basic"]


@pytest.mark.parametrize("typed", ["ana botha", "=115.00", "=40.00", "the number", "own"])
def test_no_search_finds_a_thing_of_another_company(karoo, typed):
    texts = {"the number": Payment.objects.get().number}
    asked = {"q": texts.get(typed, typed)}
    assert "/accounts/" not in (found := stranger().get("/search/suggest/", asked).content.decode())
    assert not re.search(r"/(invoices|payments|catalog/plans)/\d", found)
    assert re.search(r"/(accounts|invoices|payments|catalog/plans)/\d", hits_of_everybody(asked))


def hits_of_everybody(asked):
    return logged_in(*Role, username="ana").get("/search/suggest/", asked).content.decode()


def test_the_trail_of_a_company_is_read_thing_by_thing(karoo):
    company = LegalEntity.objects.get(code="KAROO")
    own = logged_in(*Role, username="clara", legal_entity=company)
    asked = {"subject": f"account:{karoo['account_id']}"}
    assert own.get("/audit/", asked).context["table"].rows
    assert own.get("/audit/").context["table"].rows == []
    assert stranger().get("/audit/", asked).context["table"].rows == []
