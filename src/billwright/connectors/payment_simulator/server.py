"""The simulator as a server on this machine: paths by gateway, answers by protocol, webhooks in faulty order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from billwright.connectors.payment_simulator.ledger import FaultKind, Faults, SimulatedLedger, SimulatedPayment
from billwright.connectors.payment_simulator.replies import DropConnection, Question, Reply, json_reply
from billwright.connectors.payment_simulator.telling import (
    PageVoice,
    Sent,
    StripeVoice,
    Told,
    in_faulty_order,
    notification,
    signed,
)

LOOPBACK: Final = "127.0.0.1"
NOT_FOUND: Final = 404
Clock = Callable[[], datetime]


def _clock() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class SimulatedGateway:
    """One gateway that is simulated: its protocol, the secrets of its set-up, its ledger, and what it will tell."""

    name: str
    kind: str
    currency: str
    settings: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    webhook_url: str
    ledger: SimulatedLedger
    clock: Clock = _clock
    told: list[Told] = field(default_factory=list)
    event_keys: list[str] = field(default_factory=list)
    pages: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def voice(self) -> StripeVoice | PageVoice:
        """How it tells; the redirect gateway tells by notifications of its own."""
        return StripeVoice() if self.kind == "stripe" else PageVoice()

    def charge(
        self, *, reference: str, amount_minor: int, declined: bool | None = None, url: str = "",
        keeps_token: bool = False,
    ) -> tuple[SimulatedPayment, bool]:  # fmt: skip
        """Take money or decline, and tell of it; the flag says that the answer gets lost on the way."""
        payment, is_new = self.ledger.charge(
            reference=reference,
            amount_minor=amount_minor,
            currency=self.currency,
            at=self.clock(),
            declined=declined,
            keeps_token=keeps_token,
        )
        if is_new:
            self._tell(*self.voice.payment(payment), url=url)
        is_lost = is_new and payment.succeeded and self.ledger.faults.strikes(FaultKind.LOST_ANSWER, reference)
        return payment, is_lost

    def refund(self, payment: SimulatedPayment, *, reference: str, amount_minor: int) -> str:
        """Send money back and tell of it; empty when there is not so much left."""
        key, is_new = self.ledger.refund(payment, reference=reference, amount_minor=amount_minor, at=self.clock())
        if is_new:
            self._tell(*self.voice.refund(payment, key, reference, amount_minor))
        return key

    def let_happen(self) -> None:
        """What others do at the gateway: refunds on its own page, chargebacks and their decisions."""
        faults = self.ledger.faults
        for payment in list(self.ledger.by_key.values()):
            if not payment.succeeded or payment.chargeback_key:
                continue
            if faults.strikes(FaultKind.REFUND, payment.reference) and not payment.refunded_minor:
                share = 1 + int(faults.draw("share", payment.reference) * (payment.amount_minor - 1))
                self.refund(payment, reference=f"own-{payment.key}", amount_minor=share)
            if faults.strikes(FaultKind.CHARGEBACK, payment.reference):
                self.charge_back(payment)
                self.decide(payment, is_won=faults.draw("won", payment.reference) < 0.5)

    def charge_back(self, payment: SimulatedPayment) -> None:
        """The cardholder's bank takes what is left of a payment."""
        amount = self.ledger.charge_back(payment, at=self.clock())
        self._tell(*self.voice.chargeback(payment, amount, at=self.clock(), is_won=None))

    def decide(self, payment: SimulatedPayment, *, is_won: bool) -> None:
        """The network decides a chargeback."""
        amount = self.ledger.decide(payment, is_won=is_won, at=self.clock())
        self._tell(*self.voice.chargeback(payment, amount, at=self.clock(), is_won=is_won))

    def pay_out(self, *, on: date) -> str:
        """Send what is free to the bank and tell of it; empty when nothing is."""
        payout = self.ledger.pay_out(on=on)
        if payout is None:
            return ""
        self._tell(*self.voice.payout(payout, self.currency))
        return payout.key

    def _tell(self, kind: str, about: dict[str, Any], *, url: str = "") -> None:
        if self.kind == "payfast_style" and not kind.startswith("payment."):
            # It notifies of payments alone; the rest stands in its history of transactions.
            return
        key = self.ledger.next_key("evt")
        self.event_keys.append(key)
        self.told.append(Told(key, {"kind": kind, "about": about, "at": self.clock()}, url))

    def deliveries(self, *, faulty: bool = True) -> list[Sent]:
        """Take the webhooks that wait, signed now, in the order in which they leave."""
        waiting, self.told = self.told, []
        leaving = in_faulty_order(waiting, self.ledger.faults) if faulty else waiting
        return [self._sent(one) for one in leaving]

    def _sent(self, one: Told) -> Sent:
        url = one.url or self.webhook_url
        if self.kind == "payfast_style":
            return Sent(url, {"content-type": "application/x-www-form-urlencoded"}, self._notification(one.about))
        body = self.voice.body(one.key, one.about["kind"], one.about["about"], one.about["at"])
        signature = signed(body, self.secrets[self.voice.signed_with], self.clock())
        return Sent(url, {"content-type": "application/json", self.voice.header: signature}, body)

    def _notification(self, event: dict[str, Any]) -> bytes:
        about, status = event["about"], "COMPLETE" if event["kind"] == "payment.succeeded" else "FAILED"
        amount = f"{about['amount'] // 100}.{about['amount'] % 100:02d}"
        fields = {
            "m_payment_id": about.get("reference", ""),
            "pf_payment_id": about.get("payment", ""),
            "payment_status": status,
            "item_name": "SIMULATOR",
            "amount_gross": amount,
            "merchant_id": self.settings["merchant_id"],
            "payment_method": "cc",
            **({"token": about["token"]} if about.get("token") else {}),
        }
        return notification(fields.items(), self.secrets["passphrase"])


class Simulator:
    """Several simulated gateways behind one port of this machine; the first part of a path names the gateway."""

    def __init__(self, *, port: int = 0, mark: str = "") -> None:
        # Part of every key: a simulator that forgets its ledger when it ends must not use a key again.
        self.mark = mark
        self.gateways: dict[str, SimulatedGateway] = {}
        self._server = ThreadingHTTPServer((LOOPBACK, port), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://{LOOPBACK}:{self._server.server_address[1]}"

    def add(
        self,
        *,
        name: str,
        kind: str,
        currency: str,
        settings: Mapping[str, str],
        secrets: Mapping[str, str],
        webhook_url: str,
        faults: Faults,
        clock: Clock = _clock,
    ) -> SimulatedGateway:
        """Simulate one more gateway under its name."""
        gateway = SimulatedGateway(
            name=name,
            kind=kind,
            currency=currency,
            settings=settings,
            secrets=secrets,
            webhook_url=webhook_url,
            ledger=SimulatedLedger(faults=faults, prefix=name.replace("-", "")[:12] + self.mark),
            clock=clock,
        )
        self.gateways[name] = gateway
        return gateway

    def start(self) -> None:
        """Listen, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """What the named gateway answers; without a name, the simulator's own page. Raises DropConnection."""
        from billwright.connectors.payment_simulator import answering, desk

        parts = urlsplit(target)
        _empty, name, *rest = parts.path.split("/")
        question = Question(
            method=method,
            path=tuple(part for part in rest if part),
            query=dict(parse_qsl(parts.query)),
            headers={header.lower(): value for header, value in headers.items()},
            body=body,
            address=f"{self.address}/{name}",
        )
        if not name:
            return desk.answer(self, question)
        gateway = self.gateways.get(name)
        if gateway is None:
            return json_reply({"error": {"message": "SIMULATOR: no such gateway."}}, status=NOT_FOUND)
        return answering.answer(gateway, question)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        simulator = self

        class Handler(BaseHTTPRequestHandler):
            """One connection."""

            protocol_version = "HTTP/1.1"

            def _do(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                try:
                    reply = simulator.answer(self.command, self.path, dict(self.headers.items()), body)
                except DropConnection:
                    self.close_connection = True
                    self.connection.close()
                    return
                self.send_response(reply.status)
                for name, value in {**reply.headers, "x-simulator": "SIMULATOR"}.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            do_GET = do_POST = do_DELETE = _do  # noqa: N815 -- names of the standard library

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the library's
                """Say nothing: a test has no use for it."""

        return Handler
