import pytest

from billwright.kernel.errors import Refusal
from billwright.payments.card_numbers import has_card_number, masked, refuse_card_numbers


@pytest.mark.parametrize(
    "text",
    [
        "4242424242424242",
        "card 4000 0566 5566 5556 please",
        "5555-5555-5555-4444",
        "378282246310005",
        '"6011111111111117"',
    ],
)
def test_card_numbers_are_seen(text):
    assert has_card_number(text)


@pytest.mark.parametrize(
    "text",
    ["4242424242424241", "0000000000000000", "1767225600000000", "pi_4242424242424242x", "4242", "INV-2026-000042", ""],
)
def test_other_numbers_are_let_through(text):
    assert not has_card_number(text)


def test_only_the_last_four_digits_are_left():
    assert masked("paid with 4242 4242 4242 4242.") == "paid with ************4242."


def test_a_door_refuses_without_repeating_the_number():
    with pytest.raises(Refusal) as refused:
        refuse_card_numbers({"name": "Ana", "note": "4242424242424242"})
    assert (refused.value.code, refused.value.field) == ("card_number.refused", "note")
    assert "4242" not in str(refused.value)
