"""What months bring of lines billed ahead: shares by days, credits, reversals, closed months, other currencies."""

import pytest

from billwright.invoicing.models import RevenuePosting, RevenueSchedule
from billwright.invoicing.tests.builders import credit, line, make_company, make_credit, make_issued, make_payer
from billwright.kernel.errors import Conflict, Refusal
from billwright.kernel.models import AuditEvent
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.ledger.models import AccountingPeriod
from billwright.ledger.operations import close_period, start_closing_period
from billwright.ledger.queries import assert_books_balance, get_entry
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import control_balance
from billwright.org.tests.builders import make_rate
from billwright.workflow.bill_run.tests import builders as runs
from billwright.workflow.revenue_recognition import (
    assert_deferred_revenue_ties,
    recognize_revenue,
    reverse_recognition,
    unrecognized,
    waterfall,
)
from billwright.workflow.revenue_recognition.tests.builders import balance, day, prepaid, recognize

pytestmark = pytest.mark.django_db


@pytest.fixture
def karoo():
    return make_company("KAROO")


def recognized(entity, *months):
    """Minor units recognized by each month."""
    return [sum(one.amount.amount_minor for one in recognize(entity, month).amounts) for month in months]


def test_a_month_takes_its_days_and_the_last_the_remainder(karoo):
    make_issued(make_payer(karoo), prepaid("2026-01-01", "2026-04-01", "100.00"), on="2026-01-01")
    # 31, 28 and 31 of 90 days; 34.44 + 31.11 leaves 34.45.
    assert recognized(karoo, "2026-01", "2026-02", "2026-03", "2026-04") == [3444, 3111, 3445, 0]
    assert balance(karoo, LedgerRole.DEFERRED_REVENUE) == 0
    assert balance(karoo, LedgerRole.REVENUE) == -10000


def test_service_from_the_last_day_of_a_month_to_the_last_day_of_another(karoo):
    make_issued(make_payer(karoo), prepaid("2026-01-31", "2026-02-28", "28.00"), on="2026-01-31")
    assert recognized(karoo, "2026-01", "2026-02") == [100, 2700]


def test_a_leap_february_has_29_days(karoo):
    make_issued(make_payer(karoo), prepaid("2027-12-01", "2028-03-01", "91.00"), on="2027-12-01")
    row = waterfall(legal_entity_id=karoo.id, as_of=day("2027-12-31")).rows[0]
    assert (row.due.amount_minor, [one.amount.amount_minor for one in row.ahead]) == (3100, [3100, 2900])


def test_a_second_run_does_nothing(karoo):
    make_issued(make_payer(karoo), prepaid(), on="2026-01-01")
    first = recognize(karoo, "2026-01")
    assert recognize(karoo, "2026-01").run_id is None
    assert RevenuePosting.objects.count() == first.line_count == 1


def test_a_document_that_comes_later_makes_a_second_turn(karoo):
    ana = make_payer(karoo)
    make_issued(ana, prepaid(amount="365.00"), on="2026-01-01")
    recognize(karoo, "2026-01")
    make_issued(ana, prepaid(amount="730.00"), on="2026-01-15")
    assert recognized(karoo, "2026-01") == [6200]


def test_the_entry_moves_each_family_on_the_months_last_day(karoo):
    make_issued(make_payer(karoo), prepaid(amount="365.00"), on="2026-01-01")
    done = recognize(karoo, "2026-01")
    [entry] = [get_entry(entry_id) for entry_id in done.entry_ids]
    assert (entry.kind, str(entry.accounting_date), entry.entry_key) == (
        "RECOGNITION", "2026-01-31", f"revenue_run:{done.run_id}",
    )  # fmt: skip
    assert [posting.amount_minor for posting in entry.postings] == [3100, -3100]
    event = AuditEvent.objects.get(verb="revenue.recognize")
    assert (event.after["month"], event.after["lines"]) == ("2026-01-01", 1)


def test_a_cancellation_ends_what_lay_ahead_at_once(karoo):
    note = make_issued(make_payer(karoo), prepaid(amount="365.00"), on="2026-01-01")
    recognize(karoo, "2026-01")
    make_credit(note, credit(credit_from="2026-02-11"), on="2026-02-11")
    # February has 10 days left of it, and later months nothing.
    assert recognized(karoo, "2026-02", "2026-03") == [1000, 0]
    assert balance(karoo, LedgerRole.DEFERRED_REVENUE) == 0
    assert not RevenueSchedule.objects.filter(settled_on=None).exists()


def test_a_credit_of_months_already_recognized_takes_them_back(karoo):
    note = make_issued(make_payer(karoo), prepaid(amount="365.00"), on="2026-01-01")
    assert recognized(karoo, "2026-01", "2026-02", "2026-03") == [3100, 2800, 3100]
    make_credit(note, credit(credit_from="2026-02-01"), on="2026-04-20")
    assert recognized(karoo, "2026-04") == [-5900]
    assert balance(karoo, LedgerRole.REVENUE) == -3100


def test_a_credit_that_reopens_a_line_that_was_settled(karoo):
    first = make_issued(make_payer(karoo), prepaid("2026-01-01", "2026-03-15", "73.00"), on="2026-01-01")
    assert recognized(karoo, "2026-01", "2026-02", "2026-03") == [3100, 2800, 1400]
    make_credit(first, credit(amount="9.00"), on="2026-02-20")
    assert recognized(karoo, "2026-03") == [-900]
    assert balance(karoo, LedgerRole.DEFERRED_REVENUE) == 0


def test_a_month_left_out_is_made_good_after_it_is_closed(karoo):
    make_issued(make_payer(karoo), prepaid(amount="365.00"), on="2026-01-01")
    with pytest.raises(Refusal, match="2026-01 is open and not recognized"):
        recognize(karoo, "2026-02")
    close(karoo, "2026-01")
    assert recognized(karoo, "2026-02") == [5900]


def close(entity, month, *, to="CLOSED"):
    period = AccountingPeriod.objects.get(legal_entity_id=entity.id, starts_on=f"{month}-01")
    start_closing_period(act=make_act(), period_id=period.pk)
    if to == "CLOSED":
        close_period(act=make_act(), period_id=period.pk)


def test_a_closing_month_still_takes_it_and_a_closed_one_does_not(karoo):
    make_issued(make_payer(karoo), prepaid(amount="365.00"), on="2026-01-01")
    close(karoo, "2026-01", to="CLOSING")
    assert recognized(karoo, "2026-01") == [3100]
    close(karoo, "2026-02")
    with pytest.raises(Refusal) as refused:
        recognize(karoo, "2026-02")
    assert refused.value.code == "revenue.period_not_open"


def test_months_are_not_recognized_before_they_begin_nor_out_of_order(karoo):
    make_issued(make_payer(karoo), prepaid(amount="365.00"), on="2026-01-01")
    recognize(karoo, "2026-01")
    recognize(karoo, "2026-02")
    with pytest.raises(Conflict) as conflict:
        recognize(karoo, "2026-01")
    assert conflict.value.code == "revenue.later_month_recognized"
    with pytest.raises(Refusal) as refused:
        recognize_revenue(act=make_act(at="2026-02-20T10:00:00"), legal_entity_id=karoo.id, month=day("2026-03-01"))
    assert refused.value.code == "revenue.month_not_begun"


def refused_month(entity, month):
    with pytest.raises(Refusal) as refused:
        recognize(entity, month)
    return refused.value.code


def test_an_open_month_that_has_something_left_goes_first(karoo):
    ana = make_payer(karoo)
    make_issued(ana, prepaid(amount="365.00"), on="2026-01-01")
    assert refused_month(karoo, "2026-02") == "revenue.earlier_month_first"
    recognize(karoo, "2026-01")
    make_issued(ana, prepaid(amount="730.00"), on="2026-01-15")
    assert refused_month(karoo, "2026-02") == "revenue.earlier_month_first"
    second = recognize(karoo, "2026-01")
    reverse_recognition(act=make_act(), revenue_run_id=second.run_id)
    assert refused_month(karoo, "2026-02") == "revenue.earlier_month_first"
    assert recognized(karoo, "2026-01") == [6200]
    # What came since brings nothing of January.
    make_issued(ana, prepaid("2026-03-01", "2026-04-01", "31.00"), on="2026-01-20")
    assert recognized(karoo, "2026-02", "2026-03") == [8400, 12400]


def test_reversing_is_as_if_it_had_never_been(karoo):
    make_issued(make_payer(karoo), prepaid("2026-01-01", "2026-03-01", "59.00"), on="2026-01-01")
    before = (balance(karoo, LedgerRole.DEFERRED_REVENUE), balance(karoo, LedgerRole.REVENUE))
    january, february = recognize(karoo, "2026-01"), recognize(karoo, "2026-02")
    with pytest.raises(Conflict, match="later recognition"):
        reverse_recognition(act=make_act(), revenue_run_id=january.run_id)
    for run in (february, january):
        reverse_recognition(act=make_act(), revenue_run_id=run.run_id)
    assert (balance(karoo, LedgerRole.DEFERRED_REVENUE), balance(karoo, LedgerRole.REVENUE)) == before
    assert recognized(karoo, "2026-01", "2026-02") == [3100, 2800]
    with pytest.raises(Conflict, match="taken back before"):
        reverse_recognition(act=make_act(), revenue_run_id=january.run_id)


def test_a_reversal_of_a_closed_month_lands_in_the_open_one_and_ties(karoo):
    make_issued(make_payer(karoo), prepaid(amount="365.00"), on="2026-01-01")
    january = recognize(karoo, "2026-01")
    close(karoo, "2026-01")
    assert str(reverse_recognition(act=make_act(), revenue_run_id=january.run_id).accounting_date) == "2026-02-01"
    assert recognized(karoo, "2026-02") == [5900]
    for as_of in ("2026-01-31", "2026-02-28"):
        assert_deferred_revenue_ties(legal_entity_id=karoo.id, as_of=day(as_of))
        assert waterfall(legal_entity_id=karoo.id, as_of=day(as_of)).ties


@pytest.mark.parametrize(
    ("currency", "amount", "months"),
    [("JPY", "100", [34, 31, 35]), ("KWD", "100.000", [34444, 31111, 34445])],
)
def test_currencies_of_none_and_three_places(currency, amount, months):
    entity = make_company("KAROO", currency=currency)
    make_issued(make_payer(entity), prepaid("2026-01-01", "2026-04-01", amount), on="2026-01-01")
    assert recognized(entity, "2026-01", "2026-02", "2026-03") == months


def test_another_currency_is_recognized_at_the_rate_of_its_document(karoo):
    make_rate(frm="USD", to="ZAR", rate="18.00")
    make_rate(frm="USD", to="ZAR", rate="20.00", valid_from=day("2026-02-01"))
    ana = usd_payer(karoo)
    note = make_issued(ana, prepaid("2026-01-01", "2026-03-02", "60.00"), on="2026-01-01")
    done = recognize(karoo, "2026-01")
    assert [posting.base_minor for posting in get_entry(done.entry_ids[0]).postings] == [55800, -55800]
    # The credit comes at another rate: the difference is revenue's, and nothing stays behind in base currency.
    make_credit(note, credit(credit_from="2026-02-11", currency="USD"), on="2026-02-11")
    recognize(karoo, "2026-02")
    recognize(karoo, "2026-03")
    assert balance(karoo, LedgerRole.DEFERRED_REVENUE, base=True) == 0
    assert balance(karoo, LedgerRole.DEFERRED_REVENUE, currency="USD") == 0


def usd_payer(entity):
    from billwright.accounts.tests.builders import make_account, make_customer

    return make_account(entity, make_customer("Uma Dollar"), currency="USD")


def test_documents_of_a_bill_run_and_their_corrections():
    entity = runs.make_world()
    runs.make_plan("yearly", price="365.00", every=12)
    subscription = runs.subscribe(runs.make_account("ANA"), plan="yearly")
    runs.bill("2026-01-01")
    assert recognized(entity, "2026-01") == [3100]
    runs.cancel(subscription, ends_before="2026-02-11", as_of="2026-02-11")
    runs.bill("2026-02-11")
    assert recognized(entity, "2026-02", "2026-03") == [1000, 0]
    assert control_balance(legal_entity_id=entity.id, role=LedgerRole.DEFERRED_REVENUE) == {"ZAR": 0}
    assert_books_balance()


def test_the_waterfall_ties_and_names_what_was_posted_by_hand(karoo):
    ana = make_payer(karoo)
    make_issued(ana, prepaid("2026-01-01", "2026-04-01", "90.00"), line("now", unit_price="5.00"), on="2026-01-01")
    found = waterfall(legal_entity_id=karoo.id, as_of=day("2026-01-31"))
    [row] = found.rows
    assert (row.deferred, row.due, row.ledger) == tuple(Money.of(text, "ZAR") for text in ("90.00", "31.00", "90.00"))
    assert [(str(one.month), one.amount.amount_minor) for one in row.ahead] == [
        ("2026-02-01", 2800), ("2026-03-01", 3100),
    ]  # fmt: skip
    assert found.ties
    assert unrecognized(legal_entity_id=karoo.id, as_of=day("2026-01-31")) == [Money.of("31.00", "ZAR")]
    recognize(karoo, "2026-01")
    assert unrecognized(legal_entity_id=karoo.id, as_of=day("2026-01-31")) == []
    assert waterfall(legal_entity_id=karoo.id, as_of=day("2026-01-31")).rows[0].ledger == Money.of("59.00", "ZAR")
