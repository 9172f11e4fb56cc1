"""Settings: everything the environment decides, decoded once at start into one frozen struct.

All that is missing or wrong is named at once, so nobody repairs a deployment one variable at a time. In production
the sample secrets of `deploy/muying.env.example` are refused.
"""

import base64
import binascii
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

import msgspec

from foundation.ciphers import ALGORITHMS, CipherName
from foundation.pay_settings import SAMPLE_MARK, WeChatPaySettings, read_pay

Environment = Literal["development", "test", "production"]


class SettingsError(Exception):
    """The environment can't be used; `problems` names every variable that is missing or wrong."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        lines = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"Muying can't start with these settings:\n{lines}\nSee deploy/muying.env.example.")


class WeChatSettings(msgspec.Struct, frozen=True):
    """The mini-program's account at WeChat. `api_url` is WeChat's own or the local stand-in's."""

    app_id: str
    app_secret: str
    api_url: str
    callback_token: str
    callback_aes_key: str


class FilesSettings(msgspec.Struct, frozen=True):
    """Where files are kept: in the bucket that `url` ends in (S3 and what speaks like it), or at home without one."""

    url: str
    region: str
    access_key: str
    secret_key: str


class Key(msgspec.Struct, frozen=True):
    """32 secret bytes with the id under which signatures and ciphertexts name it."""

    id: str
    secret: bytes


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What this process runs with. Key lists: the first makes, all of them read."""

    environment: Environment
    database_url: str
    redis_url: str
    home: Path
    host: str
    port: int
    processes: int
    proxies: int
    """How many proxies of ours stand in front and may say where a request came from."""
    rate_limits: bool
    database_connections: int
    """Most connections one process opens to PostgreSQL."""
    wechat: WeChatSettings
    files: FilesSettings
    encryption_keys: tuple[Key, ...]
    """Master keys: they wrap the wrapping keys, which wrap the data keys of each member."""
    cipher: CipherName
    """What new values are sealed with; those of the other cipher are still read."""
    index_key: bytes
    """HMAC key of the blind indexes. It can't be rotated without building the indexes anew."""
    session_key: bytes
    """HMAC key of refresh tokens. A new one signs everybody out."""
    token_keys: tuple[Key, ...]
    """Ed25519 seeds for access tokens."""
    card_keys: tuple[Key, ...]
    """Ed25519 seeds for card codes; their public halves are at /partner/v1/card-keys."""
    audit_keys: tuple[Key, ...]
    """Ed25519 seeds: they seal the entries of the audit and sign the heads of its chain."""
    pay: WeChatPaySettings | None
    """None where payments are not set up: what costs money is refused then."""

    @property
    def production(self) -> bool:
        return self.environment == "production"


class _Reader:
    """Reads variables and collects every complaint."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.problems: list[str] = []
        self.production = environment.get("MUYING_ENV", "").strip() == "production"

    def text(self, name: str, default: str | None = None) -> str:
        value = self.environment.get(name, "").strip() or default
        if value is None:
            self.problems.append(f"{name} is missing")
            return ""
        return value

    def choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in choices:
            self.problems.append(f"{name} is {value!r}; it must be one of {', '.join(choices)}")
        return value

    def number(self, name: str, default: int, least: int, most: int) -> int:
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdigit() and len(value) <= 9 and least <= int(value) <= most):
            self.problems.append(f"{name} is {value!r}; it must be a whole number from {least} to {most}")
            return default
        return int(value)

    def secret(self, name: str) -> str:
        value = self.text(name)
        if self.production and SAMPLE_MARK in value.lower():
            self.problems.append(f"{name} is the sample value, which production refuses")
        return value

    def callback_key(self, name: str) -> str:
        value = self.secret(name)
        if value and not (len(value) == 43 and value.isascii() and value.isalnum()):
            self.problems.append(f"{name} must be the 43 letters and digits that WeChat's console shows")
        return value

    def key_bytes(self, name: str, encoded: str) -> bytes:
        if self.production and SAMPLE_MARK in encoded.lower():
            self.problems.append(f"{name} is the sample value, which production refuses")
        try:
            raw = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raw = b""
        if len(raw) != 32:
            self.problems.append(f"{name} must hold 32 bytes as URL-safe base64 (`muying keys` makes some)")
        return raw

    def key(self, name: str) -> bytes:
        encoded = self.text(name)
        return self.key_bytes(name, encoded) if encoded else b""

    def keys(self, name: str) -> tuple[Key, ...]:
        """`id:base64[,id:base64…]`, the newest first."""
        value = self.text(name)
        if not value:
            return ()
        keys = []
        for item in value.split(","):
            identifier, colon, encoded = item.strip().partition(":")
            if not (colon and identifier.isascii() and identifier.isalnum() and len(identifier) <= 16):
                self.problems.append(f"{name} must be a list of id:base64, ids of up to 16 letters and digits")
                return ()
            keys.append(Key(identifier, self.key_bytes(name, encoded)))
        if len({key.id for key in keys}) != len(keys):
            self.problems.append(f"{name} names a key id twice; two keys need two ids, such as k2:… and k1:…")
        return tuple(keys)

    def url(self, name: str, schemes: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(name, default)
        if value and not value.startswith(tuple(f"{scheme}://" for scheme in schemes)):
            self.problems.append(f"{name} must start with {' or '.join(f'{scheme}://' for scheme in schemes)}")
            return value
        try:
            parts = urlsplit(value)
            _ = parts.port
        except ValueError:
            self.problems.append(f"{name} is no URL that can be read; its port must be a number")
            return value
        if self.production and SAMPLE_MARK in (parts.password or "").lower():
            self.problems.append(f"{name} holds the sample password, which production refuses")
        if parts.scheme.startswith("postgres") and len(parts.path) < 2:
            self.problems.append(f"{name} must name a database: postgresql://user:password@host:5432/muying")
        return value

    def files(self) -> FilesSettings:
        if not self.environment.get("FILES_URL", "").strip():
            return FilesSettings(url="", region="", access_key="", secret_key="")
        url = self.url("FILES_URL", ("https",) if self.production else ("http", "https"))
        if not urlsplit(url).path.strip("/"):
            self.problems.append("FILES_URL must end in the bucket: https://s3.example.com/muying")
        return FilesSettings(
            url=url,
            region=self.text("FILES_REGION", "us-east-1"),
            access_key=self.text("FILES_ACCESS_KEY"),
            secret_key=self.secret("FILES_SECRET_KEY"),
        )


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Decodes the environment (`os.environ` by default).

    Raises `SettingsError` with every problem at once.
    """
    read = _Reader(os.environ if environment is None else environment)
    settings = Settings(
        environment=cast(Environment, read.choice("MUYING_ENV", ("development", "test", "production"), "development")),
        database_url=read.url("DATABASE_URL", ("postgres", "postgresql")),
        redis_url=read.url("REDIS_URL", ("redis", "rediss", "unix")),
        home=Path(read.text("MUYING_HOME", ".muying")),
        host=read.text("MUYING_HOST", "127.0.0.1"),
        port=read.number("MUYING_PORT", 8000, 1, 65534),
        processes=read.number("MUYING_PROCESSES", 2, 1, 64),
        proxies=read.number("MUYING_PROXIES", 0, 0, 9),
        rate_limits=read.choice("MUYING_RATE_LIMITS", ("on", "off"), "on") == "on",
        database_connections=read.number("MUYING_DATABASE_CONNECTIONS", 16, 2, 200),
        wechat=WeChatSettings(
            app_id=read.text("WECHAT_APP_ID"),
            app_secret=read.secret("WECHAT_APP_SECRET"),
            api_url=read.url("WECHAT_API_URL", ("http", "https"), "https://api.weixin.qq.com"),
            callback_token=read.secret("WECHAT_CALLBACK_TOKEN"),
            callback_aes_key=read.callback_key("WECHAT_CALLBACK_AES_KEY"),
        ),
        files=read.files(),
        encryption_keys=read.keys("MUYING_ENCRYPTION_KEYS"),
        cipher=cast(CipherName, read.choice("MUYING_CIPHER", tuple(ALGORITHMS), "aes-256-gcm")),
        index_key=read.key("MUYING_INDEX_KEY"),
        session_key=read.key("MUYING_SESSION_KEY"),
        token_keys=read.keys("MUYING_TOKEN_KEYS"),
        card_keys=read.keys("MUYING_CARD_KEYS"),
        audit_keys=read.keys("MUYING_AUDIT_KEYS"),
        pay=read_pay(read.environment, read.problems, production=read.production),
    )
    if settings.production and not settings.rate_limits:
        read.problems.append("MUYING_RATE_LIMITS=off is for load tests; production refuses it")
    if settings.production and not settings.wechat.api_url.startswith("https://"):
        read.problems.append("WECHAT_API_URL must be https:// in production")
    if read.problems:
        raise SettingsError(sorted(set(read.problems), key=read.problems.index))
    return settings


def new_key() -> str:
    """32 random bytes as URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(os.urandom(32)).rstrip(b"=").decode()


def new_secrets(serial: str = "1") -> dict[str, str]:
    """The secrets a machine makes for itself (`muying keys`, the development home), by variable name.

    `serial` makes the ids of the keys: up to 15 letters and digits.
    """
    return {
        "MUYING_ENCRYPTION_KEYS": f"k{serial}:{new_key()}",
        "MUYING_INDEX_KEY": new_key(),
        "MUYING_SESSION_KEY": new_key(),
        "MUYING_TOKEN_KEYS": f"t{serial}:{new_key()}",
        "MUYING_CARD_KEYS": f"c{serial}:{new_key()}",
        "MUYING_AUDIT_KEYS": f"a{serial}:{new_key()}",
    }
