"""The access commands, as they are typed."""

import json

import pytest
from typer.testing import CliRunner

from billwright.access.operations.tokens import authenticate_token
from billwright.access.queries import list_grants, permissions_of
from billwright.access.states import Role
from billwright.access.tests.builders import AT, PASSWORD, make_entity, make_user
from billwright.interfaces.cli.access import app
from billwright.kernel import clock
from billwright.kernel.errors import NotAllowed, Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_clock():
    with clock.standing_at(AT):
        yield


def type_in(*words, given=None):
    result = CliRunner().invoke(app, list(words), input=given, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_first_administrator_and_a_further_one():
    first = json.loads(type_in("create-admin", "ana", "--password-stdin", "--json", given=f"{PASSWORD}\n"))
    assert {grant.role for grant in list_grants(user_id=first["id"])} == {"ADMINISTRATOR", "FINANCE_MANAGER"}
    second = json.loads(type_in("create-admin", "eve", "--password-stdin", "--json", given=f"{PASSWORD}\n"))
    assert {grant.role for grant in list_grants(user_id=second["id"])} == {"ADMINISTRATOR"}


def test_a_password_is_asked_for_twice():
    assert "may log in as ana" in type_in("create-admin", "ana", "--name", "Ana", given=f"{PASSWORD}\n{PASSWORD}\n")


def test_a_weak_password_is_refused():
    with pytest.raises(Refusal, match="too short"):
        type_in("create-admin", "ana", "--password-stdin", given="short\n")


def test_a_user_is_made_given_a_role_and_barred():
    make_user("ana", Role.ADMINISTRATOR)
    karoo = make_entity("KAROO")
    boris = json.loads(type_in("create", "boris", "--password-stdin", "--json", given=f"{PASSWORD}\n"))
    type_in("grant", "boris", "collector", "--entity", "KAROO", "--as", "ana")
    assert [grant.legal_entity_id for grant in list_grants(user_id=boris["id"])] == [karoo.pk]
    assert "Collector (KAROO" in type_in("users")
    type_in("revoke", "boris", "COLLECTOR", "--entity", "KAROO")
    assert list_grants(user_id=boris["id"]) == []
    with pytest.raises(Refusal, match="does not hold"):
        type_in("revoke", "boris", "COLLECTOR")
    type_in("reset-password", "boris", "--password-stdin", given="six blue lanterns fell\n")
    type_in("deactivate", "boris")
    assert not permissions_of(f"user:{boris['id']}").allows("account.view")


def test_commands_act_as_the_user_they_name():
    make_user("boris", Role.COLLECTOR)
    with pytest.raises(NotAllowed):
        type_in("deactivate", "boris", "--as", "boris")


def test_the_matrix_is_printed():
    text = type_in("roles", "access")
    assert "user.create" in text
    assert "account.view_bank" not in text
    assert "FIN Finance manager" in text


def test_who_may():
    make_user("felix", Role.FINANCE_MANAGER)
    answer = json.loads(type_in("who-may", "period.close", "--json"))
    assert [name for _id, name in answer["people"]] == ["Felix"]
    assert "People: Felix" in type_in("who-may", "price.set", "--amount", "5", "--currency", "zar")
    with pytest.raises(Refusal, match="needs its currency"):
        type_in("who-may", "price.set", "--amount", "5")
    with pytest.raises(Refusal, match=r"plum\.eat"):
        type_in("who-may", "plum.eat")


def test_limits_are_set_and_listed():
    type_in("set-limit", "team_lead", "price.*", "500.00", "zar", "--from", "2026-04-01")
    (limit,) = json.loads(type_in("limits", "--json"))
    assert (limit["limit_minor"], limit["valid_from"], limit["valid_until"]) == (50_000, "2026-04-01", None)
    assert "price.*" in type_in("limits")


def test_a_token_is_printed_once_and_revoked():
    make_user("ana", Role.ADMINISTRATOR)
    secret = type_in("issue-token", "ana", "sync", "--scope", "read", "--scope", "write:access").strip()
    holder = authenticate_token(secret, at=AT)
    assert holder.scopes == {"read", "write:access"}
    assert secret not in type_in("tokens")
    type_in("revoke-token", str(holder.token_id))
    assert authenticate_token(secret, at=AT) is None
    assert json.loads(type_in("tokens", "--json"))[0]["revoked_at"]
