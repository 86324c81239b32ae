"""Secrets at rest: values sealed under a key per owner, so that destroying the key erases them.

The master key comes from the interfaces (`configure`), the owners' keys from a store that a higher tier
implements. Searchable secrets carry a keyed hash beside the ciphertext.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Collection, Mapping
from typing import Any, Protocol

from cryptography.fernet import Fernet, InvalidToken

from billwright.kernel.errors import Refusal


class KeyStore(Protocol):
    """Keeps one wrapped data key per owner; `find` leaves out those that were destroyed or never made."""

    def find(self, owners: Collection[str]) -> dict[str, bytes]: ...
    def keep(self, owner: str, wrapped: bytes) -> bytes: ...


class _Wiring:
    master: bytes = b""
    store: KeyStore | None = None


def configure(*, master_key: bytes, store: KeyStore | None = None) -> None:
    """Wire the vault once, at start."""
    _Wiring.master = master_key
    _Wiring.store = store or _Wiring.store


def _master() -> Fernet:
    assert _Wiring.master, "the vault has no master key"
    return Fernet(urlsafe_b64encode(hashlib.sha256(b"vault|" + _Wiring.master).digest()))


def seal_text(value: str) -> bytes:
    """Encrypt a secret that belongs to nobody's erasure, such as a mail password."""
    return _master().encrypt(value.encode())


def open_text(sealed: bytes) -> str:
    return _master().decrypt(bytes(sealed)).decode()


def keyed_hash(value: str) -> str:
    """A hash by which a sealed value can be found without being read (bank accounts)."""
    return hmac.new(b"search|" + _Wiring.master, value.encode(), hashlib.sha256).hexdigest()


def seal(owner: str, values: dict[str, Any]) -> bytes:
    """Encrypt personal values under the owner's key, which is made at its first use."""
    store = _Wiring.store
    assert store is not None, "the vault has no key store"
    wrapped = store.find([owner]).get(owner) or store.keep(owner, _master().encrypt(Fernet.generate_key()))
    return Fernet(_master().decrypt(wrapped)).encrypt(json.dumps(values, default=str).encode())


def keys_of(owners: Collection[str]) -> Mapping[str, bytes]:
    """The wrapped keys of many owners, read at once: whoever opens many values hands them to `unseal`."""
    store = _Wiring.store
    assert store is not None, "the vault has no key store"
    return store.find(owners)


def unseal(owner: str, sealed: bytes, *, keys: Mapping[str, bytes] | None = None) -> dict[str, Any]:
    """Read sealed values. Raises Refusal `vault.erased` when the owner's key was destroyed."""
    wrapped = (keys_of([owner]) if keys is None else keys).get(owner)
    if wrapped is None:
        raise Refusal("vault.erased", "This personal data was erased.")
    try:
        values: dict[str, Any] = json.loads(Fernet(_master().decrypt(wrapped)).decrypt(bytes(sealed)))
    except InvalidToken as error:
        raise Refusal("vault.wrong_key", "This value was sealed under another master key.") from error
    return values
