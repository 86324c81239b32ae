"""The bill-run commands, as they are typed."""

import json

import pytest
from typer.testing import CliRunner

from billwright.interfaces.cli.bill_run import app
from billwright.interfaces.cli.bill_run_shadow import commands as shadows
from billwright.kernel.errors import NotFound, Refusal
from billwright.workflow.bill_run.tests.builders import documents, make_account, make_plan, make_world, subscribe

pytestmark = pytest.mark.django_db


def type_in(*words):
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def ana():
    make_world()
    make_plan()
    account = make_account("ANA")
    subscribe(account, starts_on="2026-01-10")
    return account


def test_the_journey_step_by_step(ana):
    run = str(json.loads(type_in("create", "--as-of", "2026-01-10", "--json"))["run"]["id"])
    prepared = json.loads(type_in("prepare", run, "--json"))
    assert [total["total_minor"] for total in prepared["totals"]] == [8162]
    type_in("check", run)
    type_in("approve", run)
    type_in("issue", run)
    assert json.loads(type_in("show", run, "--json"))["run"]["state"] == "ISSUED"
    assert documents() == [("ANA", "INVOICE", 7097, 1065, 8162)]


def test_the_whole_journey_at_once(ana):
    assert "ISSUED" in type_in("run", "--as-of", "2026-01-10", "--yes")
    assert "ISSUED" in type_in("list")


def test_a_preview_keeps_nothing(ana):
    found = json.loads(type_in("preview", "ANA", "--as-of", "2026-01-10", "--json"))
    assert found["documents"][0]["total_minor"] == 8162
    assert "NOTE" not in type_in("preview", "ANA", "--as-of", "2026-01-10")
    assert documents() == []


def test_holding_an_account_and_releasing_it(ana):
    run = str(json.loads(type_in("create", "--as-of", "2026-01-10", "--json"))["run"]["id"])
    type_in("prepare", run)
    type_in("hold", run, "ANA", "asked for time")
    assert "held: 1" in type_in("show", run)
    type_in("release", run, "ANA")
    assert "prepared: 1" in type_in("show", run)
    type_in("discard", run)


def test_only_some_accounts_and_their_findings(ana):
    run = str(json.loads(type_in("create", "--as-of", "2026-01-10", "--account", "ANA", "--json"))["run"]["id"])
    type_in("prepare", run)
    assert [row["code"] for row in json.loads(type_in("findings", run, "--json"))] == ["first_invoice"]
    assert "first_invoice" in type_in("findings", run)


def test_the_schedule_of_a_company_is_shown_and_chosen(ana):
    assert type_in("schedule", "KAROO") == "KAROO: never\n"
    assert type_in("schedule", "KAROO", "prepare") == "KAROO: prepare\n"
    with pytest.raises(Refusal, match="cannot be 'sometimes'"):
        type_in("schedule", "KAROO", "sometimes")
    assert type_in("schedule", "KAROO") == "KAROO: prepare\n"


def test_a_shadow_run_does_not_leave_an_unknown_account_out(ana):
    for words in (
        ["draft", "--as-of", "2026-01-10", "--account", "ANA", "--account", "NOBODY"],
        ["differences", "1", "NOBODY"],
    ):
        with pytest.raises(NotFound, match="no account NOBODY"):
            CliRunner().invoke(shadows, words, catch_exceptions=False)
