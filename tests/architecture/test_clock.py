"""Time, settings and environment come in from the edge; nothing below the interfaces asks for them."""

import ast

import pytest
from tests.architecture.layout import EDGE, modules, none_of

CLOCKS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.date.today",
    "date.today",
    "timezone.now",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "clock.now",
}
# Without an argument these read the clock; with one they convert.
CLOCKS_WHEN_BARE = {"timezone.localdate", "timezone.localtime"}
CLOCK_IMPORTS = {
    ("django.utils.timezone", "now"),
    ("django.utils.timezone", "localdate"),
    ("time", "time"),
    ("billwright.kernel.clock", "now"),
}
THE_CLOCK_ITSELF = "src/billwright/kernel/clock.py"


def readings(tree):
    """Lines on which a clock is read or brought in by name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in CLOCKS:
            yield node.lineno
        if isinstance(node, ast.Call) and not node.args and ast.unparse(node.func) in CLOCKS_WHEN_BARE:
            yield node.lineno
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (node.module, alias.name) in CLOCK_IMPORTS:
                    yield node.lineno


def below_the_edge():
    return [module for module in modules() if module.app not in EDGE and module.name != THE_CLOCK_ITSELF]


def test_no_clock_below_the_interfaces():
    none_of([f"{module.name}:{line}" for module in below_the_edge() for line in readings(module.tree)])


@pytest.mark.parametrize(
    "code",
    [
        "from datetime import date\nx = date.today()",
        "from django.utils import timezone\nx = timezone.now()",
        "from django.utils.timezone import now",
        "from django.utils import timezone\nx = timezone.localtime()",
        "import datetime\nx = field(default_factory=datetime.datetime.now)",
        "from billwright.kernel import clock\nx = clock.now()",
    ],
)
def test_a_clock_is_seen(code):
    assert list(readings(ast.parse(code)))


def settings_read(tree):
    """Lines that read a setting other than the name of the user model."""
    for node in ast.walk(tree):
        is_setting = (
            isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "settings"
        )
        if is_setting and node.attr != "AUTH_USER_MODEL":
            yield node.lineno
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.getenv"}:
            yield node.lineno


def test_no_settings_below_the_interfaces():
    found = [
        f"{module.name}:{line}"
        for module in below_the_edge()
        if "import settings" in module.text or "import os" in module.text
        for line in settings_read(module.tree)
    ]
    none_of(found)
