"""The command that says whether this machine can run Careworth."""

import json
from pathlib import Path

import typer

from careworth.file_commands import say
from careworth.run_command import REPORTS, JsonOption, ReportsOption


def doctor(reports: ReportsOption = REPORTS, as_json: JsonOption = False) -> None:
    """Check this machine: a line for each check, ok or what to do; exit code 1 if a run needs what is missing."""
    from careworth.doctor import examine

    checks = list(examine(Path(reports)))
    for check in checks:
        told = {"check": check.name, "ok": check.is_ok, "needed": check.is_needed, "fault": check.fault}
        print(json.dumps(told)) if as_json else say.print(_line(check))
    if any(not check.is_ok and check.is_needed for check in checks):
        raise typer.Exit(1)


def _line(check) -> str:
    return f"{check.name:<26} {check.fault or 'ok'}"
