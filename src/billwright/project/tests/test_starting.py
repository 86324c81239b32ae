"""What is loaded when a command starts: nothing that it has no use for, and all that it may need."""

from importlib import import_module
from pkgutil import walk_packages

from billwright.interfaces import cli as interfaces_cli
from billwright.kernel import acts
from billwright.project import cli, wiring


def test_what_is_not_searched_for_verbs_holds_none():
    for name in sorted(wiring.WITHOUT_VERBS):
        for part in walk_packages(import_module(name).__path__, f"{name}."):
            if ".tests" not in part.name:
                import_module(part.name)
    holders = {verb.function.__module__ for verb in acts.VERBS.values()}
    assert len(holders) > 60
    assert not [one for one in holders if one.startswith(tuple(wiring.WITHOUT_VERBS))]


def test_a_noun_brings_its_own_commands_and_an_unknown_one_brings_all():
    everything = {name for name, _app in interfaces_cli.sub_apps()}
    assert [name for name, _app in interfaces_cli.sub_apps("bill-run")] == ["bill-run"]
    assert {name for name, _app in interfaces_cli.sub_apps("payment")} == everything
    assert {group.name for group in cli.build().registered_groups} > everything - {""}


def test_an_operators_command_brings_no_nouns():
    assert [group.name for group in cli.build("migrate").registered_groups] == ["simulator"]
