"""What is due is debited from kept cards each morning by jobs and a second person; once, whatever fails."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.transaction import atomic
from tests.duties.people import Person, on, say, type_in
from tests.gateways.builders import make_gateway
from tests.gateways.fault_run import simulated_world
from tests.gateways.test_tokens import keep

from billwright.access.states import Role
from billwright.accounts.rows import ContactDraft
from billwright.accounts.tests.builders import make_account, make_customer
from billwright.comms.models import OutgoingMessage
from billwright.connectors.payment_simulator import FaultKind, Faults, ledger
from billwright.interfaces.cli import collect
from billwright.interfaces.jobs.collecting import charge_card_runs, debit_cards_by_schedule, tell_of_debits
from billwright.kernel.models import AuditEvent
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.ledger.tests.builders import make_books
from billwright.org.operations import set_convention
from billwright.org.queries import get_legal_entity
from billwright.payments.collecting_rows import BankDetails
from billwright.payments.models import GatewayPayment, Payment
from billwright.payments.queries.collections import list_collections, list_findings, list_runs
from billwright.payments.queries.gateways import get_gateway
from billwright.payments.states import BankDetailsKind, PaymentMethod
from billwright.receivables.queries import assert_sub_ledger_ties
from billwright.receivables.tests.builders import make_ana, make_cash, make_item, reload
from billwright.workflow.collecting import discard_run
from billwright.workflow.collecting.tests.builders import make_company, make_mandate, make_payer, prepared
from billwright.workflow.gateway_intake import ask_unanswered, card_runs, charge_run, charge_unasked, retry_tokens
from billwright.workflow.payment_intake import ReceiptIn, receive_payments

pytestmark = pytest.mark.django_db
MORNING, TODAY = "2026-02-10", date(2026, 2, 10)


class Struck(Faults):
    """Faults that strike the payments of chosen references, and every webhook twice."""

    chosen: dict = {}

    def strikes(self, kind, reference):
        return kind == FaultKind.DUPLICATE or self.chosen.get(reference) == kind


@pytest.fixture
def world(monkeypatch):
    """A company with a gateway that declines for want of funds, its day standing still."""
    monkeypatch.setattr(ledger, "DECLINES", (("visa", "51", "Insufficient funds."),))
    monkeypatch.setattr(Struck, "chosen", {})
    ana = make_ana()
    with simulated_world(ana, kinds=("hosted_page",)) as made, on(MORNING, hour=8):
        [gateway] = made.gateways.values()
        gateway.ledger.faults = made.faults = Struck(1)
        made.entity = get_legal_entity(legal_entity_id=ana.legal_entity_id)
        made.gateway_id = next(iter(made.gateways))
        made.ana = ana
        yield made


def customer(world, name, amount="", *, due="2026-02-10", account=None):
    """A customer who keeps a card, with something due."""
    account = account or make_account(world.entity, make_customer(name))
    method = keep(account, get_gateway(world.gateway_id), f"tok-{name}")
    return account, make_item(account, amount, due=due) if amount else None, method


def pays_himself(account, item, amount):
    receipt = ReceiptIn(
        source="test", source_key=f"own-{account.id}", amount=Money.of(amount, "ZAR"), value_date=TODAY,
        method=PaymentMethod.BANK_TRANSFER, account_id=account.id,
    )  # fmt: skip
    with atomic():
        receive_payments(act=make_act(at=f"{MORNING}T08:00:00"), receipts=[receipt])
    assert reload(item).open_minor == 0


def chosen(finance, value, *, since=MORNING):
    door = f"/legal-entities/{finance.entity_id}/conventions/card_runs"
    finance.api("put", door, {"value": value, "valid_from": since, "reason": "Agreed by the board"})


def prepared_by_the_job(finance):
    """The run of the morning, at the hour from which it is made, once the company chose so."""
    assert debit_cards_by_schedule(timestamp=0) == 0
    chosen(finance, "prepare")
    with on(MORNING, hour=3):
        assert debit_cards_by_schedule(timestamp=0) == 0
    assert [debit_cards_by_schedule(timestamp=0), debit_cards_by_schedule(timestamp=0)] == [1, 1]
    [run] = list_runs()
    assert (run.scheme, run.state, run.collection_count, str(run.total.decimal)) == ("card", "CHECKED", 5, "380.00")
    return run


def told(world):
    """The gateway's webhooks arrive, each twice, and are worked."""
    world.deliver(world.gateway_id)
    world.work(world.gateway_id)
    assert world.seen["repeats"] > 0


def test_a_morning_of_cards_from_the_job_to_the_last_webhook(world):
    finance = Person("faisal", (Role.FINANCE_MANAGER,))
    finance.entity_id = world.entity.id
    ana, paid, _card = customer(world, "ana", "115.00", account=world.ana)
    boris, declined, _ = customer(world, "boris", "50.00", due="2026-02-01")
    clara, lost, _ = customer(world, "clara", "75.00")
    dan, by_himself, _ = customer(world, "dan", "60.00")
    eve, covered, _ = customer(world, "eve", "100.00")
    make_cash(eve, "20.00", on="2026-02-09")
    customer(world, "finn", "10.00", due="2026-02-11")
    run = prepared_by_the_job(finance)
    page = finance.reads("collection-run", run.id)
    assert ("kept cards and wallets" in page, "Sequence" in page) == (True, False)
    finance.sends("collection-run-act", run.id, "approve")
    assert charge_card_runs(timestamp=0) == 0
    finance.api("post", f"/collection-runs/{run.id}/submit", {})
    references = {row.account_id: row.end_to_end for row in list_collections(run_id=run.id)}
    Struck.chosen.update({references[boris.id]: FaultKind.DECLINE, references[clara.id]: FaultKind.LOST_ANSWER})
    pays_himself(dan, by_himself, "60.00")
    assert [charge_card_runs(timestamp=0), charge_card_runs(timestamp=0)] == [4, 0]
    assert type_in(collect.app, "charge", run.id) == {"asked": 0}
    states = {row.account_id: (row.state, row.plan) for row in list_collections(run_id=run.id)}
    assert states == {
        ana.id: ("PAID", ""),
        boris.id: ("FAILED", "RETRY"),
        clara.id: ("SUBMITTED", ""),
        dan.id: ("CANCELED", ""),
        eve.id: ("PAID", ""),
    }
    assert [(row.account_id, row.kind) for row in list_findings(run.id)] == [(dan.id, "CHANGED_SINCE")]
    assert "It was paid, held or disputed meanwhile" in finance.reads("collection-run", run.id)
    told(world)
    assert list_runs()[0].state == "CLOSED"
    [failed] = list_collections(account_id=boris.id)
    assert retry_tokens(act=world.act(), on=failed.retry_on) == 1
    told(world)
    assert [reload(item).open_minor for item in (paid, declined, lost, covered)] == [0, 0, 0, 2_000]
    assert world.gateways[world.gateway_id].ledger.sums()["PAYMENT"] == 11_500 + 5_000 + 7_500 + 8_000
    assert Payment.objects.filter(source__startswith="gateway:").count() == 4
    assert_sub_ledger_ties()


def test_who_chose_debit_is_the_second_person_and_a_killed_worker_charges_once(world, monkeypatch):
    finance = Person("faisal", (Role.FINANCE_MANAGER,))
    finance.entity_id = world.entity.id
    _ana, item, _ = customer(world, "ana", "115.00", account=world.ana)
    _boris, other, _ = customer(world, "boris", "50.00")
    assert say(collect.app, "schedule", world.entity.code).strip() == "KAROO: never"
    chosen(finance, "debit")
    assert debit_cards_by_schedule(timestamp=0) == 1
    [run] = list_runs(state="SUBMITTED")
    approved = AuditEvent.objects.get(verb="collection_run.approve")
    assert (approved.actor, approved.on_behalf_of) == ("system:card-runs", finance.actor)

    def killed(**_given):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(card_runs, "charge_asked", killed)
        with pytest.raises(KeyboardInterrupt):
            charge_card_runs(timestamp=0)
    assert [row.state for row in list_collections(run_id=run.id)] == ["SUBMITTED", "PREPARED"]
    assert charge_card_runs(timestamp=0) == 1
    world.at += timedelta(minutes=90)
    GatewayPayment.objects.update(started_at=world.at - timedelta(minutes=2))
    assert charge_unasked(act=world.act(), gateway_id=world.gateway_id) == 1
    assert charge_unasked(act=world.act(), gateway_id=world.gateway_id) == 0
    assert [reload(one).open_minor for one in (item, other)] == [0, 0]
    assert world.gateways[world.gateway_id].ledger.sums()["PAYMENT"] == 16_500
    assert list_runs()[0].state == "CLOSED"
    assert debit_cards_by_schedule(timestamp=0) == 1
    assert len(list_runs()) == 1


def test_a_debit_asks_eighty_times_however_many_are_in_the_run(world, django_assert_num_queries):
    finance = Person("faisal", (Role.FINANCE_MANAGER,))
    finance.entity_id = world.entity.id
    for name in ("ana", "boris", "clara"):
        customer(world, name, "50.00", account=world.ana if name == "ana" else None)
    chosen(finance, "debit")
    assert debit_cards_by_schedule(timestamp=0) == 1
    [run] = list_runs(state="SUBMITTED")
    with django_assert_num_queries(3 + 3 * 80 + 1):
        assert charge_run(act=world.act(), collection_run_id=run.id) == 3
    assert [row.state for row in list_collections(run_id=run.id)] == ["PAID", "PAID", "PAID"]


def test_a_run_that_a_person_prepared_is_left_to_people(world):
    finance = Person("faisal", (Role.FINANCE_MANAGER,))
    finance.entity_id = world.entity.id
    customer(world, "ana", "115.00", account=world.ana)
    chosen(finance, "debit")
    finance.sends("collection-run-new", scheme="card:ZAR", action_day="")
    assert debit_cards_by_schedule(timestamp=0) == 0
    assert [(run.state, run.prepared_by) for run in list_runs()] == [("DRAFT", finance.actor)]


def test_what_nobody_approves_in_time_is_chosen_anew_and_a_card_put_aside_is_left_out(world):
    finance = Person("faisal", (Role.FINANCE_MANAGER,))
    finance.entity_id = world.entity.id
    ana, _item, _ = customer(world, "ana", "115.00", account=world.ana)
    _boris, _other, card = customer(world, "boris", "50.00")
    chosen(finance, "prepare")
    assert debit_cards_by_schedule(timestamp=0) == 1
    with on("2026-02-14"):
        finance.sends("collection-run-act", list_runs()[0].id, "approve")
        finance.sends("collection-run-act", list_runs()[0].id, "submit", expecting=422)
        assert debit_cards_by_schedule(timestamp=0) == 1
        again, first = list_runs()
        assert (again.state, first.state, again.collection_count) == ("CHECKED", "DISCARDED", 2)
        finance.sends("stored-method-move", card.id, "suspend", reason="He asked for it")
        finance.sends("collection-run-act", again.id, "approve")
        finance.sends("collection-run-act", again.id, "submit")
        assert charge_card_runs(timestamp=0) == 1
    assert [row.kind for row in list_findings(again.id)] == ["METHOD_UNUSABLE"]
    assert [row.account_id for row in list_collections(run_id=again.id, state="PAID")] == [ana.id]
    make_item(ana, "20.00", due="2026-02-15")
    with on("2026-02-15"):
        assert debit_cards_by_schedule(timestamp=0) == 1
        chosen(finance, "never", since="2026-02-16")
    with on("2026-02-19"):
        assert debit_cards_by_schedule(timestamp=0) == 0
    assert list_runs()[0].state == "DISCARDED"


def test_an_answer_that_does_not_fit_stops_no_other_debit_and_no_question(world):
    finance = Person("faisal", (Role.FINANCE_MANAGER,))
    finance.entity_id = world.entity.id
    _ana, lost, _ = customer(world, "ana", "75.00", account=world.ana)
    _boris, item, _ = customer(world, "boris", "115.00")
    _clara, other, _ = customer(world, "clara", "50.00")
    chosen(finance, "debit")
    assert debit_cards_by_schedule(timestamp=0) == 1
    [run] = list_runs()
    unheard, misfit, _third = list_collections(run_id=run.id)
    Struck.chosen[unheard.end_to_end] = FaultKind.LOST_ANSWER
    # The gateway says that it took another amount under this one's reference.
    world.gateways[world.gateway_id].ledger.charge(
        reference=misfit.end_to_end, amount_minor=1, currency="ZAR", at=world.at
    )
    assert charge_card_runs(timestamp=0) == 3
    assert [row.state for row in list_collections(run_id=run.id)] == ["SUBMITTED", "SUBMITTED", "PAID"]
    assert [reload(one).open_minor for one in (lost, item, other)] == [7_500, 11_500, 0]
    world.at += timedelta(minutes=90)
    # The newest is asked about first, and its answer fits no better.
    assert ask_unanswered(act=world.act(), gateway_id=world.gateway_id) == 1
    assert [reload(one).open_minor for one in (lost, item, other)] == [0, 11_500, 0]


def test_in_india_a_card_is_debited_two_days_after_its_owner_was_told_and_not_before():
    entity = make_books("GANGA", currency="INR", country="IN", timezone="Asia/Kolkata")
    contact = ContactDraft(name="Anika", email="anika@example.org", language="en")
    anika = make_account(entity, make_customer("Anika", country="IN"), currency="INR", contacts=(contact,))
    keep(anika, make_gateway(anika, name="page-in"), "tok-anika")
    make_item(anika, "1180.00", due="2026-05-11", dated="2026-05-01")
    finance = Person("faisal", (Role.FINANCE_MANAGER,))
    finance.entity_id = entity.id
    chosen(finance, "prepare")
    with on("2026-05-10", hour=7):
        assert debit_cards_by_schedule(timestamp=0) == 0
        assert "1,180.00" in finance.reads("collection-announcements")
        assert [tell_of_debits(timestamp=0), tell_of_debits(timestamp=0)] == [1, 0]
    with on("2026-05-11", hour=7):
        assert tell_of_debits(timestamp=0) == 0
        assert "12 May 2026" in finance.reads("collection-announcements")
    mail = OutgoingMessage.objects.get(purpose="card_debit.announced")
    assert mail.subject == "We debit INR 1,180.00 on 12 May 2026"
    assert "answer this mail before that day" in mail.body
    with on("2026-05-12", hour=3):
        # It was queued and never left: nobody was told.
        assert debit_cards_by_schedule(timestamp=0) == 0
        finance.sends("collection-run-new", scheme="card:INR", action_day="", expecting=422)
    OutgoingMessage.objects.update(sent_at=datetime(2026, 5, 10, 7, 1, tzinfo=UTC))
    with on("2026-05-12", hour=3):
        assert "Kept cards and wallets, INR" in finance.reads("collection-run-new")
        finance.sends("collection-run-new", scheme="card:INR", action_day="")
    [run] = list_runs()
    assert (run.scheme, str(run.total)) == ("card", "1180.00 INR")


def test_who_pays_by_card_first_is_left_out_of_runs_of_banks_once_the_company_debits_cards():
    entity, _bank = make_company("KAROO", scheme="za-eft", currency="ZAR", service_key="KEY", lead_days="2")
    ana, boris = make_payer(entity), make_payer(entity, "Boris Petrov")
    keep(ana, make_gateway(ana), "tok-ana")
    for number, account in enumerate((ana, boris), start=1):
        details = BankDetails(kind=BankDetailsKind.ZA, branch="250655", number=f"6200123456{number}", account_type="1")
        make_mandate(account, scheme="za-eft", reference=f"M-{number}", details=details)
        make_item(account, "115.00", due="2026-02-01", dated="2026-01-10")

    def debited(at):
        run = prepared(entity, scheme="za-eft", day=date(2026, 2, 10), at=f"{at}T09:00:00")
        accounts = {row.account_id for row in list_collections(run_id=run.id)}
        discard_run(act=make_act(at=f"{at}T10:00:00"), collection_run_id=run.id)
        return accounts

    set_convention(
        act=make_act(), legal_entity_id=entity.id, option="card_runs", value="prepare", valid_from=date(2026, 2, 5)
    )
    assert [debited("2026-02-04"), debited("2026-02-05")] == [{ana.id, boris.id}, {boris.id}]
