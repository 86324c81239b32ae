"""The placeholder language of templates: `{name}` and nothing else. No expressions, no attributes, no markup."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal

# A doubled brace, a placeholder, or a brace that is neither.
_TOKEN = re.compile(r"\{\{|\}\}|\{([a-z][a-z_]*)\}|[{}]")
_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")
ADDRESS_LENGTH_MAX = 254
SUBJECT_LENGTH_MAX = 300
ATTEMPT_COUNT_MAX = 5
# Of the words as they are written, before names are filled.
TEMPLATE_LENGTHS_MAX = {"subject": 200, "body": 20_000}


def placeholders(text: str, *, field: str = "body") -> set[str]:
    """The names that a text uses. Raises Refusal `template.brace` for a brace that opens or closes nothing."""
    names = set()
    for token in _TOKEN.finditer(text):
        if token.group(1):
            names.add(token.group(1))
        elif token.group() in ("{", "}"):
            raise Refusal(
                "template.brace",
                _("A single brace at character %(place)s opens or closes no placeholder.")
                % {"place": token.start() + 1},
                field=field,
                cure=_("Write a placeholder as {name}, a brace as two braces."),
            )
    return names


def require_names(text: str, allowed: Collection[str], *, field: str) -> None:
    """Raises Refusal `template.placeholder` for a name that the message cannot fill."""
    unknown = placeholders(text, field=field) - set(allowed)
    if unknown:
        raise Refusal(
            "template.placeholder",
            _("Unknown placeholder: %(names)s.") % {"names": ", ".join(sorted(unknown))},
            field=field,
            cure=_("Use: %(names)s.") % {"names": ", ".join(sorted(allowed))},
        )


def require_words(text: str, *, field: str) -> None:
    """Raises Refusal `template.empty`, `template.unreadable` or `template.long` for words that no mail can have."""
    if not text.strip():
        raise Refusal("template.empty", _("A message has a subject and a body."), field=field)
    if "\0" in text:
        raise Refusal("template.unreadable", _("There is a NUL character in it, which is no text."), field=field)
    if len(text) > TEMPLATE_LENGTHS_MAX[field]:
        raise Refusal(
            "template.long",
            _("%(count)s characters are too many; at most %(most)s are kept.")
            % {"count": len(text), "most": TEMPLATE_LENGTHS_MAX[field]},
            field=field,
        )


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values in the places of their names; a value is never read as a template again."""

    def put(token: re.Match[str]) -> str:
        if token.group(1):
            return values[token.group(1)]
        return token.group()[0]

    return _TOKEN.sub(put, text)


def one_line(text: str) -> str:
    """A subject: control characters and line breaks would be new mail headers."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())[
        :SUBJECT_LENGTH_MAX
    ]


def is_address(address: str) -> bool:
    """Whether a mailbox could have this address; whether it does, only its server knows."""
    return len(address) <= ADDRESS_LENGTH_MAX and _ADDRESS.fullmatch(address) is not None
