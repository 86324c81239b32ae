"""The decision, as tables of cases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from billwright.access import matrix
from billwright.access.matrix import MATRIX, Right, known_scopes, scopes_allow
from billwright.access.policies import Attempt, Facts, Grant, Limit, Rule, decide, locked_until, ruling_limit
from billwright.access.states import APPROVAL, ApprovalState, LoginOutcome, Role
from billwright.kernel.errors import Conflict
from billwright.kernel.money import Money

TODAY = date(2026, 3, 10)
LEAD = Grant(Role.TEAM_LEAD)
FINANCE = Grant(Role.FINANCE_MANAGER)
AUDITOR = Grant(Role.AUDITOR)


@pytest.fixture(autouse=True)
def rights(monkeypatch):
    """Four rights of the test's own, so that a change of the shipped matrix changes no test of the rules."""
    cells = dict.fromkeys(Role, ".") | {Role.TEAM_LEAD: "L", Role.FINANCE_MANAGER: "Y"}
    for code, kind in {"plum.write_off": "w", "plum.journal": "2", "plum.view": "r", "plum.own": "o"}.items():
        monkeypatch.setitem(matrix.MATRIX, code, Right(code, kind, "plums", cells))


def facts(verb="plum.write_off", grants=(FINANCE,), **kwargs):
    return Facts(verb=verb, actor="user:7", is_active=True, as_of=TODAY, grants=grants, **kwargs)


def limit(amount, *, pattern="plum.write_off", currency="ZAR", since=date(2026, 1, 1), until=None, role=Role.TEAM_LEAD):
    return Limit(role, pattern, currency, amount, since, until)


CASES = [
    # what is asked                                                                     the rule that refuses
    (facts(), None),
    (facts(grants=()), Rule.NO_PERMISSION),
    (facts(grants=(AUDITOR,)), Rule.NO_PERMISSION),
    (facts(verb="plum.unheard_of"), Rule.VERB_UNKNOWN),
    (facts(verb="plum.own", grants=()), None),
    (facts(grants=(Grant(Role.FINANCE_MANAGER, 1),), legal_entity_id=1), None),
    (facts(grants=(Grant(Role.FINANCE_MANAGER, 1),), legal_entity_id=2), Rule.OTHER_ENTITY),
    (facts(grants=(Grant(Role.FINANCE_MANAGER, 1),)), Rule.OTHER_ENTITY),
    (facts(separated_from=frozenset({"user:7"})), Rule.SAME_PERSON),
    (facts(separated_from=frozenset({"user:8"})), None),
    (facts(grants=(LEAD,), amount=Money(1, "ZAR")), Rule.ABOVE_LIMIT),
    (facts(grants=(LEAD,)), Rule.ABOVE_LIMIT),
    (facts(grants=(LEAD,), amount=Money(500, "ZAR"), limits=(limit(500),)), None),
    (facts(grants=(LEAD,), amount=Money(501, "ZAR"), limits=(limit(500),)), Rule.ABOVE_LIMIT),
    (facts(grants=(LEAD,), amount=Money(-501, "ZAR"), limits=(limit(500),)), Rule.ABOVE_LIMIT),
    (facts(grants=(LEAD,), amount=Money(1, "EUR"), limits=(limit(500),)), Rule.ABOVE_LIMIT),
    (facts(grants=(LEAD,), amount=Money(1, "ZAR"), limits=(limit(500, since=TODAY),)), None),
    (facts(grants=(LEAD,), amount=Money(1, "ZAR"), limits=(limit(500, until=TODAY),)), Rule.ABOVE_LIMIT),
    (facts(grants=(LEAD,), amount=Money(1, "ZAR"), limits=(limit(500, since=date(2026, 3, 11)),)), Rule.ABOVE_LIMIT),
    (facts(grants=(LEAD, FINANCE), amount=Money(10**9, "ZAR"), limits=(limit(500),)), None),
    (facts(amount=Money(501, "ZAR"), limits=(limit(500, role=Role.FINANCE_MANAGER),)), Rule.ABOVE_LIMIT),
    (facts(verb="plum.journal"), Rule.SECOND_PERSON),
    (facts(verb="plum.journal", consented=True), None),
    (facts(verb="plum.journal", grants=(AUDITOR,), consented=True), Rule.NO_PERMISSION),
]


@pytest.mark.parametrize(("asked", "rule"), CASES)
def test_the_rule_that_refuses(asked, rule):
    assert decide(asked).rule == rule


def test_a_deactivated_person_may_not_even_see_to_their_own_affairs():
    asked = Facts(verb="plum.own", actor="user:7", is_active=False, as_of=TODAY)
    assert decide(asked).rule == Rule.ACTOR_UNKNOWN


def test_the_refusal_tells_the_limit():
    asked = facts(grants=(LEAD,), amount=Money(900, "ZAR"), limits=(limit(500),))
    assert decide(asked).ceiling_minor == 500


def test_permission_is_named_before_the_amount():
    asked = facts(grants=(AUDITOR,), amount=Money(10**9, "ZAR"))
    assert decide(asked).rule == Rule.NO_PERMISSION


@pytest.mark.parametrize(
    ("limits", "amount_minor"),
    [
        ((limit(100, pattern="*"), limit(200, pattern="plum.*"), limit(300)), 300),
        ((limit(100, pattern="*"), limit(200, pattern="plum.*")), 200),
        ((limit(100), limit(200, since=date(2026, 2, 1))), 200),
        ((limit(100), limit(200, since=date(2026, 4, 1))), 100),
        ((limit(300, pattern="plum.write*"), limit(100)), 100),
    ],
)
def test_the_limit_that_rules(limits, amount_minor):
    ruling = ruling_limit(limits, role=Role.TEAM_LEAD, verb="plum.write_off", currency="ZAR", as_of=TODAY)
    assert ruling.limit_minor == amount_minor


def test_the_auditor_changes_nothing_but_asks_to_see():
    allowed = {"personal.reveal", "export.run"}
    changing = {
        code for code, right in MATRIX.items() if right.kind in "w2" and right.cells[Role.AUDITOR] != "."
    } - allowed
    assert changing == set()


def test_the_administrator_moves_no_money():
    sections = {
        right.section for right in MATRIX.values() if right.kind in "w2" and right.cells[Role.ADMINISTRATOR] != "."
    }
    assert sections & {"accounts", "documents", "payments", "ledger", "subscriptions", "billing"} == set()


@pytest.mark.parametrize(
    ("scopes", "code", "allowed"),
    [
        ({"read"}, "account.view", True),
        ({"read"}, "user.create", False),
        ({"write"}, "account.view", False),
        ({"write:access"}, "user.create", True),
        ({"read:access"}, "user.create", False),
        ({"user.create"}, "user.create", True),
        ({"user.create"}, "user.change", False),
        (set(), "account.view", False),
        ({"read", "write"}, "plum.unheard_of", False),
    ],
)
def test_what_a_token_covers(scopes, code, allowed):
    assert scopes_allow(frozenset(scopes), code) is allowed


def test_every_known_scope_covers_something():
    useless = [scope for scope in known_scopes() if not any(scopes_allow(frozenset({scope}), code) for code in MATRIX)]
    assert useless == []


NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
SPAN, MINUTE = timedelta(minutes=15), timedelta(minutes=1)


def failures(count, *, newest=NOW, every=timedelta(minutes=1)):
    return [Attempt(LoginOutcome.WRONG_PASSWORD, newest - every * number) for number in range(count)]


@pytest.mark.parametrize(
    ("attempts", "until"),
    [
        (failures(4), None),
        (failures(5), NOW + SPAN),
        (failures(5, newest=NOW - SPAN), None),
        (failures(5, newest=NOW - timedelta(minutes=2)), NOW + timedelta(minutes=13)),
        ([*failures(3), Attempt(LoginOutcome.SUCCEEDED, NOW - timedelta(minutes=4)), *failures(5)], None),
        (
            [Attempt(LoginOutcome.LOCKED, NOW), *failures(5, newest=NOW - timedelta(minutes=1))],
            NOW + timedelta(minutes=14),
        ),
    ],
)
def test_how_long_a_name_is_locked(attempts, until):
    assert locked_until(attempts, failures_max=5, span=SPAN, at=NOW) == until


@pytest.mark.parametrize("verb", list(APPROVAL.verbs))
@pytest.mark.parametrize("state", [state for state in ApprovalState if state not in {"PENDING", "APPROVED"}])
def test_a_closed_approval_stays_closed(verb, state):
    with pytest.raises(Conflict):
        APPROVAL.enter(verb, state)
