"""Debit-order batches and what comes back of them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from billwright.connectors.za_eft import DebitOrderWriter, UnpaidReader
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.payments.collecting_rows import BankDetails
from billwright.payments.ports import UnableToRead
from billwright.payments.ports.collection_files import DebitBatch, DebitOut, OwnAccount
from billwright.payments.states import BankDetailsKind

ACCOUNT = BankDetails(kind=BankDetailsKind.ZA, branch="250655", number="62001234567", account_type="1")
DEBIT = DebitOut(
    end_to_end="C0000000001", amount=Money.of("115.00", "ZAR"), holder="Ana Botha", details=ACCOUNT,
    mandate_reference="M-1", mandate_signed_on=date(2026, 1, 5),
)  # fmt: skip
OWN = OwnAccount(
    holder="Karoo", details=ACCOUNT, creditor_id="KAROO", creditor_name="Karoo", terms={"service_key": "KEY"}
)


def written(*debits, scheme="za-eft", own=OWN):
    batch = DebitBatch(
        scheme=scheme, message_id="BW-1", made_at=datetime(2026, 3, 5, tzinfo=UTC), action_day=date(2026, 3, 9),
        own=own, debits=debits,
    )  # fmt: skip
    return DebitOrderWriter().write(batch).content.decode().split("\r\n")


def test_a_batch_names_its_fields_and_closes_with_count_and_sum():
    header, keys, first, _second, footer, _end = written(DEBIT, replace(DEBIT, end_to_end="C0000000002"))
    assert header.split("\t")[:6] == ["H", "KEY", "1", "TwoDay", "BW-1", "20260309"]
    fields = dict(zip(keys.split("\t"), first.split("\t"), strict=True))
    assert {key: fields[key] for key in ("101", "133", "134", "136", "162", "301")} == {
        "101": "M-1", "133": "1", "134": "250655", "136": "62001234567", "162": "11500", "301": "C0000000001",
    }  # fmt: skip
    assert footer.split("\t") == ["F", "2", "23000", "9999"]


@pytest.mark.parametrize(
    ("values", "scheme", "own", "field"),
    [
        ({"amount": Money.of("1.00", "EUR")}, "za-eft", OWN, "amount"),
        ({}, "za-debicheck", OWN, "terms"),
        ({}, "za-eft", replace(OWN, terms={}), "terms"),
    ],
)
def test_what_is_missing_is_refused(values, scheme, own, field):
    with pytest.raises(Refusal) as refused:
        written(replace(DEBIT, **values), scheme=scheme, own=own)
    assert refused.value.field == field


UNPAID = "SH\t20260312\t123\tKEY\r\n20260312\tDRU\t77\t02 NOT PROVIDED FOR\t11500\t-\t0\tC0000000001\t\t\r\n"


def test_unpaid_debits_come_back_by_our_reference():
    content = (UNPAID + "SF\t20260312\r\n").encode()
    assert UnpaidReader().recognizes(content) == "ZA-UNPAID"
    [entry] = UnpaidReader().read(content)
    assert (entry.end_to_end, entry.code, entry.amount, entry.day) == (
        "C0000000001", "02", Money.of("115.00", "ZAR"), date(2026, 3, 12),
    )  # fmt: skip


@pytest.mark.parametrize(
    "content", [UNPAID, UNPAID.replace("11500", "1l500") + "SF\t1\r\n", "SH\t20260312\t1\r\n20260312\tDRU\r\nSF\t1\r\n"]
)
def test_a_cut_or_changed_statement_is_refused_with_its_line(content):
    with pytest.raises(UnableToRead) as refused:
        list(UnpaidReader().read(content.encode()))
    assert "line" in refused.value.where
