"""Card payments of the demo, through the SIMULATOR of gateways on this machine: no real money moves.

The simulator lives while the history is told; beside the opened demo, or as `billwright simulator`, another serves the
same gateways afterwards.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from decimal import Decimal
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.db import transaction

from billwright.connectors.payment_simulator import FaultKind, Faults, SimulatedGateway, Simulator
from billwright.kernel.acts import Act
from billwright.kernel.errors import Refusal
from billwright.kernel.periods import add_months
from billwright.payments import links
from billwright.payments.collecting_rows import CollectionRunRow, StoredMethodRow
from billwright.payments.gateway_rows import GatewayIn, GatewayRow
from billwright.payments.gateway_states import ChargebackState
from billwright.payments.operations.methods import add_token
from billwright.payments.ports.gateways import Delivery, StartedPage
from billwright.payments.queries.gateways import config_of, list_chargebacks, list_payouts
from billwright.payments.states import CARDS, PaymentMethod
from billwright.project.simulator import PORT, SECRETS, SETTINGS
from billwright.workflow import payment_links
from billwright.workflow.collecting import approve_run, check_run, prepare_run, submit_run
from billwright.workflow.demo.cast import DEMO_DOMAIN
from billwright.workflow.demo.rooms import Room, Scene
from billwright.workflow.demo.rooms.statement import take_statement
from billwright.workflow.gateway_intake import (
    charge_run,
    collect_from_token,
    confirm_events,
    contest_chargeback,
    fill_gaps,
    keep_tokens,
    read_payouts,
    reconcile_payout,
    set_up_gateway,
    take_webhook,
    watch_gateway,
    work_events,
)

ACTOR = "system:gateways"
SEED = 4
# Banks that say no, and webhooks that come twice.
FAULTS = {FaultKind.DECLINE: 0.25, FaultKind.DUPLICATE: 0.2}
KINDS = {"KAROO": "hosted_page", "BALKAN": "stripe", "NIMBUS": "stripe"}
CARDS_EACH = 2
ON_PAGE_EACH = 2
# Where the pages of links would be; nobody is sent there.
HERE = f"https://pay.{DEMO_DOMAIN}"
SHORT_OF = {"NIMBUS": Decimal("10.00")}


@contextmanager
def card_desk() -> Iterator[tuple[tuple[int, Room], ...]]:
    """The acts by days before the end, while a simulator runs for them. They open their own transactions."""
    desk = _CardDesk(Simulator(port=_free_port()))
    desk.simulator.start()
    # The client of one gateway tells of every call; here they would tear the progress bar apart.
    client = logging.getLogger("stripe")
    level = client.level
    client.setLevel(logging.ERROR)
    try:
        yield (
            (16, desk.set_up),
            (15, desk.debit_cards),
            (15, desk.take_on_the_page),
            (14, desk.pay_out),
            (11, desk.hear_from_the_bank),
            (3, desk.lose_some),
            (2, desk.debit_by_run),
            (1, desk.pay_out),
            (0, desk.look_after_it),
            (0, desk.prepare_run),
        )
    finally:
        client.setLevel(level)
        desk.simulator.stop()


def _free_port() -> int:
    """That of `billwright simulator`, or any when somebody listens there."""
    with socket.socket() as probe:
        return 0 if probe.connect_ex(("127.0.0.1", PORT)) == 0 else PORT


class _CardDesk:
    """Gateways of the demo's companies, and what goes through them."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.at = datetime.min.replace(tzinfo=UTC)
        self.rows: dict[str, GatewayRow] = {}
        self.simulated: dict[str, SimulatedGateway] = {}

    def _enter(self, scene: Scene) -> Act:
        self.at = datetime.combine(scene.day, time(10), UTC)
        return Act(actor=ACTOR, at=self.at)

    def set_up(self, scene: Scene) -> None:
        """A gateway for each company that takes cards, labelled as what it is."""
        self._enter(scene)
        faults = Faults(SEED, FAULTS)
        for code, kind in KINDS.items():
            name = f"sim-{kind.replace('_', '-')}-{code.lower()}"
            with transaction.atomic():
                row = set_up_gateway(
                    act=scene.act("SIMULATOR for the demo"),
                    gateway=GatewayIn(
                        legal_entity_id=scene.entities[code].id,
                        name=name,
                        kind=kind,
                        currency=scene.entities[code].base_currency,
                        base_url=f"{self.simulator.address}/{name}",
                        is_simulator=True,
                        settings=SETTINGS[kind],
                        secrets=SECRETS[kind],
                        bank_account_id=scene.bank(code).id,
                    ),
                )
            self.rows[code] = row
            self.simulated[code] = self.simulator.add(
                name=name,
                kind=kind,
                currency=row.currency,
                settings=row.settings,
                secrets=config_of(row.id).secrets,
                webhook_url=row.webhook_path,
                faults=faults,
                clock=lambda: self.at,
            )

    def debit_cards(self, scene: Scene) -> None:
        """Customers leave a card; what is due is debited, and some of their banks say no."""
        self._enter(scene)
        for code in self.rows:
            for method in self._keep_cards(scene, code):
                collect_from_token(act=scene.act("Due"), stored_method_id=method.id, on=scene.day)
            self._work(scene, code)

    def take_on_the_page(self, scene: Scene) -> None:
        """Customers open the link that we sent and pay on the gateway's page; every other lets us keep the card.

        The last changes his mind there.
        """
        self._enter(scene)
        claims = [claim for code in self.rows for claim in scene.claims(code, ON_PAGE_EACH)]
        for place, claim in enumerate(claims, start=1):
            page = self._begin(scene, claim.account_id, keeps_card=place % 2 == 1)
            self._press(page, "decline" if place == len(claims) else "pay")
        for code, row in self.rows.items():
            self._work(scene, code)
            keep_tokens(act=self._enter(scene), gateway_id=row.id)

    def _begin(self, scene: Scene, account_id: int, *, keeps_card: bool) -> StartedPage:
        """A link made during a call, opened, and its button pressed: where that leads."""
        with transaction.atomic():
            link = payment_links.create_link(
                act=scene.act("Asked for by phone"),
                account_id=account_id,
                token_hash=links.hash_of(links.new_secret()),
                days=14,
            )
            links.note_opened(payment_link_id=link.id, at=self.at)
        started = payment_links.begin_payment(
            payable=payment_links.payable_of(link, as_of=scene.day),
            at=self.at,
            return_url=f"{HERE}/back",
            cancel_url=HERE,
            notify_base=HERE,
            keep_token=keeps_card,
        )
        return started.page

    def _press(self, page: StartedPage, button: str) -> None:
        """What the customer's browser sends from the gateway's page, with all that the page was opened with."""
        address = urlsplit(page.url)
        form = {**dict(parse_qsl(address.query)), **page.fields, "outcome": button}
        self.simulator.answer("POST", address.path, {}, urlencode(form).encode())

    def _keep_cards(self, scene: Scene, code: str) -> list[StoredMethodRow]:
        """Customers with something due leave a card."""
        kept = []
        for claim in scene.claims(code, CARDS_EACH, due_only=True):
            with transaction.atomic():
                method = add_token(
                    act=scene.act("Left on the payment page"),
                    account_id=claim.account_id,
                    kind=PaymentMethod.CARD,
                    provider=self.rows[code].name,
                    token=f"tok_simulator_{claim.account_id}",
                    label=f"card ending {claim.account_id % 10_000:04d}",
                    holder="Account holder (demo)",
                    valid_from=scene.day,
                    expires_on=add_months(scene.day, 1 + claim.account_id % 24),
                )
            kept.append(method)
        return kept

    def debit_by_run(self, scene: Scene) -> None:
        """Other customers leave a card; a run of each company debits what is due, once a second person has agreed."""
        self._enter(scene)
        for code in self.rows:
            self._keep_cards(scene, code)
            if run := self._checked(scene, code):
                with transaction.atomic():
                    approve_run(act=scene.second(), collection_run_id=run.id)
                    submit_run(act=scene.act(), collection_run_id=run.id)
                charge_run(act=self._enter(scene), collection_run_id=run.id)
            self._work(scene, code)

    def prepare_run(self, scene: Scene) -> None:
        """More is due from cards today: runs that wait for the second person."""
        self._enter(scene)
        for code in self.rows:
            self._keep_cards(scene, code)
            self._checked(scene, code)

    def _checked(self, scene: Scene, code: str) -> CollectionRunRow | None:
        """The run of a company's cards, checked; none where nobody owes anything, as in a demo of a few accounts."""
        try:
            with transaction.atomic():
                run = prepare_run(act=scene.act(), legal_entity_id=scene.entities[code].id, scheme=CARDS)
                return check_run(act=scene.act(), collection_run_id=run.id)
        except Refusal as refusal:
            if refusal.code != "collection_run.nothing_due":
                raise
            return None

    def lose_some(self, scene: Scene) -> None:
        """Cardholders' banks take payments back; one is contested with its evidence, the other waits until its day."""
        self._enter(scene)
        for code, simulated in self.simulated.items():
            paid = [payment for payment in simulated.ledger.by_key.values() if payment.succeeded]
            for payment in paid[:1]:
                simulated.charge_back(payment)
            for payment in paid[1:2]:
                simulated.refund(payment, reference=f"own-{payment.key}", amount_minor=payment.amount_minor // 2)
            self._work(scene, code)
        for chargeback in list_chargebacks(states=(ChargebackState.OPEN,))[:1]:
            with transaction.atomic():
                contest_chargeback(act=scene.act("The customer used the service"), chargeback_id=chargeback.id)

    def pay_out(self, scene: Scene) -> None:
        """The gateways send to the bank what is free."""
        self._enter(scene)
        for code, simulated in self.simulated.items():
            simulated.pay_out(on=scene.day)
            self._work(scene, code)

    def hear_from_the_bank(self, scene: Scene) -> None:
        """The statements show the deposits; one is less than the gateway says, and nobody knows why yet."""
        self._enter(scene)
        for code, row in self.rows.items():
            for payout in list_payouts(gateway_ids=[row.id]):
                arrived = payout.net.decimal - SHORT_OF.get(code, Decimal(0))
                if arrived <= 0:
                    continue
                with transaction.atomic():
                    take_statement(scene, code, [(scene.ago(1), arrived, f"PAYOUT {payout.payout_key}")])
                    reconcile_payout(act=self._enter(scene), payout_id=payout.id)

    def look_after_it(self, scene: Scene) -> None:
        """The watch compares every gateway with its own history."""
        for row in self.rows.values():
            with transaction.atomic():
                watch_gateway(act=self._enter(scene), gateway_id=row.id)

    def _work(self, scene: Scene, code: str) -> None:
        """What the gateway tells comes to the door, is believed, and worked."""
        act, row = self._enter(scene), self.rows[code]
        for sent in self.simulated[code].deliveries():
            key = sent.url.strip("/").rpartition("/")[2]
            delivery = Delivery(headers=sent.headers, body=sent.body, source_address="127.0.0.1", at=self.at)
            with transaction.atomic():
                take_webhook(webhook_key=key, delivery=delivery)
        confirm_events(act=act, gateway_id=row.id)
        with transaction.atomic():
            worked = work_events(act=act, gateway_id=row.id)
        for payout in read_payouts(act=act, gateway_id=row.id, since=scene.ago(10)) if worked.payout_keys else ():
            fill_gaps(act=act, payout_id=payout.id)
