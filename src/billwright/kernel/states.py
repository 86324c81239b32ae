"""State machines as data: one table guards the code, the database, the diagram and the buttons of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from billwright.kernel.errors import Conflict

Transition = tuple[frozenset[str], str]


class IllegalTransition(Conflict):
    """The verb does not leave this state. The message has the words of the API; the pages have their own."""

    def __init__(self, machine: str, verb: str, state: str, sources: frozenset[str]) -> None:
        super().__init__(
            "state.illegal_transition",
            f"{machine} is {state}: it cannot be changed by {verb!r}.",
            cure=f"It is possible from {', '.join(sorted(sources))}.",
        )
        self.machine = machine
        self.state = str(state)
        self.sources = sources


def verb(*sources: str, to: str) -> Transition:
    """One verb of a machine: the states it leaves and the state it enters."""
    return frozenset(str(source) for source in sources), str(to)


@dataclass(frozen=True, slots=True)
class Machine:
    """A named set of verbs; each verb maps the states it leaves to the state it enters."""

    name: str
    verbs: Mapping[str, Transition]

    def enter(self, verb: str, state: str) -> str:
        """The state that `verb` enters. Raises IllegalTransition when it does not leave `state`."""
        sources, target = self.verbs[verb]
        if state not in sources:
            raise IllegalTransition(self.name, verb, state, sources)
        return target

    def allows(self, verb: str, state: str) -> bool:
        return state in self.verbs[verb][0]

    def offered(self, state: str) -> list[str]:
        """The verbs that leave `state`, in the order of the table: the buttons a page may show."""
        return [verb for verb, (sources, _) in self.verbs.items() if state in sources]

    def pairs(self) -> list[tuple[str, str]]:
        """All legal (from, to) pairs, for the database trigger."""
        return sorted({(source, target) for sources, target in self.verbs.values() for source in sources})

    def mermaid(self) -> str:
        """The diagram of docs/states."""
        arrows = sorted(
            f"    {source} --> {target}: {verb}" for verb, (sources, target) in self.verbs.items() for source in sources
        )
        return "\n".join(["stateDiagram-v2", *arrows]) + "\n"
