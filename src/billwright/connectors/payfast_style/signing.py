"""Signatures of forms, notifications and calls. Facts and their sources: docs/connectors/payfast-style.md."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, quote_plus

# The order in which a form is signed is that of the documentation, not of the alphabet.
FORM_ORDER = (
    "merchant_id",
    "merchant_key",
    "return_url",
    "cancel_url",
    "notify_url",
    "name_first",
    "name_last",
    "email_address",
    "m_payment_id",
    "amount",
    "item_name",
    "item_description",
    "custom_str1",
    "subscription_type",
)


def _digest(pairs: Iterable[tuple[str, str]], passphrase: str) -> str:
    """MD5 of the encoded pairs, as this style of gateway prescribes; its strength lies in the passphrase alone."""
    text = "&".join(f"{name}={quote_plus(value.strip())}" for name, value in pairs)
    if passphrase:
        text += f"&passphrase={quote_plus(passphrase.strip())}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def form_signature(fields: Mapping[str, str], passphrase: str) -> str:
    """Of the form that the browser posts: the fields that have a value, in the order of the documentation."""
    return _digest(((name, fields[name]) for name in FORM_ORDER if fields.get(name)), passphrase)


def notification_signature(pairs: Iterable[tuple[str, str]], passphrase: str) -> str:
    """Of a notification: every field in the order in which it came, up to the signature; empty ones too."""
    signed = []
    for name, value in pairs:
        if name == "signature":
            break
        signed.append((name, value))
    return _digest(signed, passphrase)


def call_signature(fields: Mapping[str, str], passphrase: str) -> str:
    """Of a call of the API: headers and body together by the alphabet, the passphrase among them."""
    return _digest(sorted([*fields.items(), ("passphrase", passphrase)]), "")


def pairs_of(body: bytes) -> list[tuple[str, str]]:
    """The fields of a notification in their order. Raises UnicodeDecodeError, ValueError."""
    return parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=100)


def same(given: str, wanted: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(given.encode(), wanted.encode())
