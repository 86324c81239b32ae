"""A lower tier never learns of a higher one: in imports, in foreign keys, and in who touches whose models."""

import re
import subprocess
import sys

import grimp
import pytest
from django.apps import apps
from django.db import models
from tests.architecture.layout import ROOT, SOURCE, none_of, tiers


def lint_imports(folder, *, sources):
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=folder,
        env={"PYTHONPATH": str(sources), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_go_down_the_tiers():
    answer = lint_imports(ROOT, sources=ROOT / "src")
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("ledger/operations.py", "billwright.invoicing.operations"),
        ("ledger/queries.py", "billwright.access.queries"),
        ("ledger/policies.py", "billwright.ledger.models"),
        ("interfaces/web/views.py", "billwright.interfaces.api.pages"),
    ],
)
def test_the_contracts_catch_an_upward_import(tmp_path, importer, imported):
    """A small tree with one wrong import proves that the contract is able to fail."""
    rules = (ROOT / "pyproject.toml").read_text()
    for app in tiers():
        # In a small tree every room may be missing.
        rules = re.sub(rf'(?<=["| ]){app}(?=[" ])(?=[^\n]*",\n)', f"({app})", rules)
    (tmp_path / "pyproject.toml").write_text(rules)
    for name in (
        "project/x.py",
        "kernel/x.py",
        importer,
        imported.removeprefix("billwright.").replace(".", "/") + ".py",
    ):
        file = tmp_path / "src" / "billwright" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        for folder in file.parents[: len(file.relative_to(tmp_path / "src").parts) - 1]:
            (folder / "__init__.py").touch()
    (tmp_path / "src" / "billwright" / importer).write_text(f"import {imported}\n")
    answer = lint_imports(tmp_path, sources=tmp_path / "src")
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert imported in answer.stdout


def test_every_app_has_its_place():
    found = {folder.name for folder in SOURCE.iterdir() if (folder / "__init__.py").exists()}
    assert found <= tiers().keys()


def app_of(model):
    return model.__module__.split(".")[1]


def test_foreign_keys_point_to_the_same_or_a_lower_tier():
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("billwright.")
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField | models.OneToOneField)
        and field.related_model.__module__.startswith("billwright.")
        and tiers()[app_of(field.related_model)] > tiers()[app_of(model)]
    ]
    none_of(upward)


def foreign_importers(graph):
    """Imports of an app's models from outside that app, tests apart."""
    for module in graph.modules:
        parts = module.split(".")
        if len(parts) < 3 or parts[2] != "models":
            continue
        for importer in graph.find_modules_that_directly_import(module):
            if importer.split(".")[1] != parts[1] and ".tests" not in importer:
                yield f"{importer} -> {module}"


def test_models_are_imported_by_their_own_app_alone():
    graph = grimp.build_graph("billwright", exclude_type_checking_imports=True, cache_dir=None)
    none_of(foreign_importers(graph))


def test_a_foreign_import_of_models_is_seen():
    graph = grimp.ImportGraph()
    for module in ("billwright.accounts.models", "billwright.receivables.queries", "billwright.accounts.queries"):
        graph.add_module(module)
    graph.add_import(importer="billwright.receivables.queries", imported="billwright.accounts.models")
    graph.add_import(importer="billwright.accounts.queries", imported="billwright.accounts.models")
    assert list(foreign_importers(graph)) == ["billwright.receivables.queries -> billwright.accounts.models"]


def test_the_product_has_no_admin():
    assert not apps.is_installed("django.contrib.admin")
