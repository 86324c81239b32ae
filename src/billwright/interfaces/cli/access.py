"""billwright access: users, roles, limits, who may do what, and API tokens."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.access import queries
from billwright.access.authority import day_of
from billwright.access.matrix import COLUMNS, MATRIX
from billwright.access.operations import roles, tokens, users
from billwright.access.queries import UserRow
from billwright.access.states import ROLE_LABELS, Role
from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, print_json, print_table
from billwright.interfaces.cli.naming import entity_id_named
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.money import Money

app = typer.Typer(help=_("Users, roles, authority limits and API tokens."))

PASSWORD_STDIN = typer.Option(False, "--password-stdin", help="Read the password from standard input, one line.")
ENTITY = typer.Option("", "--entity", metavar="CODE", help="Only in this legal entity (default: in all).")
DAY_FORMATS = ["%Y-%m-%d"]


def _password(from_stdin: bool) -> str:
    """The password, never from the command line, where others could read it."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    return str(typer.prompt(_("Password"), hide_input=True, confirmation_prompt=True))


def _made(user: UserRow, as_json: bool) -> None:
    if as_json:
        print_json(user)
    else:
        typer.echo(_("%(name)s may log in as %(username)s.") % {"name": user.display_name, "username": user.username})


@app.command("create-admin")
def create_admin(
    username: str,
    name: str = typer.Option("", "--name", help="What the person is called (default: the user name)."),
    email: str = typer.Option("", "--email"),
    password_stdin: bool = PASSWORD_STDIN,
    as_json: bool = AS_JSON,
) -> None:
    """Make an administrator: the first person of an installation, or a further one when others are locked out."""
    password = _password(password_stdin)
    verb = users.create_administrator if queries.count_people() else users.create_first_administrator
    with transaction.atomic():
        user = verb(act=act_as(""), username=username, display_name=name or username, email=email, password=password)
    _made(user, as_json)


@app.command()
def create(
    username: str,
    name: str = typer.Option("", "--name", help="What the person is called (default: the user name)."),
    email: str = typer.Option("", "--email"),
    language: str = typer.Option("en", "--language"),
    timezone: str = typer.Option("UTC", "--timezone"),
    password_stdin: bool = PASSWORD_STDIN,
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Make a user; they choose their own password when they first log in."""
    password = _password(password_stdin)
    with transaction.atomic():
        user = users.create_user(
            act=act_as(as_user),
            username=username,
            display_name=name or username,
            email=email,
            password=password,
            language=language,
            timezone=timezone,
        )
    _made(user, as_json)


@app.command("users")
def list_all(as_json: bool = AS_JSON) -> None:
    """Who there is, with their roles."""
    found = queries.list_users(with_built_in=True)
    if as_json:
        print_json(found)
        return
    held: dict[int, list[str]] = {}
    for grant in queries.list_grants():
        where = f" ({grant.legal_entity_name})" if grant.legal_entity_name else ""
        held.setdefault(grant.user_id, []).append(f"{ROLE_LABELS[Role(grant.role)]}{where}")
    rows = [(user.username, user.display_name, user.state, ", ".join(held.get(user.id, ()))) for user in found]
    print_table("", (_("user"), _("name"), _("state"), _("roles")), rows)


@app.command()
def grant(username: str, role: str, entity: str = ENTITY, as_user: str = AS_USER) -> None:
    """Give a user a role, such as COLLECTOR."""
    user = queries.get_user_named(username)
    with transaction.atomic():
        roles.grant_role(
            act=act_as(as_user), user_id=user.id, role=role.upper(), legal_entity_id=entity_id_named(entity)
        )
    typer.echo(_("%(name)s is %(role)s.") % {"name": user.display_name, "role": ROLE_LABELS[Role(role.upper())]})


@app.command()
def revoke(username: str, role: str, entity: str = ENTITY, as_user: str = AS_USER) -> None:
    """Take a role away."""
    user = queries.get_user_named(username)
    entity_id = entity_id_named(entity)
    held = [
        grant.id
        for grant in queries.list_grants(user_id=user.id)
        if grant.role == role.upper() and grant.legal_entity_id == entity_id
    ]
    if not held:
        raise NotFound("role.grant_unknown", _("%(name)s does not hold this role there.") % {"name": user.display_name})
    with transaction.atomic():
        roles.end_role(act=act_as(as_user), grant_id=held[0])
    typer.echo(_("%(name)s no longer holds it.") % {"name": user.display_name})


@app.command()
def deactivate(username: str, as_user: str = AS_USER) -> None:
    """Bar a user: sessions end, tokens are revoked, the name stays in the audit trail."""
    user = queries.get_user_named(username)
    with transaction.atomic():
        users.deactivate_user(act=act_as(as_user), user_id=user.id)
    typer.echo(_("%(name)s is deactivated.") % {"name": user.display_name})


@app.command("reset-password")
def reset_password(username: str, password_stdin: bool = PASSWORD_STDIN, as_user: str = AS_USER) -> None:
    """Give a user a new password, which they change at their next log-in."""
    user = queries.get_user_named(username)
    password = _password(password_stdin)
    with transaction.atomic():
        users.reset_password(act=act_as(as_user), user_id=user.id, password=password)
    typer.echo(_("The password of %(name)s is reset.") % {"name": user.display_name})


@app.command("roles")
def matrix(section: str = typer.Argument("", help="Only this section of the matrix.")) -> None:
    """The permission matrix: which role holds which right (Y yes, L up to a limit)."""
    rows = [
        (right.code, *(right.cells[role] for role in COLUMNS.values()), _("second person") if right.kind == "2" else "")
        for right in MATRIX.values()
        if not section or right.section == section
    ]
    print_table("", (_("right"), *COLUMNS, ""), rows)
    typer.echo(" · ".join(f"{short} {ROLE_LABELS[role]}" for short, role in COLUMNS.items()))


@app.command("who-may")
def who_may(
    verb: str,
    amount: str = typer.Option("", "--amount", help="Amount in major units, such as 500.00."),
    currency: str = typer.Option("", "--currency"),
    entity: str = ENTITY,
    as_json: bool = AS_JSON,
) -> None:
    """Who may do an act, or agree to it, up to this amount."""
    if verb not in MATRIX:
        raise NotFound(
            "approval.unknown_verb",
            _("No act is called %(verb)s.") % {"verb": verb},
            field="verb",
            cure=_("See them with: billwright access roles"),
        )
    if bool(amount) != bool(currency):
        raise Refusal("money.currency_missing", _("An amount needs its currency."), field="currency")
    answer = queries.who_may(
        verb=verb,
        amount=Money.of(amount, currency.upper()) if amount else None,
        legal_entity_id=entity_id_named(entity),
        as_of=day_of(act_as("").at),
    )
    if as_json:
        print_json(answer)
        return
    typer.echo(
        _("Roles: %(roles)s") % {"roles": ", ".join(str(ROLE_LABELS[Role(role)]) for role in answer.roles) or "–"}
    )
    typer.echo(_("People: %(people)s") % {"people": ", ".join(name for _id, name in answer.people) or "–"})


@app.command()
def limits(as_json: bool = AS_JSON) -> None:
    """All authority limits, past and to come."""
    found = queries.list_limits()
    if as_json:
        print_json(found)
        return
    rows = [
        (limit.role, limit.verb_pattern, Money(limit.limit_minor, limit.currency), limit.valid_from, limit.valid_until)
        for limit in found
    ]
    print_table("", (_("role"), _("act"), "total", _("from"), _("until")), rows)


@app.command("set-limit")
def set_limit(
    role: str,
    verb_pattern: str,
    amount: str,
    currency: str,
    valid_from: datetime | None = typer.Option(None, "--from", formats=DAY_FORMATS, help="Default: today (UTC)."),
    as_user: str = AS_USER,
) -> None:
    """Say up to how much a role may do an act, such as: set-limit TEAM_LEAD open_item.write_off 500.00 ZAR."""
    act = act_as(as_user)
    limit = Money.of(amount, currency.upper())
    with transaction.atomic():
        roles.set_limit(
            act=act,
            role=role.upper(),
            verb_pattern=verb_pattern,
            currency=limit.currency,
            limit_minor=limit.amount_minor,
            valid_from=valid_from.date() if valid_from else day_of(act.at),
        )
    typer.echo(_("The limit is set."))


@app.command("tokens")
def list_tokens(as_json: bool = AS_JSON) -> None:
    """All API tokens, without their secrets."""
    found = tokens.list_tokens()
    if as_json:
        print_json(found)
        return
    names = queries.display_names(f"user:{token.user_id}" for token in found)
    rows = [
        (
            token.id,
            token.prefix,
            token.name,
            names[f"user:{token.user_id}"],
            " ".join(token.scopes),
            token.expires_at or "–",
            _("revoked") if token.revoked_at else "",
        )
        for token in found
    ]
    print_table("", (_("id"), _("token"), _("for"), _("user"), _("scopes"), _("expires"), ""), rows)


@app.command("issue-token")
def issue_token(
    username: str,
    name: str,
    scope: list[str] = typer.Option(..., "--scope", help="read, write, write:payments, or one right; repeatable."),
    expires_on: datetime | None = typer.Option(None, "--expires-on", formats=DAY_FORMATS),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Issue an API token for a user and print it once."""
    user = queries.get_user_named(username)
    with transaction.atomic():
        issued = tokens.issue_token(
            act=act_as(as_user),
            user_id=user.id,
            name=name,
            scopes=tuple(scope),
            expires_at=expires_on.replace(tzinfo=UTC) if expires_on else None,
        )
    if as_json:
        print_json(issued)
    else:
        typer.echo(issued.secret)


@app.command("revoke-token")
def revoke_token(token: int, as_user: str = AS_USER) -> None:
    """Revoke an API token at once."""
    with transaction.atomic():
        row = tokens.revoke_token(act=act_as(as_user), token_id=token)
    typer.echo(_("%(name)s is revoked.") % {"name": row.name})
