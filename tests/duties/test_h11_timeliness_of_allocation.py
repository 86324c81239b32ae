"""H11: Measure timeliness of allocation: queue of unallocated money aged from the bank value date, with owner and
target.
"""

import pytest
from tests.duties.people import Person, on, say, type_in

from billwright.access.states import Role
from billwright.interfaces.cli import match
from billwright.org.queries import get_legal_entity
from billwright.receivables.tests.builders import make_ana, make_cash

pytestmark = [pytest.mark.django_db, pytest.mark.duty("H11")]


def test_h11_money_that_waits_has_an_age_an_owner_and_a_target():
    ana = make_ana()
    company = get_legal_entity(legal_entity_id=ana.legal_entity_id).code
    with on("2026-02-12"):
        make_cash(None, "70.00", on="2026-02-02", legal_entity_id=ana.legal_entity_id)
        make_cash(ana, "30.00", on="2026-02-11")
        say(match.app, "rule", company, "--currency", "ZAR", "--target", "3", "--since", "2026-01-01")
        say(match.app, "run")
        old, young = type_in(match.app, "queue")
        assert [(row["value_date"], row["target_on"]) for row in (old, young)] == [
            ("2026-02-02", "2026-02-05"), ("2026-02-11", "2026-02-14")
        ]  # fmt: skip
        carla = Person("carla", (Role.CASH_APPLIER,))
        say(match.app, "assign", old["match_id"], "--to", "carla")
        say(match.app, "run")
        ages = {row["owner"]: row for row in type_in(match.app, "age")}
        assert (ages[carla.actor]["late_count"], ages[carla.actor]["oldest"]) == (1, "2026-02-02")
        assert (ages[""]["late_count"], ages[""]["amount"]["amount_minor"]) == (0, 3000)
        assert [row["match_id"] for row in type_in(match.app, "queue", "--late")] == [
            row["match_id"] for row in type_in(match.app, "queue", "--owner", "carla")
        ]
    assert "Past their target" in carla.reads("matching", view="late")
