"""`muying standin`: WeChat's servers, played on this machine."""

import argparse
import os

from foundation.pay_account import PLATFORM_PRIVATE_KEY
from foundation.settings import SettingsError
from foundation.wechat.standin import create_standin
from foundation.wechat.standin.pay import PayAccount
from server.commands.serving import serve
from server.development_home import STANDIN_HOST, completed, settings_here, standin_port


def run(_options: argparse.Namespace) -> int:
    settings = settings_here()
    if settings.production:
        raise SettingsError(["MUYING_ENV is production; the stand-in lets anybody in and is for development only"])
    callback_url = f"http://{settings.host}:{settings.port}/wechat"
    platform_key = completed(os.environ).get(PLATFORM_PRIVATE_KEY)
    pay = PayAccount(settings.wechat.app_id, settings.pay, platform_key) if settings.pay and platform_key else None
    serve(
        create_standin(settings.wechat, callback_url=callback_url, pay=pay),
        STANDIN_HOST,
        standin_port(os.environ),
        "the stand-in",
    )
    return 0
