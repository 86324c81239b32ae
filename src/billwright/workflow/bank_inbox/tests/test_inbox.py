"""The bank inbox: counted identity, proofs, quarantine with reasons, receipts."""

from datetime import date
from itertools import groupby

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billwright.files.queries import read_content
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.kernel.states import IllegalTransition
from billwright.kernel.tests.builders import make_act
from billwright.kernel.transactions import rolled_back
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import control_balance
from billwright.org.queries import list_all_bank_accounts
from billwright.payments.models import BankEntry, BankStatement, BankStatementFile, Payment
from billwright.payments.queries.bank import list_bank_entries, list_bank_files, list_gaps, list_statements
from billwright.workflow.bank_inbox import ignore_entries, receive_entries, reopen_entries
from billwright.workflow.bank_inbox.own_accounts import find_own_account
from billwright.workflow.bank_inbox.tests.builders import IBAN, amounts, make_bank_account, mt940, take

pytestmark = pytest.mark.django_db

RENT = ("260302", "12.30", "INV 7")
FEE = ("260303", "-2.30", "FEE")


def test_a_file_is_kept_and_its_entries_are_in():
    account = make_bank_account()
    row = take(mt940(RENT, FEE))
    assert (row.state, row.format, row.statement_count, row.entry_count, row.new_count) == ("TAKEN", "MT940", 1, 2, 2)
    assert read_content(row.stored_file_id) == mt940(RENT, FEE).encode()
    [statement] = list_statements(file_id=row.id)
    assert (statement.opening, statement.closing) == (Money.of("100.00", "ZAR"), Money.of("110.00", "ZAR"))
    assert (statement.first_day, statement.last_day) == (date(2026, 3, 2), date(2026, 3, 3))
    newest, older = list_bank_entries(bank_account_ids=[account.pk])
    assert (newest.amount, older.amount, older.remittance) == (
        Money.of("-2.30", "ZAR"),
        Money.of("12.30", "ZAR"),
        "INV 7",
    )


def test_the_same_bytes_are_taken_once():
    make_bank_account()
    first, again = take(mt940(RENT)), take(mt940(RENT))
    assert (again.id, again.repeated, BankEntry.objects.count()) == (first.id, True, 1)


def test_a_second_export_of_the_same_days_adds_nothing():
    make_bank_account()
    take(mt940(RENT, FEE))
    again = take(mt940(FEE, RENT, number="1").replace(":20:X", ":20:OTHER"))
    assert (again.state, again.new_count, len(amounts())) == ("TAKEN", 0, 2)


def test_genuine_twins_stay_two_and_overlapping_files_do_not_double_them():
    make_bank_account()
    take(mt940(RENT, RENT))
    row = take(mt940(RENT, RENT, FEE, number="2"))
    assert (row.new_count, len(amounts())) == (1, 3)


def test_a_day_cut_between_twins_is_joined_by_its_balances():
    make_bank_account()
    take(mt940(RENT, opening="100.00", number="1"))
    row = take(mt940(RENT, FEE, opening="112.30", number="2"))
    assert (row.new_count, len(amounts())) == (2, 3)
    assert take(mt940(RENT, FEE, opening="112.30", number="2").replace(":20:X", ":20:Y")).new_count == 0


DAYS = st.integers(2, 6).map(lambda day: f"26030{day}")
FEEDS = st.lists(st.tuples(DAYS, st.sampled_from(["5.00", "7.00", "-3.10"]), st.sampled_from(["A", "B"])), max_size=14)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(feed=FEEDS, cuts=st.data())
def test_cuts_overlaps_and_reorderings_of_a_feed_give_the_same_entries(feed, cuts):
    """Windows of whole days, overlapping and in any order; within a day the bank orders as it likes."""
    # One world an example.
    with rolled_back():
        _tell(feed, cuts)


def _tell(feed, cuts):
    make_bank_account(iban="DE89370400440532013000")
    days = [list(lines) for _day, lines in groupby(sorted(feed), key=lambda line: line[0])]
    windows = [(first, last) for first in range(len(days)) for last in range(first, len(days))]
    chosen = cuts.draw(st.lists(st.sampled_from(windows), max_size=5)) if windows else []
    covering = [(first, first) for first in range(len(days))]
    for number, (first, last) in enumerate(cuts.draw(st.permutations(chosen + covering)), start=1):
        lines = [line for day in days[first : last + 1] for line in cuts.draw(st.permutations(day))]
        before = sum(float(line[1]) for day in days[:first] for line in day)
        opening = f"{1000 + before:.2f}"
        row = take(mt940(*lines, opening=opening, number=str(number), iban="DE89370400440532013000"))
        assert row.state == "TAKEN", row.reason
    assert [amount for _day, amount, _text in amounts()] == [
        amount
        for _day, amount, _text in sorted(
            (date(2026, 3, int(day[-1])), round(float(value) * 100), text) for day, value, text in feed
        )
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("rubbish", "bank_file.unreadable"),
        (mt940(RENT)[:80], "bank_file.unreadable"),
        (mt940(RENT, closing="112.31"), "bank_file.does_not_tie"),
        (mt940(RENT, iban="NL20INGB0001234567"), "bank_file.account_not_ours"),
        (mt940(RENT, currency="EUR"), "bank_file.other_currency"),
        (mt940(("260501", "1.00", "LATER")), "bank_file.future"),
    ],
)
def test_what_is_wrong_is_set_aside_with_its_reason_and_changes_nothing(content, code):
    make_bank_account()
    row = take(content)
    assert (row.state, row.reason_code, bool(row.reason)) == ("QUARANTINED", code, True)
    assert (BankEntry.objects.count(), BankStatement.objects.count()) == (0, 0)
    assert read_content(row.stored_file_id) == content.encode()
    assert take(content).repeated


def test_one_changed_byte_in_a_file_that_is_sent_again():
    make_bank_account()
    take(mt940(RENT, FEE))
    changed = take(mt940(RENT, ("260303", "-2.30", "FEX")))
    assert (changed.reason_code, len(amounts())) == ("bank_file.changed", 2)


def test_a_report_that_grew_is_no_changed_one():
    make_bank_account()
    take(mt940(RENT))
    row = take(mt940(RENT, ("260302", "5.00", "MORE")))
    assert (row.state, row.new_count) == ("TAKEN", 1)


def test_a_file_in_quarantine_is_taken_once_its_reason_is_gone():
    aside = take(mt940(RENT))
    make_bank_account()
    taken = take(mt940(RENT))
    assert (aside.state, taken.state) == ("QUARANTINED", "TAKEN")
    assert [file.state for file in list_bank_files()] == ["TAKEN", "QUARANTINED"]


def test_another_format_of_the_same_days_is_set_aside():
    account = make_bank_account()
    take(mt940(RENT))
    table = "Date,Description,Amount,Balance\n2026-03-02,INV 7,12.30,112.30\n"
    assert take(table, bank_account_id=account.pk).reason_code == "bank_file.other_format"


def test_a_table_without_an_account_needs_to_be_told_whose_it_is():
    account = make_bank_account()
    table = 'Date,Description,Amount,Balance\n2026-03-02,"=1+1",12.30,112.30\n'
    assert take(table).reason_code == "bank_file.account_not_ours"
    assert take(table, bank_account_id=account.pk).state == "TAKEN"
    assert amounts() == [(date(2026, 3, 2), 1230, "=1+1")]


def test_gaps_between_statements_are_listed():
    account = make_bank_account()
    take(mt940(RENT, number="1"))
    take(mt940(("260310", "1.00", "A"), opening="150.00", number="3"))
    [gap] = list_gaps(bank_account_ids=[account.pk])
    assert (gap.number, gap.opening, gap.expected) == ("3", Money.of("150.00", "ZAR"), Money.of("112.30", "ZAR"))
    take(mt940(("260305", "37.70", "B"), opening="112.30", number="2"))
    assert list_gaps(bank_account_ids=[account.pk]) == []


def test_entries_become_receipts_once_in_suspense():
    account = make_bank_account()
    take(mt940(RENT, RENT, FEE))
    ids = [entry.id for entry in list_bank_entries(state="NEW") if entry.amount.amount_minor > 0]
    answers = receive_entries(act=make_act(at="2026-04-01T09:00:00"), bank_entry_ids=ids)
    assert [answer.amount for answer in answers] == [Money.of("12.30", "ZAR")] * 2
    assert Payment.objects.filter(bank_account_id=account.pk, account=None, text="INV 7").count() == 2
    assert control_balance(legal_entity_id=account.legal_entity_id, role=LedgerRole.SUSPENSE) == {"ZAR": -2460}
    assert {entry.state for entry in list_bank_entries()} == {"NEW", "RECEIVED"}
    with pytest.raises(IllegalTransition):
        receive_entries(act=make_act(at="2026-04-01T09:00:00"), bank_entry_ids=ids)


def test_money_that_went_out_is_no_receipt():
    make_bank_account()
    take(mt940(FEE))
    [fee] = list_bank_entries()
    with pytest.raises(Refusal, match="went out"):
        receive_entries(act=make_act(), bank_entry_ids=[fee.id])


def test_entries_are_left_out_with_a_reason_and_come_back():
    make_bank_account()
    take(mt940(FEE))
    [fee] = list_bank_entries()
    with pytest.raises(Refusal, match="reason"):
        ignore_entries(act=make_act(reason=""), bank_entry_ids=[fee.id])
    [left_out] = ignore_entries(act=make_act(reason="Bank fee"), bank_entry_ids=[fee.id])
    assert (left_out.state, left_out.reason) == ("IGNORED", "Bank fee")
    assert reopen_entries(act=make_act(), bank_entry_ids=[fee.id])[0].state == "NEW"


def test_the_database_refuses_a_state_that_no_verb_enters():
    make_bank_account()
    take(mt940(RENT, FEE))
    ignore_entries(act=make_act(reason="own"), bank_entry_ids=[entry.id for entry in list_bank_entries()])
    with pytest.raises(DatabaseError, match="invalid transition"), transaction.atomic():
        BankEntry.objects.update(state="HANDLED")


def test_the_database_keeps_an_entry_once():
    make_bank_account()
    take(mt940(RENT))
    entry = BankEntry.objects.get()
    entry.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save()


def test_the_database_takes_the_same_bytes_once():
    make_bank_account()
    take(mt940(RENT))
    file = BankStatementFile.objects.get()
    file.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        file.save()


@pytest.mark.parametrize(
    ("own", "written"),
    [
        ({"iban": IBAN}, "NL91 ABNA 0417 1643 00"),
        ({"iban": "DE89370400440532013000"}, "37040044/0532013000"),
        ({"iban": "DE89370400440532013000"}, "37040044/532013000"),
        ({"iban": "ES9121000418450200051332"}, "210004180200051332"),
        ({"iban": "", "account_number": "0062000000017"}, "62000000017"),
        ({"iban": "", "account_number": "017", "branch_code": "250655"}, "250655017"),
    ],
)
def test_own_accounts_are_known_as_banks_write_them(own, written):
    account = make_bank_account(**own)
    assert find_own_account(written, list_all_bank_accounts()).id == account.pk
    assert find_own_account("99999999", list_all_bank_accounts()) is None
