"""The whole command line: the runtime's own commands and those of the interfaces, joined."""

import sys
from typing import Final

import typer
from django.db import connections

from billwright import __version__
from billwright.interfaces import cli as interfaces_cli
from billwright.kernel.errors import Refusal
from billwright.project import demo, simulator
from billwright.project.runtime import cli as runtime_cli
from billwright.project.runtime import database
from billwright.project.runtime.refusals import RuntimeRefused

# Options that had another name in an earlier version.
FORMER_WORDS: Final = {"company": "entity"}


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"billwright {__version__}")
        raise typer.Exit


def _command(noun: str | None) -> set[str]:
    """What was typed, as the noun alone and as the noun with its verb."""
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    place = words.index(noun) if noun in words else len(words)
    return {" ".join(words[place : place + 1]), " ".join(words[place : place + 2])} - {""}


def _present_word(word: str) -> str:
    """The word that an option has now: what was once typed as --company is taken still, and not shown."""
    return FORMER_WORDS.get(word, word)


def build(word: str = "") -> typer.Typer:
    """The command line, made anew. With a first word only what it leads to, where it leads anywhere."""
    app = typer.Typer(
        name="billwright",
        help="Billing, receivables, collections and the billing service desk, from contract to cash.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "token_normalize_func": _present_word},
    )

    @app.callback()
    def before_any_command(
        context: typer.Context,
        version: bool = typer.Option(  # noqa: ARG001 - its callback answers
            False, "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ) -> None:
        own_database = _command(context.invoked_subcommand) & {*runtime_cli.COMMANDS, *interfaces_cli.WITHOUT_DATABASE}
        only_help = {"-h", "--help"} & set(sys.argv)
        if not own_database and not only_help:
            database.prepare_quickly()

    runtime_cli.register(app)
    demo.register(app)
    simulator.register(app)
    own = {command.name for command in app.registered_commands} | {group.name for group in app.registered_groups}
    if word not in own:
        for name, sub_app in interfaces_cli.sub_apps(word):
            app.add_typer(sub_app, name=name or None)
    return app


def run() -> None:
    """Run the command that was typed; a refusal is two sentences and exit code 2, without a traceback."""
    try:
        build(*sys.argv[1:2])()
    except RuntimeRefused as refused:
        _refuse(refused.wrong, refused.cure)
    except Refusal as refused:
        _refuse(str(refused), "")
    finally:
        connections.close_all()


def _refuse(wrong: str, cure: str) -> None:
    typer.secho(wrong, fg="red", err=True)
    if cure:
        typer.echo(cure, err=True)
    sys.exit(2)
