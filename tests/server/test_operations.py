"""The door for operators: health, figures, the document and its page."""

import httpx


async def test_healthz_says_the_process_lives(api: httpx.AsyncClient) -> None:
    answer = await api.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_readyz_names_both_servers_and_the_time_limits(api: httpx.AsyncClient) -> None:
    answer = await api.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"postgresql": "ok", "redis": "ok", "retention": "ok"})


async def test_metrics_count_requests_by_route(api: httpx.AsyncClient) -> None:
    await api.get("/healthz")
    text = (await api.get("/metrics")).text
    assert 'muying_request_seconds_count{method="GET",route="/healthz",status="200"}' in text


async def test_the_page_brings_its_own_assets(api: httpx.AsyncClient) -> None:
    page = await api.get("/docs")
    assert page.status_code == 200
    assert "default-src" in page.headers["content-security-policy"]
    bundle = await api.get("/docs/assets/swagger-ui-bundle.js")
    assert bundle.status_code == 200
    assert len(bundle.content) > 500_000
    assert (await api.get("/docs/assets/..%2f..%2fpyproject.toml")).status_code == 404


async def test_an_unknown_path_is_a_problem(api: httpx.AsyncClient) -> None:
    answer = await api.get("/nowhere")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


async def test_a_wrong_method_is_a_problem_and_names_the_right_one(api: httpx.AsyncClient) -> None:
    answer = await api.post("/healthz")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert "GET" in answer.headers["allow"]


async def test_the_document_is_openapi_3_1(api: httpx.AsyncClient) -> None:
    document = (await api.get("/openapi.json")).json()
    assert document["openapi"] == "3.1.0"
    assert "ProblemDetails" in document["components"]["schemas"]
