"""What the shell needs to know of the person and the place; `interfaces.web` fills it in a context processor."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EntityChoice:
    """A legal entity the person may act for."""

    code: str
    name: str
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """The context variable `shell`: every address is already reversed; an empty one hides its control."""

    person_name: str
    home_url: str = "/"
    search_url: str = ""
    suggest_url: str = ""
    entity_name: str = ""
    entities: tuple[EntityChoice, ...] = ()
    switch_entity_url: str = ""
    profile_url: str = ""
    log_out_url: str = ""
    help_url: str = ""
    is_invented: bool = False
    """True in the demonstration: the shell says that every name and figure is invented."""

    @property
    def initials(self) -> str:
        """Two letters at most, of the first and the last name."""
        words = [word for word in self.person_name.split() if word[0].isalnum()]
        chosen = words[:1] + words[1:][-1:]
        return "".join(word[0] for word in chosen).upper()
