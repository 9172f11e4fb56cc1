"""The `muying` command.

Each subcommand is a module of `server.commands` with `run(options) -> int`, named here and imported only when it is
called: `muying keys` need not wait for the whole house.
"""

import argparse
import faulthandler
import importlib
import sys
from collections.abc import Callable, Sequence
from typing import cast

from foundation.settings import SettingsError
from foundation.startup import CannotStart

CANNOT_START = 2
"""Exit status when the settings, the database or the machine must be put right first."""

COMMANDS = {
    "run": "everything on this machine, for development: servers, stand-in, worker, API",
    "serve": "the API in production: several processes that are kept alive",
    "serve-one": "one API process (what `serve` keeps alive)",
    "work": "one worker: jobs and the timetable",
    "standin": "the local stand-in for WeChat's servers, on MUYING_PORT + 1",
    "migrate": "bring the database to the state this program expects",
    "migration": "write a migration for what has changed in the models",
    "seed": "plant the small named world",
    "add-store": "open a store",
    "add-partner": "take a partner on and print its first key, once",
    "partner-key": "make a partner a further key and print it, once; or revoke one",
    "add-staff": "take a person on and print how she signs in, once",
    "reconcile": "prove the invariants in SQL; non-zero when one is broken",
    "audit": "check that nobody changed, cut or invented what the staff did; give up what a restore lost",
    "keys": "print new secrets as environment lines; rotate the master key or the data keys",
    "retention": "where the time limits stand; apply them now; prove that something was destroyed",
    "tombstones": "after a restored backup: erase again whoever had been erased",
    "report": "reports for the authorities, from data",
    "data-map": "print the data map as docs/data-map.md holds it",
    "openapi": "print the OpenAPI document",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: what the command says, or 2 with a sentence on stderr when it can't start."""
    faulthandler.enable()  # a hung process prints its stacks when the supervisor aborts it
    options = _parser().parse_args(arguments)
    try:
        module = importlib.import_module(f"server.commands.{options.command.replace('-', '_')}")
        return cast(Callable[[argparse.Namespace], int], module.run)(options)
    except (CannotStart, SettingsError) as error:
        print(error, file=sys.stderr)
        return CANNOT_START
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="muying", description="The membership system of a mother-and-baby channel.")
    subcommands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, text in COMMANDS.items():
        subcommand = subcommands.add_parser(name, help=text, description=text)
        _add_arguments(name, subcommand)
    return parser


def _add_arguments(name: str, subcommand: argparse.ArgumentParser) -> None:
    match name:
        case "serve":
            subcommand.add_argument("--worker", action="store_true", help="keep a worker alive as well")
        case "audit":
            subcommand.add_argument(
                "verb",
                choices=("verify", "give-up"),
                help="verify: check entries, chain and signed heads, non-zero when something is wrong; give-up: after a"
                " restored backup, sign that what it lost is lost",
            )
            subcommand.add_argument("--reason", help="of give-up: why it is lost")
        case "keys":
            subcommand.add_argument(
                "verb",
                nargs="?",
                default="new",
                choices=("new", "rotate-master", "rotate-data", "status"),
                help="new: print secrets; rotate-master: wrap what the master wraps with the newest one; rotate-data:"
                " fresh keys for every owner, under load, resumable; status: which keys there are",
            )
        case "retention":
            subcommand.add_argument(
                "verb",
                choices=("report", "run", "proof"),
                help="report: every time limit, what is overdue, what was destroyed; run: what the worker does nightly;"
                " proof: what is recorded of these ids",
            )
            subcommand.add_argument("what", nargs="?", default="baby", help="of a proof: baby, or the table")
            subcommand.add_argument("ids", nargs="*", help="of a proof: the ids that were destroyed together")
        case "tombstones":
            subcommand.add_argument("verb", choices=("replay",), help="replay: erase again; twice does nothing more")
            subcommand.add_argument(
                "--recent",
                action="store_true",
                help="only tombstones that the database can have missed, as at every start; left out: all there are",
            )
        case "report":
            subcommand.add_argument("what", choices=("minors",), help="minors: the yearly audit of children's data")
            subcommand.add_argument("--year", type=int, required=True, help="the calendar year, such as 2026")
        case "add-store":
            subcommand.add_argument("code", help="2 to 16 capital letters and digits, such as SH001")
            subcommand.add_argument("name", help="what mothers call it")
            subcommand.add_argument("address", help="where it is")
            subcommand.add_argument("--partner", metavar="NAME", help="the partner whose tills stand there")
            subcommand.add_argument(
                "--return-days",
                type=int,
                default=0,
                help="of a web shop: how long a purchase may come back; its points can be spent after that",
            )
        case "add-partner":
            subcommand.add_argument("name", help="the partner's name")
        case "partner-key":
            subcommand.add_argument("name", help="the partner's name")
            subcommand.add_argument("--revoke", metavar="KEY_ID", help="end this key instead of making one")
        case "add-staff":
            subcommand.add_argument("name", help="the name she signs in with")
            subcommand.add_argument("role", help="clerk, operator, moderator, expert, administrator or privacy_officer")
            subcommand.add_argument("--store", metavar="CODE", help="a clerk's store")
