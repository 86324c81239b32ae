"""Pages made from the code are as the code is; pages about it name what there is."""

import re
import tomllib

from tests.architecture.layout import ROOT, none_of

from billwright.project import handbook

DOCS = ROOT / "docs"


def test_every_state_machine_has_its_page():
    pages = handbook.state_pages()
    found = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "states").glob("*.md")}
    none_of(f"{name} is stale; run make docs" for name in pages.keys() | found if pages.get(name) != found.get(name))


def test_the_table_of_settings_is_the_code():
    text = (DOCS / "operations.md").read_text(encoding="utf-8")
    assert text == handbook.with_settings(text), "run make docs"


def test_every_dependency_has_a_reason():
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*config["project"]["dependencies"], *config["dependency-groups"]["dev"]]
    names = {re.split(r"[><=\[]", line)[0] for line in wanted}
    text = (DOCS / "decisions" / "dependencies.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `([\w.-]+)` \| .{10,} \|$", text, flags=re.M))
    none_of([f"{name}: no reason is given" for name in names - explained])
    none_of([f"{name}: is no longer used" for name in explained - names])


def test_every_target_of_make_is_explained():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", text, flags=re.M))
    explained = set(re.findall(r"^([a-z][a-z-]*):.*## .+$", text, flags=re.M))
    none_of([f"{target}: no explanation" for target in targets - explained])
