"""The people of the demo: one for each role, plainly invented, all with the same password."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from billwright.access.matrix import MATRIX
from billwright.access.operations.roles import grant_role, set_limit
from billwright.access.operations.users import NewPerson, create_first_administrator, create_users
from billwright.access.states import ROLE_LABELS, Role
from billwright.kernel.acts import Act
from billwright.kernel.money import Money

PASSWORD = "Invented-Group-2026"  # noqa: S105 -- printed for everybody who opens the demo
ADMINISTRATOR = "demo"


def hire(*, act: Act) -> dict[str, str]:
    """Make the administrator `demo` and one person a role; returns actors by role."""
    first = create_first_administrator(
        act=act, username=ADMINISTRATOR, display_name="Demo Administrator (invented)", password=PASSWORD
    )
    people = tuple(
        NewPerson(username=f"demo-{role.lower().replace('_', '-')}", display_name=f"{ROLE_LABELS[role]} (invented)")
        for role in Role
    )
    made = create_users(act=act, people=people, password=PASSWORD, password_change_due=False)
    for role, user in zip(Role, made, strict=True):
        grant_role(act=act, user_id=user.id, role=role)
    return {"first": first.actor, **{role: user.actor for role, user in zip(Role, made, strict=True)}}


def set_limits(*, act: Act, currencies: Iterable[str], valid_from: date) -> None:
    """Up to 1,000.00 for every right that the matrix grants up to a limit."""
    for right in MATRIX.values():
        limited = [role for role, cell in right.cells.items() if cell == "L"]
        for role in limited:
            for currency in currencies:
                set_limit(
                    act=act,
                    role=role,
                    verb_pattern=right.code,
                    currency=currency,
                    limit_minor=Money.of("1000", currency).amount_minor,
                    valid_from=valid_from,
                )
