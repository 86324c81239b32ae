"""Users and roles: made, granted, ended, barred; and what each act refuses."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.db.utils import IntegrityError

from billwright.access import queries
from billwright.access.models import ApiToken, AuthorityLimit, RoleGrant, StaffSession, User
from billwright.access.operations import own, roles, tokens, users
from billwright.access.queries import list_grants, list_limits, permissions_of
from billwright.access.states import Role
from billwright.access.tests.builders import AT, PASSWORD, act_of, make_entity, make_limit, make_user, operator_act
from billwright.kernel.acts import Act
from billwright.kernel.errors import Conflict, NotAllowed, NotFound, Refusal
from billwright.kernel.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return make_user("ana", Role.ADMINISTRATOR, password=PASSWORD)


def create(ana, **changed):
    values = {"username": "boris", "display_name": "Boris", "password": PASSWORD} | changed
    return users.create_user(act=act_of(ana), **values)


def refused_code(function, **kwargs):
    with pytest.raises(Refusal) as refused, transaction.atomic():
        function(**kwargs)
    return refused.value.code


def test_a_new_person_may_log_in_and_do_nothing(ana):
    boris = create(ana, username=" Boris ")
    assert (boris.username, boris.is_active, boris.password_change_due) == ("boris", True, True)
    assert User.objects.get(pk=boris.id).check_password(PASSWORD)
    assert not permissions_of(boris.actor).allows("account.view")


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"username": ""}, "user.bad_username", "username"),
        ({"username": "bo ris"}, "user.bad_username", "username"),
        ({"username": "b" * 65}, "user.bad_username", "username"),
        ({"username": "ANA"}, "user.username_taken", "username"),
        ({"display_name": " "}, "user.name_missing", "display_name"),
        ({"password": "short"}, "password.too_weak", "password"),
        ({"password": "password1234"}, "password.too_weak", "password"),
        ({"password": "123456789012345"}, "password.too_weak", "password"),
        ({"username": "boris.petkov.1", "password": "boris.petkov.1!"}, "password.too_weak", "password"),
        ({"password": "x" * 257}, "password.too_long", "password"),
        ({"timezone": "Africa/Atlantis"}, "user.unknown_timezone", "timezone"),
    ],
)
def test_what_a_new_person_cannot_be(ana, changed, code, field):
    with pytest.raises(Refusal) as refused:
        create(ana, **changed)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_people_who_begin_with_one_password_are_made_in_one_act(ana):
    people = tuple(users.NewPerson(username=name, display_name=name.title()) for name in ("boris", "clara"))
    made = users.create_users(act=act_of(ana), people=people, password=PASSWORD)
    boris, clara = User.objects.filter(pk__in=[row.id for row in made])
    assert boris.check_password(PASSWORD)
    assert (boris.password, boris.password_change_due) == (clara.password, True)
    assert refused_code(users.create_users, act=act_of(ana), people=people, password=PASSWORD) == "user.username_taken"


def test_no_password_reaches_the_audit_trail_or_the_stored_keys(ana):
    create(ana)
    row = AuditEvent.objects.get(verb="user.create")
    assert PASSWORD not in f"{row.before}{row.after}{row.reason}"
    keyed = Act(actor=ana.actor, at=AT, key="k1")
    assert refused_code(users.create_user, act=keyed, username="c", display_name="C", password=PASSWORD) == (
        "idempotency.not_for_secrets"
    )


def test_the_first_administrator_is_made_once():
    given = {"username": "ana", "display_name": "Ana", "password": PASSWORD}
    ana = users.create_first_administrator(act=operator_act(), **given)
    assert {row.role for row in list_grants(user_id=ana.id)} == {"ADMINISTRATOR", "FINANCE_MANAGER"}
    given["username"] = "eve"
    assert refused_code(users.create_first_administrator, act=operator_act(), **given) == "user.not_the_first"


def test_nobody_but_the_operator_makes_the_first(ana):
    with pytest.raises(NotAllowed):
        users.create_first_administrator(act=act_of(ana), username="x", display_name="X", password=PASSWORD)


def test_deactivation_ends_sessions_and_tokens(ana):
    boris = make_user("boris", Role.CASH_APPLIER)
    StaffSession.objects.create(session_key="k", session_data="", expire_date=AT + timedelta(days=1), user=boris)
    tokens.issue_token(act=act_of(ana), user_id=boris.pk, name="sync", scopes=("read",))
    assert users.deactivate_user(act=act_of(ana), user_id=boris.pk).state == "DEACTIVATED"
    assert not StaffSession.objects.filter(user=boris).exists()
    assert ApiToken.objects.get(user=boris).revoked_at == AT
    assert users.reactivate_user(act=act_of(ana), user_id=boris.pk).state == "ACTIVE"
    assert ApiToken.objects.get(user=boris).revoked_at == AT


def test_deactivation_keeps_an_administrator(ana):
    assert refused_code(users.deactivate_user, act=act_of(ana), user_id=ana.pk) == "user.own_deactivation"
    assert refused_code(users.deactivate_user, act=operator_act(), user_id=ana.pk) == "user.last_administrator"


def test_the_built_in_operator_is_out_of_reach(ana):
    for verb in (users.deactivate_user, users.reset_second_factor):
        assert refused_code(verb, act=act_of(ana), user_id=0) == "user.unknown"


def test_a_reset_password_must_be_changed(ana):
    boris = make_user("boris", password=PASSWORD)
    users.reset_password(act=act_of(ana), user_id=boris.pk, password="five red lanterns hang")
    assert queries.get_user(boris.pk).password_change_due
    changed = own.change_password(
        act=act_of(boris), old_password="five red lanterns hang", new_password="six blue lanterns fell"
    )
    assert not changed.password_change_due


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("not it at all", "six blue lanterns fell", "password.wrong"),
        (PASSWORD, PASSWORD, "password.unchanged"),
        (PASSWORD, "short", "password.too_weak"),
    ],
)
def test_a_password_that_is_not_changed(ana, old, new, code):
    assert refused_code(own.change_password, act=act_of(ana), old_password=old, new_password=new) == code


def test_roles_are_granted_once_and_ended(ana):
    boris, karoo = make_user("boris"), make_entity("KAROO")
    given = {"act": act_of(ana), "user_id": boris.pk, "role": "COLLECTOR", "legal_entity_id": karoo.pk}
    assert roles.grant_role(**given) == roles.grant_role(**given)
    (grant,) = list_grants(user_id=boris.pk)
    assert (grant.role, grant.legal_entity_name) == ("COLLECTOR", karoo.name)
    roles.end_role(act=act_of(ana), grant_id=grant.id)
    assert list_grants(user_id=boris.pk) == []
    assert refused_code(roles.end_role, act=act_of(ana), grant_id=grant.id) == "role.grant_unknown"


def test_nobody_changes_their_own_roles(ana):
    (grant,) = list_grants(user_id=ana.pk)
    assert refused_code(roles.grant_role, act=act_of(ana), user_id=ana.pk, role="FINANCE_MANAGER") == "role.own"
    assert refused_code(roles.end_role, act=act_of(ana), grant_id=grant.id) == "role.own"


def test_the_last_administrator_stays(ana):
    (grant,) = list_grants(user_id=ana.pk)
    assert refused_code(roles.end_role, act=operator_act(), grant_id=grant.id) == "user.last_administrator"


def test_an_unknown_role(ana):
    with pytest.raises(NotFound, match="KING"):
        roles.grant_role(act=act_of(ana), user_id=make_user("boris").pk, role="KING")


def test_a_role_cannot_be_held_twice_nor_rewritten():
    boris = make_user("boris", Role.COLLECTOR)
    with pytest.raises(IntegrityError, match="role_granted_once"), transaction.atomic():
        RoleGrant.objects.create(user=boris, role=Role.COLLECTOR, granted_at=AT)
    with pytest.raises(DatabaseError, match="ended, not changed"), transaction.atomic():
        RoleGrant.objects.filter(user=boris).update(role=Role.ADMINISTRATOR)


def set_limit(minor, since, **changed):
    values = {"role": "TEAM_LEAD", "verb_pattern": "price.*", "currency": "ZAR"} | changed
    felix = User.objects.filter(username="felix").first() or make_user("felix", Role.FINANCE_MANAGER)
    return roles.set_limit(act=act_of(felix), limit_minor=minor, valid_from=since, **values)


def test_a_new_limit_ends_the_old_one():
    set_limit(100, date(2026, 1, 1))
    set_limit(300, date(2026, 5, 1))
    set_limit(200, date(2026, 3, 1))
    assert [(row.limit_minor, row.valid_from.month, row.valid_until) for row in list_limits()] == [
        (100, 1, date(2026, 3, 1)),
        (200, 3, date(2026, 5, 1)),
        (300, 5, None),
    ]
    assert [row.limit_minor for row in list_limits(on=date(2026, 4, 30))] == [200]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"verb_pattern": "plum.*"}, "authority_limit.unknown_verb"),
        ({"verb_pattern": "account.view"}, "authority_limit.unknown_verb"),
        ({"currency": "XYZ"}, "currency.unknown"),
        ({"role": "KING"}, "role.unknown"),
        ({"minor": -1}, "authority_limit.negative"),
    ],
)
def test_limits_that_make_no_sense(changed, code):
    values = {"minor": 100, "since": date(2026, 1, 1)} | changed
    assert refused_code(set_limit, **values) == code


def test_one_limit_a_day():
    set_limit(100, date(2026, 1, 1))
    with pytest.raises(Conflict):
        set_limit(200, date(2026, 1, 1))


def test_a_limit_ends_after_it_began(ana):
    felix = make_user("felix", Role.FINANCE_MANAGER)
    limit = make_limit(Role.TEAM_LEAD, "price.*", 100)
    ended = {"act": act_of(felix), "limit_id": limit.pk}
    code = refused_code(roles.end_limit, **ended, valid_until=limit.valid_from)
    assert code == "authority_limit.ends_before_it_began"
    assert roles.end_limit(**ended, valid_until=date(2026, 2, 1)).valid_until == date(2026, 2, 1)


@pytest.mark.parametrize("change", [{"limit_minor": 10**9}, {"role": "COLLECTOR"}, {"valid_from": date(2020, 1, 1)}])
def test_the_database_keeps_limits_as_they_were_set(change):
    make_limit(Role.TEAM_LEAD, "price.*", 100)
    with pytest.raises(DatabaseError, match="ended, not changed"), transaction.atomic():
        AuthorityLimit.objects.update(**change)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"username": "Ana"}, "user_name_is_lower_case"),
        ({"username": ""}, "user_has_a_name"),
        ({"state": "SLEEPING"}, "states|user_state_is_known|transition"),
        ({"kind": "ROBOT"}, "user_kind_is_known"),
    ],
)
def test_the_database_refuses_strange_users(ana, change, constraint):
    with pytest.raises(DatabaseError, match=constraint), transaction.atomic():
        User.objects.filter(pk=ana.pk).update(**change)


def test_a_user_is_never_deleted(as_owner):
    boris = make_user("boris")
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic(), as_owner():
        boris.delete()


def test_sessions_are_listed_and_ended(ana):
    for key in ("here", "there"):
        StaffSession.objects.create(session_key=key, session_data="", expire_date=AT + timedelta(days=1), user=ana)
    make_user("boris")
    mine = own.list_sessions(user_id=ana.pk, current_key="here", at=AT)
    assert [row.is_current for row in mine] == [True, False]
    assert all(row.id not in {"here", "there"} for row in mine)
    assert own.end_sessions(act=act_of(ana), all_but=mine[0].id).count == 1
    assert [row.session_key for row in StaffSession.objects.all()] == ["here"]


def test_nobody_ends_the_session_of_another(ana):
    boris = make_user("boris")
    StaffSession.objects.create(session_key="k", session_data="", expire_date=AT + timedelta(days=1), user=ana)
    with pytest.raises(NotFound):
        own.end_sessions(act=act_of(boris), session=own.session_id("k"))
