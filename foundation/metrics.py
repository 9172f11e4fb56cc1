"""Figures for Prometheus. Under `muying serve` the processes share them through files (`PROMETHEUS_MULTIPROC_DIR`)."""

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

REQUEST_SECONDS = Histogram(
    "muying_request_seconds",
    "Time from the request to its answer, by route and status.",
    ("method", "route", "status"),
    buckets=(0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0, 6.0),
)
JOBS = Counter("muying_jobs_total", "Jobs by name and outcome (done, failed).", ("job", "outcome"))
RETENTION_LAST_RUN_SECONDS = Gauge(
    "muying_retention_last_run_seconds",
    "Seconds since the last run of the retention job that finished; above 26 hours somebody must look.",
    multiprocess_mode="mostrecent",
)
REDIS_AWAY = Counter("muying_redis_away_total", "Calls to Redis that failed and went another way.")


def render() -> tuple[bytes, str]:
    """The figures of all processes of this service: (text, content type)."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library's own omission
        return generate_latest(registry), CONTENT_TYPE_LATEST
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
