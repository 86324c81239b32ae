"""What the runtime refuses, each with what is wrong and the cure."""


class RuntimeRefused(RuntimeError):
    """An expected failure of starting, stopping, saving or restoring; shown to the operator as two sentences."""

    def __init__(self, wrong: str, *, cure: str) -> None:
        super().__init__(f"{wrong} {cure}")
        self.wrong = wrong
        self.cure = cure


class ServerNotStarted(RuntimeRefused):
    """The embedded server did not answer."""


class NewerSchema(RuntimeRefused):
    """The database was migrated by a newer Billwright than this one."""


class HalfwaySchema(RuntimeRefused):
    """The database has some of the migrations that one of this Billwright replaces, and lacks others."""


class LettersUnknown(RuntimeRefused):
    """The database does not know capital and small letters beyond a to z."""


class RestoreRefused(RuntimeRefused):
    """A backup that cannot be restored here, or that did not tie out."""


class AddressTaken(RuntimeRefused):
    """The port belongs to another program."""
