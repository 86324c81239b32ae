"""Sizes, names and left-overs. What was remarked twice at review stands here."""

import ast
import re

import pytest
from tests.architecture.layout import ROOT, functions, modules, none_of, tracked_files, written

FUNCTION_LINES_MAX = 40
FILE_LINES_MAX = 400

# Said in parts so that this file does not find itself.
LEFT_OVERS = re.compile(r"\b(FIX" + r"ME|TO" + r"DO|XX" + r"X|HA" + r"CK)\b")
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:ro" + r"ot|wo" + r"rk|ho" + r"me/[a-z]+)/[\w.]")
TEXT = {".py", ".md", ".toml", ".yaml", ".yml", ".html", ".css", ".js", ".sql", ".sh", ".txt", ""}

BANNED_PARTS = {
    "data": "say which",
    "info": "say which",
    "manager": "say what it does",
    "helper": "say what it does",
    "helpers": "say what it does",
    "util": "say what it does",
    "utils": "say what it does",
}
# Words of Django and job titles, with their place.
NAMES_OF_OTHERS = {
    "UserManager": "Django's word for what makes rows",
    "StaffSessionManager": "Django's word for what makes rows",
    "FINANCE_MANAGER": "a job title",
    "data": {
        "src/billwright/access/sessions.py": "an argument that Django names",
        "src/billwright/interfaces/api/shapes.py": "where callers of an API look for the rows of a page",
    },
}
DJANGO_HOOKS = {"process_request", "process_view", "process_exception", "process_template_response", "process_response"}
NUMBERED = re.compile(r"^[a-z_]*[a-z]_?[1-9]$")


def line_count(function):
    """Lines of a function from its `def` to its last, signature and docstring included, decorators left out."""
    return function.end_lineno - function.lineno + 1


def test_functions_are_short():
    none_of(
        f"{module.name}:{function.lineno} {function.name} has {line_count(function)} lines"
        for module in written()
        for function in functions(module.tree)
        if line_count(function) > FUNCTION_LINES_MAX
    )


def test_lines_are_counted_from_def_to_the_end():
    code = '@decorated\n@again\ndef f(\n    a,\n):\n    """Says\n\n    more."""\n    return a\n'
    [function] = functions(ast.parse(code))
    assert line_count(function) == 7


def test_files_are_short():
    long = [
        f"{module.name} has {len(module.text.splitlines())} lines"
        for module in written()
        if len(module.text.splitlines()) > FILE_LINES_MAX
    ]
    none_of(long)


def text_files():
    for path in tracked_files():
        if path.suffix in TEXT and not path.is_symlink():
            yield path


def lines_with(pattern):
    for path in text_files():
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="ignore").splitlines(), start=1):
            if pattern.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"


def test_nothing_is_left_for_later():
    none_of(lines_with(LEFT_OVERS))


def test_no_path_of_a_machine():
    none_of(lines_with(MACHINE_PATHS))


def parts(name):
    """The words of a name in either spelling."""
    return [part.lower() for part in re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+", name)]


def defined_names(tree):
    """Names that a module gives to classes, functions, arguments and variables."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg


def banned(tree):
    for line, name in defined_names(tree):
        for part in set(parts(name)) & BANNED_PARTS.keys():
            yield line, name, BANNED_PARTS[part]
        if name.startswith("process_") and name not in DJANGO_HOOKS:
            yield line, name, "say what it does"
        if NUMBERED.match(name):
            yield line, name, "say which"


def is_named_by_others(module, name):
    reason = NAMES_OF_OTHERS.get(name)
    return module.name in reason if isinstance(reason, dict) else reason is not None


def test_names_say_what_a_thing_is():
    none_of(
        f"{module.name}:{line} {name}: {why}"
        for module in modules()
        for line, name, why in banned(module.tree)
        if not is_named_by_others(module, name)
    )


@pytest.mark.parametrize("code", ["def process_rows(): ...", "invoice_2 = 1", "class PaymentManager: ...", "data = 1"])
def test_a_banned_name_is_seen(code):
    assert list(banned(ast.parse(code)))
