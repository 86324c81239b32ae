"""The words printed on documents, by language. They are part of legal documents, so they live apart from the UI's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

WORDS_FOLDER = Path(__file__).parent / "words"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language. A missing key is a bug and raises KeyError; a test keeps the languages level."""

    language: str
    by_key: Mapping[str, str]

    def __call__(self, key: str, **values: str) -> str:
        """The word for `key`, with its places in braces filled."""
        return self.by_key[key].format(**values)


@cache
def words_for(language: str) -> Words:
    """The words of a language known to `formats.LANGUAGES`; read once per process."""
    with (WORDS_FOLDER / f"{language}.yaml").open(encoding="utf-8") as file:
        return Words(language=language, by_key=dict(YAML(typ="safe").load(file)))
