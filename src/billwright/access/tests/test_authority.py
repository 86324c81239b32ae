"""The Authority over the real tables: who is refused, in which words, and who may instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from billwright.access import matrix, queries
from billwright.access.authority import AUTHORITY, AccessAuthority
from billwright.access.matrix import MATRIX, Right
from billwright.access.models import RoleGrant
from billwright.access.states import OPERATOR_ACTOR, Role, UserState
from billwright.access.tests.builders import AT, act_of, make_entity, make_limit, make_user
from billwright.kernel import acts, audit
from billwright.kernel.acts import Act
from billwright.kernel.errors import NotAllowed
from billwright.kernel.money import Money

pytestmark = pytest.mark.django_db

VERB = "plum.write_off"


@dataclass(frozen=True, slots=True)
class Part:
    account_id: int


@pytest.fixture(autouse=True)
def plums(monkeypatch):
    """A verb of the test's own: leads up to a limit, the finance manager without."""
    cells = dict.fromkeys(Role, ".") | {Role.TEAM_LEAD: "L", Role.FINANCE_MANAGER: "Y"}
    monkeypatch.setitem(MATRIX, VERB, Right(VERB, "w", "plums", cells))


def require(user, *, amount=None, at=AT, authority=AUTHORITY, verb=VERB, **arguments):
    money = Money(amount, "ZAR") if amount is not None else None
    authority.require(act=act_of(user, at=at), verb=verb, amount=money, arguments=arguments)


def test_the_project_wires_this_authority():
    assert acts.authority() is AUTHORITY


def test_the_refusal_names_rule_limit_and_the_people_who_may():
    clara = make_user("clara", Role.TEAM_LEAD)
    make_user("felix", Role.FINANCE_MANAGER)
    make_limit(Role.TEAM_LEAD, "plum.*", 50_000)
    with pytest.raises(NotAllowed) as refused:
        require(clara, amount=50_001)
    assert refused.value.code == "access.above_limit"
    assert refused.value.rule == "ZAR 500.01 is above your authority limit of ZAR 500.00."
    assert refused.value.who_may == ("Felix",)


def test_the_limit_itself_is_within_authority():
    clara = make_user("clara", Role.TEAM_LEAD)
    make_limit(Role.TEAM_LEAD, "plum.*", 50_000)
    require(clara, amount=50_000)


def test_a_limit_begins_on_its_day():
    clara = make_user("clara", Role.TEAM_LEAD)
    make_limit(Role.TEAM_LEAD, "plum.*", 50_000, since=AT.date())
    require(clara, amount=1)
    with pytest.raises(NotAllowed, match="above"):
        require(clara, amount=1, at=AT - timedelta(days=1))


def test_without_people_the_roles_are_named():
    with pytest.raises(NotAllowed) as refused:
        require(make_user("boris", Role.CASH_APPLIER))
    assert refused.value.code == "access.no_permission"
    assert refused.value.who_may == ("Finance manager",)


def test_an_ended_role_gives_nothing():
    felix = make_user("felix", Role.FINANCE_MANAGER)
    require(felix)
    RoleGrant.objects.filter(user=felix).update(ended_at=AT)
    with pytest.raises(NotAllowed, match="None of your roles"):
        require(felix)


def test_a_deactivated_person_may_nothing():
    felix = make_user("felix", Role.FINANCE_MANAGER)
    felix.state = UserState.DEACTIVATED
    felix.save()
    with pytest.raises(NotAllowed, match="not active"):
        require(felix)


def test_a_role_for_one_entity_stays_there():
    karoo, rila = make_entity("KAROO"), make_entity("RILA")
    felix = make_user("felix", Role.FINANCE_MANAGER, legal_entity=karoo)
    require(felix, legal_entity_id=karoo.pk)
    with pytest.raises(NotAllowed, match="another legal entity"):
        require(felix, legal_entity_id=rila.pk)


def test_the_entity_is_looked_up_by_what_the_act_names():
    karoo, rila = make_entity("KAROO"), make_entity("RILA")
    felix = make_user("felix", Role.FINANCE_MANAGER, legal_entity=karoo)
    authority = AccessAuthority()
    of_account = {1: karoo.pk, 2: rila.pk}
    authority.look_up_entities("account_id", lambda ids: {of_account[one] for one in ids})
    require(felix, authority=authority, account_id=1)
    require(felix, authority=authority, parts=(Part(1), Part(1)))
    require(felix, authority=authority, account_ids=[1, 1])
    for named in ({"account_id": 2}, {"parts": (Part(1), Part(2))}, {"account_ids": [2]}, {"other_id": 1}):
        with pytest.raises(NotAllowed, match="another legal entity"):
            require(felix, authority=authority, **named)


@pytest.mark.parametrize("actor", ["user:999999", "nobody", "user:", "user:x", ""])
def test_strange_actors_are_nobody(actor):
    with pytest.raises(NotAllowed, match="not active"):
        AUTHORITY.require(act=Act(actor=actor, at=AT), verb=VERB, amount=None, arguments={})


def test_the_machine_may_do_its_few_verbs_and_no_other():
    AUTHORITY.require(act=Act(actor="system:scheduler", at=AT), verb="approval.expire", amount=None, arguments={})
    with pytest.raises(NotAllowed):
        AUTHORITY.require(act=Act(actor="system:scheduler", at=AT), verb="user.create", amount=None, arguments={})
    with pytest.raises(NotAllowed):
        AUTHORITY.require(act=Act(actor="system:unheard-of", at=AT), verb="approval.expire", amount=None, arguments={})


def test_the_operator_acts_for_commands():
    AUTHORITY.require(act=Act(actor=OPERATOR_ACTOR, at=AT), verb=VERB, amount=Money(10**12, "ZAR"), arguments={})
    assert queries.get_user(0).username == "operator"


def test_who_prepared_may_not_approve(monkeypatch):
    felix, clara = make_user("felix", Role.FINANCE_MANAGER), make_user("clara", Role.FINANCE_MANAGER)
    monkeypatch.setitem(matrix.SEPARATED, VERB, ("plum.prepare",))
    described = acts.Verb(
        VERB, require, require, lambda given, _answer: f"plum:{given['plum_id']}", lambda _: None, lambda _: True
    )
    monkeypatch.setitem(acts.VERBS, VERB, described)
    audit.record(verb="plum.prepare", actor=felix.actor, subject="plum:4", at=AT)
    with pytest.raises(NotAllowed) as refused:
        require(felix, plum_id=4)
    assert refused.value.code == "access.same_person"
    assert refused.value.who_may == ("Clara",)
    require(clara, plum_id=4)
    require(felix, plum_id=5)


def test_who_may_leaves_out_the_asker_and_follows_the_amount():
    clara, felix = make_user("clara", Role.TEAM_LEAD), make_user("felix", Role.FINANCE_MANAGER)
    make_limit(Role.TEAM_LEAD, VERB, 100)

    def names(minor, **kwargs):
        answer = queries.who_may(verb=VERB, amount=Money(minor, "ZAR"), legal_entity_id=None, as_of=AT.date(), **kwargs)
        return [name for _, name in answer.people], answer.roles

    assert names(100) == (["Clara", "Felix"], ("TEAM_LEAD", "FINANCE_MANAGER"))
    assert names(101) == (["Felix"], ("FINANCE_MANAGER",))
    assert names(100, except_actors=frozenset({felix.actor, clara.actor}))[0] == []


def test_permissions_for_pages():
    karoo = make_entity("KAROO")
    felix = make_user("felix", Role.AUDITOR, legal_entity=karoo)
    may = queries.permissions_of(felix.actor)
    assert may.allows("audit.view")
    assert not may.allows("user.create")
    assert may.entities_for("audit.view") == {karoo.pk}
    assert may.allows_in("audit.view", karoo.pk)
    assert not may.allows_in("audit.view", karoo.pk + 1)
    assert queries.permissions_of(OPERATOR_ACTOR).entities_for("audit.view") is None
