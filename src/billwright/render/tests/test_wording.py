"""The words of each language: the same keys, the same places to fill, and no key that nobody prints."""

import re
import string
import unicodedata
from pathlib import Path

import pytest

from billwright.render.documents import CopyMark, DocumentKind, FactLabel, LegalStatement, SettlementKind, TotalRole
from billwright.render.formats import LANGUAGES
from billwright.render.wording import words_for

RENDER = Path(__file__).parents[1]
PORTAL = RENDER.parent / "interfaces" / "portal"
# Keys built from an enum's value, with the prefix that the layouts put before it.
FAMILIES = {
    "title": [*DocumentKind, *SettlementKind, "STATEMENT"],
    "mark": [mark for mark in CopyMark if mark is not CopyMark.NONE],
    "fact": list(FactLabel),
    "statement": list(LegalStatement),
    "total": list(TotalRole),
}


def places(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}


def keys_in_use() -> set[str]:
    built = {f"{prefix}_{value.lower()}" for prefix, values in FAMILIES.items() for value in values}
    told = (
        "workflow/explanations/*.py", "workflow/bill_compare/*.py", "workflow/mailed_links/*.py",
        "reporting/statement_paper.py",
    )  # fmt: skip
    files = [*RENDER.glob("layout/*.py"), *(path for pattern in told for path in RENDER.parent.glob(pattern))]
    sources = "".join(path.read_text() for path in files)
    return built | set(re.findall(r'["\']([a-z_]+)["\']', sources)) | keys_of_the_portal()


def keys_of_the_portal() -> set[str]:
    """What pages without a log-in say: in their templates, and of refusals."""
    pages = "".join(path.read_text() for path in PORTAL.rglob("*.html"))
    code = (PORTAL / "paying.py").read_text()
    refused = {f"portal_{told}" for told in re.findall(r'"(wait|gone|unavailable|nothing)"', code)}
    return (
        set(re.findall(r"\bwords\.([a-z_]+)", pages)) | refused | {f"{key}_cure" for key in refused - {"portal_wait"}}
    ) - {"portal_nothing_cure"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys(language: str) -> None:
    assert set(words_for(language).by_key) == set(words_for("en").by_key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_has_text_and_the_same_places_to_fill(language: str) -> None:
    for key, english in words_for("en").by_key.items():
        word = words_for(language).by_key[key]
        assert word.strip(), key
        assert places(word) == places(english), key


def test_no_key_is_without_use() -> None:
    assert set(words_for("en").by_key) <= keys_in_use()


def test_the_portal_says_nothing_without_words_in_every_language() -> None:
    assert keys_of_the_portal() <= set(words_for("en").by_key)
    for path in [*PORTAL.rglob("*.html"), *PORTAL.glob("*.py")]:
        text = path.read_text()
        assert "{% translate" not in text, path
        assert "gettext" not in text, path
        # Whatever stands between two tags of a page is a value, a word by its key, or no letter at all.
        shown = re.sub(r"{%.*?%}|{{.*?}}|<[^>]*>", " ", text, flags=re.DOTALL) if path.suffix == ".html" else ""
        assert not re.search(r"[A-Za-z]{2}", shown), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_of_an_enum_has_a_word(language: str) -> None:
    for prefix, values in FAMILIES.items():
        for value in values:
            assert words_for(language)(f"{prefix}_{value.lower()}")


@pytest.mark.parametrize(("language", "alphabet"), [("bg", "CYRILLIC"), ("hi", "DEVANAGARI")])
def test_titles_are_in_the_alphabet_of_the_language(language: str, alphabet: str) -> None:
    for key, word in words_for(language).by_key.items():
        if key.startswith(("title_", "total_")):
            assert any(alphabet in unicodedata.name(letter, "") for letter in word), key
