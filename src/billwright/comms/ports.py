"""What outside systems must be able to do for messages; connectors implement, the project wires (model rule 22)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file that goes with a mail."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail ready to be handed to a server, with the Message-ID that it keeps for good."""

    message_id: str
    from_address: str
    to_address: str
    to_name: str
    subject: str
    body: str
    files: tuple[MailFile, ...] = ()


class MailRefused(Exception):
    """The server said no for good: the address, the sender or the content."""


class MailPostponed(Exception):
    """Nothing was handed over: the server was not reached, or asked to come again."""


class MailUncertain(Exception):
    """The connection broke after the mail was handed over: nobody knows whether it was taken."""


class MailCarrier(Protocol):
    """Hands a mail to the outside."""

    def send(self, mail: Mail) -> None:
        """Return when the server took it; raise MailRefused, MailPostponed or MailUncertain."""


class MailFiles(Protocol):
    """Makes the files of a message when it is sent: a document is printed then, not kept twice."""

    def files_of(self, *, purpose: str, about: str) -> tuple[MailFile, ...]:
        """The files of a message about something such as `invoice:42`; none for what it does not know."""


@dataclass(frozen=True, slots=True)
class AllFiles:
    """Several makers as one: each knows its own mail and adds nothing to the others'."""

    makers: tuple[MailFiles, ...]

    def files_of(self, *, purpose: str, about: str) -> tuple[MailFile, ...]:
        """What all of them make of a message."""
        return tuple(file for maker in self.makers for file in maker.files_of(purpose=purpose, about=about))


class _Wiring:
    carrier: MailCarrier | None = None
    files: MailFiles | None = None
    from_address: str = "billing@localhost"


def wire_mail(*, carrier: MailCarrier | None, files: MailFiles | None, from_address: str) -> None:
    """Install how mail leaves and where its files come from, at start. Without a carrier mail stays queued."""
    _Wiring.carrier, _Wiring.files, _Wiring.from_address = carrier, files, from_address


def carrier() -> MailCarrier | None:
    return _Wiring.carrier


def files() -> MailFiles | None:
    return _Wiring.files


def from_address() -> str:
    return _Wiring.from_address
