"""Pages of ``docs`` and the contract of the API, made from the code: they cannot tell another story than it does."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import billwright
from billwright.kernel.states import Machine
from billwright.project import config

SETTINGS_BEGIN = "<!-- settings: made by `make docs` -->\n"
SETTINGS_END = "<!-- end of settings -->\n"


def machines() -> Iterator[tuple[str, Machine]]:
    """Every state machine of every app with the name of its app, in order."""
    for app in sorted(module.name for module in pkgutil.iter_modules(billwright.__path__) if module.ispkg):
        if app == "kernel" or find_spec(f"billwright.{app}.states") is None:
            continue
        states = import_module(f"billwright.{app}.states")
        for value in vars(states).values():
            if isinstance(value, Machine):
                yield app, value


def state_page(app: str, machine: Machine) -> str:
    """The page of one machine: its diagram, and its verbs as a table."""
    rows = "".join(
        f"| {verb} | {', '.join(sorted(sources))} | {target} |\n" for verb, (sources, target) in machine.verbs.items()
    )
    return (
        f"# States: {machine.name}\n\n"
        f"Made from `src/billwright/{app}/states.py` by `make docs`; edit that.\n\n"
        f"```mermaid\n{machine.mermaid()}```\n\n"
        f"| Verb | From | To |\n|---|---|---|\n{rows}"
    )


def state_pages() -> dict[str, str]:
    """File names below ``docs/states`` with their text."""
    pages = {}
    for app, machine in machines():
        name = f"{app}-{machine.name.replace(' ', '-').replace('_', '-').lower()}.md"
        assert name not in pages, f"two machines would share {name}"
        pages[name] = state_page(app, machine)
    return pages


def with_settings(text: str) -> str:
    """The operator's handbook with the present table of settings between its marks."""
    before, _, rest = text.partition(SETTINGS_BEGIN)
    _, _, after = rest.partition(SETTINGS_END)
    return f"{before}{SETTINGS_BEGIN}{config.table()}{SETTINGS_END}{after}"


def write(docs: Path) -> list[Path]:
    """Write all of them; returns the files that changed. Pages of machines that are gone are removed."""
    # The command line imports this page before the apps are loaded.
    from billwright.interfaces.api.reference import schema_text
    from billwright.interfaces.api.v1 import api

    operations = docs / "operations.md"
    wanted = {docs / "states" / name: text for name, text in state_pages().items()}
    contract = docs.parent / "tests" / "contracts" / "openapi.json"
    if contract.parent.is_dir():
        wanted[contract] = schema_text(api)
    wanted[operations] = with_settings(operations.read_text(encoding="utf-8"))
    changed = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    (docs / "states").mkdir(exist_ok=True)
    for path in changed:
        path.write_text(wanted[path], encoding="utf-8")
    for stale in set((docs / "states").glob("*.md")) - wanted.keys():
        stale.unlink()
        changed.append(stale)
    return changed
