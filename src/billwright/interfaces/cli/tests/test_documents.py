"""The catalog, subscriptions, invoices and messages commands, as they are typed."""

import json

import pytest
from typer.testing import CliRunner

from billwright.interfaces.cli import catalog, invoices, messages, subscriptions
from billwright.invoicing.tests.builders import make_company, make_payer
from billwright.kernel.errors import NotFound, Refusal

pytestmark = pytest.mark.django_db


def type_in(module, *words):
    result = CliRunner().invoke(module.app, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def payer():
    return make_payer(make_company())


@pytest.fixture
def plan(payer):
    type_in(catalog, "add-product", "hosting", "Hosting", "--family", "hosting")
    type_in(catalog, "add-plan", "basic", "Basic", "--product", "hosting", "--price", "100", "--currency", "ZAR",
            "--from", "2025-01-01")  # fmt: skip


def test_a_catalog_from_the_command_line(plan):
    assert "basic" in type_in(catalog, "plans")
    assert "Hosting" in type_in(catalog, "products")
    type_in(catalog, "set-price", "basic", "fee", "120.50", "--currency", "ZAR", "--from", "2026-07-01")
    prices = json.loads(type_in(catalog, "prices", "basic", "--json"))
    assert [row["version"] for row in prices] == [1, 2]
    assert "120.5" in type_in(catalog, "prices", "basic")
    type_in(catalog, "retire-plan", "basic")
    assert json.loads(type_in(catalog, "plans", "--json")) == []


def test_taxes_are_listed_and_a_pack_applies_once(payer):
    assert "ZA-VAT-15" in type_in(catalog, "taxes", "ZA")
    assert json.loads(type_in(catalog, "tax-pack", "KAROO", "ZA", "--json"))["rule_count"] == 0


def test_the_life_of_a_subscription(payer, plan):
    ordered = json.loads(type_in(subscriptions, "subscribe", payer.number, "basic", "--json"))
    number = ordered["number"]
    assert ordered["state"] == "PENDING"
    assert "ACTIVE" in type_in(subscriptions, "activate", number, "--starts", "2026-01-10")
    type_in(subscriptions, "quantity", number, "3", "--from", "2026-02-01")
    # The fee is flat: it runs on, whatever the quantity.
    assert len(json.loads(type_in(subscriptions, "show", number, "--json"))) == 1
    assert "credit" in type_in(subscriptions, "preview", number, "pause", "--from", "2026-03-01")
    assert "PAUSED" in type_in(subscriptions, "pause", number, "--from", "2026-03-01")
    assert "ACTIVE" in type_in(subscriptions, "resume", number, "--from", "2026-03-01")
    assert "PAUSE" in type_in(subscriptions, "changes", number)
    assert "ENDING" in type_in(subscriptions, "cancel", number, "moves", "--before", "2199-01-01")
    assert "ACTIVE" in type_in(subscriptions, "keep", number)
    assert number in type_in(subscriptions, "renewals", payer.number, "--days", "9999")
    assert number in type_in(subscriptions, "list", payer.number)


def test_a_billing_hold_is_placed_and_released(payer):
    hold = json.loads(type_in(subscriptions, "hold", payer.number, "unclear", "--json"))
    assert "released" in type_in(subscriptions, "release", str(hold["id"]))


def test_an_invoice_from_draft_to_copy(payer, tmp_path):
    made = json.loads(
        type_in(invoices, "draft", payer.number, "--line", "Set-up=2x50.00", "--line", "Visit=15", "--date",
                "2026-01-15", "--json")
    )  # fmt: skip
    assert "ISSUED" in type_in(invoices, "issue", str(made["id"]))
    assert "Visit" in type_in(invoices, "show", "INV-000001")
    target = tmp_path / "copy.pdf"
    type_in(invoices, "pdf", "INV-000001", "--to", str(target))
    assert target.read_bytes().startswith(b"%PDF")
    assert "ana@example.org" in type_in(invoices, "send", "INV-000001")
    note = json.loads(
        type_in(invoices, "credit", "INV-000001", "--reason-code", "GOODWILL", "--date", "2026-01-20", "--line",
                "1=40.00", "--json")
    )  # fmt: skip
    assert "CN-000001" in type_in(invoices, "issue", str(note["id"]))
    fee = json.loads(
        type_in(invoices, "debit", "INV-000001", "--reason-code", "LATE_FEE", "--date", "2026-01-20", "--line",
                "Late fee=5", "--json")
    )  # fmt: skip
    assert "DISCARDED" in type_in(invoices, "discard", str(fee["id"]))
    assert "CN-000001" in type_in(invoices, "list", payer.number)


@pytest.mark.parametrize("line", ["Visit", "Visit=abc", "Visit=1xNaN"])
def test_an_unreadable_line_is_refused(payer, line):
    with pytest.raises(Refusal):
        type_in(invoices, "draft", payer.number, "--line", line, "--date", "2026-01-15")


@pytest.mark.parametrize(("module", "words"), [
    (subscriptions, ("show", "S-999999")), (subscriptions, ("renewals", "NOBODY")), (invoices, ("show", "INV-9")),
    (messages, ("show", "9")),
])  # fmt: skip
def test_what_is_not_there_is_said(module, words):
    with pytest.raises(NotFound):
        type_in(module, *words)


def test_messages_are_read_canceled_and_stay_without_a_server():
    type_in(messages, "test", "it@example.org")
    (row,) = json.loads(type_in(messages, "list", "--json"))
    assert "Mail from Billwright arrives" in type_in(messages, "show", str(row["id"]))
    assert "0 sent" in type_in(messages, "deliver")
    assert "CANCELED" in type_in(messages, "cancel", str(row["id"]))
