"""Terms in parts: what is due when, for any document and any terms."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.org.states import PartBase
from billwright.org.terms import Terms, TermsPart, due_on, lay_parts, read, require_sound, stored
from billwright.org.terms_words import parse, told, written

JANUARY = date(2026, 1, 31)
SHARES = st.decimals(min_value="0.01", max_value="100", places=2)
AFTER = {"months": st.integers(0, 14), "days": st.integers(0, 60), "day": st.none() | st.integers(1, 31)}
SHARE_PARTS = st.builds(TermsPart, share=SHARES, of=st.sampled_from(PartBase), **AFTER)
AMOUNT_PARTS = st.builds(TermsPart, amount=st.decimals(min_value="0.01", max_value="900", places=2), **AFTER)
LAST_PARTS = SHARE_PARTS | AMOUNT_PARTS | st.builds(TermsPart, rest=st.just(True), **AFTER)
PARTS = st.tuples(st.lists(SHARE_PARTS | AMOUNT_PARTS, max_size=5), LAST_PARTS).map(lambda both: (*both[0], both[1]))
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@settings(max_examples=200)
@given(parts=PARTS, day=DAYS, total=st.integers(1, 10**9))
def test_parts_add_up_in_order_of_their_days_and_none_comes_before_its_document(parts, day, total):
    laid = lay_parts(parts, document_date=day, total=Money(total, "ZAR"))
    assert sum(one.amount.amount_minor for one in laid) == total
    assert all(one.amount.amount_minor > 0 for one in laid)
    assert [one.due_date for one in laid] == sorted(one.due_date for one in laid)
    assert laid[0].due_date >= day


@settings(max_examples=50)
@given(parts=PARTS, day=DAYS, total=st.integers(-(10**9), 0))
def test_nothing_to_pay_and_a_credit_are_due_at_once(parts, day, total):
    [one] = lay_parts(parts, document_date=day, total=Money(total, "ZAR"))
    assert (one.due_date, one.amount) == (day, Money(total, "ZAR"))


@settings(max_examples=50)
@given(parts=PARTS)
def test_a_column_gives_back_what_was_stored(parts):
    assert read(stored(parts)) == tuple(parts)


def zar(text):
    return Money.of(text, "ZAR")


def test_shares_an_amount_and_the_rest():
    parts = (
        TermsPart(share=Decimal(40), days=10),
        TermsPart(amount=Decimal("300.00"), months=1),
        TermsPart(rest=True, months=2, days=10, day=20),
    )
    laid = lay_parts(parts, document_date=JANUARY, total=zar("1150.00"))
    assert [(str(one.due_date), one.amount) for one in laid] == [
        ("2026-02-10", zar("460.00")),
        ("2026-02-28", zar("300.00")),
        ("2026-03-30", zar("390.00")),
    ]


def test_the_last_part_takes_what_rounding_leaves():
    thirds = tuple(TermsPart(share=Decimal("33.33"), months=months) for months in range(3))
    laid = lay_parts(thirds, document_date=JANUARY, total=zar("100.00"))
    assert [one.amount for one in laid] == [zar("33.33"), zar("33.33"), zar("33.34")]


def test_a_share_of_the_rest_and_an_amount_above_it():
    parts = (
        TermsPart(share=Decimal(50)),
        TermsPart(share=Decimal(50), of=PartBase.REST, days=1),
        TermsPart(amount=Decimal("999.00"), days=2),
        TermsPart(rest=True, days=3),
    )
    laid = lay_parts(parts, document_date=JANUARY, total=zar("100.00"))
    assert [one.amount for one in laid] == [zar("50.00"), zar("25.00"), zar("25.00")]


@pytest.mark.parametrize(
    ("part", "day", "due"),
    [
        (TermsPart(rest=True, months=1), "2026-01-31", "2026-02-28"),
        (TermsPart(rest=True, months=1, day=31), "2026-02-10", "2026-03-31"),
        (TermsPart(rest=True, day=20, days=10), "2026-01-25", "2026-01-30"),
        (TermsPart(rest=True, day=20), "2026-01-25", "2026-01-25"),  # the 20th has passed: at once
    ],
)
def test_the_day_is_set_then_months_are_added_then_days(part, day, due):
    assert due_on(part, date.fromisoformat(day)) == date.fromisoformat(due)


def test_days_are_terms_of_one_part():
    [one] = Terms(14).lay(document_date=JANUARY, total=zar("1.00"))
    assert (one.due_date, one.amount) == (date(2026, 2, 14), zar("1.00"))


@pytest.mark.parametrize(
    ("parts", "currency", "code"),
    [
        ((TermsPart(),), "ZAR", "terms.one_measure"),
        ((TermsPart(share=Decimal(10), rest=True),), "ZAR", "terms.one_measure"),
        ((TermsPart(share=Decimal(0)),), "ZAR", "terms.share"),
        ((TermsPart(share=Decimal("100.5")),), "ZAR", "terms.share"),
        ((TermsPart(share=Decimal("NaN")),), "ZAR", "terms.share"),
        ((TermsPart(amount=Decimal(-1)),), "ZAR", "terms.amount"),
        ((TermsPart(amount=Decimal("1.5")),), "JPY", "terms.amount"),
        ((TermsPart(amount=Decimal(1)),), None, "terms.amount_without_currency"),
        ((TermsPart(rest=True, day=32),), "ZAR", "terms.day"),
        ((TermsPart(rest=True, days=-1),), "ZAR", "terms.day"),
        ((TermsPart(rest=True), TermsPart(rest=True)), "ZAR", "terms.rest_not_last"),
        ((TermsPart(share=Decimal(60)), TermsPart(share=Decimal(60))), "ZAR", "terms.above_whole"),
        ((TermsPart(share=Decimal(1)),) * 37, "ZAR", "terms.too_many"),
    ],
)
def test_terms_that_cannot_be_are_refused(parts, currency, code):
    with pytest.raises(Refusal) as refused:
        require_sound(parts, currency=currency)
    assert (refused.value.code, bool(refused.value.field)) == (code, True)


@settings(max_examples=50)
@given(parts=PARTS)
def test_what_is_written_is_read_as_the_same_parts(parts):
    assert parse(written(parts)) == tuple(parts)


def test_parts_are_written_one_a_line_and_told_in_words():
    parts = parse("40 % after 10 days\n300.00 after 1 month; Rest after 2 months 10 days on day 20\n")
    assert written(parts) == "40% after 10 days; 300.00 after 1 month; rest after 2 months 10 days on day 20"
    assert told(Terms(30, parts))[2] == "the rest after 2 months 10 days, counted from day 20 of the month"
    assert told(Terms(1)) == ("1 day",)


@pytest.mark.parametrize("line", ["half", "40 after", "50% of total", "rest on day", "1,5% after 1 day", "-5"])
def test_what_is_no_part_is_refused(line):
    with pytest.raises(Refusal, match="is not a part") as refused:
        parse(f"rest; {line}")
    assert refused.value.row == 2
