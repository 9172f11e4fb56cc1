"""`muying standin`: WeChat's servers, played on this machine."""

import argparse
import os

from foundation.settings import SettingsError
from foundation.wechat.standin import create_standin
from server.commands.serving import serve
from server.development_home import STANDIN_HOST, settings_here, standin_port


def run(_options: argparse.Namespace) -> int:
    settings = settings_here()
    if settings.production:
        raise SettingsError(["MUYING_ENV is production; the stand-in lets anybody in and is for development only"])
    callback_url = f"http://{settings.host}:{settings.port}/wechat"
    serve(
        create_standin(settings.wechat, callback_url=callback_url),
        STANDIN_HOST,
        standin_port(os.environ),
        "the stand-in",
    )
    return 0
