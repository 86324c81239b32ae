from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billwright.invoicing.policies import (
    Creditable,
    TaxableLine,
    TaxSum,
    credit_amounts,
    credit_tax,
    days_amount,
    document_taxes,
    line_amounts,
    share_tax,
)
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money

VAT = {"VAT": (("VAT", Decimal(15)),)}
GST = {"GST": (("CGST", Decimal(9)), ("SGST", Decimal(9)))}
minors = st.integers(-(10**9), 10**9)


def amounts(**values):
    given_values = {
        "quantity": Decimal(1), "unit_price": Decimal("100.00"), "amount": None, "discount_percent": Decimal(0),
        "surcharge_percent": Decimal(0), "currency": "ZAR", "row": 1,
    }  # fmt: skip
    return line_amounts(**(given_values | values))


def test_quantity_times_price_is_rounded_once():
    assert amounts(quantity=Decimal("1.5"), unit_price=Decimal("0.333")).amount_minor == 50


def test_discount_and_surcharge_are_percent_of_the_same_amount():
    both = amounts(discount_percent=Decimal(10), surcharge_percent=Decimal(5))
    assert (both.amount_minor, both.discount_minor) == (10500, 1000)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"unit_price": None}, "line.amount_or_price"),
        ({"amount": Money.of("1.00", "ZAR")}, "line.amount_or_price"),
        ({"unit_price": None, "amount": Money.of("1.00", "EUR")}, "line.currency"),
        ({"discount_percent": Decimal(101)}, "line.percent"),
        ({"surcharge_percent": Decimal(-1)}, "line.percent"),
        ({"quantity": Decimal("0.0000001")}, "line.places"),
        ({"unit_price": Decimal("NaN")}, "line.places"),
    ],
)
def test_a_wrong_line_is_refused_with_its_row(values, code):
    with pytest.raises(Refusal) as refused:
        amounts(row=7, **values)
    assert (refused.value.code, refused.value.row) == (code, 7)


def test_tax_is_reckoned_once_on_the_sum():
    lines = [TaxableLine(33, "VAT")] * 3
    (tax,) = document_taxes(lines, VAT)
    assert (tax.net_minor, tax.tax_minor) == (99, 15)  # 3 x 4.95 would round to 3 x 5 as well; the sum is 14.85


@given(st.lists(st.tuples(minors, st.sampled_from(["VAT", "GST", ""])), max_size=30))
def test_shares_of_tax_add_up_to_the_documents(entries):
    lines = [TaxableLine(net, code) for net, code in entries]
    components = VAT | GST
    taxes = document_taxes(lines, components)
    assert sum(share_tax(lines, components)) == sum(tax.tax_minor for tax in taxes)


@given(st.lists(minors, max_size=10))
def test_tax_of_the_opposite_lines_is_the_opposite(nets):
    def total(sign):
        return sum(tax.tax_minor for tax in document_taxes([TaxableLine(sign * net, "GST") for net in nets], GST))

    assert total(1) == -total(-1)


@given(st.integers(1, 10**9), st.integers(0, 100), st.lists(st.integers(1, 10**8), max_size=12))
def test_credits_of_a_line_never_exceed_it_and_the_last_takes_the_rest(amount, percent, wanted):
    discount = amount * percent // 100
    line = Creditable(1, amount, discount, amount, discount)
    taken = [0, 0]
    for part in [*wanted, None]:
        left = Creditable(1, amount, discount, amount - taken[0], discount - taken[1])
        if left.amount_left_minor == 0:
            break
        if part is not None and part >= left.amount_left_minor:
            continue
        share = credit_amounts(left, part)
        taken[0] += share.amount_minor
        taken[1] += share.discount_minor
        assert 0 <= taken[1] <= discount
    assert taken == [line.amount_minor, line.discount_minor]


@given(st.integers(1, 10**8), st.lists(st.integers(1, 10**7), max_size=12))
def test_the_tax_of_all_credits_is_the_tax_of_the_invoice(net, wanted):
    original = TaxSum("VAT", "VAT", Decimal(15), net, (net * 15 + 50) // 100)
    credited = TaxSum("VAT", "VAT", Decimal(15), 0, 0)
    for part in [*wanted, None]:
        left = net - credited.net_minor
        share = left if part is None else min(part, left)
        tax = credit_tax(original, credited=credited, net_minor=share)
        assert 0 <= tax <= original.tax_minor - credited.tax_minor
        credited = TaxSum("VAT", "VAT", Decimal(15), credited.net_minor + share, credited.tax_minor + tax)
    assert (credited.net_minor, credited.tax_minor) == (original.net_minor, original.tax_minor)


def test_a_negative_line_is_credited_towards_zero():
    line = Creditable(1, -1000, 0, -1000, 0)
    assert credit_amounts(line, 400).amount_minor == -400
    assert credit_amounts(line, None).amount_minor == -1000


@pytest.mark.parametrize(
    ("left", "part", "code"), [(0, 1, "nothing_left"), (5, 6, "exceeds_left"), (5, 0, "not_positive")]
)
def test_a_credit_beyond_what_is_left_is_refused(left, part, code):
    with pytest.raises(Refusal) as refused:
        credit_amounts(Creditable(3, 10, 0, left, 0), part)
    assert (refused.value.code, refused.value.row) == (f"credit.{code}", 3)


def test_days_share_the_line():
    line = Creditable(1, 3100, 0, 3100, 0)
    assert days_amount(line, credited_days=10, base_days=31) == 1000
