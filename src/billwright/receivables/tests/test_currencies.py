"""Money of another currency than the company's, and of another company: what is realised, cleared and taken back."""

from datetime import date

import pytest
from django.db.models import Sum
from hypothesis import given, settings
from hypothesis import strategies as st

from billwright.accounts.tests.builders import make_account, make_customer
from billwright.kernel.errors import Conflict, Refusal
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.ledger.models import Posting
from billwright.ledger.queries import get_entry
from billwright.ledger.tests.builders import make_books
from billwright.org.queries import get_legal_entity
from billwright.org.tests.builders import make_rate
from billwright.receivables.operations import (
    allocate,
    convert_cash,
    free_cash,
    move_cash,
    top_up_wallet,
    unallocate,
    undo_conversion,
)
from billwright.receivables.policies import base_share
from billwright.receivables.queries import assert_sub_ledger_ties
from billwright.receivables.queries.cash import list_uses
from billwright.receivables.rows import AllocationPart, CashShare
from billwright.receivables.tests.builders import make_cash, make_item, reload


def base_of(role, entity=None):
    rows = Posting.objects.filter(ledger_account__role=role)
    if entity is not None:
        rows = rows.filter(entry__legal_entity_id=entity.id)
    return rows.aggregate(total=Sum("base_minor"))["total"] or 0


def part(item, cash, amount=None):
    money = Money.of(amount, item.currency) if amount else None
    return AllocationPart(open_item_id=item.pk, cash_id=cash.pk, amount=money)


def settle(item, cash, amount=None):
    return allocate(act=make_act(), parts=[part(item, cash, amount)])


@pytest.fixture
def abroad():
    """Ana is billed in dollars by a company that reckons in rand: 18 a dollar in January, 19 from February on."""
    make_rate(frm="USD", to="ZAR", rate="18", valid_from=date(2026, 1, 1))
    make_rate(frm="USD", to="ZAR", rate="19", valid_from=date(2026, 2, 1))
    return make_account(make_books(), make_customer("Ana Botha"), currency="USD")


@pytest.mark.django_db
def test_money_worth_more_than_the_claim_is_a_gain_until_it_is_unallocated(abroad):
    item, cash = make_item(abroad, "100.00"), make_cash(abroad, "100.00", on="2026-02-10")
    [row] = settle(item, cash)
    assert base_of("EXCHANGE_DIFFERENCE") == -100_00
    assert (base_of("RECEIVABLES"), base_of("UNALLOCATED_CASH")) == (0, 0)
    assert_sub_ledger_ties()
    unallocate(act=make_act(), allocation_ids=[row.allocation_id])
    assert (base_of("EXCHANGE_DIFFERENCE"), base_of("RECEIVABLES")) == (0, 1800_00)
    assert base_of("UNALLOCATED_CASH") == -1900_00
    assert_sub_ledger_ties()


@pytest.mark.django_db
def test_a_credit_note_of_another_rate_realises_the_difference_on_one_account(abroad):
    item, credit = make_item(abroad, "100.00"), make_item(abroad, "-40.00", dated="2026-02-03")
    [row] = allocate(act=make_act(), parts=[AllocationPart(open_item_id=item.pk, credit_item_id=credit.pk)])
    assert row.entry_id is not None
    assert (base_of("EXCHANGE_DIFFERENCE"), base_of("RECEIVABLES")) == (-40_00, 60_00 * 18)
    assert_sub_ledger_ties()


@pytest.mark.django_db
def test_money_that_is_moved_or_bought_as_prepaid_credit_keeps_its_rate(abroad):
    make_rate(frm="USD", to="ZAR", rate="20", valid_from=date(2026, 3, 1))
    cash = make_cash(abroad, "100.00", on="2026-02-10")
    top_up_wallet(act=make_act(), cash_id=cash.pk, amount=Money.of("33.33", "USD"), on=date(2026, 3, 5))
    assert (base_of("UNALLOCATED_CASH"), base_of("WALLETS")) == (-1266_73, -633_27)
    assert base_of("EXCHANGE_DIFFERENCE") == 0


@pytest.mark.django_db
def test_parts_of_parts_leave_nothing_behind_in_base_currency(abroad):
    make_rate(frm="USD", to="ZAR", rate="18.123457", valid_from=date(2026, 1, 2))
    item, cash = make_item(abroad, "100.01"), make_cash(abroad, "100.01", on="2026-02-10")
    for amount in ("33.33", "0.01", "41.17", None):
        settle(item, cash, amount)
    assert (base_of("RECEIVABLES"), base_of("UNALLOCATED_CASH")) == (0, 0)
    assert base_of("EXCHANGE_DIFFERENCE") == 1812_53 - 1900_19


@settings(max_examples=25)
@given(base=st.integers(-(10**9), 10**9), parts=st.lists(st.integers(1, 10**6), min_size=1, max_size=6))
def test_parts_laid_end_to_end_lose_no_unit(base, parts):
    whole, ends = sum(parts), [sum(parts[:place]) for place in range(len(parts) + 1)]
    shares = [base_share(base_minor=base, amount_minor=whole, part_minor=end) for end in ends]
    assert (shares[0], shares[-1]) == (0, base)


@pytest.mark.django_db
def test_money_of_another_currency_is_changed_by_the_dated_rate_and_back(abroad):
    make_rate(frm="EUR", to="USD", rate="1.10", valid_from=date(2026, 2, 1))
    make_rate(frm="EUR", to="ZAR", rate="20", valid_from=date(2026, 1, 1))
    home = make_account(
        get_legal_entity(legal_entity_id=abroad.legal_entity_id), make_customer("Clara Nel"), currency="EUR"
    )
    cash, item = make_cash(home, "50.00", on="2026-02-10"), make_item(abroad, "55.00")
    with pytest.raises(Refusal) as refused:
        settle(item, cash)
    assert refused.value.code == "allocation.other_currency"
    changed = convert_cash(
        act=make_act(reason="paid in euro"),
        cash_id=cash.pk,
        account_id=abroad.id,
        amount=Money.of("50.00", "EUR"),
        on=date(2026, 2, 12),
    )
    assert (str(changed.became.amount), str(changed.rate.normalize()), changed.rate_source) == (
        "55.00 USD",
        "1.1",
        "test",
    )
    # 1,000.00 of rand came, and 55.00 dollars are worth 1,045.00: 45.00 more is owed, until a claim of 990.00 meets it.
    assert base_of("EXCHANGE_DIFFERENCE") == 45_00
    [use] = list_uses(payment_id=cash.payment_id)
    assert (str(use.to_amount), use.rate_from) == ("55.00 USD", date(2026, 2, 1))
    [row] = allocate(act=make_act(), parts=[AllocationPart(open_item_id=item.pk, cash_id=changed.became.cash_id)])
    assert (base_of("EXCHANGE_DIFFERENCE"), base_of("RECEIVABLES")) == (-10_00, 0)
    assert_sub_ledger_ties()
    with pytest.raises(Conflict, match="changed into another currency"):
        free_cash(act=make_act(), payment_id=cash.payment_id, not_before=date(2026, 3, 1))
    with pytest.raises(Conflict, match="in use"):
        undo_conversion(act=make_act(), cash_id=changed.became.cash_id)
    unallocate(act=make_act(), allocation_ids=[row.allocation_id])
    assert undo_conversion(act=make_act(), cash_id=changed.became.cash_id) == Money.of("50.00", "EUR")
    assert (base_of("EXCHANGE_DIFFERENCE"), base_of("UNALLOCATED_CASH")) == (0, -1000_00)
    assert_sub_ledger_ties()


@pytest.fixture
def group():
    """Two companies that reckon in rand, with an account each."""
    karoo, veld = make_books("KAROO"), make_books("VELD")
    return karoo, veld, make_account(karoo, make_customer("Ana Botha")), make_account(veld, make_customer("Boris Nel"))


def clearing():
    """What each company's books say of the other: debit positive, in minor units."""
    rows = Posting.objects.filter(ledger_account__role="INTERCOMPANY").values_list(
        "entry__legal_entity__code", "ledger_account__family"
    )
    return {(here, there): total for here, there, total in rows.annotate(total=Sum("amount_minor")) if total}


@pytest.mark.django_db
def test_a_receipt_settles_a_claim_of_another_company_through_the_clearing_between_both(group):
    _karoo, veld, ana, boris = group
    cash, item = make_cash(ana, "100.00"), make_item(boris, "80.00")
    [row] = settle(item, cash)
    assert clearing() == {("KAROO", "VELD"): -80_00, ("VELD", "KAROO"): 80_00}
    assert (reload(item).open_minor, reload(cash).open_minor, row.account_id) == (0, 20_00, boris.id)
    assert base_of("RECEIVABLES", veld) == 0
    assert_sub_ledger_ties()
    unallocate(act=make_act(), allocation_ids=[row.allocation_id])
    back = CashShare(account_id=ana.id, amount=Money.of("80.00", "ZAR"))
    move_cash(act=make_act(reason="back"), cash_id=row.cash_id, shares=[back])
    assert clearing() == {}
    assert_sub_ledger_ties()


@pytest.mark.django_db
def test_two_parts_of_one_receipt_go_over_no_further_than_it_reaches(group):
    _karoo, _veld, ana, boris = group
    cash, first, second = make_cash(ana, "100.00"), make_item(boris, "80.00"), make_item(boris, "50.00")
    allocate(act=make_act(), parts=[part(first, cash), part(second, cash)])
    assert (reload(first).open_minor, reload(second).open_minor, reload(cash).open_minor) == (0, 30_00, 0)
    with pytest.raises(Refusal) as refused:
        settle(second, cash)
    assert refused.value.code == "allocation.exceeds_left"
    assert_sub_ledger_ties()


@pytest.mark.django_db
def test_parts_undone_out_of_their_order_leave_nothing_behind_once_all_is_settled(abroad):
    make_rate(frm="USD", to="ZAR", rate="18.123457", valid_from=date(2026, 1, 2))
    item, cash = make_item(abroad, "100.01"), make_cash(abroad, "100.01", on="2026-02-10")
    [first] = settle(item, cash, "0.03")
    settle(item, cash, "0.03")
    [back] = unallocate(act=make_act(), allocation_ids=[first.allocation_id])
    assert get_entry(back.entry_id).reverses_id == first.entry_id
    settle(item, cash)
    assert (base_of("RECEIVABLES"), base_of("UNALLOCATED_CASH")) == (0, 0)
    assert base_of("EXCHANGE_DIFFERENCE") == 1812_53 - 1900_19


@pytest.mark.django_db
def test_a_credit_note_undone_out_of_its_order_leaves_nothing_behind(abroad):
    make_rate(frm="USD", to="ZAR", rate="18.123457", valid_from=date(2026, 1, 2))
    item, credit = make_item(abroad, "100.01"), make_item(abroad, "-100.01", dated="2026-02-03")
    [first], _second = [
        allocate(
            act=make_act(),
            parts=[AllocationPart(open_item_id=item.pk, credit_item_id=credit.pk, amount=Money.of("0.03", "USD"))],
        )
        for _time in range(2)
    ]
    unallocate(act=make_act(), allocation_ids=[first.allocation_id])
    allocate(act=make_act(), parts=[AllocationPart(open_item_id=item.pk, credit_item_id=credit.pk)])
    assert (base_of("RECEIVABLES"), base_of("EXCHANGE_DIFFERENCE")) == (0, 1812_53 - 1900_19)


@pytest.mark.django_db
def test_money_changed_back_out_of_its_order_leaves_nothing_behind(abroad):
    make_rate(frm="USD", to="ZAR", rate="19.4", valid_from=date(2026, 2, 9))
    home = make_account(
        get_legal_entity(legal_entity_id=abroad.legal_entity_id), make_customer("Clara Nel"), currency="ZAR"
    )
    cash, item = make_cash(abroad, "0.06", on="2026-02-10"), make_item(abroad, "0.06")
    changed = convert_cash(
        act=make_act(), cash_id=cash.pk, account_id=home.id, amount=Money.of("0.01", "USD"), on=date(2026, 2, 12)
    )
    settle(item, cash, "0.01")
    undo_conversion(act=make_act(), cash_id=changed.became.cash_id)
    assert base_of("UNALLOCATED_CASH") == -(116 - 19)
    settle(item, cash)
    assert (base_of("RECEIVABLES"), base_of("UNALLOCATED_CASH")) == (0, 0)
