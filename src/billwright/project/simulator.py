"""`billwright simulator`: gateways and banks that move no real money, on this machine, for trying things out."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import structlog
import typer
from django.db import transaction

from billwright.connectors.payment_simulator import BANK_SHARES, Faults, SimulatedBank, SimulatedGateway, Simulator
from billwright.interfaces.cli.acting import act_as
from billwright.kernel import outgoing
from billwright.kernel.errors import Refusal
from billwright.org.queries import get_legal_entity

logger = structlog.get_logger(__name__)

# Everybody knows them: they guard nothing, for no money moves here.
SECRETS = {
    "stripe": {"api_key": "sk_test_simulator", "webhook_secret": "whsec_simulator"},
    "hosted_page": {"signing_key": "simulator-simulator-simulator-32"},
    "payfast_style": {"merchant_key": "simulator", "passphrase": "simulator"},
}
SETTINGS: dict[str, dict[str, str]] = {
    "stripe": {},
    "hosted_page": {"merchant": "simulator"},
    "payfast_style": {"merchant_id": "10000100", "sources": "127.0.0.0/8"},
}
PORT = 8899
TICK_SECONDS = 1.0


COMMAND = typer.Typer(invoke_without_command=True, help="SIMULATOR of payment gateways and banks: no real money.")


@COMMAND.callback()
def simulator(
    context: typer.Context,
    port: int = typer.Option(PORT, "--port"),
    webhooks_to: str = typer.Option("http://127.0.0.1:8000", "--webhooks-to", help="Where Billwright listens."),
    seed: int = typer.Option(1, "--seed", help="The same seed fails the same payments."),
    faulty: bool = typer.Option(True, "--faulty/--faultless"),
    entity: str = typer.Option("", "--set-up", metavar="CODE", help="First set gateways up for a company."),
) -> None:
    """SIMULATOR of payment gateways: no real money. It serves every gateway that is set up as one, until Ctrl-C."""
    if context.invoked_subcommand is not None:
        return
    faults = Faults(seed) if faulty else Faults(seed, {})
    if entity:
        _set_up(entity, port)
    server = Simulator(port=port, mark=secrets.token_hex(3))
    gateways = _serve(server, faults, webhooks_to.rstrip("/"))
    server.start()
    typer.echo(f"SIMULATOR at {server.address}: {', '.join(gateway.name for gateway in gateways) or 'no gateway'}")
    for name, address in elsewhere(server.address):
        typer.echo(f"Not {name}: it is set up at {address}; give --port as there.")
    try:
        while True:
            time.sleep(TICK_SECONDS)
            deliver(gateways)
    except KeyboardInterrupt:
        typer.echo("SIMULATOR stopped.")
    finally:
        server.stop()


@COMMAND.command()
def bank(
    file: Path = typer.Argument(..., metavar="FILE", help="A file of debits, as `collect submit` writes it."),
    out: Path = typer.Option(..., "--out", metavar="FOLDER", help="Where the answers are written."),
    seed: int = typer.Option(1, "--seed", help="The same seed answers the same file alike."),
    faulty: bool = typer.Option(True, "--faulty/--faultless"),
) -> None:
    """SIMULATOR of a bank: it answers a file of debits by files, in the order of their names; no real money."""
    answer_by_bank(file, out, Faults(seed, BANK_SHARES if faulty else {}))


def register(app: typer.Typer) -> None:
    """Join the commands to the command line."""
    app.add_typer(COMMAND, name="simulator")


def answer_by_bank(file: Path, out: Path, faults: Faults) -> None:
    """Write what a simulated bank answers to a file, and say what its ledger holds. Raises Refusal."""
    bank = SimulatedBank(faults)
    answers = bank.take(file.read_bytes())
    out.mkdir(parents=True, exist_ok=True)
    for answer in answers:
        (out / answer.name).write_bytes(answer.content)
        typer.echo(f"{answer.day} {out / answer.name}")
    sums = ", ".join(f"{name.lower().replace('_', ' ')} {minor / 100:.2f}" for name, minor in bank.sums().items())
    typer.echo(f"SIMULATOR: {len(bank.ledger)} debits: {sums}")


@contextmanager
def served(*, webhooks_to: str, faults: Faults) -> Iterator[list[SimulatedGateway]]:
    """Serve the gateways that are set up as simulators while the block runs, in threads of this process.

    None where none are set up, or where somebody serves them already: `billwright simulator` in another window.
    """
    from billwright.payments.queries.gateways import list_gateways

    ports = sorted({urlsplit(row.base_url).port or PORT for row in list_gateways() if row.is_simulator})
    try:
        server = Simulator(port=ports[0], mark=secrets.token_hex(3)) if ports else None
    except OSError:
        server = None
    if server is None:
        yield []
        return
    gateways = _serve(server, faults, webhooks_to.rstrip("/"))
    is_over = threading.Event()
    courier = threading.Thread(target=_deliver_until, args=(is_over, gateways), daemon=True)
    server.start()
    courier.start()
    try:
        yield gateways
    finally:
        is_over.set()
        courier.join()
        server.stop()


def _deliver_until(is_over: threading.Event, gateways: Iterable[SimulatedGateway]) -> None:
    while not is_over.wait(TICK_SECONDS):
        deliver(gateways)


def _set_up(entity: str, port: int) -> None:
    from billwright.payments.gateway_rows import GatewayIn
    from billwright.payments.queries.gateways import find_gateway
    from billwright.workflow.gateway_intake import set_up_gateway

    company = get_legal_entity(code=entity)
    for kind, keys in SECRETS.items():
        name = f"sim-{kind.replace('_', '-')}-{entity.lower()}"[:29]
        if find_gateway(name=name) is not None or (kind == "payfast_style" and company.base_currency != "ZAR"):
            continue
        with transaction.atomic():
            set_up_gateway(
                act=act_as(""),
                gateway=GatewayIn(
                    legal_entity_id=company.id,
                    name=name,
                    kind=kind,
                    currency=company.base_currency,
                    base_url=f"http://127.0.0.1:{port}/{name}",
                    is_simulator=True,
                    settings=SETTINGS[kind],
                    secrets=keys,
                ),
            )


def _serve(server: Simulator, faults: Faults, webhooks_to: str) -> list[SimulatedGateway]:
    """Every gateway that is set up as a simulator at this port."""
    from billwright.payments.queries.gateways import config_of, list_gateways

    return [
        server.add(
            name=row.name,
            kind=row.kind,
            currency=row.currency,
            settings=row.settings,
            secrets=config_of(row.id).secrets,
            webhook_url=webhooks_to + row.webhook_path,
            faults=faults,
        )
        for row in list_gateways()
        if row.is_simulator and row.base_url == f"{server.address}/{row.name}"
    ]


def elsewhere(address: str) -> list[tuple[str, str]]:
    """Gateways that are set up as simulators at another address than the one that is served: name and address."""
    from billwright.payments.queries.gateways import list_gateways

    return [
        (row.name, row.base_url)
        for row in list_gateways()
        if row.is_simulator and row.base_url != f"{address}/{row.name}"
    ]


def deliver(gateways: Iterable[SimulatedGateway]) -> int:
    """Send the webhooks that wait; one that nobody takes is told in the log. Returns how many left."""
    count = 0
    for gateway in gateways:
        for sent in gateway.deliveries():
            try:
                answer = outgoing.send(method="POST", url=sent.url, body=sent.body, headers=sent.headers)
            except Refusal as refused:
                logger.warning("SIMULATOR: nobody takes the webhook", gateway=gateway.name, why=refused.message)
                continue
            count += 1
            logger.info("SIMULATOR: webhook sent", gateway=gateway.name, status=answer.status)
    return count
