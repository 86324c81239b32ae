"""The account commands, as they are typed."""

import json

import pytest
from typer.testing import CliRunner

from billwright.interfaces.cli.accounts import app
from billwright.kernel.errors import Conflict, Refusal
from billwright.org.tests.builders import make_entity

pytestmark = pytest.mark.django_db


def type_in(*words):
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def ana():
    make_entity("KAROO")
    made = type_in("create", "Ana Botha", "--entity", "KAROO", "--person", "--email", "ana@example.com", "--json")
    return json.loads(made)


def test_an_account_is_made_found_and_shown(ana):
    assert [hit["number"] for hit in json.loads(type_in("search", "ana@", "--json"))] == [ana["number"]]
    case = json.loads(type_in("show", ana["number"], "--json"))
    assert (case["customer"]["kind"], case["contacts"][0]["email"]) == ("PERSON", "ana@example.com")
    assert ana["number"] in type_in("search", "botha")
    assert "ana@example.com" in type_in("show", ana["number"])


def test_a_change_stands_in_the_history(ana):
    terms = "payment_parts=40% after 10 days; rest after 1 month"
    type_in("change", ana["number"], "purchase_order=PO-7", "cycle_day=31", terms, "--reason", "letter")
    type_in("change", ana["number"], "language=af", "--customer")
    first, second, *_ = json.loads(type_in("history", ana["number"], "--json"))
    assert (first["after"]["language"], second["after"]["cycle_day"], second["reason"]) == ("af", 31, "letter")
    assert second["after"]["payment_parts"] == "40% after 10 days; rest after 1 month"
    assert "letter" in type_in("history", ana["number"])


@pytest.mark.parametrize(
    "field", ["colour=red", "cycle_day=first", "cycle_day=32", "payment_parts=half now", "timezone=Mars"]
)
def test_what_cannot_be_is_refused(ana, field):
    with pytest.raises(Refusal) as refused:
        type_in("change", ana["number"], field)
    assert refused.value.field == field.partition("=")[0]


def test_an_old_version_is_refused(ana):
    type_in("change", ana["number"], "reference=A")
    with pytest.raises(Conflict, match="Operator changed reference"):
        type_in("change", ana["number"], "reference=B", "--version", "1")


def test_an_account_closes_and_opens(ana):
    assert "CLOSED" in type_in("close", ana["number"], "--on", "2999-01-01")
    assert "OPEN" in type_in("reopen", ana["number"])


def test_status_notes_are_set_and_exported(ana, tmp_path):
    type_in("status", ana["number"], "waiting", "--cause", "no order", "--next", "call", "--next-on", "2026-04-01")
    type_in("note", "Called twice.", ana["number"])
    assert json.loads(type_in("status-notes", "--entity", "KAROO", "--json"))[0]["cause"] == "no order"
    assert "waiting" in type_in("status-notes")
    type_in("status-notes", "--xlsx", str(tmp_path / "notes.xlsx"))
    assert (tmp_path / "notes.xlsx").read_bytes()[:2] == b"PK"


def test_duplicates_are_merged_and_the_merge_undone(ana):
    type_in("create", "Ana BOTHA", "--entity", "KAROO", "--email", "ana@example.com")
    (pair,) = json.loads(type_in("duplicates", "--json"))
    assert json.loads(type_in("duplicates", ana["number"], "--json"))[0]["score"] == pair["score"] == 95
    ids = str(pair["customer_id"]), str(pair["other_id"])
    assert "1 accounts" in type_in("merge", *ids)
    assert "1 accounts" in type_in("undo-merge", ids[1])
