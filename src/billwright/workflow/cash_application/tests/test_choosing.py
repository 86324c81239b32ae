"""The rule, on worlds of one line: open amounts in order of age, what is paid, what it pays."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billwright.receivables.states import Preference
from billwright.workflow.cash_application.choosing import Claim, Ground, Tolerance, choose


def claims(*amounts, named=(), withheld=None):
    """Items numbered from 1 in the order of their due dates; `named` are those that the text names."""
    return [
        Claim(
            item_id=place,
            account_id=1,
            due_date=date(2026, 1, 1) + timedelta(days=place),
            document_date=date(2026, 1, 1),
            open_minor=amount,
            is_named=place in named,
            withheld_minor=(withheld or {}).get(place, 0),
        )
        for place, amount in enumerate(amounts, start=1)
    ]


def paid(amount, found, *, tolerance=0, percent=None, prefer=Preference.OLDEST):
    choice = choose(
        amount_minor=amount, claims=found, tolerance=Tolerance(minor=tolerance, percent=percent), prefer=prefer
    )
    return choice.ground, [(share.item_id, share.amount_minor, share.write_off_minor) for share in choice.shares]


@pytest.mark.parametrize(
    ("amount", "open_amounts", "ground", "shares"),
    [
        (70, (100, 250, 70), Ground.EXACT, [(3, 70, 0)]),
        (70, (70, 70), Ground.EXACT, [(1, 70, 0)]),
        (350, (100, 250, 70), Ground.IN_ORDER, [(1, 100, 0), (2, 250, 0)]),
        (420, (100, 250, 70), Ground.ALL_OPEN, [(1, 100, 0), (2, 250, 0), (3, 70, 0)]),
        (320, (100, 250, 70), Ground.SUM, [(2, 250, 0), (3, 70, 0)]),
        (120, (100, 250, 70), Ground.ORDER, [(1, 100, 0), (2, 20, 0)]),
        (500, (100, 250, 70), Ground.ORDER, [(1, 100, 0), (2, 250, 0), (3, 70, 0)]),
        (50, (), Ground.NOTHING, []),
        (50, (0, 0), Ground.NOTHING, []),
    ],
)
def test_which_items_an_amount_pays(amount, open_amounts, ground, shares):
    assert paid(amount, claims(*open_amounts)) == (ground, shares)


def test_the_newest_first_where_the_company_prefers_it():
    assert paid(70, claims(70, 70), prefer=Preference.NEWEST) == (Ground.EXACT, [(2, 70, 0)])


@pytest.mark.parametrize(("short", "ground"), [(0, Ground.EXACT), (5, Ground.NEAR), (6, Ground.ORDER)])
def test_short_by_no_more_than_the_tolerance_is_closed(short, ground):
    assert paid(1000 - short, claims(1000), tolerance=5)[0] == ground


def test_a_tolerance_in_percent_is_of_what_is_owed():
    assert paid(990, claims(1000), percent=Decimal("1")) == (Ground.NEAR, [(1, 990, 10)])
    assert paid(989, claims(1000), percent=Decimal("1"))[0] == Ground.ORDER


def test_a_tax_kept_back_is_known_before_a_tolerance():
    assert paid(900, claims(1000, withheld={1: 100}), tolerance=200) == (Ground.NEAR, [(1, 900, 100)])


def test_what_the_text_names_is_all_that_is_paid():
    assert paid(150, claims(150, 100, named=(2,))) == (Ground.NUMBER, [(2, 100, 0)])


def test_several_equally_good_sums_are_left_to_a_person():
    choice = choose(amount_minor=130, claims=claims(200, 60, 70, 50, 80), tolerance=Tolerance())
    assert (choice.ground, choice.ways) == (Ground.ORDER, 2)


@settings(max_examples=25, deadline=None)
@given(
    amount=st.integers(1, 500),
    open_amounts=st.lists(st.integers(0, 120), max_size=9),
    tolerance=st.integers(0, 20),
    seed=st.randoms(),
)
def test_no_more_than_is_open_or_was_received(amount, open_amounts, tolerance, seed):
    found = claims(*open_amounts)
    ground, shares = paid(amount, found, tolerance=tolerance)
    assert sum(share[1] for share in shares) <= amount
    assert all(0 < given + lost <= open_amounts[item - 1] for item, given, lost in shares)
    assert sum(share[2] for share in shares) <= tolerance
    seed.shuffle(found)
    assert paid(amount, found, tolerance=tolerance) == (ground, shares)
