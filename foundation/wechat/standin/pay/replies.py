"""How WeChat Pay words and signs its answers."""

import re
import secrets
import time
from typing import Any

import msgspec
from sanic import HTTPResponse, Request
from wechatpayv3.utils import rsa_sign, rsa_verify

from foundation.pay_settings import private_key
from foundation.wechat.standin.pay.account import PayAccount
from foundation.wechat.standin.replies import PayRefused

STATUS = {
    "APPID_MCHID_NOT_MATCH": 400,
    "FREQUENCY_LIMITED": 429,
    "INVALID_REQUEST": 400,
    "NOT_ENOUGH": 403,
    "NO_AUTH": 403,
    "ORDER_CLOSED": 400,
    "ORDER_NOT_EXIST": 404,
    "PARAM_ERROR": 400,
    "RESOURCE_NOT_EXISTS": 404,
    "RULE_LIMIT": 403,
    "SIGN_ERROR": 401,
    "SYSTEM_ERROR": 500,
    "TRADE_ERROR": 403,
}

_AUTHORIZATION = re.compile(
    r'WECHATPAY2-SHA256-RSA2048 mchid="(?P<mchid>[^"]*)",nonce_str="(?P<nonce>[^"]*)",signature="(?P<signature>[^"]*)"'
    r',timestamp="(?P<timestamp>\d+)",serial_no="(?P<serial>[^"]*)"'
)


class Signer:
    """Both signatures as WeChat sees them: it checks the merchant's and makes the platform's."""

    def __init__(self, account: PayAccount) -> None:
        self._account = account
        pem = f"-----BEGIN PRIVATE KEY-----\n{account.platform_private_key}\n-----END PRIVATE KEY-----\n"
        self._platform_key = private_key(pem)
        self._merchant_key = private_key(account.settings.private_key).public_key()

    def check(self, request: Request) -> None:
        """Raises `PayRefused` unless the merchant signed this request within the last five minutes."""
        found = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
        settings = self._account.settings
        if found is None or (found["mchid"], found["serial"]) != (settings.merchant_id, settings.serial):
            raise PayRefused("SIGN_ERROR", "商户证书序列号有误")
        if abs(time.time() - int(found["timestamp"])) > 300:
            raise PayRefused("SIGN_ERROR", "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟")
        target = request.path + (f"?{request.query_string}" if request.query_string else "")
        # The helper's text ends "timestamp\nnonce\nbody\n"; a request has its method and target before that.
        signed = rsa_verify(
            f"{request.method}\n{target}\n{found['timestamp']}",
            found["nonce"],
            request.body.decode(),
            found["signature"],
            self._merchant_key,
        )
        if not signed:
            raise PayRefused("SIGN_ERROR", "错误的签名，验签失败")

    def headers(self, body: bytes, *, age_seconds: int = 0) -> dict[str, str]:
        """The headers by which a body of `age_seconds` ago is WeChat's."""
        timestamp, nonce = str(int(time.time()) - age_seconds), secrets.token_hex(16)
        return {
            "Wechatpay-Timestamp": timestamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature": rsa_sign(self._platform_key, f"{timestamp}\n{nonce}\n{body.decode()}\n"),
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
            "Wechatpay-Serial": self._account.settings.platform_key_id,
        }

    def answer(self, content: dict[str, Any] | None, status: int = 200) -> HTTPResponse:
        body = b"" if content is None else msgspec.json.encode(content)
        headers = {**self.headers(body), "Request-ID": f"{secrets.token_hex(12).upper()}-{secrets.randbelow(10**9)}"}
        return HTTPResponse(body, 204 if content is None else status, headers, content_type="application/json")

    def refuse(self, refused: PayRefused) -> HTTPResponse:
        content = {"code": refused.code, "message": refused.message}
        return self.answer(content, STATUS.get(refused.code, 400))
