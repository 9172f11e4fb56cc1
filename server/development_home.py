"""What the development home decides, where the environment says nothing: servers, secrets, the stand-in.

`make run` starts with it, and the other commands read it, so that `muying seed` and `muying reconcile` in a second
terminal meet the same database. In production it is never looked at.
"""

import base64
import contextlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from foundation.embedded import EmbeddedServers
from foundation.pay_account import new_account
from foundation.settings import Settings, SettingsError, load_settings, new_secrets

DEFAULT_HOME = ".muying"
DEFAULT_PORT = "8000"
STANDIN_HOST = "127.0.0.1"


def home(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("MUYING_HOME") or DEFAULT_HOME).absolute()


def secrets_file(folder: Path) -> Path:
    return folder / "secrets.env"


def has_own_wechat(environment: Mapping[str, str]) -> bool:
    """Whether a real WeChat account (or somebody else's stand-in) is configured."""
    return any(name.startswith("WECHAT_") and value for name, value in environment.items())


def standin_port(environment: Mapping[str, str]) -> int:
    port = environment.get("MUYING_PORT") or DEFAULT_PORT
    if not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65534):
        raise SettingsError([f"MUYING_PORT is {port!r}; it must be a whole number from 1 to 65534"])
    return int(port) + 1


def completed(environment: Mapping[str, str], *, make_secrets: bool = False) -> dict[str, str]:
    """The environment with what the home knows added; what is set already stays.

    With `make_secrets`, secrets that neither has are made and kept in the home.
    """
    folder = home(environment)
    kept = _read_secrets(folder)
    if make_secrets:
        made = {name: value for name, value in _all_secrets().items() if name not in kept}
        if "WECHAT_PAY_MCHID" not in kept:
            made |= new_account()  # whole or not at all: its keys fit each other
        if made:
            kept |= made
            write_private(secrets_file(folder), "".join(f"{name}={value}\n" for name, value in kept.items()))
    embedded = EmbeddedServers(folder)
    defaults = {
        "MUYING_HOME": str(folder),
        "MUYING_PORT": DEFAULT_PORT,
        "MUYING_PROCESSES": "1",  # enough for one person, and it starts sooner
        "DATABASE_URL": embedded.database_url,
        "REDIS_URL": embedded.redis_url,
        **{name: value for name, value in kept.items() if not name.startswith("WECHAT_")},
    }
    if not has_own_wechat(environment):
        defaults |= {name: value for name, value in kept.items() if name.startswith("WECHAT_")}
        standin = f"http://{STANDIN_HOST}:{standin_port(environment)}"
        api = f"http://{environment.get('MUYING_HOST') or STANDIN_HOST}:{standin_port(environment) - 1}"
        defaults |= {"WECHAT_API_URL": standin, "WECHAT_PAY_API_URL": standin}
        defaults["WECHAT_PAY_NOTIFY_URL"] = f"{api}/wechat/pay/notifications"
    return {**defaults, **{name: value for name, value in environment.items() if value}}


def settings_here() -> Settings:
    """The settings for a command: the environment's, completed from the home of a development machine."""
    if os.environ.get("MUYING_ENV", "development") == "development" and secrets_file(home(os.environ)).exists():
        return load_settings(completed(os.environ))
    return load_settings()


def write_private(file: Path, text: str) -> None:
    """Writes a file that only its owner may read, whole or not at all."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = file.with_name(f"{file.name}.unfinished")
    with contextlib.suppress(FileNotFoundError):
        unfinished.unlink()
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
        opened.write(text)
    unfinished.replace(file)


def _all_secrets() -> dict[str, str]:
    """Ours, and those of the app that the stand-in plays. A callback key has WeChat's shape: 43 letters and digits."""
    letters = base64.b64encode(secrets.token_bytes(96)).decode().translate({ord("+"): "A", ord("/"): "B"})
    return {
        **new_secrets(),
        "WECHAT_APP_ID": f"wx{secrets.token_hex(8)}",
        "WECHAT_APP_SECRET": secrets.token_hex(16),
        "WECHAT_CALLBACK_TOKEN": secrets.token_hex(16),
        "WECHAT_CALLBACK_AES_KEY": letters[:43],
    }


def _read_secrets(folder: Path) -> dict[str, str]:
    with contextlib.suppress(FileNotFoundError):
        lines = secrets_file(folder).read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)
    return {}
