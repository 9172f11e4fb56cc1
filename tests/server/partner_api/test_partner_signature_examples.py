"""The examples of docs/partner-signatures.md run, print the signature that the page promises, and are let in."""

import asyncio
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.makers.partners import MadeTill

PAGE = Path(__file__).parents[3] / "docs" / "partner-signatures.md"


def example(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


def promised() -> str:
    [signature] = re.findall(r"```\n([0-9a-f]{64})\n```", PAGE.read_text(encoding="utf-8"))
    return str(signature)


async def run(command: list[str], till: MadeTill) -> list[str]:
    """What the program prints, given a key that is let in."""
    base = str(till.http.base_url).rstrip("/")
    process = await asyncio.create_subprocess_exec(
        *command, base, till.key.key_id, till.key.secret, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate()
    assert process.returncode == 0
    return printed.decode().splitlines()


def expect_let_in(printed: list[str]) -> None:
    assert printed[0] == promised()
    # Signed well: what is refused is the store, which is none of this partner's.
    assert printed[1].startswith("422 ")
    assert '"code":"store_unknown"' in printed[1]


async def test_the_python_example(till: MadeTill, tmp_path: Path) -> None:
    program = tmp_path / "sign.py"
    program.write_text(example("python"), encoding="utf-8")
    expect_let_in(await run([sys.executable, str(program)], till))


@pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed")
async def test_the_java_example(till: MadeTill, tmp_path: Path) -> None:
    program = tmp_path / "Sign.java"
    program.write_text(example("java"), encoding="utf-8")
    expect_let_in(await run(["java", str(program)], till))
