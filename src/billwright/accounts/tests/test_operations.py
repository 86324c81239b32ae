"""Customers and billing accounts: made, changed, closed; nothing is overwritten, nothing half done."""

from datetime import date

import pytest
from django.db import connection

from billwright.accounts import operations, queries
from billwright.accounts.models import BillingAccount, Customer, SearchWord
from billwright.accounts.operations.notes import StatusNoteDraft
from billwright.accounts.rows import (
    AccountChange,
    AccountDraft,
    AddressDraft,
    ContactChange,
    ContactDraft,
    CustomerChange,
    CustomerDraft,
    ReferenceRow,
)
from billwright.accounts.tests.builders import make_account, make_customer
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.models import AuditEvent
from billwright.kernel.states import IllegalTransition
from billwright.kernel.tests.builders import make_act
from billwright.org.tests.builders import make_entity

pytestmark = pytest.mark.django_db


@pytest.fixture
def entity():
    return make_entity("KAROO")


def customer_draft(name, **values):
    return CustomerDraft(**{"name": name, "country": "ZA", "timezone": "Africa/Johannesburg", **values})


def test_a_batch_keeps_its_order_and_is_one_act():
    rows = operations.create_customers(act=make_act(), drafts=(customer_draft("Ana"), customer_draft("Boris")))
    assert [row.name for row in rows] == ["Ana", "Boris"]
    assert AuditEvent.objects.filter(verb="customer.create").count() == 1


def test_a_batch_with_one_wrong_row_makes_nobody_and_names_the_row():
    with pytest.raises(Refusal) as refused:
        operations.create_customers(
            act=make_act(), drafts=(customer_draft("Ana"), customer_draft("Boris", tax_number="99"))
        )
    assert (refused.value.row, refused.value.field) == (1, "tax_number")
    assert not Customer.objects.exists()


def test_an_account_takes_zone_and_language_of_its_customer_and_a_number(entity):
    account = make_account(entity, make_customer(language="af"))
    assert (account.timezone, account.language) == ("Africa/Johannesburg", "af")
    assert account.number.startswith("BA-")
    assert account.shown_name == "Ana Botha"


def test_a_given_number_is_kept_and_cannot_be_given_twice(entity):
    make_account(entity, number="OLD-7")
    with pytest.raises(Conflict) as refused:
        make_account(entity, number="OLD-7")
    assert (refused.value.code, refused.value.field) == ("account.number_taken", "number")


def test_an_account_of_nobody_or_of_no_entity_is_refused(entity):
    draft = AccountDraft(customer_id=404, legal_entity_id=entity.id, currency="ZAR", opened_on=date(2026, 1, 1))
    with pytest.raises(NotFound):
        operations.create_account(act=make_act(), draft=draft)


def test_a_wrong_mailbox_in_a_batch_makes_no_account(entity):
    with pytest.raises(Refusal) as refused:
        make_account(entity, contacts=(ContactDraft(email="ana@"),))
    assert (refused.value.row, refused.value.field) == (0, "email")


def test_a_change_keeps_old_new_who_why_and_since_when():
    customer = make_customer("Ana Botha")
    act = make_act(reason="married")
    operations.update_customer(
        act=act,
        customer_id=customer.id,
        version=1,
        change=CustomerChange(name="Ana Nel", language="af"),
        effective_on=date(2026, 1, 3),
    )
    change = queries.list_changes(customer_id=customer.id)[0]
    assert (change.before, change.actor, change.reason) == (
        {"name": "Ana Botha", "language": "en"},
        act.actor,
        "married",
    )
    assert change.after == {"name": "Ana Nel", "language": "af", "version": 2}
    assert change.effective_on == date(2026, 1, 3)


def test_names_in_the_trail_are_sealed():
    customer = make_customer("Ana Botha")
    event = AuditEvent.objects.get(subject=f"customer:{customer.id}")
    assert "Ana" not in str(event.after)
    assert event.sealed_for == f"customer:{customer.id}"


def test_erasing_the_key_leaves_the_fact_of_the_change():
    customer = make_customer("Ana Botha")
    with connection.cursor() as cursor:
        cursor.execute("update accounts_customer_key set wrapped = null")
    (change,) = queries.list_changes(customer_id=customer.id)
    assert change.erased
    assert "name" not in change.after


def test_a_history_asks_as_often_whatever_is_sealed_in_it(django_assert_num_queries):
    customer = make_customer("Ana Botha")
    for version in range(1, 6):
        change = CustomerChange(name=f"Ana Botha {version}")
        operations.update_customer(act=make_act(), customer_id=customer.id, version=version, change=change)
    with django_assert_num_queries(2):
        changes = queries.list_changes(customer_id=customer.id)
    assert [row.after["name"] for row in changes[:2]] == ["Ana Botha 5", "Ana Botha 4"]


def test_two_people_editing_one_record_meet_and_learn_who_changed_what():
    customer = make_customer()
    change = CustomerChange(language="af")
    operations.update_customer(act=make_act(), customer_id=customer.id, version=1, change=change)
    with pytest.raises(Conflict) as refused:
        operations.update_customer(
            act=make_act(), customer_id=customer.id, version=1, change=CustomerChange(language="de")
        )
    assert refused.value.http_status == 409
    assert "Operator changed language" in refused.value.message
    assert queries.get_customer(customer.id).language == "af"


def test_a_change_that_changes_nothing_leaves_the_version(entity):
    account = make_account(entity)
    same = operations.update_account(
        act=make_act(), account_id=account.id, version=1, change=AccountChange(language="en")
    )
    assert same.version == 1


def test_terms_can_be_set_and_emptied(entity):
    account = make_account(entity)
    change = AccountChange(payment_terms_days=14, cycle_day=31)
    operations.update_account(act=make_act(), account_id=account.id, version=1, change=change)
    cleared = operations.update_account(
        act=make_act(), account_id=account.id, version=2, change=AccountChange(clear=("payment_terms_days",))
    )
    assert (cleared.payment_terms_days, cleared.cycle_day) == (None, 31)


def test_an_account_that_is_owed_electronic_invoices_rounds_its_lines(entity):
    account = make_account(entity)
    rounded = AccountChange(conventions={"rounding": "sum_then_round"})
    operations.update_account(act=make_act(), account_id=account.id, version=1, change=rounded)
    owed = AccountChange(conventions={"rounding": "sum_then_round", "e_invoice": "everybody"})
    with pytest.raises(Refusal, match="must add up"):
        operations.update_account(act=make_act(), account_id=account.id, version=2, change=owed)


def test_a_change_of_tomorrow_is_refused(entity):
    account = make_account(entity)
    with pytest.raises(Refusal, match="has not come"):
        operations.update_account(
            act=make_act(),
            account_id=account.id,
            version=1,
            change=AccountChange(reference="X"),
            effective_on=date(2999, 1, 1),
        )


def test_an_account_is_closed_once_and_reopened(entity):
    account = make_account(entity)
    operations.close_account(act=make_act(), account_id=account.id, closed_on=date(2026, 1, 9))
    with pytest.raises(IllegalTransition):
        operations.close_account(act=make_act(), account_id=account.id, closed_on=date(2026, 1, 9))
    reopened = operations.reopen_account(act=make_act(), account_id=account.id)
    assert (reopened.state, reopened.closed_on) == ("OPEN", None)


def test_a_new_address_ends_the_old_one_and_documents_take_that_of_their_day(entity):
    account = make_account(entity, addresses=(AddressDraft(country="ZA", street="1 Long Street"),))
    draft = AddressDraft(country="ZA", street="2 Short Street")
    operations.change_address(act=make_act(), account_id=account.id, draft=draft, valid_from=date(2026, 3, 1))
    streets = [queries.parties([account.id], on=date(2026, m, 1))[account.id].street for m in (2, 3)]
    assert streets == ["1 Long Street", "2 Short Street"]


def test_an_address_before_the_present_one_is_refused(entity):
    account = make_account(entity, addresses=(AddressDraft(country="ZA", street="1 Long Street"),))
    with pytest.raises(Refusal, match="begins on 2026-01-01"):
        operations.change_address(
            act=make_act(), account_id=account.id, draft=AddressDraft(country="ZA"), valid_from=date(2026, 1, 1)
        )


def test_a_contact_is_changed_and_retired(entity):
    account = make_account(entity, contacts=(ContactDraft(name="Ana", phone="082 123 4567"),))
    (contact,) = queries.list_contacts(account.id)
    operations.change_contact(
        act=make_act(), contact_id=contact.id, version=1, change=ContactChange(email="ana@example.com", active=False)
    )
    assert queries.list_contacts(account.id) == []
    assert queries.list_changes(account_id=account.id)[0].after["email"] == "ana@example.com"


def test_references_are_replaced_and_labels_are_unique(entity):
    account = make_account(entity)
    vendor = ReferenceRow(label="Vendor no.", value="V-9", required=True)
    operations.set_references(act=make_act(), account_id=account.id, references=(vendor,))
    with pytest.raises(Refusal):
        operations.set_references(act=make_act(), account_id=account.id, references=(vendor, vendor))
    assert queries.list_references(account.id) == (vendor,)


def test_parents_share_entity_and_currency_and_form_no_circle(entity):
    ana, boris, clara = (make_account(entity) for _ in range(3))
    link = operations.set_parent
    link(act=make_act(), child_id=ana.id, parent_id=boris.id, valid_from=date(2026, 1, 1))
    link(act=make_act(), child_id=boris.id, parent_id=clara.id, valid_from=date(2026, 1, 1))
    with pytest.raises(Refusal) as refused:
        link(act=make_act(), child_id=clara.id, parent_id=ana.id, valid_from=date(2026, 2, 1))
    assert refused.value.code == "parent.cycle"
    with pytest.raises(Refusal) as refused:
        link(
            act=make_act(),
            child_id=clara.id,
            parent_id=make_account(make_entity("OTHER")).id,
            valid_from=date(2026, 2, 1),
        )
    assert refused.value.code == "parent.other_entity"


def test_who_pays_for_others_is_not_closed_and_who_is_closed_does_not_pay(entity):
    ana, boris = (make_account(entity) for _ in range(2))
    link = {"act": make_act(), "child_id": ana.id, "parent_id": boris.id}
    operations.set_parent(**link, valid_from=date(2026, 1, 1))
    closing = {"act": make_act(), "account_id": boris.id}
    with pytest.raises(Refusal, match=f"It pays for {ana.number}"):
        operations.close_account(**closing, closed_on=date(2026, 2, 1))
    operations.end_parent(act=make_act(), child_id=ana.id, ends_before=date(2026, 2, 1))
    operations.close_account(**closing, closed_on=date(2026, 2, 1))
    with pytest.raises(Refusal) as refused:
        operations.set_parent(**link, valid_from=date(2026, 3, 1))
    assert refused.value.code == "parent.closed"


def test_a_parent_link_ends_and_another_begins(entity):
    ana, boris, clara = (make_account(entity) for _ in range(3))
    operations.set_parent(act=make_act(), child_id=ana.id, parent_id=boris.id, valid_from=date(2026, 1, 1))
    operations.set_parent(act=make_act(), child_id=ana.id, parent_id=clara.id, valid_from=date(2026, 2, 1))
    operations.end_parent(act=make_act(), child_id=ana.id, ends_before=date(2026, 3, 1))
    payers = [queries.parent_on(ana.id, on=date(2026, month, 15)) for month in (1, 2, 3)]
    assert [payer and payer.parent_id for payer in payers] == [boris.id, clara.id, None]


def test_the_newest_status_note_is_on_top_and_older_ones_are_kept(entity):
    account = make_account(entity)
    for status in ("waiting for a purchase order", "paid in part"):
        operations.set_status_note(act=make_act(), draft=StatusNoteDraft(account_id=account.id, status=status))
    assert queries.present_status_note(account.id).status == "paid in part"
    assert [row.status for row in queries.list_status_notes(account.id)][1] == "waiting for a purchase order"
    assert [row.account_id for row in queries.search_notes("purchase")] == [account.id]
    assert len(queries.present_status_notes(legal_entity_id=entity.id)) == 1


def test_bulk_status_notes_are_refused_as_a_whole(entity):
    account = make_account(entity)
    drafts = tuple(StatusNoteDraft(account_id=account.id, status=status) for status in ("one", " "))
    with pytest.raises(Refusal) as refused:
        operations.set_status_notes(act=make_act(), drafts=drafts)
    assert refused.value.row == 1
    assert queries.present_status_note(account.id) is None


def test_notes_are_added_and_never_empty(entity):
    account = make_account(entity)
    operations.add_note(act=make_act(), account_id=account.id, body="Called; will pay on Friday.")
    with pytest.raises(Refusal):
        operations.add_note(act=make_act(), account_id=account.id, body="  ")
    assert [note.body for note in queries.list_notes(account.id)] == ["Called; will pay on Friday."]


def test_duplicates_are_found_by_name_and_mailbox_with_reasons(entity):
    mail = (ContactDraft(email="pay@karoo.example"),)
    one = make_customer("Karoo Hosting (Pty) Ltd", kind="ORGANIZATION")
    other = make_customer("KAROO HOSTING", kind="ORGANIZATION")
    make_customer("Somebody Else")
    for customer in (one, other):
        make_account(entity, customer, contacts=mail)
    (found,) = queries.find_duplicates(one.id)
    assert (found.other_id, found.score) == (other.id, 95)
    assert queries.list_duplicates()[0].reasons == found.reasons


def test_a_merge_moves_the_accounts_and_its_undoing_gives_them_back(entity):
    kept, merged = make_customer("Ana"), make_customer("Ana B.")
    account = make_account(entity, merged)
    operations.merge_customers(act=make_act(), kept_id=kept.id, merged_id=merged.id)
    later = make_account(entity, kept)
    assert queries.get_account(account.id).customer_id == kept.id
    with pytest.raises(Refusal, match="merged into"):
        operations.update_customer(
            act=make_act(), customer_id=merged.id, version=2, change=CustomerChange(language="af")
        )
    undone = operations.undo_merge(act=make_act(), merged_id=merged.id)
    assert undone.account_ids == (account.id,)
    assert queries.get_account(account.id).customer_id == merged.id
    assert queries.get_account(later.id).customer_id == kept.id


@pytest.mark.parametrize("text", ["botha", "ANA bot", "ana@exam", "082 123", "+2782123", "po-77", "ref 9"])
def test_an_account_is_found_by_the_beginnings_of_its_words(entity, text):
    contacts = (ContactDraft(name="Desk", email="ana@example.com", phone="+27821234567"),)
    account = make_account(entity, contacts=contacts, purchase_order="PO-77", reference="REF 9")
    make_account(entity, make_customer("Boris Petrov"))
    assert [hit.id for hit in queries.search_accounts(text)] == [account.id]


def test_the_exact_number_comes_first(entity):
    first, second = make_account(entity, number="10"), make_account(entity, number="1")
    assert [hit.id for hit in queries.search_accounts("1")] == [second.id, first.id]


def test_search_follows_a_change_of_name(entity):
    customer = make_customer("Ana Botha")
    account = make_account(entity, customer)
    change = CustomerChange(name="Ana Nel")
    operations.update_customer(act=make_act(), customer_id=customer.id, version=1, change=change)
    assert queries.search_accounts("botha") == []
    assert queries.search_accounts("nel")[0].id == account.id


def test_lists_are_paged_by_key(entity):
    accounts = [make_account(entity) for _ in range(3)]
    page = queries.list_accounts(queries.AccountFilter(currency="ZAR"), limit=2)
    rest = queries.list_accounts(queries.AccountFilter(currency="ZAR"), after_id=page.next_after, limit=2)
    assert [hit.id for hit in (*page.rows, *rest.rows)] == [account.id for account in accounts]
    assert rest.next_after is None


def test_a_bulk_of_accounts_takes_few_queries(entity, django_assert_max_num_queries):
    customer = make_customer()
    draft = AccountDraft(
        customer_id=customer.id,
        legal_entity_id=entity.id,
        currency="ZAR",
        opened_on=date(2026, 1, 1),
        contacts=(ContactDraft(email="ana@example.com"),),
    )
    with django_assert_max_num_queries(12):
        operations.create_accounts(act=make_act(), drafts=(draft,) * 300)
    assert BillingAccount.objects.count() == 300


def test_search_words_can_be_written_twice(entity):
    account = make_account(entity)
    before = set(SearchWord.objects.values_list("word", flat=True))
    from billwright.accounts.operations.changing import refresh_search

    refresh_search([account.id])
    assert set(SearchWord.objects.values_list("word", flat=True)) == before
