from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from billwright.invoicing.taxing import (
    Component,
    TaxableLine,
    TaxChoices,
    TaxSum,
    credit_tax,
    fit_taxes,
    reckon_taxes,
)

VAT = Component("VAT", Decimal(15))
CODES = {
    "VAT": (VAT,),
    "GST": (Component("CGST", Decimal(9)), Component("SGST", Decimal(9))),
    "LEVIED": (VAT, Component("LEVY", Decimal("2.5"))),
    "SPAIN": (Component("IVA", Decimal(21)), Component("IRPF", Decimal(15), withheld=True)),
}
PLAIN = TaxChoices()
WITH_TAX = TaxChoices(tax_prices="inclusive")
minors = st.integers(-(10**9), 10**9)
entries = st.lists(st.tuples(minors, st.integers(0, 10**6), st.sampled_from([*CODES, ""])), max_size=20)
choices = st.builds(
    TaxChoices,
    tax_prices=st.sampled_from(["exclusive", "inclusive"]),
    discount_tax=st.sampled_from(["before_tax", "after_tax"]),
    tax_rounding=st.sampled_from(["rate_group", "line"]),
    rounding=st.sampled_from(["line_half_up", "line_half_even", "sum_then_round"]),
)


def reckon(*lines, by=PLAIN):
    return reckon_taxes([TaxableLine(*line) for line in lines], CODES, by)


def figures(line):
    return line.amount_minor, line.discount_minor, line.tax_minor


def test_tax_is_reckoned_once_on_the_sum():
    taxed = reckon(*[(10, 0, "VAT")] * 3)
    assert [tax.tax_minor for tax in taxed.taxes] == [5]  # 3 x 1.5 rounds to 3 x 2; the sum is 4.5
    assert [line.tax_minor for line in taxed.lines] == [2, 1, 2]


def test_by_line_each_line_rounds_its_tax():
    taxed = reckon(*[(10, 0, "VAT")] * 3, by=TaxChoices(tax_rounding="line"))
    assert taxed.tax_minor == 6


def test_prices_with_tax_give_the_net_as_what_tax_leaves():
    (line,) = reckon((11500, 1150, "VAT"), by=WITH_TAX).lines
    assert figures(line) == (10000, 1000, 1350)
    assert (line.gross_minor, line.gross_discount_minor) == (11500, 1150)


def test_a_rate_group_of_prices_with_tax_is_rounded_once():
    taxed = reckon(*[(100, 0, "VAT")] * 3, by=WITH_TAX)
    assert (taxed.tax_minor, sum(line.net_minor for line in taxed.lines)) == (39, 261)


def test_a_discount_after_tax_leaves_the_tax_as_it_is():
    (line,) = reckon((10000, 1000, "VAT"), by=TaxChoices(discount_tax="after_tax")).lines
    assert figures(line) == (10000, 1000, 1500)


def test_a_withheld_tax_is_reckoned_on_the_net_and_kept_apart():
    taxed = reckon((10000, 0, "SPAIN"))
    assert (taxed.tax_minor, taxed.withheld_minor) == (2100, 1500)


def test_the_same_tax_in_two_codes_is_one_rate_group():
    taxed = reckon((10, 0, "VAT"), (10, 0, "VAT"), (10, 0, "LEVIED"))
    assert sum(tax.tax_minor for tax in taxed.taxes if tax.component == "VAT") == 5  # round(30 x 15 %), not 2 + 3


def test_half_even_rounds_the_half_to_the_even_unit():
    assert reckon((10, 0, "VAT"), by=TaxChoices(rounding="line_half_even")).tax_minor == 2
    assert reckon((30, 0, "VAT"), by=TaxChoices(rounding="line_half_even")).tax_minor == 4


def test_only_the_sum_is_rounded_where_the_convention_says_so():
    taxed = reckon(*[(Fraction(100, 3), 0, "VAT")] * 3, by=TaxChoices(rounding="sum_then_round"))
    assert [line.net_minor for line in taxed.lines] == [33, 34, 33]
    assert {line.exact_net for line in taxed.lines} == {Fraction(100, 3)}
    assert taxed.tax_minor == 15


@given(entries, choices)
def test_lines_and_taxes_add_up_to_the_document(lines, by):
    taxed = reckon(*lines, by=by)
    assert sum(line.tax_minor for line in taxed.lines) == taxed.tax_minor
    if by.includes_tax:
        priced = sum(amount - discount for amount, discount, _code in lines)
        assert sum(line.net_minor + line.tax_minor for line in taxed.lines) == priced


@given(entries, choices)
def test_the_opposite_lines_have_the_opposite_tax(lines, by):
    opposite = reckon(*((-amount, -discount, code) for amount, discount, code in lines), by=by)
    assert [(-tax.net_minor, -tax.tax_minor) for tax in opposite.taxes] == [
        (tax.net_minor, tax.tax_minor) for tax in reckon(*lines, by=by).taxes
    ]


def test_a_last_share_takes_the_wanted_tax_out_of_a_price_with_tax():
    taxed = reckon((100, 0, "VAT"), by=WITH_TAX)
    fitted = fit_taxes(taxed, ["VAT"], {("VAT", "VAT"): 12})
    assert figures(fitted.lines[0]) == (88, 0, 12)
    assert fitted.taxes == (replace(taxed.taxes[0], tax_minor=12, net_minor=88),)


@given(st.integers(1, 10**8), st.lists(st.integers(1, 10**7), max_size=12))
def test_the_tax_of_all_credits_is_the_tax_of_the_invoice(net, wanted):
    original = TaxSum("VAT", "VAT", Decimal(15), net, (net * 15 + 50) // 100)
    credited = replace(original, net_minor=0, tax_minor=0)
    for part in [*wanted, None]:
        left = net - credited.net_minor
        share = left if part is None else min(part, left)
        by_rate = reckon((share, 0, "VAT")).tax_minor
        tax = credit_tax(original, credited=credited, tax_minor=by_rate, is_last=share == left)
        assert 0 <= tax <= original.tax_minor - credited.tax_minor
        credited = replace(credited, net_minor=credited.net_minor + share, tax_minor=credited.tax_minor + tax)
    assert (credited.net_minor, credited.tax_minor) == (original.net_minor, original.tax_minor)
