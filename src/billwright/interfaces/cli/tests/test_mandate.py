"""The commands of mandates and of matching rules, as they are typed."""

import json
from datetime import UTC, date, datetime

import pytest
from typer.testing import CliRunner

from billwright.interfaces.cli import mandate, match
from billwright.kernel import clock
from billwright.kernel.errors import Refusal
from billwright.org.models import LegalEntity, OwnBankAccount
from billwright.org.queries import list_all_bank_accounts
from billwright.workflow.collecting.tests.builders import BORIS_IBAN, make_company, make_mandate, make_payer

pytestmark = pytest.mark.django_db


def test_what_ends_soon_is_reckoned_from_the_day_of_each_company():
    cape, _bank = make_company("CAPE", currency="EUR")
    texas, _bank = make_company("TEXAS", currency="EUR")
    LegalEntity.objects.filter(pk=texas.id).update(timezone="America/Chicago")
    make_mandate(make_payer(cape), reference="AT-CAPE", ends_on=date(2026, 3, 12))
    make_mandate(make_payer(texas), BORIS_IBAN, reference="AT-TEXAS", ends_on=date(2026, 3, 12))
    with clock.standing_at(datetime(2026, 3, 2, 2, 0, tzinfo=UTC)):  # in Chicago it is still the first of March
        found = CliRunner().invoke(mandate.app, ["list", "--expiring", "10", "--json"], catch_exceptions=False)
    assert [row["reference"] for row in json.loads(found.output)] == ["AT-CAPE"]


@pytest.mark.parametrize("words", [("--since", "March"), ("--tolerance-percent", "much"), ("--withheld", "ten")])
def test_a_rule_of_matching_that_cannot_be_read_is_refused(words):
    make_company("CAPE")
    with pytest.raises(Refusal) as refused:
        CliRunner().invoke(match.app, ["rule", "CAPE", "--currency", "EUR", *words], catch_exceptions=False)
    assert refused.value.code in ("day.unreadable", "number.unreadable")


def test_own_bank_accounts_of_all_companies_take_one_query(django_assert_num_queries):
    (one, bank), (_other, another) = make_company("CAPE"), make_company("TEXAS")
    OwnBankAccount.objects.create(legal_entity_id=one.id, label="Savings", holder="H", currency_id="EUR", iban="DE1")
    with django_assert_num_queries(1):
        assert [row.label for row in list_all_bank_accounts()] == ["Current", "Savings", "Current"]
    assert [row.id for row in list_all_bank_accounts(legal_entity_ids=[_other.id])] == [another.id]
    assert bank.id in {row.id for row in list_all_bank_accounts(legal_entity_ids=[one.id])}
