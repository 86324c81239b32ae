"""Paging by keys: every row once, in order, forward and back, whatever its value."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from axes.models import AccessAttempt
from django.db.models import QuerySet
from hypothesis import given
from hypothesis import strategies as st

from billwright.ui import keyset
from billwright.ui.keyset import Cursor, Order, UnreadableCursor

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(st.characters(blacklist_categories=["Cs"])),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.decimals(allow_nan=False, allow_infinity=False),
)


@given(value=SCALARS, id_value=st.one_of(st.integers(), st.text(max_size=5)), backward=st.booleans())
def test_a_cursor_comes_back_as_it_went(value: keyset.Scalar, id_value: int | str, backward: bool) -> None:
    cursor = Cursor(value, id_value, backward)
    assert keyset.decode(keyset.encode(cursor)) == cursor


def test_a_cursor_keeps_the_type_of_its_value() -> None:
    for value in (date(2026, 8, 3), datetime(2026, 8, 3, tzinfo=UTC), Decimal("1.50"), 1, "1"):
        assert type(keyset.decode(keyset.encode(Cursor(value, 1))).value) is type(value)


@pytest.mark.parametrize("text", ["%%%", "abc", "e30", "WzFd", "W1sxXSwyLDNd", "bnVsbA", "WzAseyJkIjoieCJ9LDFd"])
def test_a_cursor_typed_by_hand_is_refused(text: str) -> None:
    with pytest.raises(UnreadableCursor) as refused:
        keyset.decode(text)
    assert refused.value.cure


@pytest.fixture
def attempts(db: None) -> QuerySet[AccessAttempt]:
    """Seven rows with equal and unknown names."""
    for number, name in enumerate(["b", "a", None, "b", "a", None, "c"]):
        AccessAttempt.objects.create(
            username=name, ip_address="192.0.2.1", user_agent=str(number), failures_since_start=1
        )
    return AccessAttempt.objects.all()


def walk(attempts: QuerySet[AccessAttempt], order: Order) -> list[list[str]]:
    """Every page from the first to the last, as the names of its rows."""
    pages, cursor = [], ""
    while True:
        page = keyset.page(attempts, order=order, cursor=cursor, size=2)
        pages.append([str(row.user_agent) for row in page.rows])
        cursor = page.next_cursor
        if not cursor:
            return pages


def walk_back(attempts: QuerySet[AccessAttempt], order: Order) -> list[str]:
    """Every row, from the last page back to the first."""
    page = keyset.page(attempts, order=order, size=100)
    last = keyset.encode(Cursor(page.rows[-1].username, page.rows[-1].pk, backward=True))
    seen = [str(page.rows[-1].user_agent)]
    while last:
        page = keyset.page(attempts, order=order, cursor=last, size=2)
        seen = [str(row.user_agent) for row in page.rows] + seen
        last = page.previous_cursor
    return seen


def test_pages_follow_one_another_with_unknown_values_last(attempts: QuerySet[AccessAttempt]) -> None:
    assert walk(attempts, Order("username")) == [["1", "4"], ["0", "3"], ["6", "2"], ["5"]]


def test_descending_pages_keep_unknown_values_last(attempts: QuerySet[AccessAttempt]) -> None:
    assert walk(attempts, Order("username", descending=True)) == [["6", "3"], ["0", "4"], ["1", "5"], ["2"]]


@pytest.mark.parametrize("descending", [False, True])
def test_the_way_back_meets_the_same_rows(attempts: QuerySet[AccessAttempt], descending: bool) -> None:
    order = Order("username", descending)
    assert walk_back(attempts, order) == [row for page in walk(attempts, order) for row in page]


def test_a_row_added_before_the_place_moves_nothing(attempts: QuerySet[AccessAttempt]) -> None:
    first = keyset.page(attempts, order=Order("username"), size=2)
    AccessAttempt.objects.create(username="A0", ip_address="192.0.2.1", user_agent="new", failures_since_start=1)
    second = keyset.page(attempts, order=Order("username"), cursor=first.next_cursor, size=2)
    assert [row.user_agent for row in second.rows] == ["0", "3"]


def test_the_first_page_has_no_page_before_it(attempts: QuerySet[AccessAttempt]) -> None:
    first = keyset.page(attempts, order=Order(), size=3)
    second = keyset.page(attempts, order=Order(), cursor=first.next_cursor, size=3)
    assert first.previous_cursor == ""
    assert keyset.page(attempts, order=Order(), cursor=second.previous_cursor, size=3).previous_cursor == ""


def test_a_page_costs_one_query(attempts: QuerySet[AccessAttempt], django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        keyset.page(attempts, order=Order("username"), size=2)


def test_a_cursor_of_another_list_is_refused(attempts: QuerySet[AccessAttempt]) -> None:
    with pytest.raises(UnreadableCursor):
        keyset.page(attempts, order=Order("attempt_time"), cursor=keyset.encode(Cursor("x", "y")))
