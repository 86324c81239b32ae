"""Any sequence of issuing and crediting keeps ledger and sub-ledger tied, and full credit leaves nothing."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billwright.invoicing import operations as invoicing
from billwright.invoicing.queries.documents import creditable_lines
from billwright.invoicing.rows import CreditLine
from billwright.invoicing.tests.builders import correction, line, make_company, make_draft, make_payer
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.receivables.queries.items import open_amounts
from billwright.receivables.queries.ties import untied
from billwright.workflow import documents

pytestmark = pytest.mark.django_db

prices = st.lists(
    st.tuples(st.integers(1, 500_000), st.integers(0, 40)).map(lambda pair: (f"{pair[0] / 100:.2f}", str(pair[1]))),
    min_size=1,
    max_size=4,
)


def issue_credit(invoice, *lines):
    note = invoicing.draft_credit_note(act=make_act(), correction=correction(invoice), lines=lines)
    return documents.issue_credit_note(act=make_act(), invoice_id=note.id, version=note.version)


@pytest.fixture
def payer():
    return make_payer(make_company("SURYA", country="IN", currency="INR"), tax_treatment="INTRA_STATE")


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(prices, st.lists(st.tuples(st.integers(0, 3), st.integers(1, 100)), max_size=4))
def test_credits_never_exceed_and_full_credit_leaves_nothing(payer, entered, credits_wanted):
    lines = [line(unit_price=price, discount_percent=percent) for price, percent in entered]
    draft = make_draft(payer, *lines)
    invoice = documents.issue_invoice(act=make_act(), invoice_id=draft.id, version=1).invoice
    for place, percent in credits_wanted:
        left = creditable_lines(invoice.id)[place % len(lines) + 1]
        share = left.amount_left_minor * percent // 100
        if share:
            issue_credit(invoice, CreditLine(line_no=left.line_no, amount=Money(share, "INR")))
    if any(row.amount_left_minor for row in creditable_lines(invoice.id).values()):
        issue_credit(invoice)
    assert open_amounts([invoice.id])[invoice.id].amount_minor == 0
    assert untied() == []
