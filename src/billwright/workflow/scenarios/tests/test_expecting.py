import pytest

from billwright.workflow.scenarios.expecting import Difference, compare


def test_a_missing_key_is_not_asserted():
    assert compare({"total": "5"}, {"total": "5.00", "tax": "1"}) == []


def test_a_list_is_asserted_whole():
    assert compare([{"total": "5"}], [{"total": "5"}, {"total": "6"}]) == [Difference("[+]", None, {"total": "6"})]


def test_the_order_of_a_list_is_not_asserted():
    assert compare(["a", "b"], ["b", "a"]) == []


def test_a_loose_expectation_does_not_steal_the_row_of_a_strict_one():
    assert compare([{"a": 1}, {"a": 1, "b": 2}], [{"a": 1, "b": 2}, {"a": 1, "b": 3}]) == []


def test_the_difference_names_the_amount_and_not_the_list():
    difference = compare(
        {"invoices": [{"account": "ANA", "total": "5"}]}, {"invoices": [{"account": "ANA", "total": "6"}]}
    )
    assert difference == [Difference("invoices[0].total", "5", "6")]


@pytest.mark.parametrize(("expected", "actual"), [("5", "5.00"), ("-0", "0.00"), (None, None), (True, True)])
def test_values_agree_by_what_they_mean(expected, actual):
    assert compare(expected, actual) == []


@pytest.mark.parametrize(("expected", "actual"), [("5", "5.01"), (None, "0"), ("ANA", "BEN"), ("5", None)])
def test_other_values_differ(expected, actual):
    assert compare(expected, actual) == [Difference("", expected, actual)]
