"""What a run of kept cards takes: never more than may be chased, nothing before its day; the rest has a reason."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billwright.kernel.money import Money
from billwright.payments.collecting_rows import StoredMethodRow
from billwright.payments.states import CollectionFindingKind as Kind
from billwright.receivables.rows import OpenItemRow
from billwright.workflow.collecting.cards import CardFacts, choose_cards

TODAY = date(2026, 5, 12)
AT = datetime(2026, 1, 2, tzinfo=UTC)


def card(account_id, *, provider="page-za", currency="ZAR"):
    return StoredMethodRow(
        id=100 + account_id, legal_entity_id=1, account_id=account_id, kind="CARD", provider=provider,
        details_kind="", label="card ending 4242", holder="Ana", currency=currency, rank=1, pay_day=None,
        valid_from=date(2026, 1, 1), expires_on=None, warned_at=None, bank_change="", state="ACTIVE", state_reason="",
        recorded_by="user:1", recorded_at=AT,
    )  # fmt: skip


def item(id_, account_id, minor, *, open_minor=None, due=TODAY, dated=date(2026, 1, 2), currency="ZAR"):
    whole = Money(minor if open_minor is None else open_minor, currency)
    return OpenItemRow(
        open_item_id=id_, account_id=account_id, legal_entity_id=1, invoice_id=id_, part_no=None,
        document_kind="INVOICE", document_number=f"IN-{id_}", claim_class="PRINCIPAL", document_date=dated,
        due_date=due, accounting_date=dated, amount=whole, open=whole, held=Money.zero(currency),
        disputed=Money.zero(currency), covered=Money.zero(currency), chaseable=Money(minor, currency),
    )  # fmt: skip


def facts(methods, items, *, blocked=(), scheme="", untold=()):
    return CardFacts(
        day=TODAY, scheme=scheme, untold=frozenset(untold), methods=methods, items=items,
        blocked=dict.fromkeys(blocked, 1), gateways=frozenset({"page-za"}),
    )  # fmt: skip


ITEMS = st.lists(
    st.tuples(st.integers(1, 3), st.integers(-500, 900), st.sampled_from((-9, 0, 1, 30)), st.booleans()), max_size=12
)


@settings(max_examples=25, deadline=None)
@given(drawn=ITEMS, cards=st.sets(st.integers(1, 3)))
def test_no_debit_is_over_more_than_may_be_chased_and_nothing_due_is_lost(drawn, cards):
    items = [
        item(n, account, max(minor, 0), open_minor=minor, due=date.fromordinal(TODAY.toordinal() + days))
        for n, (account, minor, days, _blocked) in enumerate(drawn, start=1)
    ]
    blocked = {n for n, row in enumerate(drawn, start=1) if row[3]}
    choice = choose_cards(facts([card(one) for one in cards], items, blocked=blocked))
    due = {
        row.open_item_id: row.chaseable.amount_minor
        for row in items
        if row.account_id in cards and row.due_date <= TODAY and row.chaseable.amount_minor > 0
    }
    taken = {part.open_item_id: part.amount_minor for debit in choice.taken for part in debit.due}
    assert taken == {id_: minor for id_, minor in due.items() if id_ not in blocked}
    accounts = [debit.method.account_id for debit in choice.taken]
    assert accounts == sorted(set(accounts))
    left = sum(finding.amount.amount_minor for finding in choice.findings)
    assert sum(taken.values()) + left == sum(due.values())


def test_in_india_each_document_is_debited_by_itself_within_the_limit_once_its_customer_was_told():
    items = [item(number, 1, minor, currency="INR") for number, minor in ((1, 1_500_000), (2, 1_500_001), (3, 9_900))]
    choice = choose_cards(
        facts([card(1, currency="INR")], [*items, item(4, 1, 500, currency="INR")], scheme="in-emandate", untold={4})
    )
    assert [debit.amount.decimal for debit in choice.taken] == [Decimal("15000.00"), Decimal("99.00")]
    left = [(finding.kind, finding.amount.amount_minor) for finding in choice.findings]
    assert left == [(Kind.OVER_LIMIT, 1_500_001), (Kind.NOTICE_TOO_SHORT, 500)]


@pytest.mark.parametrize("provider", ["gone", "suspended"])
def test_a_card_whose_gateway_is_not_in_use_is_left_out_with_the_reason(provider):
    choice = choose_cards(facts([card(1, provider=provider)], [item(1, 1, 100)]))
    assert (choice.taken, [finding.kind for finding in choice.findings]) == ([], [Kind.METHOD_UNUSABLE])
