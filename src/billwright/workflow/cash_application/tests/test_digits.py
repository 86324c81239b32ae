"""Digits without a prefix: they are proposed, and post only where payer or amount agrees."""

from datetime import date

import pytest

from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.org.queries import get_legal_entity
from billwright.receivables import operations as receivables
from billwright.receivables.match_rows import MatchRuleIn
from billwright.receivables.queries import list_queue, untied
from billwright.receivables.tests.builders import make_ana, make_boris, make_cash, make_item, reload
from billwright.workflow import cash_application
from billwright.workflow.cash_application import Wanted
from billwright.workflow.cash_application.tests.test_at_once import says

pytestmark = pytest.mark.django_db
ACT = make_act(at="2026-02-12T09:00:00", reason="test")


@pytest.fixture
def ana():
    """Her company's rule lets post by itself what decides."""
    ana = make_ana()
    rule = MatchRuleIn(
        legal_entity_id=ana.legal_entity_id,
        currency="ZAR",
        valid_from=date(2026, 1, 1),
        tolerance=Money.of("5.00", "ZAR"),
        is_deciding=True,
    )
    receivables.set_match_rule(act=ACT, rule=rule)
    return ana


def match():
    cash_application.refresh_keys()
    cash_application.match_batch(act=ACT, run_key="run", wanted=Wanted(), on=date(2026, 2, 12))
    assert untied() == []


def in_suspense(ana, amount, text):
    """Money of nobody known; returns its receipt."""
    cash = make_cash(None, amount, legal_entity_id=ana.legal_entity_id)
    says(cash, text)
    return cash


def waiting():
    """Of each receipt that waits: why, by what something was found, and the items."""
    return {
        row.payment_id: (row.reason, row.evidence_kind, [item.open_item_id for item in row.items])
        for row in list_queue()
    }


def open_of(*items):
    return [reload(item).open_minor for item in items]


def test_digits_that_nothing_agrees_with_are_proposed_and_wait(ana):
    said = (
        ("IN-2026-004711", "order 004711", "40.00"),
        ("IN-2026-004712", "2026 004712", "140.00"),
        ("IN-2026-004713", "invoice 4713", "40.00"),
        # Within the tolerance is not the amount.
        ("IN-2026-004714", "004714", "98.00"),
        # A series without letters is nothing but digits as a whole, also where some are written as letters.
        ("20264715", "20264715", "40.00"),
        ("20264716", "2O2647l6", "40.00"),
        # B folds to 8: what was written has no letter all the same.
        ("B-2026471", "82026471", "40.00"),
    )
    items = [make_item(ana, "100.00", number=number) for number, _text, _amount in said]
    receipts = [in_suspense(ana, amount, text) for _number, text, amount in said]
    match()
    assert waiting() == {
        receipt.payment_id: ("DIGITS_ALONE", "DIGITS", [item.pk]) for item, receipt in zip(items, receipts, strict=True)
    }
    assert set(open_of(*items)) == {10000}


def test_digits_post_where_amount_or_payer_agrees_and_numbers_as_before(ana):
    boris = make_boris(get_legal_entity(legal_entity_id=ana.legal_entity_id))
    exact = make_item(ana, "100.00", number="IN-2026-004711")
    together = [make_item(ana, "30.00", number="IN-2026-004712"), make_item(boris, "31.00", number="IN-2026-004713")]
    whole = make_item(ana, "200.00", number="IN-2026-004714")
    of_known, by_word = (
        make_item(boris, amount, number=f"IN-2026-00480{amount[0]}") for amount in ("700.00", "800.00")
    )
    in_suspense(ana, "100.00", "order 004711")
    in_suspense(ana, "61.00", "004712 and 004713")
    in_suspense(ana, "50.00", "in 2026 004714")
    says(make_cash(boris, "60.00"), "004807")
    in_suspense(ana, "70.00", f"{boris.number} 004808")
    match()
    assert waiting() == {}
    assert open_of(exact, *together, whole, of_known, by_word) == [0, 0, 0, 15000, 64000, 73000]


def test_a_known_payers_own_documents_go_before_strange_digits(ana):
    boris = make_boris(get_legal_entity(legal_entity_id=ana.legal_entity_id))
    own, strange = make_item(ana, "80.00"), make_item(boris, "50.00", number="IN-2026-0410")
    of_ana = make_item(ana, "90.00", number="IN-2026-0411")
    even, odd = make_cash(ana, "80.00"), make_cash(boris, "7.00")
    says(even, "transfer 2026-04-10")
    says(odd, "transfer 2026-04-11")
    match()
    assert open_of(own, strange, of_ana) == [0, 5000, 9000]
    assert waiting() == {odd.payment_id: ("AMOUNT_FITS_NOTHING", "ORDER+STATED", [strange.pk])}


def test_strange_digits_take_nothing_from_a_payer_whose_amount_it_is(ana):
    item = make_item(ana, "100.00", number="IN-2026-004711")
    stranger = in_suspense(ana, "100.01", "order 004711")
    make_cash(ana, "100.00", on="2026-02-11")
    match()
    assert open_of(item) == [0]
    assert waiting() == {stranger.payment_id: ("NAMES_A_PAID_ONE", "", [])}


def test_a_payer_known_who_owes_nothing_leaves_the_digits_to_a_person(ana):
    boris = make_boris(get_legal_entity(legal_entity_id=ana.legal_entity_id))
    item = make_item(ana, "100.00", number="IN-2026-004711")
    cash = make_cash(boris, "40.00")
    says(cash, "004711")
    match()
    assert waiting() == {cash.payment_id: ("ANOTHER_PAYER", "DIGITS", [item.pk])}
