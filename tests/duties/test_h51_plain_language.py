"""H51: Explain any invoice or balance to a non-technical customer in plain language, in the customer's language.

Played by Anke, service desk agent, whose customer reads Afrikaans. (What a balance is made of is the statement's, T08.)
"""

import pytest
from tests.duties.people import person

from billwright.access.states import Role
from billwright.invoicing.models import Invoice
from billwright.workflow.bill_run.tests.builders import bill, make_account, make_plan, make_world, subscribe

pytestmark = [pytest.mark.django_db, pytest.mark.duty("H51")]


def test_h51_the_invoice_is_explained_in_the_customers_language():
    make_world()
    make_plan(price="310.00")
    account = make_account("ANA")
    account.language = "af"
    account.save()
    subscribe(account, starts_on="2026-01-18")
    bill("2026-01-18")
    invoice = Invoice.objects.get()
    anke = person("anke", Role.SERVICE_DESK_AGENT)
    page = anke.reads("invoice-explanation", invoice.pk)
    assert "14 van 31 dae van die periode" in page
    assert "Die prys geld sedert 01 Jan 2020" in page
    assert "14 of 31 days" in anke.reads("invoice-explanation", invoice.pk, language="en")
    # The postings behind it are the ledger's, which she may not see.
    assert "Revenue" not in page
