"""The wallet commands, as they are typed."""

import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from billwright.interfaces.cli import wallet
from billwright.kernel import clock
from billwright.workflow.bill_run.tests.builders import make_account, make_cash, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid():
    make_world()
    with clock.standing_at(datetime(2026, 1, 15, 9, tzinfo=UTC)):
        yield make_cash(make_account("ANA"), 50000)


def test_credit_is_bought_listed_expired_and_given_back(paid):
    def type_in(*words):
        result = CliRunner().invoke(wallet.app, list(words), catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    (lot,) = json.loads(type_in("top-up", str(paid.pk), "200", "--expires", "2026-02-01", "--json"))
    assert "2026-02-01" in type_in("list", "ANA")
    assert "0 expired" in type_in("expire", "--as-of", "2026-01-31")
    type_in("give-back", str(lot["wallet_lot_id"]), "--on", "2026-01-20")
    assert json.loads(type_in("list", "ANA", "--json")) == []
