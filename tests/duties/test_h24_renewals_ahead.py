"""H24: Invoice renewals N days ahead per product, with reminder plan before the due date.

Bea bills; the nightly jobs do the rest.
"""

import pytest
from tests.duties.people import on, person, post_office, say, type_in

from billwright.access.states import Role
from billwright.accounts.models import BillingAccount
from billwright.interfaces.cli import bill_run, subscriptions
from billwright.interfaces.jobs.daily import remind_before_due
from billwright.interfaces.jobs.messages import deliver_mail
from billwright.invoicing.models import Invoice
from billwright.invoicing.queries import list_documents
from billwright.invoicing.tests.builders import make_payer
from billwright.org.queries import get_legal_entity
from billwright.workflow.bill_run.tests.builders import make_plan, make_world, subscribe

pytestmark = [pytest.mark.django_db, pytest.mark.duty("H24")]
RULE = {"whose": "domain", "valid_from": "2026-01-01", "ahead_days": 30, "due_on_renewal": "on", "reminders": "14, 1"}


@pytest.fixture
def bea():
    return person("bea", Role.BILLING_SPECIALIST, Role.AUDITOR)


@pytest.fixture
def domain():
    """A name for 1200.00 a year since 10 March 2026."""
    payer = make_payer(get_legal_entity(legal_entity_id=make_world().pk), cycle_day=10)
    make_plan("domain", "1200.00", every=12)
    return payer, subscribe(BillingAccount.objects.get(id=payer.id), plan="domain", starts_on="2026-03-10")


def bill(day):
    with on(day):
        say(bill_run.app, "run", "--as-of", day, "--yes")


def remind(*days):
    queued = []
    for day in days:
        with on(day):
            queued.append(remind_before_due(timestamp=0))
            deliver_mail(timestamp=0)
    return queued


def test_h24_a_renewal_is_invoiced_ahead_reminded_of_and_due_on_its_day(bea, domain):
    _, subscription = domain
    with on("2026-03-10"):
        bea.sends("renewal-rule-new", **RULE)
        assert "Invoiced 30 days ahead, due on the renewal. Reminders 14, 1 days before due." in bea.reads(
            "subscription", subscription.id
        )
    bill("2026-03-10")
    with on("2027-02-01"):
        page = bea.reads("renewals")
        assert "To be invoiced" in page
        assert bea.opens("renewals", export="xlsx").content[:2] == b"PK"
        ahead = bea.api("get", "/renewals/ahead", {"since": "2027-02-01", "until": "2027-04-01"})["data"]
        assert [(one["renews_on"], one["invoice_on"], one["amount"]["amount"]) for one in ahead] == [
            ("2027-03-10", "2027-02-08", "1200.00")
        ]
    bill("2027-02-08")
    bill("2027-02-09")
    invoice = Invoice.objects.latest("id")
    assert (Invoice.objects.count(), invoice.total_minor, str(invoice.due_date)) == (2, 138000, "2027-03-10")
    with on("2027-02-10"):
        assert "2 reminders" not in bea.reads("invoice", invoice.pk)
        assert bea.reads("invoice", invoice.pk).count("A friendly reminder") == 2
    with post_office() as office:
        assert remind("2027-02-23", "2027-02-24", "2027-02-24", "2027-03-09", "2027-03-10") == [0, 1, 0, 1, 0]
    assert [invoice.number in mail.subject for mail in office.mails if "is due on" in mail.subject] == [True, True]


def test_h24_canceled_before_it_renews_it_is_credited_and_nobody_is_reminded(bea, domain):
    payer, subscription = domain
    with on("2026-03-10"):
        bea.sends("renewal-rule-new", **RULE)
    bill("2026-03-10")
    bill("2027-02-08")
    with on("2027-02-20"):
        type_in(subscriptions.app, "cancel", subscription.number, "moves", "--before", "2027-03-10")
    assert remind("2027-02-24") == [0]
    bill("2027-02-24")
    newest = list_documents(account_id=payer.id)[0]
    assert (newest.kind, str(newest.total)) == ("CREDIT_NOTE", "-1380.00 ZAR")


def test_h24_a_rule_that_cannot_be_is_refused_and_nothing_holds(bea, domain):
    with on("2026-03-10"):
        bea.sends("renewal-rule-new", expecting=422, **RULE | {"reminders": "soon"})
        bea.sends("renewal-rule-new", expecting=422, **RULE | {"ahead_days": 400})
        whose = {"legal_entity_id": 1, "plan": "domain", "valid_from": "2026-01-01"}
        problem = bea.api("post", "/renewal-rules", {"rule": whose}, status=422)
        assert problem["code"] == "rule.whose"
        assert bea.api("get", "/renewal-rules", {"plan": "domain"}) == []
