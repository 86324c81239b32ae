"""Pages made from the code are as the code is; pages about it name what there is."""

import re
import tomllib

import typer
from tests.architecture.layout import ROOT, none_of

from billwright.project import cli, handbook

DOCS = ROOT / "docs"
# A command as it is typed: in a line of a block, or between backticks.
TYPED = re.compile(r"(?:^|`)(?:\$ )?billwright ([a-z][^`#\n]*)", re.M)


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


def test_decisions_are_counted_through_and_named_by_their_numbers():
    pages = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    numbered = {path.name: f"{number:04}-" for number, path in enumerate(pages, start=1)}
    none_of(f"{name}: not the next number" for name, number in numbered.items() if not name.startswith(number))
    titled = {path.name: f"# {int(path.name[:4])}. " for path in pages}
    heads = {path.name: path.read_text(encoding="utf-8") for path in pages}
    none_of(f"{name}: no title with its number" for name, title in titled.items() if not heads[name].startswith(title))


def test_every_target_of_make_is_explained():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", text, flags=re.M))
    explained = set(re.findall(r"^([a-z][a-z-]*):.*## .+$", text, flags=re.M))
    none_of([f"{target}: no explanation" for target in targets - explained])


def unknown_words(command, typed):
    """What the command line does not know of a command as a page has it."""
    words = typed.split()
    while words and (commands := getattr(command, "commands", {})):
        if not words[0][0].isalpha() or words[0].isupper():
            break
        meant = words.pop(0).split("|")
        if unknown := [name for name in meant if name not in commands]:
            return unknown
        if len(meant) > 1:
            return []
        command = commands[meant[0]]
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    options = [re.split(r"[=|,.;)\]]", word.strip("[("))[0] for word in words]
    return [name for name in options if re.fullmatch(r"--[a-z][a-z-]*", name) and name not in known | {"--help"}]


def test_every_command_in_the_pages_is_there():
    line = typer.main.get_command(cli.build())
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")]
    typed = [(page, command) for page in pages for command in TYPED.findall(page.read_text(encoding="utf-8"))]
    assert len(typed) > 60
    none_of(
        f"{page.relative_to(ROOT)}: billwright {command.strip()}: {word}"
        for page, command in typed
        for word in unknown_words(line, command)
    )


def test_a_command_that_is_not_there_is_seen():
    line = typer.main.get_command(cli.build())
    assert unknown_words(line, "bill-run prepares 7") == ["prepares"]
    assert unknown_words(line, "bill-run list --limits 7") == ["--limits"]


def test_the_index_names_every_page_that_is_written_by_hand():
    text = (DOCS / "README.md").read_text(encoding="utf-8")
    pages = [path for folder in ("concepts", "connectors", "runbooks") for path in (DOCS / folder).glob("*.md")]
    none_of(f"{path.name} is not named" for path in pages if f"]({path.parent.name}/{path.name})" not in text)
    linked = re.findall(r"\]\(([^)]+)\)", text)
    none_of(f"{link} leads nowhere" for link in linked if not (DOCS / link).exists())
