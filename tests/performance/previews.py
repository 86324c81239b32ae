"""Previews: one account's next bill in a large book, and a price change over many contracts.

Each by the operation and by its page, one line of JSON a case. The floor of a page is the same page without its preview
(of the price change: the empty form), so that the difference is what the preview costs.
"""

import argparse
import re
import statistics
import time
import urllib.parse
from collections.abc import Callable

from django.db import connection, transaction
from tests.performance.bill_run import ACT, loaded
from tests.performance.pages import logged_in, made_ready, serving
from tests.performance.server import BenchServer, machine, report
from tests.performance.worlds import AS_OF, run_file

from billwright.catalog.rows import ChargeRow
from billwright.catalog.states import PriceModel
from billwright.catalog.tests.builders import make_charge, make_plan, make_product, price
from billwright.subscriptions.tests.builders import make_account, make_subscription
from billwright.workflow.bill_run import preview_accounts
from billwright.workflow.price_change import preview_price_change

CONTRACT_COUNT = 100_000
ACCOUNT_MILLISECONDS_MAX = 150
PRICE_CHANGE_SECONDS_MAX = 10
VALID_FROM = "2026-07-01"


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="previews")
    parser.add_argument("--subscriptions", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=15)
    asked = parser.parse_args(arguments)
    with BenchServer().running() as server:
        with server.copy_of(loaded(server, asked.subscriptions)) as database:
            preview_of_accounts(server, database, asked)
        with server.copy_of(server.template()) as database:
            preview_of_price_change(server, database, asked.repeat)


def preview_of_accounts(server: BenchServer, database: str, asked: argparse.Namespace) -> None:
    """The next bill of accounts from all over the book, one after another."""
    made_ready()
    with connection.cursor() as cursor:
        cursor.execute("select id, account_id from subscriptions_subscription order by id %% 997, id limit %s",
                       [asked.repeat + 1])  # fmt: skip
        found = cursor.fetchall()
    accounts = iter([account_id for _, account_id in found])
    took = times(lambda: preview_accounts(act=ACT, payer_ids=[next(accounts)], as_of=AS_OF), asked.repeat)
    case("preview-account", took, ACCOUNT_MILLISECONDS_MAX, subscriptions=asked.subscriptions)
    with serving(server, database) as (address, _):
        browser = logged_in(address)
        places = iter([f"{address}/subscriptions/{subscription_id}/" for subscription_id, _ in found])
        floor = times(lambda: browser.open(f"{address}/subscriptions/{found[0][0]}/").read(), asked.repeat)
        took = times(lambda: browser.open(f"{next(places)}?preview").read(), asked.repeat)
    case("preview-account-page", took, ACCOUNT_MILLISECONDS_MAX, floor, subscriptions=asked.subscriptions)


def preview_of_price_change(server: BenchServer, database: str, repeat: int) -> None:
    """Everybody's price rises by a fifth."""
    with transaction.atomic():
        charge = make_contracts(CONTRACT_COUNT)
    made_ready()
    new = price("12", valid_from=VALID_FROM)
    took = times(lambda: preview_price_change(plan_charge_id=charge.id, price=new), min(repeat, 3))
    case("preview-price-change", took, 1000 * PRICE_CHANGE_SECONDS_MAX, contracts=CONTRACT_COUNT)
    with connection.cursor() as cursor:
        cursor.execute("select plan_id from catalog_plan_charge where id = %s", [charge.id])
        plan_id = cursor.fetchall()[0][0]
    with serving(server, database) as (address, _):
        browser = logged_in(address)
        url = f"{address}/catalog/plans/{plan_id}/charges/{charge.id}/price/"
        fields = {"currency": new.currency, "valid_from": VALID_FROM, "unit_price": "12", "scope": "", "preview": "1"}
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.open(url).read().decode())
        assert token is not None, "the form has no token"
        form = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": token[1]}).encode()
        answer = browser.open(url, form).read().decode()
        assert f"{CONTRACT_COUNT:,}" in answer or str(CONTRACT_COUNT) in answer, "the page does not say whom it reaches"
        floor = times(lambda: browser.open(url).read(), repeat)
        took = times(lambda: browser.open(url, form).read(), min(repeat, 3))
    case("preview-price-change-page", took, 1000 * PRICE_CHANGE_SECONDS_MAX, floor, contracts=CONTRACT_COUNT)


def make_contracts(count: int) -> ChargeRow:
    """So many contracts per seat at one price, of one account; returns their charge."""
    make_product()
    charge = make_plan(charges=(make_charge(model=PriceModel.PER_UNIT, prices=(price("10"),)),)).charges[0]
    make_subscription(make_account())
    run_file("multiply_contracts", contracts=count)
    return charge


def times(act: Callable[[], object], repeat: int) -> list[float]:
    """Milliseconds of each call; the first warms up and is not counted."""
    took = []
    for _ in range(repeat + 1):
        began = time.perf_counter()
        act()
        took.append(1000 * (time.perf_counter() - began))
    return took[1:]


def case(name: str, took: list[float], goal: float, floor: list[float] | None = None, **size: int) -> None:
    median = statistics.median(took)
    beside = {} if floor is None else {"floor_milliseconds": round(statistics.median(floor))}
    report(
        name=name, **size, milliseconds=round(median), fastest_milliseconds=round(min(took)),
        slowest_milliseconds=round(max(took)), **beside, goal_milliseconds=round(goal), goal_met=median <= goal,
        machine=machine(),
    )  # fmt: skip
