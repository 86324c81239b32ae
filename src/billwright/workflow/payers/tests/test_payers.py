import pytest
from django.db.models import Sum

from billwright.catalog.tests.builders import make_plan, make_product
from billwright.invoicing.queries import list_documents
from billwright.invoicing.tests.builders import make_company, make_payer
from billwright.kernel.tests.builders import make_act
from billwright.subscriptions.models import BillingMark, SubscriptionItem
from billwright.subscriptions.operations import NewSubscription, follow_payer, subscribe
from billwright.subscriptions.tests.builders import day
from billwright.workflow.bill_run import run_bill_run
from billwright.workflow.payers import assign_payer, release_payer

pytestmark = pytest.mark.django_db


@pytest.fixture
def family():
    make_product()
    make_plan()
    entity = make_company()
    parent, child = make_payer(entity, name="Ana Botha"), make_payer(entity, name="Boris Botha")
    row = NewSubscription(account_id=child.id, plan="basic", ordered_on=day("2026-01-01"), starts_on=day("2026-01-01"))
    subscribe(act=make_act(), row=row)
    return parent, child


def totals(account):
    return [str(row.total) for row in list_documents(account_id=account.id)]


def test_the_parent_gets_the_bill_from_the_day_on_and_the_child_again_after(family):
    parent, child = family
    run_bill_run(act=make_act(), as_of=day("2026-01-01"))
    assert (
        assign_payer(act=make_act(), child_id=child.id, parent_id=parent.id, valid_from=day("2026-02-01")).item_count
        == 1
    )
    run_bill_run(act=make_act(at="2026-02-01T10:00:00"), as_of=day("2026-02-01"))
    release_payer(act=make_act(), child_id=child.id, ends_before=day("2026-03-01"))
    run_bill_run(act=make_act(at="2026-03-01T10:00:00"), as_of=day("2026-03-01"))
    assert (totals(child), totals(parent)) == (["115.00 ZAR", "115.00 ZAR"], ["115.00 ZAR"])


def test_what_is_billed_stays_and_moves_at_the_mark(family):
    parent, child = family
    run_bill_run(act=make_act(), as_of=day("2026-01-01"))
    assign_payer(act=make_act(), child_id=child.id, parent_id=parent.id, valid_from=day("2026-01-15"))
    new = SubscriptionItem.objects.get(payer_id=parent.id)
    assert new.effective_from == day("2026-02-01")
    assert BillingMark.objects.aggregate(claims=Sum("claim_no"))["claims"] == 1


def test_following_twice_moves_nothing(family):
    parent, child = family
    assign_payer(act=make_act(), child_id=child.id, parent_id=parent.id, valid_from=day("2026-02-01"))
    assert follow_payer(account_id=child.id, effective_on=day("2026-02-01")) == 0
