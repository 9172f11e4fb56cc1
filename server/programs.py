"""Our own processes, as the supervisor keeps them."""

import sys
from collections.abc import Mapping
from pathlib import Path

from foundation.supervisor import Program

STOP_SECONDS = 20.0
"""More than an API process takes to finish its requests and then its actions (8 s + 5 s)."""


def program(
    name: str, command: str, *, count: int = 1, environment: Mapping[str, str], log: Path | None = None
) -> Program:
    """`count` processes of `muying <command>`."""
    return Program(
        name=name,
        command=(sys.executable, "-m", "server", command),
        count=count,
        environment=environment,
        log=log,
        stop_seconds=STOP_SECONDS,
    )


def shared_figures(home: Path) -> dict[str, str]:
    """The variable that lets our processes share their Prometheus figures, which begin at zero with each start."""
    folder = home.absolute() / "figures"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in folder.glob("*.db"):
        file.unlink()
    return {"PROMETHEUS_MULTIPROC_DIR": str(folder)}
