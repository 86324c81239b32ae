"""D05, H36, S18, T19 and T39: keeping the records of customers, played by the people who do it.

Ada answers the desk, Cole collects, Bea bills, Vera audits. Ana pays late and has moved; she is in the book twice.
"""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from python_calamine import load_workbook

from billwright.access.states import Role
from billwright.access.tests.builders import AT, act_of, make_user
from billwright.accounts import operations, queries
from billwright.accounts.operations.notes import StatusNoteDraft
from billwright.accounts.rows import AddressDraft, ContactChange, ContactDraft, CustomerChange, CustomerDraft
from billwright.accounts.tests.builders import make_account, make_customer
from billwright.files.states import ImportKind, ImportState
from billwright.kernel.errors import Conflict, NotAllowed, Refusal
from billwright.org.tests.builders import make_entity
from billwright.render.xlsx import write_table
from billwright.workflow.book_import import import_book

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(hours=1)


@pytest.fixture
def entity():
    return make_entity("KAROO")


@pytest.fixture
def ada():
    return make_user("ada", Role.SERVICE_DESK_AGENT)


@pytest.fixture
def bea():
    return make_user("bea", Role.BILLING_SPECIALIST)


@pytest.fixture
def vera():
    return make_user("vera", Role.AUDITOR)


@pytest.mark.duty("H36")
def test_h36_billing_details_change_with_their_whole_history(entity, ada, bea):
    customer = make_customer("Ana Botha")
    account = make_account(entity, customer, contacts=(ContactDraft(email="ana@example.com"),))
    operations.update_customer(
        act=act_of(ada, reason="letter of 2 March"),
        customer_id=customer.id,
        version=1,
        change=CustomerChange(name="Ana Nel", tax_number="4123456789"),
        effective_on=AT.date(),
    )
    (contact,) = queries.list_contacts(account.id)
    operations.change_contact(
        act=act_of(bea, at=LATER), contact_id=contact.id, version=1, change=ContactChange(email="nel@example.com")
    )
    by_bea, by_ada, *_older = queries.list_changes(customer_id=customer.id, account_id=account.id)
    assert (by_ada.actor, by_ada.reason, by_ada.effective_on) == (ada.actor, "letter of 2 March", AT.date())
    assert by_ada.before == {"name": "Ana Botha", "tax_number": ""}
    assert (by_ada.after["name"], by_ada.after["tax_number"]) == ("Ana Nel", "4123456789")
    assert (by_bea.actor, by_bea.at) == (bea.actor, LATER)
    assert (by_bea.before["email"], by_bea.after["email"]) == ("ana@example.com", "nel@example.com")


@pytest.mark.duty("H36")
@pytest.mark.parametrize(
    ("change", "field"),
    [(CustomerChange(tax_number="5123456789"), "tax_number"), (CustomerChange(timezone="Africa/Jozi"), "timezone")],
)
def test_h36_what_cannot_be_is_refused_and_nothing_changes(ada, change, field):
    customer = make_customer()
    with pytest.raises(Refusal) as refused:
        operations.update_customer(act=act_of(ada), customer_id=customer.id, version=1, change=change)
    assert (refused.value.field, bool(refused.value.cure)) == (field, True)
    assert queries.get_customer(customer.id) == customer


@pytest.mark.duty("H36")
def test_h36_a_move_holds_from_its_day(entity, ada):
    account = make_account(entity, addresses=(AddressDraft(country="ZA", street="1 Long Street"),))
    operations.change_address(
        act=act_of(ada),
        account_id=account.id,
        draft=AddressDraft(country="ZA", street="2 Short Street"),
        valid_from=date(2026, 5, 1),
    )
    streets = [queries.parties([account.id], on=date(2026, 4, 30 if old else 1))[account.id].street for old in (1, 0)]
    assert streets == ["1 Long Street", "1 Long Street"]
    assert queries.parties([account.id], on=date(2026, 5, 1))[account.id].street == "2 Short Street"


@pytest.mark.duty("D05")
def test_d05_two_people_on_one_profile_do_not_overwrite_each_other(ada, bea):
    customer = make_customer()
    operations.update_customer(
        act=act_of(ada), customer_id=customer.id, version=customer.version, change=CustomerChange(language="af")
    )
    with pytest.raises(Conflict, match="Ada changed language"):
        operations.update_customer(
            act=act_of(bea), customer_id=customer.id, version=customer.version, change=CustomerChange(name="Ana Nel")
        )


@pytest.mark.duty("D05")
def test_d05_a_customer_found_twice_is_merged_and_nothing_is_lost(entity, ada, bea, vera):
    mail = (ContactDraft(email="pay@karoo.example"),)
    first, second = make_customer("Karoo Hosting (Pty) Ltd"), make_customer("KAROO Hosting")
    accounts = [make_account(entity, customer, contacts=mail) for customer in (first, second)]
    operations.update_customer(act=act_of(ada), customer_id=second.id, version=1, change=CustomerChange(language="af"))
    (found,) = queries.find_duplicates(first.id)
    assert (found.other_id, len(found.reasons)) == (second.id, 2)
    with pytest.raises(NotAllowed):
        operations.merge_customers(act=act_of(vera), kept_id=first.id, merged_id=second.id)
    operations.merge_customers(act=act_of(bea), kept_id=first.id, merged_id=second.id)
    assert {row.id for row in queries.list_customer_accounts(first.id)} == {account.id for account in accounts}
    assert [row.verb for row in queries.list_changes(customer_id=second.id)] == [
        "customer.merge",
        "customer.update",
        "customer.create",
    ]
    operations.undo_merge(act=act_of(bea), merged_id=second.id)
    assert [row.id for row in queries.list_customer_accounts(second.id)] == [accounts[1].id]


@pytest.mark.duty("D05")
def test_d05_a_new_profile_is_checked_as_it_is_made(ada):
    draft = CustomerDraft(name=" ", country="ZA", timezone="Africa/Johannesburg")
    with pytest.raises(Refusal) as refused:
        operations.create_customer(act=act_of(ada), draft=draft)
    assert refused.value.field == "name"


@pytest.mark.duty("T19")
def test_t19_the_status_note_is_on_top_older_ones_stay_and_all_are_exported(entity, ada, bea):
    accounts = [make_account(entity) for _ in range(3)]
    first = StatusNoteDraft(
        account_id=accounts[0].id,
        status="waiting",
        cause="no purchase order",
        next_action="call the buyer",
        next_action_on=date(2026, 4, 1),
    )
    operations.set_status_note(act=act_of(ada), draft=first)
    operations.set_status_notes(
        act=act_of(bea, at=LATER),
        drafts=tuple(StatusNoteDraft(account_id=account.id, status="billed again") for account in accounts[:2]),
    )
    top, older = queries.list_status_notes(accounts[0].id)
    assert (top.status, top.author, top.recorded_at) == ("billed again", bea.actor, LATER)
    assert (older.cause, older.next_action_on, older.author) == ("no purchase order", date(2026, 4, 1), ada.actor)
    assert [row.account_id for row in queries.search_notes("purchase order")] == [accounts[0].id]
    exported = queries.present_status_notes(legal_entity_id=entity.id)
    assert [(row.account_number, row.status) for row in exported] == [
        (account.number, "billed again") for account in accounts[:2]
    ]


CORRECTIONS = """
mapping: 1
name: corrections
kind: customers
entity: {code: KAROO}
identity: {columns: [Account]}
columns: {account.number: Account, customer.reference: Account, customer.name: Name, contact.email: E-mail}
options: {changed: update}
"""


def account_list(entity, **names):
    """The list of accounts as people get it in Excel, with names corrected by hand."""
    page = queries.list_accounts(queries.AccountFilter(legal_entity_id=entity.id))
    rows = [
        (hit.number, names.get(hit.shown_name.split()[0], hit.shown_name), queries.list_contacts(hit.id)[0].email)
        for hit in page.rows
    ]
    return write_table(title="Accounts", columns=[("Account", "text"), ("Name", "text"), ("E-mail", "text")], rows=rows)


def bring_back(user, content, **options):
    return import_book(
        act=act_of(user),
        kind=ImportKind.CUSTOMERS,
        file_name="accounts.xlsx",
        content=content,
        mapping_text=CORRECTIONS,
        **options,
    )


@pytest.mark.duty("T39")
def test_t39_a_list_goes_to_excel_and_its_corrections_come_back(entity, bea):
    for name in ("Ana Botha", "Boris Petrov"):
        make_account(entity, make_customer(name), contacts=(ContactDraft(email=f"{name[:3].lower()}@example.com"),))
    (sheet,) = [load_workbook(io.BytesIO(account_list(entity))).get_sheet_by_index(0).to_python()]
    assert [row[1] for row in sheet] == ["Name", "Ana Botha", "Boris Petrov"]
    corrected = account_list(entity, Ana="Ana Nel")
    rehearsed = bring_back(bea, corrected, dry_run=True)
    assert (rehearsed.state, rehearsed.faults) == (ImportState.TIED_OUT, ())
    assert [hit.shown_name for hit in queries.search_accounts("ana")] == ["Ana Botha"]
    assert bring_back(bea, corrected).state is ImportState.TIED_OUT
    assert [hit.shown_name for hit in queries.search_accounts("ana")] == ["Ana Nel"]


@pytest.mark.duty("T39")
def test_t39_a_wrong_correction_is_told_and_changes_nothing(entity, bea, ada):
    make_account(entity, make_customer("Ana Botha"), contacts=(ContactDraft(email="ana@example.com"),))
    wrong = account_list(entity, Ana="=1+1")
    report = bring_back(bea, wrong)
    assert (report.state, [fault.row for fault in report.faults]) == (ImportState.DIFFERS, [2])
    with pytest.raises(NotAllowed):
        bring_back(ada, account_list(entity, Ana="Ana Nel"))
    assert [hit.shown_name for hit in queries.search_accounts("ana")] == ["Ana Botha"]
