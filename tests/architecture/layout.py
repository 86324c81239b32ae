"""The tiers as pyproject.toml states them, and the sources as they lie on disk."""

import ast
import subprocess
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "billwright"
EDGE = {"interfaces", "connectors", "project", "__main__"}


@cache
def tiers() -> dict[str, int]:
    """Each app and its tier; 0 is the kernel."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = next(
        contract["layers"]
        for contract in config["tool"]["importlinter"]["contracts"]
        if contract.get("containers") == ["billwright"]
    )
    return {name.strip(" ()"): height for height, layer in enumerate(reversed(layers)) for name in layer.split("|")}


@dataclass(frozen=True)
class Module:
    """One Python file of the product."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def app(self) -> str:
        return self.path.relative_to(SOURCE).parts[0].removesuffix(".py")

    @property
    def is_test(self) -> bool:
        return "tests" in self.path.relative_to(SOURCE).parts

    @property
    def is_migration(self) -> bool:
        return "migrations" in self.path.relative_to(SOURCE).parts

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)


def modules(*, tests: bool = False, migrations: bool = False) -> Iterator[Module]:
    """The Python files of the product, without tests and migrations unless asked for."""
    for path in sorted(SOURCE.rglob("*.py")):
        module = Module(path)
        if (tests or not module.is_test) and (migrations or not module.is_migration):
            yield module


def written() -> Iterator[Module]:
    """Every Python file that people wrote, wherever it lies: of the product, its tests and its tools."""
    for path in tracked_files():
        module = Module(path)
        if path.suffix == ".py" and "migrations" not in path.parts:
            yield module


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method below a node."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def tracked_files() -> list[Path]:
    """The text files that git knows; everything on disk when this is no clone."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode != 0:
        return [path for path in ROOT.rglob("*") if path.is_file()]
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def none_of(faults: Iterable[str]) -> None:
    """Fail with one fault a line."""
    found = sorted(set(faults))
    assert not found, "\n" + "\n".join(found)
