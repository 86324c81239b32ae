"""API tokens: 256 random bits, shown once, kept as a hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from billwright.access.matrix import known_scopes, scopes_allow
from billwright.access.models import ApiToken
from billwright.access.passwords import refuse_key
from billwright.access.queries import get_user, permissions_of, user_id_of
from billwright.access.states import UserState
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import NotAllowed, NotFound, Refusal
from billwright.kernel.locking import lock_rows

TOKEN_BYTES = 32
# A use is written down at most this often: reading a page of the API must not write a row.
LAST_USED_RESOLUTION = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as the list shows it."""

    id: int
    user_id: int
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A fresh token; `secret` is shown this once."""

    token: TokenRow
    secret: str


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """Who a request with a token acts as, and within which scopes."""

    user_id: int
    token_id: int
    scopes: frozenset[str]

    @property
    def actor(self) -> str:
        return f"user:{self.user_id}"

    def require_scope(self, code: str) -> None:
        """Raise NotAllowed `token.scope_missing` when the token does not cover a right."""
        if not scopes_allow(self.scopes, code):
            rule = _("This token does not cover “%(code)s”.") % {"code": code}
            raise NotAllowed(
                "token.scope_missing", rule, rule=rule, cure=_("Issue a token with that scope, or with its group.")
            )


def token_row(token: ApiToken) -> TokenRow:
    return TokenRow(
        id=token.pk,
        user_id=token.user_id,
        name=token.name,
        prefix=token.prefix,
        scopes=tuple(token.scopes),
        created_at=token.created_at,
        expires_at=token.expires_at,
        last_used_at=token.last_used_at,
        revoked_at=token.revoked_at,
    )


def list_tokens(*, user_id: int | None = None) -> list[TokenRow]:
    tokens = ApiToken.objects.order_by("revoked_at", "-id")
    return [token_row(token) for token in (tokens if user_id is None else tokens.filter(user_id=user_id))]


@verb("api_token.issue", subject=lambda _arguments, issued: f"api_token:{issued.token.id}")
def issue_token(
    *, act: Act, user_id: int, name: str, scopes: tuple[str, ...], expires_at: datetime | None = None
) -> IssuedToken:
    """Issue a token that acts as a user within scopes; what the user may not do, the token may not either.

    Raises Refusal `token.unknown_scope`, `token.no_scope`, `token.name_missing`, `token.expired_at_birth`.
    """
    refuse_key(act)
    owner = get_user(user_id)
    unknown = sorted(set(scopes) - set(known_scopes()))
    if unknown or not scopes:
        raise Refusal(
            "token.unknown_scope" if unknown else "token.no_scope",
            _("There is no scope %(scopes)s.") % {"scopes": ", ".join(unknown)} if unknown else _("Name a scope."),
            field="scopes",
            cure=_("Use read, write, a group such as write:payments, or one right of the matrix."),
        )
    if not name.strip():
        raise Refusal("token.name_missing", _("Say what the token is for."), field="name")
    if expires_at is not None and expires_at <= act.at:
        raise Refusal("token.expired_at_birth", _("The token would have expired already."), field="expires_at")
    prefix, secret = f"bw_{secrets.token_hex(5)}", secrets.token_urlsafe(TOKEN_BYTES)
    token = ApiToken.objects.create(
        user_id=owner.id,
        name=name.strip()[:80],
        prefix=prefix,
        token_hash=_hash(secret),
        scopes=sorted(set(scopes)),
        created_at=act.at,
        expires_at=expires_at,
    )
    note_change(after={"name": token.name, "scopes": token.scopes, "user": owner.actor})
    return IssuedToken(token_row(token), f"{prefix}.{secret}")


@verb("api_token.revoke", subject=lambda arguments, _token: f"api_token:{arguments['token_id']}")
def revoke_token(*, act: Act, token_id: int) -> TokenRow:
    """Revoke one's own token, or with the right to issue tokens anybody's. Revoking twice gives the same answer.

    Raises NotFound `token.unknown`, also for somebody else's token.
    """
    found = lock_rows(ApiToken, [token_id])
    may_touch_others = permissions_of(act.actor).allows("api_token.issue")
    if not found or not (may_touch_others or found[0].user_id == user_id_of(act.actor)):
        raise NotFound("token.unknown", _("There is no such token."), field="token")
    token = found[0]
    if token.revoked_at is None:
        token.revoked_at = act.at
        token.save(update_fields=["revoked_at"])
    return token_row(token)


def authenticate_token(presented: str, *, at: datetime) -> TokenHolder | None:
    """The holder of a token as it came with a request, or None when it is unknown, expired, revoked or its user barred.

    The token is random, so a plain SHA-256 suffices; it is compared in constant time.
    """
    prefix, _dot, secret = presented.partition(".")
    token = ApiToken.objects.select_related("user").filter(prefix=prefix).first()
    stored = token.token_hash if token else _hash("")
    matches = hmac.compare_digest(_hash(secret), stored)
    if token is None or not matches or token.revoked_at is not None or token.user.state != UserState.ACTIVE:
        return None
    if token.expires_at is not None and token.expires_at <= at:
        return None
    if token.last_used_at is None or token.last_used_at < at - LAST_USED_RESOLUTION:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
    return TokenHolder(token.user_id, token.pk, frozenset(token.scopes))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
