"""The API: one Sanic app with all faces."""

from typing import Any

from sanic import Sanic
from sanic.config import Config

from foundation import log
from foundation.methods import OverridingRequest
from foundation.serving import LARGEST_BODY_BYTES, mount, refuse_well
from foundation.settings import Settings
from server import house
from server.faces import FACES

RESPONSE_SECONDS = 6
REQUEST_SECONDS = 10
KEEP_ALIVE_SECONDS = 75
GRACE_SECONDS = 8.0


def create_app(settings: Settings, *, name: str = "muying") -> Sanic[Any, Any]:
    """The app; it brings the ground up when its server starts and down when it stops."""
    log.configure()
    app: Sanic[Any, Any] = Sanic(
        name, config=_config(settings), request_class=OverridingRequest, configure_logging=False
    )
    refuse_well(app)
    for face in FACES:
        mount(app, face)

    async def up(_app: Sanic[Any, Any]) -> None:
        await house.up(settings)

    async def down(_app: Sanic[Any, Any]) -> None:
        await house.down()

    app.before_server_start(up)
    app.after_server_stop(down)
    return app


def _config(settings: Settings) -> Config:
    config = Config(env_prefix=None)
    config.update(
        {
            "ACCESS_LOG": False,
            "AUTO_EXTEND": False,
            "FALLBACK_ERROR_FORMAT": "json",
            "GRACEFUL_SHUTDOWN_TIMEOUT": GRACE_SECONDS,
            "KEEP_ALIVE_TIMEOUT": KEEP_ALIVE_SECONDS,
            "PROXIES_COUNT": settings.proxies or None,
            "REQUEST_MAX_SIZE": 2 * LARGEST_BODY_BYTES,
            "REQUEST_TIMEOUT": REQUEST_SECONDS,
            "RESPONSE_TIMEOUT": RESPONSE_SECONDS,
            # Sanic rewrites its own classes for one app in the process; tests run the stand-in beside the API.
            "TOUCHUP": settings.environment != "test",
        }
    )
    return config
