"""Makers: a mother with the mini-program in her hand, over HTTP, known to WeChat's stand-in."""

from typing import Any
from uuid import uuid4

import httpx


class Mother:
    """One person; `headers` carry her access token once she signed in."""

    def __init__(self, api: httpx.AsyncClient, standin: httpx.AsyncClient) -> None:
        self.api = api
        self.standin = standin
        self.person = f"p-{uuid4().hex}"
        self.headers: dict[str, str] = {}

    async def login_code(self) -> str:
        answer = await self.standin.post("/__ctl/login_codes", json={"person": self.person})
        return str(answer.json()["code"])

    async def phone_code(self, phone: str) -> str:
        answer = await self.standin.post("/__ctl/phone_codes", json={"person": self.person, "phone": phone})
        return str(answer.json()["code"])

    async def sign_in(self) -> dict[str, Any]:
        answer = await self.api.post("/api/v1/auth/wechat", json={"code": await self.login_code()})
        assert answer.status_code == 200, answer.text
        signed_in: dict[str, Any] = answer.json()
        self.headers = {"Authorization": f"Bearer {signed_in['access_token']}"}
        return signed_in

    async def agree(self, notice: str = "privacy") -> httpx.Response:
        """Agrees to the current version."""
        notices = (await self.api.get("/api/v1/consents")).json()["items"]
        version = next(item["version"] for item in notices if item["notice"] == notice)
        return await self.post("/api/v1/me/consents", {"notice": notice, "version": version})

    async def verify(self, phone: str) -> httpx.Response:
        return await self.post("/api/v1/auth/phone", {"code": await self.phone_code(phone)})

    async def get(self, path: str) -> httpx.Response:
        return await self.api.get(path, headers=self.headers)

    async def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        return await self.api.post(path, json=body, headers=self.headers)

    async def patch(self, path: str, body: dict[str, Any]) -> httpx.Response:
        return await self.api.patch(path, json=body, headers=self.headers)

    async def delete(self, path: str) -> httpx.Response:
        return await self.api.delete(path, headers=self.headers)
