"""Causes add up to the difference, whatever changed; each is named for what it is."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from billwright.rating.evaluating.lines import line_amount
from billwright.workflow.bill_compare.causes import Cause, changes

KINDS = ("RECURRING", "USAGE", "CORRECTION", "ONE_OFF")


def make_line(**given_columns):
    line = {
        "kind": "RECURRING", "text": "Fee", "item": {"subscription": "S1", "charge": "fee"}, "formula": 2,
        "quantity": Decimal(1), "billed_quantity": None, "unit_price": Decimal("100.00"), "price": None, "price_id": 1,
        "days": 31, "base_days": 31, "share_percent": None, "discount_minor": 0, "tax_minor": 0, "minor_units": 2,
        "gross_minor": None, "rounding": None, **given_columns,
    }  # fmt: skip
    return {"amount_minor": line_amount(line), **line}


def told(before, after):
    return [(change.cause.value, change.amount_minor) for change in changes(before, after)]


def test_price_then_quantity_then_share():
    before = make_line(quantity=Decimal(2), days=14)
    after = make_line(quantity=Decimal(3), unit_price=Decimal("110.00"), discount_minor=500, tax_minor=4800)
    assert told([before], [after]) == [
        ("price", 9935 - 9032),
        ("quantity", 14903 - 9935),
        ("proration", 33000 - 14903),
        ("discount", -500),
        ("tax", 4800),
    ]


def test_the_factor_is_shown_before_and_after():
    (change,) = changes([make_line(days=14)], [make_line()])
    assert (change.before, change.after) == ("14/31", "1")


def test_a_charge_that_is_new_is_a_service_that_began():
    assert told([], [make_line()]) == [("service", 10000)]


def test_two_periods_on_one_invoice_are_periods():
    assert told([make_line()], [make_line(), make_line()]) == [("period", 10000)]


def test_tiers_are_told_by_what_was_used():
    tiers = {"kind": "USAGE", "formula": 10}
    before = {**make_line(), **tiers, "quantity": Decimal(100), "amount_minor": 5000}
    after = {**make_line(), **tiers, "quantity": Decimal(150), "amount_minor": 6500}
    assert told([before], [after]) == [("usage", 1500)]


def test_a_correction_and_a_single_charge():
    correction = make_line(kind="CORRECTION", amount_minor=-4200)
    assert told([make_line()], [make_line(), correction]) == [("proration", -4200)]
    assert told([], [make_line(kind="ADJUSTMENT", item=None)]) == [("one_off", 10000)]


lines = st.lists(
    st.builds(
        make_line,
        kind=st.sampled_from(KINDS),
        item=st.sampled_from([{"subscription": "S1", "charge": "fee"}, {"subscription": "S2", "charge": "fee"}, None]),
        formula=st.sampled_from([1, 2]),
        quantity=st.decimals(0, 1000, places=6),
        unit_price=st.decimals(-100, 1000, places=12),
        days=st.integers(0, 31),
        share_percent=st.sampled_from([None, Decimal(50)]),
        discount_minor=st.integers(0, 10_000),
        tax_minor=st.integers(-1000, 1000),
    ),
    max_size=5,
)


@given(lines, lines)
def test_the_causes_add_up_to_the_difference(before, after):
    def owed(rows):
        return sum(row["amount_minor"] - row["discount_minor"] + row["tax_minor"] for row in rows)

    assert sum(change.amount_minor for change in changes(before, after)) == owed(after) - owed(before)


@given(lines)
def test_a_document_does_not_differ_from_itself(rows):
    assert changes(rows, rows) == []


def test_every_cause_has_a_name():
    assert len({cause.value for cause in Cause}) == len(Cause)
