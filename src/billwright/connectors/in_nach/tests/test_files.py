"""NACH debit files and the answers to them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from billwright.connectors.in_nach import NachAnswerReader, NachDebitWriter
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.payments.collecting_rows import BankDetails
from billwright.payments.ports import UnableToRead
from billwright.payments.ports.collection_files import DebitBatch, DebitOut, OwnAccount
from billwright.payments.states import BankDetailsKind

ACCOUNT = BankDetails(kind=BankDetailsKind.IN, branch="HDFC0000001", number="50100012345678")
DEBIT = DebitOut(
    end_to_end="C0000000001", amount=Money.of("115.00", "INR"), holder="Ana Nair", details=ACCOUNT,
    mandate_reference="M-1", mandate_signed_on=date(2026, 1, 5), bank_reference="HDFC0000000000000001",
)  # fmt: skip
OWN = OwnAccount(holder="Kochi", details=ACCOUNT, creditor_id="NACH00000000001234", creditor_name="Kochi Water")


def written(*debits):
    batch = DebitBatch(
        scheme="in-nach", message_id="BW-1", made_at=datetime(2026, 3, 5, tzinfo=UTC), action_day=date(2026, 3, 9),
        own=OWN, debits=debits,
    )  # fmt: skip
    return NachDebitWriter().write(batch).content


def test_records_have_306_letters_and_the_header_adds_up():
    header, item, other = written(DEBIT, replace(DEBIT, end_to_end="C0000000002")).decode().splitlines()
    assert {len(header), len(item), len(other)} == {306}
    assert (header[:2], header[112:125], header[125:133], header[238:247]) == (
        "56", "0000000023000", "09032026", "000000002",
    )  # fmt: skip
    assert (item[:2], item[120:133], item[279:299]) == ("67", "0000000011500", "HDFC0000000000000001")


def answered(flag, reason):
    header, item = written(DEBIT).decode().splitlines()
    return f"{header}\r\n{item[:153]}{flag}{reason:>2}{item[156:]}\r\n".encode()


@pytest.mark.parametrize(
    ("flag", "reason", "expected"),
    [("1", "00", [("", True)]), ("0", "04", [("04", False)]), ("0", "98", [])],
)
def test_answers_are_paid_returned_or_still_to_come(flag, reason, expected):
    content = answered(flag, reason)
    assert NachAnswerReader().recognizes(content) == "IN-NACH"
    assert [(entry.code, entry.is_paid) for entry in NachAnswerReader().read(content)] == expected


def headed(place, text):
    """An answered file whose header says something else at a place."""
    header, item = answered("0", "04").decode().splitlines()
    return f"{header[:place]}{text}{header[place + len(text) :]}\r\n{item}\r\n".encode()


SUM, COUNT = 112, 238


@pytest.mark.parametrize(
    "content",
    [
        answered("0", "04")[:-100],
        answered("x", "04"),
        answered("0", "04") * 2,
        headed(SUM, "0000000011501"),
        headed(COUNT, "000000002"),
    ],
)
def test_a_changed_file_is_refused_with_its_line(content):
    with pytest.raises(UnableToRead) as refused:
        list(NachAnswerReader().read(content))
    assert refused.value.where.startswith("line ")


def test_what_a_header_leaves_blank_is_not_compared():
    for place, letters in ((SUM, 13), (COUNT, 9)):
        [entry] = NachAnswerReader().read(headed(place, " " * letters))
        assert entry.code == "04"


@pytest.mark.parametrize(
    ("values", "field"), [({"bank_reference": ""}, "bank_reference"), ({"amount": Money.of("1.00", "USD")}, "amount")]
)
def test_what_the_bank_does_not_take_is_refused(values, field):
    with pytest.raises(Refusal) as refused:
        written(DEBIT, replace(DEBIT, **values))
    assert (refused.value.field, refused.value.row) == (field, 2)
