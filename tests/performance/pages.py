"""Every main page of the staff workspace over a large book, by HTTP as a browser asks. One line of JSON a page.

The floor of each line is the log-in page in the same run: what a page costs that asks nothing of the book.
`cpu_milliseconds` is what web server and database worked for one page: on a machine that others keep busy it says more
than the time that passed.
"""

import argparse
import contextlib
import os
import re
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from urllib.parse import quote

import psutil
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.db import connection, transaction
from tests.performance.server import BenchServer, machine, report
from tests.performance.worlds import CURRENCIES, load, run_file

from billwright.access.models import User
from billwright.access.states import Role
from billwright.access.tests.builders import PASSWORD, make_user
from billwright.kernel import clock
from billwright.kernel.sql import step
from billwright.kernel.vault import seal_text
from billwright.ledger.operations import fold_movements
from billwright.project.runtime.address import free_port
from billwright.project.runtime.postgres import SUPERUSER
from billwright.project.runtime.supervisor import answers
from billwright.receivables.operations import fold_changes

MILLISECONDS_MAX = 300
READY_SECONDS_MAX = 30
FLOOR = "log-in"
READERS = (
    Role.FINANCE_MANAGER,
    Role.TEAM_LEAD,
    Role.AUDITOR,
    Role.COLLECTOR,
    Role.CASH_APPLIER,
    Role.BILLING_SPECIALIST,
)
PAGES = {
    "home": "/",
    "accounts": "/accounts/",
    "accounts-by-open": "/accounts/?sort=open",
    "accounts-overdue": "/accounts/?standing=overdue",
    "accounts-in-use": "/accounts/?state=OPEN",
    "accounts-closed": "/accounts/?state=CLOSED",
    "accounts-unallocated": "/accounts/?standing=unallocated",
    "accounts-clear": "/accounts/?standing=clear",
    "accounts-one-company": "/accounts/?entity=KAROO",
    "accounts-found": "/accounts/?q=Customer+4711",
    "account": "/accounts/{account}/",
    "account-of-many-items": "/accounts/{owing}/",
    "account-history": "/accounts/{account}/history/",
    "statement": "/accounts/{account}/statement/",
    "statement-of-many-items": "/accounts/{owing}/statement/",
    "customer": "/customers/{customer}/",
    "search": "/search/?q=Customer+471",
    "suggest": "/search/suggest/?q=4711",
    "invoices": "/invoices/",
    "invoices-open": "/invoices/?standing=open",
    "invoices-settled": "/invoices/?standing=settled",
    "invoice": "/invoices/{invoice}/",
    "payments": "/payments/",
    "payment": "/payments/{payment}/",
    "subscriptions": "/subscriptions/",
    "subscription": "/subscriptions/{subscription}/",
    "bill-runs": "/bill-runs/",
    "catalog": "/catalog/",
    "reports": "/reports/",
    "ageing-all": "/reports/ageing/",
    "ageing-one-company": "/reports/ageing/?entity=KAROO",
    "ageing-by-customer": "/reports/ageing/?per=CUSTOMER",
    "ageing-past": "/reports/ageing/?as_of=2026-02-15",
    "trial-balance": "/ledger/trial-balance/?entity=KAROO",
    "tax-report": "/ledger/tax/?entity=KAROO",
    "chart": "/ledger/accounts/?entity=KAROO",
    "ledger-account": "/ledger/accounts/{ledger_account}/",
    "journal": "/ledger/journal/?entity=KAROO",
    "journal-entry": "/ledger/journal/{entry}/",
    "messages": "/messages/",
    "messages-failed": "/messages/?state=FAILED",
    "between-companies": "/ledger/between-companies/?entity=KAROO",
    "revenue": "/ledger/revenue/?entity=KAROO",
    "periods": "/ledger/periods/?entity=KAROO",
    "payment-methods": "/setup/methods/",
    "mandates": "/mandates/",
    "mandates-ending": "/mandates/?view=expiring",
    "mandate": "/mandates/{mandate}/",
    "collection-runs": "/collection-runs/",
    "collection-run": "/collection-runs/{collection_run}/",
    "failed-debits": "/failed-debits/",
    "failed-debits-of-a-kind": "/failed-debits/?view=needs_customer",
    "gateways": "/gateways/",
    "gateway": "/gateways/{gateway}/",
    "gateway-webhooks": "/gateways/webhooks/",
    "gateway-webhooks-aside": "/gateways/webhooks/?view=aside",
    "gateway-payouts": "/gateways/payouts/",
    "gateway-payouts-unexplained": "/gateways/payouts/?view=unexplained",
    "gateway-payout": "/gateways/payouts/{payout}/",
    "gateway-chargebacks": "/gateways/chargebacks/",
    "gateway-chargebacks-open": "/gateways/chargebacks/?view=open",
    "gateway-chargeback": "/gateways/chargebacks/{chargeback}/",
    "gateway-watch": "/gateways/watch/",
    "gateway-watch-all": "/gateways/watch/?view=all",
    "refunds": "/refunds/",
    "refunds-to-approve": "/refunds/?view=approve",
    "refund": "/refunds/{refund_order}/",
    "payment-links": "/payment-links/",
    "payment-link": "/payment-links/{payment_link}/",
    "fraud-flags": "/fraud-flags/",
    "fraud-flags-held": "/fraud-flags/?state=RAISED",
    "fraud-rules": "/fraud-rules/",
    "cheques": "/cheques/",
    "cheques-returned": "/cheques/?state=RETURNED",
    "cash-desks": "/cash-desks/",
    "bank": "/bank/",
    "bank-new": "/bank/?view=new-in",
    "bank-files": "/bank/files/",
    "bank-file": "/bank/files/{bank_file}/",
    "bank-statement": "/bank/statements/{bank_statement}/",
    "matching": "/matching/",
    "matching-nothing-found": "/matching/?view=nothing",
    "matching-late": "/matching/?view=late",
    "matching-receipt": "/matching/{match}/",
    "matching-differences": "/matching/differences/",
    "remittances": "/matching/remittances/",
    "remittance": "/matching/remittances/{advice}/",
    "reconciliations": "/reconciliations/",
    "reconciliations-open": "/reconciliations/?state=OPEN",
    "reconciliation": "/reconciliations/{reconciliation}/",
    "subscriptions-of-plan": "/subscriptions/?plan=annual",
    "subscriptions-found": "/subscriptions/?text=service+4711",
    "renewals": "/subscriptions/renewals/",
    "renewals-of-plan": "/subscriptions/renewals/?plan=annual",
    "contracts": "/contracts/",
    "contract": "/contracts/{contract}/",
    "contract-clauses": "/contracts/clauses/",
    "coupons": "/coupons/",
    "coupon": "/coupons/{coupon}/",
    "discounts": "/discounts/",
    "commitments": "/commitments/",
    "invoice-new": "/invoices/new/",
    "invoices-drafts": "/invoices/?standing=draft",
    "invoices-overdue": "/invoices/?standing=overdue",
    "invoices-credit-notes": "/invoices/?kind=CREDIT_NOTE",
    "invoice-explanation": "/invoices/{invoice}/explanation/",
    "payments-waiting": "/payments/?standing=waiting",
    "payments-found": "/payments/?q=Customer+4711",
    "bill-run": "/bill-runs/{bill_run}/",
    "bill-run-payers": "/bill-runs/{bill_run}/payers/",
    "bill-run-findings": "/bill-runs/{bill_run}/findings/",
    "bill-run-held": "/bill-runs/held/",
    "bill-run-checks": "/bill-runs/checks/",
    "shadow-runs": "/bill-runs/shadows/",
    "shadow-run": "/bill-runs/shadows/{shadow}/",
    "shadow-run-accounts": "/bill-runs/shadows/{shadow}/accounts/",
    "coverage": "/reports/coverage/?entity=KAROO",
    "recurring-revenue": "/reports/recurring-revenue/",
    "performance": "/reports/performance/",
    "anomalies": "/reports/anomalies/",
    "reconciliation-report": "/reports/reconciliation/",
    "imports": "/imports/",
    "users": "/users/",
    "products": "/catalog/products/",
    "plan": "/catalog/plans/{plan}/",
    "taxes": "/catalog/taxes/",
    "approvals": "/approvals/",
    "audit": "/audit/",
    "roles": "/roles/",
    "setup": "/setup/",
    "exchange-rates": "/setup/rates/",
    "wordings": "/setup/wordings/",
    "catalog-rules": "/catalog/rules/",
    "collection-agreements": "/collection-agreements/",
    "rules": "/rules/",
    "scenarios": "/scenarios/",
}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="pages")
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--months", type=int, default=2, help="Invoices of each account, 2 to 12.")
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--only", nargs="+", default=list(PAGES), choices=PAGES)
    asked = parser.parse_args(arguments)
    with BenchServer().running() as server:
        world = loaded(server, asked.accounts, asked.months)
        with server.copy_of(world) as database:
            made_ready()
            places = places_of_book()
            with serving(server, database) as (address, workers):
                browser = logged_in(address)
                for name in asked.only:
                    measure(browser, name, address + PAGES[name].format(**places), address, workers, asked)


def loaded(server: BenchServer, accounts: int, months: int) -> str:
    """A database with a book of that size, kept between calls."""
    return server.kept(f"pages_{accounts}_{months}", lambda: fill(accounts, months))


def fill(accounts: int, months: int, *, companies: int = len(CURRENCIES), most: int = 1000) -> None:
    """A book of that size in an empty, migrated database, as its owner; the last of `months` is March 2026.

    Of what does not grow with the accounts, such as desks and files, there are up to `most` of a kind.
    """
    load(accounts * 5 // 4, companies=companies)
    run_file("load_documents", months=months, owing=most * 5 // 2)
    run_file("load_desks", secrets=seal_text("{}"), most=most)
    with transaction.atomic():
        fold_changes(at=clock.now())
        fold_movements()
    with connection.cursor() as cursor:
        # What an account is found by: the operations write it, the mass of rows is laid without them.
        cursor.execute("select array_agg(id) from accounts_billing_account")
        ((account_ids,),) = cursor.fetchall()
        step("billwright.accounts", "fill_search_words").run(cursor, {"account_ids": account_ids})
        cursor.execute("vacuum analyze")


def made_ready() -> None:
    """Let one person in who may read everything."""
    with transaction.atomic():
        user = make_user("ana", *READERS)
        password = make_password(PASSWORD, hasher=Argon2PasswordHasher())
        User.objects.filter(pk=user.pk).update(password=password)


# One row of each kind; those of an account belong to one in the middle of the book.
PLACES = {
    "owing": "select max(id) from accounts_billing_account",
    "customer": "select customer_id from accounts_billing_account where id = {account}",
    "invoice": "select min(id) from invoicing_invoice where account_id = {account}",
    "entry": "select entry_id from invoicing_invoice where account_id = {account} order by id limit 1",
    "payment": "select min(id) from payments_payment where account_id = {account}",
    "subscription": "select min(id) from subscriptions_subscription",
    "ledger_account": "select min(id) from ledger_account where role = 'RECEIVABLES'",
    "mandate": "select min(id) from payments_mandate",
    "collection_run": "select min(id) from payments_collection_run",
    "gateway": "select min(id) from payments_gateway",
    "payout": "select min(id) from payments_payout",
    "chargeback": "select max(id) from payments_chargeback",
    "refund_order": "select min(id) from payments_refund_order",
    "payment_link": "select min(id) from payments_payment_link",
    "bank_file": "select min(id) from payments_bank_file",
    "bank_statement": "select min(id) from payments_bank_statement",
    "match": "select min(id) from receivables_match_proposal where state = 'OPEN'",
    "advice": "select min(id) from receivables_remittance_advice",
    "reconciliation": "select min(id) from receivables_reconciliation",
    "contract": "select min(id) from subscriptions_contract",
    "coupon": "select min(id) from rating_coupon",
    "bill_run": "select max(id) from invoicing_bill_run",
    "shadow": "select max(id) from invoicing_shadow_run",
    "plan": "select min(id) from catalog_plan",
    "charge": "select min(id) from catalog_plan_charge",
    "spend_limit": "select min(id) from rating_spend_limit",
    "entity": "select min(id) from org_legal_entity",
    "legal_entity": "select min(id) from org_legal_entity",
}
ACCOUNT = (
    "select id from accounts_billing_account order by id"
    " offset (select count(*) / 2 from accounts_billing_account) limit 1"
)


def places_of_book() -> dict[str, int]:
    """The ids that the addresses of PAGES name."""
    with connection.cursor() as cursor:
        cursor.execute(ACCOUNT)
        places = {"account": cursor.fetchone()[0]}
        for name, query in PLACES.items():
            cursor.execute(query.format(**places))
            places[name] = cursor.fetchone()[0]
    return places


@contextlib.contextmanager
def serving(server: BenchServer, database: str) -> Iterator[tuple[str, list[psutil.Process]]]:
    """The web server of the product over that database: its address, and the processes that answer."""
    host, port = "127.0.0.1", free_port("127.0.0.1")
    socket = quote(str(server.server.socket_folder), safe="")
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{SUPERUSER}@{socket}/{database}",
        "BILLWRIGHT_HOME": str(settings.HOME.path.parent / "bench"),
        "DJANGO_SETTINGS_MODULE": "billwright.project.settings",
    }
    command = [
        *(sys.executable, "-m", "granian", "billwright.project.wsgi:application", "--interface", "wsgi"),
        *("--host", host, "--port", str(port), "--no-ws", "--log-level", "warning"),
    ]
    web = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + READY_SECONDS_MAX
        while not answers(f"http://{host}:{port}/health/ready", host=host):
            assert time.monotonic() < deadline, "the web server does not answer"
            time.sleep(0.2)
        postmaster = int((server.home.path / "pg18" / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])
        yield f"http://{host}:{port}", [psutil.Process(web.pid), psutil.Process(postmaster)]
    finally:
        web.terminate()
        web.wait(READY_SECONDS_MAX)


def logged_in(address: str) -> urllib.request.OpenerDirector:
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    form = browser.open(f"{address}/login/").read().decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert found is not None, "the log-in page has no form"
    fields = {"csrfmiddlewaretoken": found[1], "username": "ana", "password": PASSWORD}
    request = urllib.request.Request(f"{address}/login/", urllib.parse.urlencode(fields).encode())
    answer = browser.open(request)
    assert "/login/" not in answer.url, "the log-in was refused"
    return browser


def measure(
    browser: urllib.request.OpenerDirector,
    name: str,
    url: str,
    address: str,
    workers: list[psutil.Process],
    asked: argparse.Namespace,
) -> None:
    """Time a page and the floor in turns, so that both meet the same machine; the first of each warms up."""
    stranger = urllib.request.build_opener()
    took: dict[str, list[float]] = {name: [], FLOOR: []}
    worked = []
    for _number in range(asked.repeat + 1):
        before = cpu_seconds(workers)
        took[name].append(seconds_of(browser, url))
        worked.append(cpu_seconds(workers) - before)
        took[FLOOR].append(seconds_of(stranger, f"{address}/login/"))
    page, floor = (1000 * statistics.median(took[key][1:]) for key in (name, FLOOR))
    report(
        name=f"page-{name}", accounts=asked.accounts, months=asked.months, milliseconds=round(page),
        slowest_milliseconds=round(1000 * max(took[name][1:])), first_milliseconds=round(1000 * took[name][0]),
        cpu_milliseconds=round(1000 * statistics.mean(worked[1:])), floor_milliseconds=round(floor),
        goal_met=page <= MILLISECONDS_MAX, machine=machine(),
    )  # fmt: skip


def cpu_seconds(workers: list[psutil.Process]) -> float:
    """What these processes, their children and those that have ended have worked so far."""
    seconds = 0.0
    for worker in workers:
        for process in (worker, *worker.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                seconds += sum(process.cpu_times()[:4])
    return seconds


def seconds_of(browser: urllib.request.OpenerDirector, url: str) -> float:
    began = time.perf_counter()
    with browser.open(url) as answer:
        answer.read()
        seconds = time.perf_counter() - began
        assert answer.url == url, f"{url} led to {answer.url}"
    return seconds
