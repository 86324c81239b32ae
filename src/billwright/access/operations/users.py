"""Users: made, changed, deactivated; never deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from billwright.access.models import ApiToken, RecoveryCode, RoleGrant, SecondFactor, StaffSession, User
from billwright.access.passwords import refuse_key, require_good_password
from billwright.access.queries import UserRow, count_people, user_row
from billwright.access.states import USER, Role, UserKind, UserState
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.locking import lock_names, lock_rows

# What the first person gets: they set the product up and close the first month, often alone. A second person ends one.
FIRST_ROLES = (Role.ADMINISTRATOR, Role.FINANCE_MANAGER)


def locked_user(user_id: int) -> User:
    """The user's row, locked. Raises NotFound `user.unknown`; the built-in user is out of reach."""
    found = lock_rows(User, [user_id])
    if not found or found[0].kind != UserKind.PERSON:
        raise NotFound("user.unknown", _("There is no such user."), field="user")
    return found[0]


def _new_user(*, username: str, display_name: str, email: str, password: str, at: datetime, encoded: str = "") -> User:
    """A user not yet written; `encoded` where the password was hashed before."""
    name = username.strip().lower()
    if not name or len(name) > 64 or not all(letter.isalnum() or letter in "._-@" for letter in name):
        raise Refusal(
            "user.bad_username",
            _("A user name has 1 to 64 letters, digits, dots, dashes or @."),
            field="username",
        )
    if not display_name.strip():
        raise Refusal("user.name_missing", _("Say what the person is called."), field="display_name")
    if User.objects.filter(username=name).exists():
        raise Conflict(
            "user.username_taken",
            _("There is already a user named %(name)s.") % {"name": name},
            field="username",
            cure=_("Take another name; a user who left can be reactivated."),
        )
    user = User(username=name, display_name=display_name.strip()[:120], email=email.strip(), created_at=at)
    require_good_password(password, user=user)
    user.password = encoded or make_password(password)
    return user


@verb("user.create", subject=lambda _arguments, user: user.actor)
def create_user(
    *,
    act: Act,
    username: str,
    display_name: str,
    password: str,
    email: str = "",
    language: str = "en",
    timezone: str = "UTC",
    password_change_due: bool = True,
) -> UserRow:
    """Make a person who may log in and do nothing yet: roles are granted apart.

    Raises Refusal `user.bad_username`, `password.too_weak`, `user.unknown_timezone`; Conflict `user.username_taken`.
    """
    refuse_key(act)
    user = _new_user(username=username, display_name=display_name, email=email, password=password, at=act.at)
    user.language, user.timezone = language, known_timezone(timezone)
    user.password_change_due = password_change_due
    user.save(force_insert=True)
    note_change(after={"username": user.username, "display_name": user.display_name})
    return user_row(user)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """Somebody to be made a user."""

    username: str
    display_name: str


@verb("user.create_many", subject=lambda _arguments, users: f"users:{len(users)}")
def create_users(
    *, act: Act, people: tuple[NewPerson, ...], password: str, password_change_due: bool = True
) -> tuple[UserRow, ...]:
    """Make people who all begin with one password, which is hashed once; the rows stand in the order given.

    They share its salt until each chooses a password of his own: that they begin alike is known to all of them.
    Raises what `create_user` raises.
    """
    refuse_key(act)
    encoded = make_password(password)
    users = []
    for person in people:
        user = _new_user(
            username=person.username,
            display_name=person.display_name,
            email="",
            password=password,
            at=act.at,
            encoded=encoded,
        )
        user.password_change_due = password_change_due
        user.save(force_insert=True)
        users.append(user_row(user))
    note_change(after={"usernames": [user.username for user in users]})
    return tuple(users)


@verb("user.create_first_administrator", subject=lambda _arguments, user: user.actor)
def create_first_administrator(
    *, act: Act, username: str, display_name: str, password: str, email: str = "", timezone: str = "UTC"
) -> UserRow:
    """Make the first person of an installation, administrator and finance manager in one.

    Raises Conflict `user.not_the_first` once anybody exists; two callers at once cannot both be first.
    """
    refuse_key(act)
    lock_names("access.first_administrator")
    if count_people():
        raise Conflict(
            "user.not_the_first",
            _("There are users already."),
            cure=_("Log in, or make one with: billwright access create-admin"),
        )
    user = _new_user(username=username, display_name=display_name, email=email, password=password, at=act.at)
    user.timezone = known_timezone(timezone)
    return _save_with_roles(user, FIRST_ROLES, at=act.at)


@verb("user.create_administrator", subject=lambda _arguments, user: user.actor)
def create_administrator(*, act: Act, username: str, display_name: str, password: str, email: str = "") -> UserRow:
    """Make a further administrator from the command line, for the day when every other one is locked out."""
    refuse_key(act)
    user = _new_user(username=username, display_name=display_name, email=email, password=password, at=act.at)
    return _save_with_roles(user, (Role.ADMINISTRATOR,), at=act.at)


def _save_with_roles(user: User, roles: tuple[Role, ...], *, at: datetime) -> UserRow:
    user.save(force_insert=True)
    RoleGrant.objects.bulk_create([RoleGrant(user=user, role=role, granted_at=at) for role in roles])
    note_change(after={"username": user.username, "roles": [role.value for role in roles]})
    return user_row(user)


@cache
def _timezones() -> frozenset[str]:
    """All zones of this machine: looking for them reads some hundred files."""
    return frozenset(available_timezones())


def known_timezone(timezone: str) -> str:
    """Raises Refusal `user.unknown_timezone`."""
    if timezone not in _timezones():
        raise Refusal(
            "user.unknown_timezone",
            _("%(zone)s is not a time zone.") % {"zone": timezone},
            field="timezone",
            cure=_("Write it as Africa/Johannesburg."),
        )
    return timezone


@verb("user.change", subject=lambda arguments, _user: f"user:{arguments['user_id']}")
def change_user(*, act: Act, user_id: int, display_name: str, email: str, language: str, timezone: str) -> UserRow:
    """Correct what is known of a person. Raises Refusal `user.name_missing`, `user.unknown_timezone`."""
    return apply_profile(
        locked_user(user_id), display_name=display_name, email=email, language=language, timezone=timezone
    )


def apply_profile(user: User, *, display_name: str, email: str, language: str, timezone: str) -> UserRow:
    """Write the profile fields and tell the audit row what changed."""
    if not display_name.strip():
        raise Refusal("user.name_missing", _("Say what the person is called."), field="display_name")
    values = {
        "display_name": display_name.strip()[:120],
        "email": email.strip(),
        "language": language,
        "timezone": known_timezone(timezone),
    }
    changed = {name: value for name, value in values.items() if getattr(user, name) != value}
    note_change(before={name: getattr(user, name) for name in changed}, after=changed)
    for name, value in changed.items():
        setattr(user, name, value)
    user.save(update_fields=list(changed))
    return user_row(user)


@verb("user.deactivate", subject=lambda arguments, _user: f"user:{arguments['user_id']}")
def deactivate_user(*, act: Act, user_id: int) -> UserRow:
    """Bar a person: sessions end, API tokens are revoked, the name stays in the audit trail.

    Raises Refusal `user.own_deactivation`, `user.last_administrator`; Conflict when already deactivated.
    """
    if act.actor == f"user:{user_id}":
        raise Refusal("user.own_deactivation", _("You cannot deactivate yourself."), field="user")
    user = locked_user(user_id)
    user.state = USER.enter("deactivate", user.state)
    user.deactivated_at = act.at
    user.save(update_fields=["state", "deactivated_at"])
    require_an_administrator()
    StaffSession.objects.filter(user=user).delete()
    ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=act.at)
    return user_row(user)


@verb("user.reactivate", subject=lambda arguments, _user: f"user:{arguments['user_id']}")
def reactivate_user(*, act: Act, user_id: int) -> UserRow:
    """Let a person log in again, with the roles they still hold. Revoked tokens stay revoked."""
    user = locked_user(user_id)
    user.state = USER.enter("reactivate", user.state)
    user.deactivated_at = None
    user.save(update_fields=["state", "deactivated_at"])
    return user_row(user)


def require_an_administrator() -> None:
    """Raise Refusal `user.last_administrator` when nobody would be left who can grant roles."""
    lock_names("access.administrators")
    administrators = RoleGrant.objects.filter(
        role=Role.ADMINISTRATOR, ended_at=None, legal_entity=None, user__state=UserState.ACTIVE
    )
    if not administrators.exists():
        raise Refusal(
            "user.last_administrator",
            _("This would leave nobody who can administer users."),
            cure=_("Make another person administrator first."),
        )


@verb("user.reset_password", subject=lambda arguments, _user: f"user:{arguments['user_id']}")
def reset_password(*, act: Act, user_id: int, password: str) -> UserRow:
    """Give a person a new password, which they must change at their next log-in. Their sessions end."""
    refuse_key(act)
    user = locked_user(user_id)
    require_good_password(password, user=user)
    user.password = make_password(password)
    user.password_change_due = True
    user.save(update_fields=["password", "password_change_due"])
    StaffSession.objects.filter(user=user).delete()
    return user_row(user)


@verb("user.reset_second_factor", subject=lambda arguments, _user: f"user:{arguments['user_id']}")
def reset_second_factor(*, act: Act, user_id: int) -> UserRow:
    """Take away a person's lost second factor and recovery codes; where a role demands one they enroll anew.

    Raises Refusal `second_factor.own_reset`: one's own is removed on the security page, with a code.
    """
    if act.actor == f"user:{user_id}":
        raise Refusal("second_factor.own_reset", _("Ask another administrator to reset yours."), field="user")
    user = locked_user(user_id)
    SecondFactor.objects.filter(user=user, removed_at=None).update(removed_at=act.at)
    RecoveryCode.objects.filter(user=user, used_at=None, replaced_at=None).update(replaced_at=act.at)
    StaffSession.objects.filter(user=user).delete()
    return user_row(user)
