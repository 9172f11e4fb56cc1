"""Settings: every problem at once, and production without sample secrets."""

import base64
from pathlib import Path

import pytest

from foundation.settings import SettingsError, load_settings, new_key, new_secrets

WECHAT = {
    "WECHAT_APP_ID": "wx1",
    "WECHAT_APP_SECRET": "s",
    "WECHAT_CALLBACK_TOKEN": "t",
    "WECHAT_CALLBACK_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
}
# Values of parameters are names of tests, too, and the same for everybody who collects them.
KEY, OTHER_KEY = (base64.urlsafe_b64encode(bytes(range(first, first + 32))).decode().rstrip("=") for first in (0, 32))


def _environment(**changes: str) -> dict[str, str]:
    return {
        "DATABASE_URL": "postgresql://u:p@localhost/muying",
        "REDIS_URL": "redis://localhost",
        **WECHAT,
        **new_secrets(),
        **changes,
    }


def _problems(environment: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        load_settings(environment)
    for problem in refused.value.problems:
        assert problem in str(refused.value)
    return refused.value.problems


def test_a_whole_environment_loads() -> None:
    settings = load_settings(_environment(MUYING_PORT=" 8080 ", MUYING_RATE_LIMITS="off"))
    assert (settings.environment, settings.port, settings.rate_limits) == ("development", 8080, False)
    assert not settings.production
    assert len(settings.index_key) == len(settings.encryption_keys[0].secret) == 32


def test_all_that_is_missing_is_named_at_once() -> None:
    problems = _problems({})
    for name in ("DATABASE_URL", "REDIS_URL", *WECHAT, *new_secrets()):
        assert sum(problem.startswith(name) for problem in problems) == 1, name


def test_what_is_blank_is_missing() -> None:
    assert _problems(_environment(DATABASE_URL="  ")) == ["DATABASE_URL is missing"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MUYING_ENV", "prod"),
        ("MUYING_PORT", "0"),
        ("MUYING_PORT", "65535"),
        ("MUYING_PORT", "-1"),
        ("MUYING_PORT", "80a"),
        ("MUYING_PORT", "٣"),
        ("MUYING_PORT", "9" * 5000),
        ("MUYING_PROCESSES", "0"),
        ("MUYING_CIPHER", "des"),
        ("MUYING_RATE_LIMITS", "maybe"),
        ("MUYING_DATABASE_CONNECTIONS", "1"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("DATABASE_URL", "postgresql://u:p@localhost:abc/x"),
        ("DATABASE_URL", "postgresql://[::1/x"),
        ("DATABASE_URL", "postgresql://u:p@localhost"),
        ("DATABASE_URL", "postgresql://u:p@localhost/"),
        ("REDIS_URL", "http://localhost"),
        ("REDIS_URL", "redis://localhost:port"),
        ("MUYING_INDEX_KEY", "short"),
        ("MUYING_INDEX_KEY", base64.urlsafe_b64encode(b"x" * 31).decode()),
        ("MUYING_INDEX_KEY", "é" * 43),
        ("MUYING_INDEX_KEY", KEY[:20] + "!!!" + KEY[20:]),
        ("MUYING_TOKEN_KEYS", "no colon"),
        ("MUYING_TOKEN_KEYS", f":{KEY}"),
        ("MUYING_TOKEN_KEYS", f"t-1:{KEY}"),
        ("MUYING_TOKEN_KEYS", f"{'t' * 17}:{KEY}"),
        ("MUYING_TOKEN_KEYS", f"t1:{KEY},"),
        ("MUYING_TOKEN_KEYS", f"t1:{KEY},t1:{OTHER_KEY}"),
        ("MUYING_TOKEN_KEYS", "t1:"),
        ("WECHAT_API_URL", "ftp://x"),
        ("WECHAT_CALLBACK_AES_KEY", "short"),
    ],
)
def test_what_is_wrong_is_named(name: str, value: str) -> None:
    problems = _problems(_environment(**{name: value}))
    assert len(problems) == 1
    assert problems[0].startswith(name)
    if name.startswith(("DATABASE_URL", "REDIS_URL")) or name.endswith(("_KEY", "_KEYS")):
        assert value not in problems[0], "a secret is never said back"


def test_several_problems_come_together() -> None:
    problems = _problems(_environment(MUYING_ENV="prod", DATABASE_URL="postgresql://localhost", REDIS_URL=""))
    assert [problem.split()[0] for problem in problems] == ["MUYING_ENV", "DATABASE_URL", "REDIS_URL"]


def test_keys_rotate_by_order() -> None:
    settings = load_settings(_environment(MUYING_TOKEN_KEYS=f"t2:{new_key()}, t1:{new_key()}"))
    assert [key.id for key in settings.token_keys] == ["t2", "t1"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WECHAT_APP_SECRET", "sample-secret"),
        ("WECHAT_CALLBACK_TOKEN", "SAMPLE"),
        ("MUYING_INDEX_KEY", "sample" + KEY[6:]),
        ("MUYING_SESSION_KEY", "Sample" + KEY[6:]),
        ("MUYING_ENCRYPTION_KEYS", f"k1:{'sample' + KEY[6:]}"),
        ("MUYING_TOKEN_KEYS", f"t1:{OTHER_KEY},t0:{'sample' + KEY[6:]}"),
        ("MUYING_CARD_KEYS", f"c1:{'sample' + KEY[6:]}"),
        ("MUYING_AUDIT_KEYS", f"a1:{'sample' + KEY[6:]}"),
        ("DATABASE_URL", "postgresql://muying:sample@localhost/muying"),
        ("REDIS_URL", "redis://:sample@localhost"),
    ],
)
@pytest.mark.parametrize("environment", ["production", " production "])
def test_production_refuses_sample_secrets(environment: str, name: str, value: str) -> None:
    load_settings(_environment(**{name: value}))
    problems = _problems(_environment(**{name: value, "MUYING_ENV": environment}))
    assert len(problems) == 1
    assert problems[0].startswith(name)


def test_production_refuses_load_test_switches() -> None:
    assert load_settings(_environment(MUYING_ENV="production")).production
    problems = _problems(
        _environment(MUYING_ENV="production", MUYING_RATE_LIMITS="off", WECHAT_API_URL="http://127.0.0.1:9")
    )
    assert [problem.split()[0].split("=")[0] for problem in problems] == ["MUYING_RATE_LIMITS", "WECHAT_API_URL"]


def test_the_example_file_starts_everywhere_but_in_production() -> None:
    """The example is what a newcomer copies; every secret in it must carry the mark."""

    example = Path("deploy/muying.env.example").read_text(encoding="utf-8")
    pairs = (line.split("=", 1) for line in example.splitlines() if "=" in line and not line.startswith("#"))
    environment = {name: value.split(" #")[0].strip() for name, value in pairs}
    refused = {problem.split()[0] for problem in _problems({**environment, "MUYING_ENV": "production"})}
    assert {"WECHAT_APP_SECRET", "WECHAT_CALLBACK_TOKEN", *new_secrets()} <= refused


BUCKET = {"FILES_URL": "https://s3.example.com/muying", "FILES_ACCESS_KEY": "a", "FILES_SECRET_KEY": "s"}


def test_files_are_kept_at_home_or_in_a_bucket() -> None:
    assert load_settings(_environment()).files.url == ""
    files = load_settings(_environment(**BUCKET)).files
    assert (files.url, files.region, files.access_key) == ("https://s3.example.com/muying", "us-east-1", "a")
    assert _problems(_environment(FILES_URL="http://s3.example.com/")) == [
        "FILES_URL must end in the bucket: https://s3.example.com/muying",
        "FILES_ACCESS_KEY is missing",
        "FILES_SECRET_KEY is missing",
    ]


def test_production_sends_files_only_over_tls_and_not_with_the_sample_key() -> None:
    bucket = BUCKET | {"FILES_URL": "http://s3.example.com/muying", "FILES_SECRET_KEY": "sample"}
    assert _problems(_environment(MUYING_ENV="production", **bucket)) == [
        "FILES_URL must start with https://",
        "FILES_SECRET_KEY is the sample value, which production refuses",
    ]
