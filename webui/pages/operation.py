"""For whoever runs the server: whether it is well, and numbers to draw; neither tells who asked or what."""

import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import cast

from flask import Blueprint, Flask, Response, current_app, g, request, url_for

from kg.errors import Unusable
from kg.serving import Pool
from kg.serving.sandbox import resident
from webui.asking import get_service
from webui.openapi import describe_server

pages = Blueprint("operation", __name__)
EXTENSION = "averment-traffic"


class Traffic:
    """How many requests each part of the pages has answered, by status, and how long they took altogether."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.requests: Counter[tuple[str, int]] = Counter()
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def count(self, part: str, status: int, seconds: float) -> None:
        """Count one request."""
        with self._lock:
            self.requests[part, status] += 1
            self.seconds[part] += seconds


def watch(app: Flask) -> None:
    """Count the requests of an application."""
    traffic = app.extensions[EXTENSION] = Traffic()

    @app.before_request
    def start() -> None:
        g.started = time.monotonic()

    @app.after_request
    def finish(response: Response) -> Response:
        traffic.count(request.blueprint or "none", response.status_code, time.monotonic() - g.started)
        return response


@pages.get("/health")
def tell_health() -> Response:
    """Whether queries can be answered, as JSON; status 503 where they cannot."""
    service = get_service()
    told: dict[str, object] = {"status": "ok", **service.answering.state()}
    try:
        told["entry"] = service.newest().entry
    except Unusable as error:
        told |= {"status": "no graph to read", "detail": str(error)}
    if isinstance(service.answering, Pool):
        told["sandbox"] = service.answering.sandbox
        if not told["workers"]:
            told["status"] = "no worker"
    response = Response(json.dumps(told), 200 if told["status"] == "ok" else 503, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Link"] = f'<{url_for("operation.describe")}>; rel="service-desc"; type="application/json"'
    return response


@pages.get("/openapi.json")
def describe() -> Response:
    """Everything this server answers, as OpenAPI 3.1."""
    body = json.dumps(describe_server(current_app, request.url_root))
    return Response(body, content_type="application/json")


@pages.get("/metrics")
def tell_metrics() -> Response:
    """Numbers in the text format that Prometheus reads."""
    service = get_service()
    state = service.answering.state()
    lines = [
        *_told("workers", "gauge", "Processes that answer queries.", {"": state["workers"]}),
        *_told("workers_idle", "gauge", "Those that have no work.", {"": state["idle"]}),
        *_told("queries_waiting", "gauge", "Queries that wait for a worker.", {"": state["waiting"]}),
        *_told("log_entry", "gauge", "The log entry that is served.", {"": service.newest().entry}),
        *_told("answers_recalled_total", "counter", "Answers given again from memory.", {"": service.recalled}),
        *_told("memory_bytes", "gauge", "Memory of the server's own process.", {"": resident("self")}),
        *_pool(service.answering),
        *_traffic(cast(Traffic, current_app.extensions[EXTENSION])),
    ]
    text = "".join(f"{line}\n" for line in lines)
    return Response(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _pool(answering: object) -> list[str]:
    if not isinstance(answering, Pool):
        return []
    counts = answering.counts
    outcomes = {"answered": counts.answered, "refused": counts.refused, "busy": counts.busy, "gone": counts.gone}
    outcomes |= {f"ended_{limit}": number for limit, number in counts.ended.items()}
    named = {f'{{outcome="{name}"}}': number for name, number in outcomes.items()}
    held = answering.reserve.cost.memory if answering.reserve.pids() else 0
    return [
        *_told("memory_worker_bytes", "gauge", "Memory of the memory worker, while it has no work.", {"": held}),
        *_told("queries_total", "counter", "Queries by what became of them.", named),
        *_told("query_seconds_total", "counter", "Time that workers took.", {"": round(counts.seconds, 3)}),
        *_told("workers_started_total", "counter", "Workers that were started.", {"": counts.started}),
    ]


def _traffic(traffic: Traffic) -> list[str]:
    requests = {f'{{part="{part}",status="{status}"}}': n for (part, status), n in sorted(traffic.requests.items())}
    seconds = {f'{{part="{part}"}}': round(n, 3) for part, n in sorted(traffic.seconds.items())}
    return [
        *_told("requests_total", "counter", "Requests by part of the pages and status.", requests),
        *_told("request_seconds_total", "counter", "Time that requests took.", seconds),
    ]


def _told(name: str, kind: str, meaning: str, values: Mapping[str, float]) -> list[str]:
    name = f"averment_{name}"
    head = [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}"]
    return [*head, *(f"{name}{label} {value}" for label, value in values.items())]
