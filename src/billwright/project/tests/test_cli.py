"""The whole command line: the words that its options have, and had."""

import json

import pytest
from typer.testing import CliRunner

from billwright.project import cli
from billwright.workflow.collecting.tests.builders import make_company

pytestmark = pytest.mark.django_db


def test_a_company_is_named_by_one_option_and_its_former_word_is_taken_still(monkeypatch):
    monkeypatch.setattr(cli.database, "prepare_quickly", lambda: None)

    def type_in(*words):
        return CliRunner().invoke(cli.build(), words, catch_exceptions=False).output

    make_company("CAPE")
    texas, _bank = make_company("TEXAS")
    for word in ("--entity", "--company"):
        [row] = json.loads(type_in("mandate", "agreements", word, "TEXAS", "--json"))
        assert row["legal_entity_id"] == texas.id
    for words in (("mandate", "agreements"), ("match", "queue"), ("rule", "list"), ("remittance", "take")):
        shown = type_in(*words, "--help")
        assert ("--entity" in shown, "--company" in shown) == (True, False), words
