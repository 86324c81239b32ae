"""Numbers however they are written, and how sure a share is."""

from decimal import Decimal

import pytest

from billwright.workflow.cash_application import texts
from billwright.workflow.cash_application.precision import History, posts_by_itself, wilson


def found_in(text, number):
    """The places in a text that fold to a number."""
    wanted = texts.fold(number)
    return [text[found.start : found.end] for found in texts.spans(text) if found.folded == wanted]


@pytest.mark.parametrize(
    "written",
    ["IN-000123", "in 000123", "IN000123", "IN/00 01 23", "lN-OOO123", "1N-0OOl23", "pmt:IN-000123", "(IN-000123)"],
)
def test_a_number_however_it_is_written(written):
    assert found_in(f"thanks for {written}, bye", "IN-000123")


def test_a_place_is_where_the_number_stands():
    text = "re invoice no IN-000123 of March"
    [place] = [found for found in texts.spans(text) if found.folded == "1N000123"]
    assert text[place.start : place.end] == "IN-000123"


def test_digits_stand_for_a_number_behind_a_word_for_documents():
    [found] = [found for found in texts.spans("inv 0123") if found.digits == "123"]
    assert found.is_after_document_word


@pytest.mark.parametrize(
    ("first", "second", "near"),
    [("IN000123", "IN000123", True), ("IN000123", "IN000124", True), ("IN000123", "IN00123", True),
     ("IN000123", "IN0000123", True), ("IN000123", "IN001023", True), ("IN000123", "IN001024", False),
     ("IN000123", "IN0012", False), ("AB", "BA", True)],
)  # fmt: skip
def test_one_slip_is_near(first, second, near):
    assert texts.is_near(first, second) is texts.is_near(second, first) is near


def test_a_name_is_its_words_without_legal_forms():
    assert texts.name_words("Karoo Hosting (Pty) Ltd") == texts.name_words("HOSTING, KAROO PTY LTD")


@pytest.mark.parametrize(
    ("name", "word"),
    [("Studio54 & Sons (Pty) Ltd", "Studio54"), ("LIMITED", ""), ("Müller-Lüdenscheidt", "Lüdenscheidt")],
)
def test_a_name_is_looked_for_by_its_longest_word_as_it_is_kept(name, word):
    assert texts.longest_word(name) == word


def test_wilsons_interval_is_the_published_one():
    # 81 right of 263, Newcombe 1998, table I: 0.2553 to 0.3662.
    found = wilson(History(right=81, wrong=182))
    assert (round(found.lower, 4), round(found.upper, 4)) == (0.2553, 0.3662)


def test_little_history_posts_nothing_by_itself():
    few, many = History(right=40), History(right=400)
    rule = {"precision_min": Decimal("0.99"), "history_min": 200}
    assert not posts_by_itself(history=few, **rule)
    assert posts_by_itself(history=many, **rule)
    assert not posts_by_itself(history=History(right=400, wrong=5), **rule)
    assert not posts_by_itself(history=many, precision_min=None, history_min=200)
