"""Whatever is issued and credited, in whatever currency: once all months are recognized nothing is deferred."""

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from billwright.invoicing.models import Invoice, InvoiceLine, RevenuePosting, RevenueSchedule
from billwright.invoicing.rows import CreditLine, NewLine
from billwright.invoicing.tests.builders import make_company, make_credit, make_issued, make_payer
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.kernel.periods import add_months
from billwright.ledger.queries import assert_books_balance
from billwright.ledger.states import LedgerRole
from billwright.workflow.revenue_recognition import assert_deferred_revenue_ties, waterfall
from billwright.workflow.revenue_recognition.tests.builders import balance, recognize

FIRST = date(2026, 1, 1)
MONTHS = [add_months(FIRST, count) for count in range(24)]
sold = st.tuples(
    st.integers(0, 150),
    st.lists(st.tuples(st.integers(-40, 60), st.integers(1, 420), st.integers(1, 99_999)), min_size=1, max_size=3),
)
taken_back = st.tuples(st.integers(0, 5), st.integers(0, 300), st.integers(0, 400), st.booleans())


def half_away(value):
    return (1 if value >= 0 else -1) * int(abs(value) + Fraction(1, 2))


def served(starts, ends, month):
    """Days of [starts, ends) in a month."""
    return max((min(ends, add_months(month, 1)) - max(starts, month)).days, 0)


def expected(head, month):
    """Recognized of a head by the end of a month: month by month, rounded once each, the last takes the remainder."""
    known = [one for one in head if one.invoice.accounting_date < add_months(month, 1)]
    total, so_far, ahead = sum(one.net_minor for one in known), 0, Fraction(sum(one.net_minor for one in known))
    start = min((one.service_from.replace(day=1) for one in known), default=month)
    while start <= month:
        share = sum(
            Fraction(one.net_minor * served(one.service_from, one.service_to, start),
                     (one.service_to - one.service_from).days)
            for one in known
        )  # fmt: skip
        so_far, ahead = so_far + half_away(share), ahead - share
        if half_away(ahead) == 0:
            return total
        start = add_months(start, 1)
    return so_far


def heads():
    """Deferred lines with those that credit them, by the line that came first."""
    found = defaultdict(list)
    deferred = {(one.invoice_id, one.line_no): one for one in
                InvoiceLine.objects.filter(deferred=True).select_related("invoice")}  # fmt: skip
    for key, one in deferred.items():
        credited = (one.credits_invoice_id, one.credits_line_no)
        found[credited if credited in deferred else key].append(one)
    return found


def play(entity, documents, notes):
    ana = make_payer(entity)
    issued = []
    for after, lines in documents:
        on = FIRST + timedelta(days=after)
        drafts = [
            NewLine(
                text="Service",
                amount=Money(minor, entity.base_currency),
                service_from=on + timedelta(days=begins),
                service_to=on + timedelta(days=begins + length),
            )
            for begins, length, minor in lines
        ]
        issued.append(make_issued(ana, *drafts, on=str(on)))
    for which, after, from_day, by_days in notes:
        invoice = issued[which % len(issued)]
        on = min(invoice.document_date + timedelta(days=after), MONTHS[-6])
        first = InvoiceLine.objects.get(invoice_id=invoice.id, line_no=1)
        share = (
            CreditLine(line_no=1, amount=None, credit_from=first.service_from + timedelta(days=from_day))
            if by_days
            else CreditLine(line_no=1, amount=Money(max(first.net_minor // 3, 1), entity.base_currency))
        )
        try:
            with transaction.atomic():
                make_credit(invoice, share, on=str(on))
        except Refusal:
            continue


def any_sequence(example_count):
    """Hypothesis' choices for a test of any documents with any credit notes to them."""
    chosen = settings(
        max_examples=example_count, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
    )
    drawn = given(documents=st.lists(sold, min_size=1, max_size=4), notes=st.lists(taken_back, max_size=4))
    return lambda test: chosen(drawn(test))


@pytest.mark.django_db
@pytest.mark.parametrize("currency", ["ZAR", "JPY", "KWD"])
@any_sequence(2)
def test_all_that_is_deferred_becomes_revenue_and_no_more(currency, documents, notes):
    follow(currency, documents, notes)


@pytest.mark.soak
@pytest.mark.django_db
@pytest.mark.parametrize("currency", ["ZAR", "JPY", "KWD"])
@any_sequence(25)
def test_many_sequences_become_revenue_and_no_more(currency, documents, notes):
    follow(currency, documents, notes)


def follow(currency, documents, notes):
    """Recognize month by month, and leave nothing behind."""
    with transaction.atomic():
        entity = make_company("KAROO", currency=currency)
        play(entity, documents, notes)
        by_head = heads()
        for month in MONTHS:
            recognize(entity, f"{month:%Y-%m}")
            recognized = dict.fromkeys(by_head, 0)
            for row in RevenuePosting.objects.all():
                recognized[row.invoice_id, row.line_no] += row.recognized_minor
            assert recognized == {key: expected(head, month) for key, head in by_head.items()}
            assert waterfall(legal_entity_id=entity.id, as_of=add_months(month, 1) - timedelta(days=1)).ties
        assert balance(entity, LedgerRole.DEFERRED_REVENUE, currency=currency) == 0
        assert balance(entity, LedgerRole.REVENUE, currency=currency) == -sum(
            Invoice.objects.values_list("net_minor", flat=True)
        )
        assert not RevenueSchedule.objects.filter(settled_on=None).exists()
        assert_deferred_revenue_ties(legal_entity_id=entity.id, as_of=MONTHS[-1])
        assert_books_balance()
        transaction.set_rollback(True)
