"""A run of debits through the simulator with every fault, and the books held against its ledger to the cent.

Debits come two ways: asked for one by one, and by runs of kept cards with what follows from those that fail.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.db.models import Sum

from billwright.accounts.tests.builders import make_account, make_customer
from billwright.connectors.payment_simulator import FaultKind, Faults, Simulator
from billwright.kernel.acts import Act
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import control_balance
from billwright.org.queries import get_legal_entity
from billwright.payments.gateway_rows import GatewayIn
from billwright.payments.models import Chargeback, GatewayPayment, Payment, Payout, Refund
from billwright.payments.operations.methods import add_token
from billwright.payments.ports.gateways import Delivery
from billwright.payments.queries.gateways import config_of, get_gateway, list_gateway_payments
from billwright.payments.states import PaymentMethod
from billwright.project.simulator import SECRETS, SETTINGS
from billwright.receivables.tests.builders import make_item
from billwright.workflow.collecting import approve_run, check_run, prepare_run, submit_run
from billwright.workflow.gateway_intake import (
    ChargeWanted,
    ask_unanswered,
    charge_run,
    charge_token,
    confirm_events,
    fill_gaps,
    read_payouts,
    retry_tokens,
    set_up_gateway,
    take_webhook,
    work_events,
)

BEGIN = datetime(2026, 2, 10, 8, tzinfo=UTC)


@dataclass
class World:
    """A company with a simulated gateway of each kind, and a clock that a run moves on."""

    account: object
    simulator: Simulator
    faults: Faults
    gateways: dict = field(default_factory=dict)
    cards: list = field(default_factory=list)
    at: datetime = BEGIN
    seen: Counter = field(default_factory=Counter)

    def act(self, actor="system:gateways"):
        return Act(actor=actor, at=self.at)

    @transaction.atomic
    def set_up(self, kind):
        name = f"simulator-{kind.replace('_', '-')}"[:29]
        row = set_up_gateway(
            act=make_act(),
            gateway=GatewayIn(
                legal_entity_id=self.account.legal_entity_id,
                name=name,
                kind=kind,
                currency="ZAR",
                base_url=f"{self.simulator.address}/{name}",
                is_simulator=True,
                settings=SETTINGS[kind],
                secrets=SECRETS[kind],
            ),
        )
        config = config_of(row.id)
        self.gateways[row.id] = self.simulator.add(
            name=name,
            kind=kind,
            currency="ZAR",
            settings=config.settings,
            secrets=config.secrets,
            webhook_url=row.webhook_path,
            faults=self.faults,
            clock=lambda: self.at,
        )
        return row

    def debit(self, gateway_id, reference, amount_minor):
        row = charge_token(
            act=make_act(at=self._now),
            wanted=ChargeWanted(
                gateway_id=gateway_id,
                account_id=self.account.id,
                reference=reference,
                token="tok_simulator",
                amount=Money(amount_minor, "ZAR"),
                description="Subscription",
            ),
        )
        self.seen[row.state] += 1
        return row

    @transaction.atomic
    def keep_cards(self, count):
        """So many customers of the company who keep a card, at the gateways in turn."""
        entity = get_legal_entity(legal_entity_id=self.account.legal_entity_id)
        names = [get_gateway(id_).name for id_ in self.gateways]
        for number in range(count):
            customer = make_account(entity, make_customer(f"Card {number}"))
            add_token(
                act=make_act(), account_id=customer.id, kind=PaymentMethod.CARD, provider=names[number % len(names)],
                token=f"tok-{number}", label="card ending 4242", holder="Card", valid_from=date(2026, 1, 1),
            )  # fmt: skip
            self.cards.append(customer)

    def debit_cards(self):
        """Something falls due on each, and a run of the day debits it; failures whose day has come are taken up."""
        today = self.at.date()
        with transaction.atomic():
            for number, customer in enumerate(self.cards):
                self.seen["items"] += 1
                make_item(customer, f"{10 + (number * 7919) % 900}.{self.seen['items'] % 100:02d}", due=str(today))
            run = prepare_run(act=make_act(at=self._now), legal_entity_id=self.account.legal_entity_id, scheme="card")
            for move in (check_run, approve_run, submit_run):
                move(act=make_act(at=self._now), collection_run_id=run.id)
        self.seen["by_run"] += charge_run(act=self.act(), collection_run_id=run.id)
        self.seen["taken_up"] += retry_tokens(act=self.act(), on=today)

    @property
    def _now(self):
        return self.at.replace(tzinfo=None).isoformat()

    def deliver(self, gateway_id, *, faulty=True):
        for sent in self.gateways[gateway_id].deliveries(faulty=faulty):
            key = sent.url.strip("/").rpartition("/")[2]
            delivery = Delivery(headers=sent.headers, body=sent.body, source_address="127.0.0.1", at=self.at)
            with transaction.atomic():
                taken = take_webhook(webhook_key=key, delivery=delivery)
            assert taken.is_believed, taken.event.reason
            self.seen["webhooks"] += 1
            self.seen["repeats"] += not taken.is_new

    def work(self, gateway_id):
        confirm_events(act=self.act(), gateway_id=gateway_id)
        while (done := self._worked(gateway_id)).total:
            self.seen["waited"] += done.waiting

    @transaction.atomic
    def _worked(self, gateway_id):
        return work_events(act=self.act(), gateway_id=gateway_id)

    def pay_out(self, gateway_id):
        gateway = self.gateways[gateway_id]
        key = gateway.pay_out(on=self.at.date())
        self.deliver(gateway_id, faulty=False)
        self.work(gateway_id)
        if key:
            for payout in read_payouts(act=self.act(), gateway_id=gateway_id, since=self.at.date()):
                fill_gaps(act=self.act(), payout_id=payout.id)


@contextmanager
def simulated_world(account, *, seed=1, kinds=tuple(SECRETS), shares=None):
    """A world whose simulator is stopped afterwards."""
    faults = Faults(seed) if shares is None else Faults(seed, shares)
    simulator = Simulator()
    simulator.start()
    try:
        world = World(account=account, simulator=simulator, faults=faults)
        for kind in kinds:
            world.set_up(kind)
        yield world
    finally:
        simulator.stop()


def run(world, *, count, rounds):
    """So many debits over the gateways in turn; after each round webhooks leave, are worked, and money is paid out."""
    ids = list(world.gateways)
    for round_ in range(rounds):
        for number in range(round_, count, rounds):
            gateway_id = ids[number % len(ids)]
            world.debit(gateway_id, f"COLLECT-{number:06d}", 1000 + (number * 7919) % 90_000)
        if world.cards:
            world.debit_cards()
        for gateway_id, gateway in world.gateways.items():
            gateway.let_happen()
            world.deliver(gateway_id)
            world.work(gateway_id)
        world.at += timedelta(hours=2)
        for gateway_id in ids:
            world.seen["asked"] += ask_unanswered(act=world.act(), gateway_id=gateway_id)
            world.pay_out(gateway_id)
        world.at += timedelta(days=1)
    # What was held back is paid out; lost webhooks come to light in the payouts.
    for gateway_id in ids:
        world.pay_out(gateway_id)
        world.pay_out(gateway_id)


def books(world):
    """The same sums as the simulator keeps, out of our books."""
    sources = [f"gateway:{gateway.name}" for gateway in world.gateways.values()]
    receipts = Payment.objects.filter(source__in=sources)
    chargebacks = Chargeback.objects.all()
    refunds = Refund.objects.filter(payment__in=receipts).exclude(
        reference__in=chargebacks.values_list("chargeback_key", flat=True)
    )
    clearing = control_balance(legal_entity_id=world.account.legal_entity_id, role=LedgerRole.BANK_CLEARING)
    return {
        "PAYMENT": _sum(receipts.exclude(source_key__endswith=":won")),
        "REFUND": -_sum(refunds),
        "CHARGEBACK": -_sum(chargebacks),
        "CHARGEBACK_WON": _sum(receipts.filter(source_key__endswith=":won")),
        "FEES": Payout.objects.aggregate(total=Sum("fees_minor"))["total"] or 0,
        "PAID_OUT": Payout.objects.aggregate(total=Sum("net_minor"))["total"] or 0,
        # No bank statement came in this run: what was paid out is still in bank clearing.
        "AT_GATEWAY": clearing.get("ZAR", 0) - (Payout.objects.aggregate(total=Sum("net_minor"))["total"] or 0),
    }


def theirs(world):
    """The sums of the simulator's own ledgers."""
    total = Counter()
    for gateway in world.gateways.values():
        total.update(gateway.ledger.sums())
    return dict(total)


def struck(world):
    """How many payments each fault struck."""
    references = [one for gateway in world.gateways.values() for one in gateway.ledger.by_reference]
    events = [one for gateway in world.gateways.values() for one in gateway.event_keys]
    of_events = (FaultKind.DUPLICATE, FaultKind.OUT_OF_ORDER, FaultKind.LATE, FaultKind.LOST_WEBHOOK)
    return {
        kind.value: sum(world.faults.strikes(kind, one) for one in (events if kind in of_events else references))
        for kind in FaultKind
    }


def open_ends():
    """What is not ended: it must be nothing."""
    return list_gateway_payments(states=("STARTED", "PENDING", "UNKNOWN"))


def _sum(rows):
    return rows.aggregate(total=Sum("amount_minor"))["total"] or 0


def paid_count():
    return GatewayPayment.objects.filter(state="PAID").count()
