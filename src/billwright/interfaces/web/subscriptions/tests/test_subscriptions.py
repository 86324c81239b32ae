"""Subscriptions at the desk: ordered, activated, changed with a preview, held, canceled and kept; adjustments (H39)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from billwright.access.states import Role
from billwright.access.tests.builders import make_limit
from billwright.catalog.states import PriceModel
from billwright.interfaces.web.tests.builders import logged_in
from billwright.kernel import clock
from billwright.kernel.acts import Act
from billwright.rating.queries import list_charges
from billwright.subscriptions import operations
from billwright.subscriptions.operations import NewClause
from billwright.subscriptions.queries import get_subscription, list_billing_holds, list_items, list_subscriptions
from billwright.workflow.bill_run.tests.builders import (
    bill,
    make_account,
    make_plan,
    make_world,
    subscribe,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_clock():
    with clock.standing_at(datetime(2026, 1, 15, 9, tzinfo=UTC)):
        yield


def make_running(*, count: int = 1, billed: bool = False, model: PriceModel = PriceModel.PER_UNIT):
    make_world()
    make_plan(model=model)
    running = [subscribe(make_account(f"ACC-{number}")) for number in range(count)]
    if billed:
        bill("2026-01-01")
    return running[0]


def biller():
    return logged_in(Role.BILLING_SPECIALIST, username="bella")


def adjustment_form(**changes: str) -> dict[str, str]:
    return {
        "amount": "-25.00",
        "product": "hosting",
        "text": "Goodwill for the outage",
        "bill_from": "2026-01-15",
        "reason": "Down for two days",
        **changes,
    }


def test_the_list_tells_the_next_bill_and_is_narrowed():
    running = make_running(count=2, billed=True)
    client = biller()
    rows = client.get("/subscriptions/?account=ACC-0&state=ACTIVE&plan=basic").context["table"].rows
    assert [(row.id, str(row.due_on)) for row in rows] == [(running.id, "2026-02-01")]
    assert client.get("/subscriptions/?state=ENDED").context["table"].rows == []
    assert client.get("/subscriptions/?export=xlsx").content.startswith(b"PK")


@pytest.mark.parametrize(("url", "query_count"), [("/subscriptions/", 14), ("/subscriptions/{id}/", 18)])
def test_pages_ask_as_often_whatever_the_size(django_assert_num_queries, url, query_count):
    running = make_running(count=4)
    client = biller()
    with django_assert_num_queries(query_count):
        client.get(url.format(id=running.id))


def test_a_plan_is_ordered_and_activated():
    make_world()
    make_plan()
    make_account("ANA")
    client = biller()
    client.post("/subscriptions/new/", {"account": "ANA", "plan": "basic", "quantity": "1", "starts_on": ""})
    (ordered,) = list_subscriptions()
    assert ordered.state == "PENDING"
    client.post(f"/subscriptions/{ordered.id}/activate/", {"starts_on": "2026-01-20"})
    assert get_subscription(ordered.id).state == "ACTIVE"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"account": "NOBODY"}, "no account of this number"),
        ({"plan": "gold"}, "Select a valid choice"),
        ({"quantity": "0"}, "above zero"),
        ({"starts_on": "1980-01-01"}, "or later"),
    ],
)
def test_a_wrong_order_is_refused_on_its_field(changes, words):
    make_world()
    make_plan()
    make_account("ANA")
    form = {"account": "ANA", "plan": "basic", "quantity": "1", "starts_on": "2026-01-15", **changes}
    answer = biller().post("/subscriptions/new/", form)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert list_subscriptions() == []


def test_a_quantity_that_no_charge_counts_is_told():
    running = make_running(billed=True, model=PriceModel.FLAT)
    form = {"quantity": "3", "effective_on": "2026-01-15", "version": str(running.version), "preview": "1"}
    answer = biller().post(f"/subscriptions/{running.id}/quantity/", form)
    assert "No charge of this plan counts the quantity" in answer.content.decode()


def test_another_quantity_shows_the_bill_that_follows_and_writes_nothing():
    running = make_running(billed=True)
    form = {"quantity": "3", "effective_on": "2026-01-15", "version": str(running.version), "preview": "1"}
    answer = biller().post(
        f"/subscriptions/{running.id}/quantity/", form, headers={"HX-Request": "true", "HX-Target": "reckoned"}
    )
    ((_document, lines),) = answer.context["preview"]["documents"]
    # 17 of 31 days: 100.00 credited, 300.00 billed.
    assert [line.amount_minor for _kind, line, _last in lines] == [-5484, 16452]
    assert get_subscription(running.id).quantity == Decimal(1)


def test_another_quantity_ends_one_item_and_starts_another():
    running = make_running(billed=True)
    form = {"quantity": "3", "effective_on": "2026-01-15", "version": str(running.version)}
    biller().post(f"/subscriptions/{running.id}/quantity/", form)
    assert [item.quantity for item in list_items(running.id)] == [1, 3]


def test_a_change_of_what_somebody_else_changed_is_refused_in_words():
    running = make_running()
    form = {"quantity": "3", "effective_on": "2026-01-15", "version": str(running.version + 1)}
    answer = biller().post(f"/subscriptions/{running.id}/quantity/", form)
    assert answer.status_code == 422
    assert "Somebody changed this subscription" in answer.content.decode()


def test_a_subscription_is_canceled_and_kept_on():
    running = make_running()
    client = biller()
    url = f"/subscriptions/{running.id}"
    form = {"last_day": "2026-01-31", "reason": "Moved away", "version": str(running.version)}
    client.post(f"{url}/cancel/", form)
    ending = get_subscription(running.id)
    assert (ending.state, str(ending.ends_before)) == ("ENDING", "2026-02-01")
    client.post(f"{url}/keep/", {"version": ending.version})
    assert get_subscription(running.id).state == "ACTIVE"


def test_billing_is_held_and_released():
    running = make_running()
    client = biller()
    url = f"/subscriptions/{running.id}"
    client.post(f"{url}/hold/", {"hold_reason": "In dispute", "valid_from": "2026-01-15"})
    (hold,) = list_billing_holds(account_id=running.account_id)
    assert "In dispute" in client.get(f"{url}/").content.decode()
    client.post(f"{url}/hold/{hold.id}/release/")
    assert client.get(f"{url}/").context["holds"] == []


def test_the_next_bill_is_reckoned_on_asking():
    running = make_running()
    answer = biller().get(f"/subscriptions/{running.id}/?preview=1")
    ((document, lines),) = answer.context["preview"]["documents"]
    assert (document.total_minor, len(lines)) == (11500, 1)


def test_an_adjustment_waits_for_another_person():
    running = make_running()
    make_limit(Role.TEAM_LEAD, "adjustment.approve", 10000)
    bella, clara = biller(), logged_in(Role.TEAM_LEAD, username="clara")
    url = f"/subscriptions/{running.id}"
    bella.post(f"{url}/adjust/", adjustment_form())
    (charge,) = list_charges(subscription_id=running.id)
    assert not bella.get(f"{url}/").context["charges"][0]["may_approve"]
    assert bella.post(f"{url}/charges/{charge.id}/approve/").status_code == 403
    clara.post(f"{url}/charges/{charge.id}/approve/")
    assert list_charges(subscription_id=running.id)[0].state == "READY"


def test_an_adjustment_is_discarded():
    running = make_running()
    client = biller()
    client.post(f"/subscriptions/{running.id}/adjust/", adjustment_form())
    (charge,) = list_charges(subscription_id=running.id)
    client.post(f"/subscriptions/{running.id}/charges/{charge.id}/discard/")
    assert list_charges(subscription_id=running.id)[0].state == "DISCARDED"


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"amount": "0"}, "bills nothing"), ({"reason": ""}, "required"), ({"amount": "x"}, "amount")],
)
def test_a_wrong_adjustment_is_refused_on_its_field(changes, words):
    running = make_running()
    answer = biller().post(f"/subscriptions/{running.id}/adjust/", adjustment_form(**changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert list_charges() == []


def test_a_charge_of_another_subscription_is_not_decided_here():
    running = make_running(count=2)
    client = biller()
    client.post(f"/subscriptions/{running.id}/adjust/", adjustment_form())
    (charge,) = list_charges()
    other = list_subscriptions()[1]
    assert client.post(f"/subscriptions/{other.id}/charges/{charge.id}/discard/").status_code == 404


def test_who_may_only_look_is_offered_no_act():
    running = make_running()
    client = logged_in(Role.SALES_READ_ONLY)
    page = client.get(f"/subscriptions/{running.id}/")
    assert not any(page.context[name] for name in ("may_cancel", "may_change", "may_hold", "may_adjust"))
    form = {"reason": "no", "version": str(running.version)}
    assert client.post(f"/subscriptions/{running.id}/cancel/", form).status_code == 403


def test_a_subscription_is_found_by_its_number():
    running = make_running()
    answer = biller().get(f"/search/?q={running.number}")
    assert f"/subscriptions/{running.id}/" in (answer.get("Location") or answer.content.decode())


def test_another_plan_shows_credit_charge_and_the_next_invoice():
    running = make_running(billed=True)
    make_plan("pro", Decimal("155.00"))
    form = {
        "plan": "pro", "quantity": "1", "effective_on": "2026-01-15", "version": str(running.version), "preview": "1",
    }  # fmt: skip
    answer = biller().post(
        f"/subscriptions/{running.id}/plan/", form, headers={"HX-Request": "true", "HX-Target": "reckoned"}
    )
    change = answer.context["change"]
    # 17 of 31 days of 100.00 and of 155.00, and on 1 February the next month.
    assert (change.credit_minor, change.charge_minor, str(change.next_on)) == (5484, 8500, "2026-02-01")
    ((document, _lines),) = answer.context["next_bill"]["documents"]
    assert document.net_minor == 8500 - 5484 + 15500
    assert get_subscription(running.id).plan_code == "basic"


def test_a_planned_change_is_shown_and_withdrawn():
    running = make_running(billed=True)
    client = biller()
    url = f"/subscriptions/{running.id}"
    form = {"effective_on": "2026-03-01", "percent": "0", "version": str(running.version)}
    client.post(f"{url}/pause/", form)
    ((change, _words),) = client.get(f"{url}/").context["scheduled"]
    assert str(change.effective_from) == "2026-03-01"
    client.post(f"{url}/changes/{change.id}/withdraw/")
    assert client.get(f"{url}/").context["scheduled"] == []


def test_paused_and_resumed():
    running = make_running()
    client = biller()
    url = f"/subscriptions/{running.id}"
    client.post(f"{url}/pause/", {"effective_on": "2026-01-15", "percent": "0", "version": str(running.version)})
    paused = get_subscription(running.id)
    assert (paused.state, client.get(f"{url}/").context["may_resume"]) == ("PAUSED", True)
    client.post(f"{url}/resume/", {"effective_on": "2026-01-15", "version": str(paused.version)})
    assert get_subscription(running.id).state == "ACTIVE"


def test_a_clause_that_contradicts_the_price_is_shown():
    running = make_running()
    act = Act(actor="user:0", at=datetime(2026, 1, 15, 9, tzinfo=UTC))
    clause = NewClause("3", "The fee is 90.00.", parameter="price", value="90.00")
    contract = operations.record_contract(
        act=act, account_id=running.account_id, number="C-7", title="Hosting", starts_on=date(2026, 1, 1),
        clauses=(clause,),
    )  # fmt: skip
    operations.bind_contract(act=act, subscription_id=running.id, contract_id=contract.id, as_of=date(2026, 1, 15))
    answer = biller().get(f"/subscriptions/{running.id}/")
    (finding,) = answer.context["contradictions"]
    assert (finding.clause, finding.says) == ("3", Decimal("90.00"))
    assert "C-7" in answer.content.decode()
