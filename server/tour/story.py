"""How the tour is told: chapters, what is asked, what comes back, and the end."""

import re
import time
from typing import Any
from uuid import uuid4

import httpx
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.rule import Rule

COLOURS = {
    "Mother": "magenta",
    "Neighbour": "bright_magenta",
    "Father": "bright_blue",
    "Till": "cyan",
    "Clerk": "yellow",
    "Operator": "bright_yellow",
    "Expert": "bright_cyan",
    "Officer": "bright_green",
    "WeChat": "green",
    "Visitor": "blue",
    "Thief": "red",
}
LONGEST_VALUE = 60
LONGEST_LINE = 64
PATIENCE_SECONDS = 15.0
POLL_SECONDS = 0.1


_ID = re.compile(r"([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class StepFailed(Exception):
    """The service did not answer as it should have; the message says where and how."""


class Story:
    """Prints the tour and counts its steps."""

    def __init__(self) -> None:
        self.console = Console(highlight=False)
        self.requests = 0
        self.refusals = 0
        self._started = time.monotonic()

    def chapter(self, title: str, about: str) -> None:
        self.console.print()
        self.console.print(Rule(f"[bold]{escape(title)}[/bold]", align="left"))
        self.console.print(f"[dim]{escape(about)}[/dim]")

    def tell(self, text: str) -> None:
        """A sentence of the narrator."""
        self.console.print(f"  {escape(text)}")

    def exchange(self, who: str, request: httpx.Request, answer: httpx.Response, shown: list[str]) -> None:
        """One request and what came back."""
        self.requests += 1
        colour = "red" if answer.status_code >= 500 else "yellow" if answer.status_code >= 400 else "green"
        path = _short_ids(request.url.raw_path.decode())
        self.console.print(
            f"  [{COLOURS[who]}]{who:10}[/{COLOURS[who]}]{request.method:5} {escape(path)}"
            f"  [{colour}]{answer.status_code}[/{colour}]"
        )
        for line in _joined([_short_ids(each) for each in shown]):
            self.console.print(f"            [dim]→ {escape(line)}[/dim]")

    def end(self) -> None:
        seconds = time.monotonic() - self._started
        self.console.print()
        self.console.print(
            Panel(
                f"All steps went as they should: {self.requests} requests, {self.refusals} of them refused on purpose,"
                f" in {seconds:.1f} s.",
                border_style="green",
            )
        )

    def failed(self, problem: str) -> None:
        self.console.print()
        self.console.print(Panel(escape(problem), title="The tour ends here", border_style="red"))


class Voice:
    """One who takes part: asks, and is heard."""

    def __init__(self, story: Story, who: str, client: httpx.Client) -> None:
        self._story = story
        self._who = who
        self._client = client

    def sign_in_with(self, access_token: str) -> None:
        """From now on with this token."""
        self._client.headers["Authorization"] = f"Bearer {access_token}"

    def ask(self, method: str, path: str, *, show: tuple[str, ...] = (), **request: Any) -> Any:
        """Sends a request that must succeed; the decoded answer. `show` names fields such as `level.name`."""
        answer = self._send(method, path, **request)
        body = _decoded(answer)
        self._story.exchange(self._who, answer.request, answer, shown_fields(body, show))
        if not answer.is_success:
            raise StepFailed(f"{self._who}: {method} {path} was answered {answer.status_code}: {answer.text}")
        return body

    def wait_for(self, path: str, name: str, value: str, *, show: tuple[str, ...] = ()) -> Any:
        """Asks until a field of the answer has this value, some seconds at most; the last answer is told."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = self._send("GET", path)
            body = _decoded(answer)
            if field(body, name) == value or time.monotonic() > deadline:
                break
            time.sleep(POLL_SECONDS)
        self._story.exchange(self._who, answer.request, answer, shown_fields(body, show))
        expect(field(body, name) == value, f"{name} of {path} is {value} after {PATIENCE_SECONDS:.0f} s")
        return body

    def is_refused(self, code: str, method: str, path: str, **request: Any) -> None:
        """Sends a request that must be refused with this code."""
        answer = self._send(method, path, **request)
        body = _decoded(answer)
        refusal = body if isinstance(body, dict) else {}
        said = [f"{refusal.get('code')}: “{refusal.get('detail')}”"]
        said += [f"{each['field']}: “{each['message']}”" for each in refusal.get("errors", [])]
        self._story.exchange(self._who, answer.request, answer, said)
        if answer.is_success or refusal.get("code") != code:
            raise StepFailed(
                f"{self._who}: {method} {path} should have been refused with {code},"
                f" and was answered {answer.status_code}: {answer.text}"
            )
        self._story.refusals += 1

    def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        try:
            return self._client.request(method, path, **request)
        except httpx.TransportError as error:
            raise StepFailed(
                f"{self._who}: {method} {self._client.base_url.join(path)} got no answer ({error})."
            ) from error


def expect(holds: bool, sentence: str) -> None:
    """What the story relies on. Raises `StepFailed`."""
    if not holds:
        raise StepFailed(f"This should be so and is not: {sentence}")


def new_key() -> dict[str, str]:
    """The header of a request that must not count twice."""
    return {"Idempotency-Key": uuid4().hex}


def pick(items: list[dict[str, Any]], name: str, value: str) -> dict[str, Any]:
    """The item whose field has this value. Raises `StepFailed` when there is none."""
    for item in items:
        if item.get(name) == value:
            return item
    raise StepFailed(f"No item of the answer has {name} {value!r}.")


def field(body: Any, path: str) -> Any:
    """`level.name` of a decoded answer; None where there is none."""
    for name in path.split("."):
        body = body.get(name) if isinstance(body, dict) else None
    return body


def shown_fields(body: Any, names: tuple[str, ...]) -> list[str]:
    return [f"{name}: {shorten(_short_ids(_text(field(body, name))))}" for name in names]


def shorten(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def _text(value: object) -> str:
    match value:
        case None:
            return "—"
        case True | False:
            return "yes" if value else "no"
        case list():
            return "、".join(_text(item) for item in value) or "—"
        case dict():
            return ", ".join(f"{name} {_text(item)}" for name, item in value.items())
        case _:
            return str(value)


def _short_ids(text: str) -> str:
    """The first eight of an id's characters are enough for a reader."""
    return _ID.sub(r"\1…", text)


def _joined(fields: list[str]) -> list[str]:
    """As many fields on a line as fit."""
    lines: list[str] = []
    for each in fields:
        if lines and len(lines[-1]) + len(each) < LONGEST_LINE:
            lines[-1] += f" · {each}"
        else:
            lines.append(each)
    return lines


def _decoded(answer: httpx.Response) -> Any:
    if answer.headers.get("content-type", "").partition(";")[0] in {"application/json", "application/problem+json"}:
        return answer.json()
    return answer.content
