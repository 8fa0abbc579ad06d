"""`python -m annotate.local [start|stores|exec]`; see `--help`."""

import argparse
import os
import subprocess
import sys
from contextlib import redirect_stdout

from annotate.local.console import say
from annotate.local.runtime import AlreadyRunning, data_folder, held, is_running, local_environment
from annotate.local.start import CannotStart, start, supervised_stores
from annotate.local.stores import StoreError
from annotate.local.supervisor import PartFailed, Stopped


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m annotate.local", description="Run Stepmark on this machine.")
    commands = parser.add_subparsers(dest="command")
    whole = commands.add_parser("start", help="everything (the default)")
    whole.add_argument("--no-demo", action="store_true", help="don't load the demo project")
    commands.add_parser("stores", help="the private Postgres and Redis alone, until Ctrl-C")
    run = commands.add_parser("exec", help="run a program with the stores that run, or with some started for it")
    run.add_argument("program", nargs=argparse.REMAINDER, metavar="PROGRAM …")
    arguments = parser.parse_args()
    try:
        if arguments.command == "exec":
            return execute([word for word in arguments.program if word != "--"] or parser.error("exec needs a program"))
        if arguments.command == "stores":
            return only_stores()
        start(demo=not getattr(arguments, "no_demo", False))
    except Stopped:
        say("Stopped.")
    except AlreadyRunning as error:
        say(f"Stepmark runs on {data_folder()} already (process {error}). Stop it, or set STEPMARK_DATA.")
        return 1
    except (CannotStart, PartFailed, StoreError) as error:
        say(f"\n{error}")
        return 1
    return 0


def only_stores() -> int:
    data = data_folder()
    with held(data), supervised_stores(data, say) as (supervisor, urls):
        for name, value in urls.items():
            say(f"export {name}='{value}'")
        supervisor.watch()
    return 0


def execute(program: list[str]) -> int:
    """Exit code of the program. Its input, output and signals are its own."""
    data = data_folder()
    if is_running(data) or {"DATABASE_URL", "REDIS_URL"} <= os.environ.keys():
        os.environ.update(local_environment())
        return subprocess.run(program, check=False).returncode
    quietly = redirect_stdout(sys.stderr)  # the output is the program's alone
    with quietly, held(data), supervised_stores(data, say) as (supervisor, urls):
        return supervisor.run(program, {**os.environ, **local_environment(), **urls})


if __name__ == "__main__":
    sys.exit(main())
