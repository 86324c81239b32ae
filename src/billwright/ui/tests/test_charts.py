"""Geometry, without a browser."""

from __future__ import annotations

from itertools import pairwise

import pytest

from billwright.ui import charts
from billwright.ui.tests.builders import make_points, make_series


def test_ageing_bars_stand_on_the_baseline_and_keep_proportion() -> None:
    chart = charts.ageing(make_points(100, 50), title="Ageing")
    first, second = chart.bars
    assert first.height == 2 * second.height
    assert {bar.y + bar.height for bar in chart.bars} == {chart.baseline}


def test_ageing_bars_do_not_touch_and_stay_inside() -> None:
    bars = charts.ageing(make_points(5, 4, 3, 2, 1), title="Ageing").bars
    assert all(left.x + left.width < right.x for left, right in pairwise(bars))
    assert bars[0].x >= 0
    assert bars[-1].x + bars[-1].width <= charts.WIDTH


def test_a_little_is_seen_and_nothing_is_not() -> None:
    little, nothing, _ = charts.ageing(make_points(1, 0, 10_000_000), title="Ageing").bars
    assert little.height == charts.BAR_HEIGHT_MIN
    assert nothing.height == 0


@pytest.mark.parametrize(("count", "tones"), [(1, [0]), (2, [0, 4]), (5, [0, 1, 2, 3, 4]), (7, [0, 1, 1, 2, 3, 3, 4])])
def test_tones_go_from_young_to_old_however_many_buckets(count: int, tones: list[int]) -> None:
    bars = charts.ageing(make_points(*range(1, count + 1)), title="Ageing").bars
    assert [bar.tone for bar in bars] == tones


def test_an_empty_book_draws_an_empty_picture() -> None:
    assert charts.ageing([], title="Ageing").bars == ()
    assert all(bar.height == 0 for bar in charts.ageing(make_points(0, 0), title="Ageing").bars)


def test_the_picture_says_its_figures_to_who_does_not_see_it() -> None:
    chart = charts.ageing(make_points(1, 2), title="Ageing")
    assert chart.description == "A: 1.00; B: 2.00"
    assert [row.words for row in chart.figures.rows] == [("1.00",), ("2.00",)]


def test_a_trend_starts_its_scale_at_zero() -> None:
    chart = charts.trend(["Jan", "Feb"], [make_series("Paid", 990, 1000)], title="Paid")
    [path] = chart.paths
    assert chart.baseline == charts.BAR_TOP + charts.LINE_HEIGHT
    assert path.line == "M8.0 19.4 L712.0 18.0"


def test_a_trend_below_zero_lifts_its_baseline() -> None:
    chart = charts.trend(["Jan", "Feb"], [make_series("Net", -50, 50)], title="Net")
    assert chart.baseline == charts.BAR_TOP + charts.LINE_HEIGHT / 2


def test_two_lines_that_end_close_keep_their_words_apart() -> None:
    chart = charts.trend(["Jan", "Feb"], [make_series("A", 1, 100), make_series("B", 1, 99)], title="Both")
    upper, lower = chart.paths
    assert upper.words_y < upper.last_y
    assert lower.words_y > lower.last_y


def test_the_axis_of_many_months_thins_out_and_keeps_the_last() -> None:
    months = [f"M{n}" for n in range(14)]
    axis = charts.trend(months, [make_series("A", *range(14))], title="A").axis
    assert len(axis) <= 7
    assert (axis[-1].label, axis[-1].anchor) == ("M13", "end")


def test_a_series_must_have_a_value_a_label() -> None:
    with pytest.raises(AssertionError, match="a value a label"):
        charts.trend(["Jan"], [make_series("A", 1, 2)], title="A")


def test_a_stack_is_as_high_as_its_sum() -> None:
    chart = charts.stacked(["Jan", "Feb"], [make_series("Bank", 30, 60), make_series("Card", 10, 20)], title="Receipts")
    january = [bar for bar in chart.bars if bar.label.startswith("Jan")]
    assert sum(bar.height for bar in january) == charts.LINE_HEIGHT / 2
    assert january[1].y + january[1].height == january[0].y


def test_a_stack_refuses_parts_below_zero() -> None:
    with pytest.raises(AssertionError, match="below zero"):
        charts.stacked(["Jan"], [make_series("Bank", -1)], title="Receipts")


def test_a_flat_sparkline_is_a_line() -> None:
    [path] = charts.sparkline([5, 5, 5], title="Days", words="5").paths
    assert path.line == "M0.0 22.0 L60.0 22.0 L120.0 22.0"
