"""D06: Take or request a payment during the contact (link, card token, EFT reference) without exposing card data."""

import re

import pytest
from django.test import Client
from tests.duties.people import on, person, say, type_in
from tests.gateways.builders import make_gateway

from billwright.access.states import Role
from billwright.accounts.models import BillingAccount
from billwright.comms.models import OutgoingMessage
from billwright.interfaces.cli import payment_link
from billwright.interfaces.jobs.access import forget_old_visits
from billwright.kernel.tests.builders import make_act
from billwright.org.operations import add_bank_account
from billwright.org.queries import get_legal_entity
from billwright.payments.models import PageVisit, PaymentLink
from billwright.receivables.tests.builders import make_ana, make_boris, make_item

pytestmark = [pytest.mark.django_db, pytest.mark.duty("D06")]


def test_d06_a_link_sent_during_the_call_is_opened_and_closed():
    ana, agnes = make_ana(), person("agnes", Role.SERVICE_DESK_AGENT)
    make_item(ana, "115.00")
    details = {"bank_name": "Absa", "account_number": "4071234567", "branch_code": "632005"}
    add_bank_account(
        act=make_act(),
        legal_entity_id=ana.legal_entity_id,
        label="Main",
        holder="Karoo",
        currency="ZAR",
        details=details,
    )
    with on("2026-03-02"):
        answer = agnes.sends("payment-link-new", ana.id, days="7")
        page = agnes.browser.get(answer["Location"]).content.decode()
        address = re.search(r"http://testserver(/pay/[^ <\"]+/)", page)[1]
        anybody = Client()
        shown = anybody.get(address)
        words = shown.content.decode()
        assert shown["X-Robots-Tag"].startswith("noindex")
        assert ("115.00" in words, "Botha" in words, ana.number in words, "4071234567" in words) == (
            True, False, True, True,
        )  # fmt: skip
        [row] = agnes.api("get", "/payment-links")["data"]
        assert (row["open_count"], row["paid_count"]) == (1, 0)
        assert "Opened" in agnes.reads("payment-links")
        # Neither another secret nor an altered one opens anything.
        assert anybody.get(address[:-3] + "xx/").status_code == 404
        # Only a hash is kept, and whoever comes back later cannot read the address again.
        assert PaymentLink.objects.get().token_hash not in address
    with on("2026-03-10"):
        assert Client().get(address).status_code == 404
    with on("2026-03-03"):
        agnes.sends("payment-link-revoke", row["id"])
        assert Client().get(address).status_code == 404


def test_d06_it_shows_its_own_documents_only_and_asks_no_more_than_thirty_times_a_minute():
    ana = make_ana()
    first, second = make_item(ana, "10.00"), make_item(ana, "20.00")
    boris_item = make_item(make_boris(get_legal_entity(legal_entity_id=ana.legal_entity_id)), "30.00")
    with on("2026-03-02"):
        made = person("agnes", Role.SERVICE_DESK_AGENT)
        body = {"account_id": ana.id, "invoice_ids": [first.invoice_id]}
        url = made.api("post", "/payment-links", body, status=201)["url"]
        words = Client().get(url.removeprefix("http://testserver")).content.decode()
        assert ("10.00" in words, second.invoice.number in words) == (True, False)
        other = {"account_id": ana.id, "invoice_ids": [boris_item.invoice_id]}
        made.api("post", "/payment-links", other, status=422)
        statuses = [Client().get(url.removeprefix("http://testserver")).status_code for _ in range(31)]
    assert (statuses[0], statuses[-1]) == (200, 429)
    # Counted in the database for all web processes, under a hash, until housekeeping takes it away.
    assert PageVisit.objects.get().visit_count > 30
    with on("2026-03-03"):
        assert (forget_old_visits(0), forget_old_visits(0)) == (1, 0)


def test_d06_a_link_is_mailed_in_the_customers_language_and_its_delivery_is_seen():
    ana = make_ana()
    make_item(ana, "115.00")
    BillingAccount.objects.filter(pk=ana.id).update(language="af")
    agnes = person("agnes", Role.SERVICE_DESK_AGENT)
    with on("2026-03-02"):
        answer = agnes.sends("payment-link-new", ana.id, days="7", to_address="ana@example.org")
        mail = OutgoingMessage.objects.get()
        address = re.search(r"http://testserver(/pay/\S+/)", mail.body)[1]
        assert (mail.to_address, mail.language, "115,00" in mail.body) == ("ana@example.org", "af", True)
        shown = Client().get(address)
        assert (shown.status_code, "Te betaal" in shown.content.decode()) == (200, True)
        gone = Client().get(address[:-3] + "xx/", headers={"accept-language": "de"})
        assert (gone.status_code, "Diese Zahlungsseite gibt es nicht mehr." in gone.content.decode()) == (404, True)
        OutgoingMessage.objects.update(state="SENDING", claimed_at=mail.queued_at)
        OutgoingMessage.objects.update(state="FAILED", failure="no such mailbox")
        page = agnes.browser.get(answer["Location"]).content.decode()
    assert ("ana@example.org" in page, "no such mailbox" in page) == (True, True)


def test_d06_the_card_is_given_on_the_page_of_the_gateway():
    ana = make_ana()
    make_item(ana, "115.00")
    make_gateway(ana)
    with on("2026-03-02"):
        path = say(payment_link.app, "create", ana.number).strip()
        # Under this policy a browser names the origin of our own form; under a stricter one it says "null".
        browser = Client(enforce_csrf_checks=True)
        shown = browser.get(path)
        assert shown["Referrer-Policy"] == "same-origin"
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', shown.content.decode())[1]
        answer = browser.post(f"{path}begin/", {"csrfmiddlewaretoken": token}, headers={"origin": "http://testserver"})
        assert answer.status_code in {200, 302}
        [row] = type_in(payment_link.app, "list")
        assert (row["begun_count"], row["paid_count"]) == (1, 0)
        # Asked again from the same page it is the same payment at the gateway.
        assert "card number" not in Client().get(path).content.decode().lower()
