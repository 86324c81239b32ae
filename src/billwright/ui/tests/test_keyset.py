"""Paging by keys: every row once, in order, forward and back, whatever its value."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db.models import QuerySet
from hypothesis import given
from hypothesis import strategies as st

from billwright.kernel.models import OutboxEvent
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


DELIVERED_ON = {"A": 1, "a": 2, "b": 3, "c": 4, None: None}


def add_event(name: str | None, *, mark: str) -> None:
    """An event delivered on the day that stands for a name, or never; known again by its mark."""
    day = DELIVERED_ON[name]
    delivered_at = datetime(2026, 1, day, tzinfo=UTC) if day else None
    recorded_at = datetime(2026, 1, 1, tzinfo=UTC)
    OutboxEvent.objects.create(topic=mark, subject="x", recorded_at=recorded_at, delivered_at=delivered_at)


@pytest.fixture
def events(db: None) -> QuerySet[OutboxEvent]:
    """Seven rows with equal and unknown names."""
    for number, name in enumerate(["b", "a", None, "b", "a", None, "c"]):
        add_event(name, mark=str(number))
    return OutboxEvent.objects.all()


def walk(events: QuerySet[OutboxEvent], order: Order) -> list[list[str]]:
    """Every page from the first to the last, as the names of its rows."""
    pages, cursor = [], ""
    while True:
        page = keyset.page(events, order=order, cursor=cursor, size=2)
        pages.append([str(row.topic) for row in page.rows])
        cursor = page.next_cursor
        if not cursor:
            return pages


def walk_back(events: QuerySet[OutboxEvent], order: Order) -> list[str]:
    """Every row, from the last page back to the first."""
    page = keyset.page(events, order=order, size=100)
    last = keyset.encode(Cursor(page.rows[-1].delivered_at, page.rows[-1].pk, backward=True))
    seen = [str(page.rows[-1].topic)]
    while last:
        page = keyset.page(events, order=order, cursor=last, size=2)
        seen = [str(row.topic) for row in page.rows] + seen
        last = page.previous_cursor
    return seen


def test_pages_follow_one_another_with_unknown_values_last(events: QuerySet[OutboxEvent]) -> None:
    assert walk(events, Order("delivered_at")) == [["1", "4"], ["0", "3"], ["6", "2"], ["5"]]


def test_descending_pages_keep_unknown_values_last(events: QuerySet[OutboxEvent]) -> None:
    assert walk(events, Order("delivered_at", descending=True)) == [["6", "3"], ["0", "4"], ["1", "5"], ["2"]]


@pytest.mark.parametrize("descending", [False, True])
def test_the_way_back_meets_the_same_rows(events: QuerySet[OutboxEvent], descending: bool) -> None:
    order = Order("delivered_at", descending)
    assert walk_back(events, order) == [row for page in walk(events, order) for row in page]


def test_a_row_added_before_the_place_moves_nothing(events: QuerySet[OutboxEvent]) -> None:
    first = keyset.page(events, order=Order("delivered_at"), size=2)
    add_event("A", mark="new")
    second = keyset.page(events, order=Order("delivered_at"), cursor=first.next_cursor, size=2)
    assert [row.topic for row in second.rows] == ["0", "3"]


def test_the_first_page_has_no_page_before_it(events: QuerySet[OutboxEvent]) -> None:
    first = keyset.page(events, order=Order(), size=3)
    second = keyset.page(events, order=Order(), cursor=first.next_cursor, size=3)
    assert first.previous_cursor == ""
    assert keyset.page(events, order=Order(), cursor=second.previous_cursor, size=3).previous_cursor == ""


def test_a_page_costs_one_query(events: QuerySet[OutboxEvent], django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        keyset.page(events, order=Order("delivered_at"), size=2)


def test_a_cursor_of_another_list_is_refused(events: QuerySet[OutboxEvent]) -> None:
    with pytest.raises(UnreadableCursor):
        keyset.page(events, order=Order("recorded_at"), cursor=keyset.encode(Cursor("x", "y")))
