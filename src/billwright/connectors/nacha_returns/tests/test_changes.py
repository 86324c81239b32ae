import pytest

from billwright.connectors.nacha_returns import NachaChangeReader
from billwright.payments.ports import UnableToRead
from billwright.payments.ports.collection_files import DetailsChange

DETAIL = f"626021000021{'12345678':17}{0:010d}{'C0000000001':15}{'ANA BOTHA':22}  1021000020000001"


def read(code, corrected):
    addenda = f"798{code}011000010000001{'':6}02100002{corrected:29}{'':15}021000020000001"
    assert (len(DETAIL), len(addenda)) == (94, 94)
    [change] = NachaChangeReader().changes(f"{DETAIL}\r\n{addenda}\r\n".encode())
    return change


@pytest.mark.parametrize(
    ("code", "corrected", "expected"),
    [
        ("C01", "87654321", {"number": "87654321"}),
        ("C02", "011000015", {"branch": "011000015"}),
        ("C03", "011000015   87654321", {"branch": "011000015", "number": "87654321"}),
        ("C05", "37", {"account_type": "savings"}),
        ("C06", f"{'87654321':20}27", {"number": "87654321", "account_type": "checking"}),
        ("C07", f"011000015{'87654321':17}37", {"branch": "011000015", "number": "87654321", "account_type": "savings"}),  # noqa: E501
        ("C09", "SOMETHING ELSE", {}),
    ],
)  # fmt: skip
def test_each_code_says_what_is_right(code, corrected, expected):
    assert read(code, corrected) == DetailsChange(end_to_end="C0000000001", code=code, place="line 2", **expected)


def test_a_change_that_does_not_say_what_is_right_is_refused():
    with pytest.raises(UnableToRead):
        read("C03", "011000015")
