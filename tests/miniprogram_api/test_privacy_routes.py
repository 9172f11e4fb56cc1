"""Leaving and a copy of everything, over HTTP."""

import io
import zipfile
from uuid import UUID, uuid4

import httpx
import pytest

from membership.privacy import deletion_jobs, export_jobs
from membership.privacy.exports import ExportAsked
from tests.makers.mothers import Mother
from tests.makers.privacy import deletion_of, make_due


async def signed_in(api: httpx.AsyncClient, standin: httpx.AsyncClient) -> Mother:
    mother = Mother(api, standin)
    await mother.sign_in()
    return mother


async def test_asking_and_staying_after_all(api: httpx.AsyncClient, standin: httpx.AsyncClient) -> None:
    mother = await signed_in(api, standin)
    before = (await mother.get("/api/v1/me/deletion")).json()
    assert (before["requested_at"], before["due_at"], before["losses"]["points"]) == (None, None, 0)
    asked = await mother.post("/api/v1/me/deletion", {"code": await mother.login_code()})
    assert asked.status_code == 202, asked.text
    assert asked.json()["due_at"] > asked.json()["requested_at"]
    assert (await mother.get("/api/v1/me/deletion")).json()["due_at"] == asked.json()["due_at"]
    again = await mother.post("/api/v1/me/deletion", {"code": await mother.login_code()})
    assert again.json()["due_at"] == asked.json()["due_at"]
    assert (await mother.delete("/api/v1/me/deletion")).status_code == 204
    gone = await mother.delete("/api/v1/me/deletion")
    assert (gone.status_code, gone.json()["code"]) == (404, "deletion_not_asked")


@pytest.mark.parametrize("path", ["/api/v1/me/deletion", "/api/v1/me/exports"])
async def test_only_she_herself_may(api: httpx.AsyncClient, standin: httpx.AsyncClient, path: str) -> None:
    mother, other = await signed_in(api, standin), await signed_in(api, standin)
    strange = await mother.post(path, {"code": await other.login_code()})
    assert (strange.status_code, strange.json()["code"]) == (403, "not_the_same_person")
    code = await mother.login_code()
    assert (await mother.post(path, {"code": code})).status_code == 202
    used = await mother.post(path, {"code": code})
    assert 400 <= used.status_code < 500, "a code is good once"
    for body in ({}, {"code": ""}, {"code": 7}, {"code": "x" * 201}, {"code": "no such code"}):
        assert 400 <= (await mother.post(path, body)).status_code < 500
    assert (await api.post(path, json={"code": "x"})).status_code == 401


async def test_once_she_is_erased_her_session_is_over(api: httpx.AsyncClient, standin: httpx.AsyncClient) -> None:
    mother = await signed_in(api, standin)
    me = (await mother.get("/api/v1/me")).json()
    await mother.post("/api/v1/me/deletion", {"code": await mother.login_code()})
    await make_due(await deletion_of(UUID(me["id"])))
    await deletion_jobs.delete_due()
    assert (await mother.get("/api/v1/me")).status_code == 401
    back = await mother.sign_in()
    assert back["is_new"]
    assert back["member"]["number"] != me["number"]


async def test_a_copy_is_asked_for_made_and_fetched_once(api: httpx.AsyncClient, standin: httpx.AsyncClient) -> None:
    mother, stranger = await signed_in(api, standin), await signed_in(api, standin)
    asked = await mother.post("/api/v1/me/exports", {"code": await mother.login_code()})
    assert asked.status_code == 202, asked.text
    path = f"/api/v1/me/exports/{asked.json()['id']}"
    assert (asked.json()["status"], asked.json()["download_path"]) == ("waiting", None)
    early = await mother.get(f"{path}/file")
    assert (early.status_code, early.json()["code"]) == (409, "export_not_ready")
    await export_jobs.build_export(ExportAsked(UUID(asked.json()["id"])))
    ready = (await mother.get(path)).json()
    assert (ready["status"], ready["download_path"]) == ("ready", f"{path}/file")
    for way in (path, f"{path}/file", f"/api/v1/me/exports/{uuid4()}", f"/api/v1/me/exports/{uuid4()}/file"):
        assert (await stranger.get(way)).status_code == 404
    assert (await api.get(f"{path}/file")).status_code == 401
    fetched = await mother.get(ready["download_path"])
    assert fetched.headers["content-type"] == "application/zip"
    assert fetched.headers["cache-control"] == "no-store"
    assert "全部资料.json" in zipfile.ZipFile(io.BytesIO(fetched.content)).namelist()
    gone = await mother.get(f"{path}/file")
    assert (gone.status_code, gone.json()["code"]) == (410, "export_gone")
    assert (await mother.get("/api/v1/me/exports/no-id")).status_code in (404, 422)
