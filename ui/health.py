"""Health: `/livez` touches nothing, `/readyz` needs Postgres, `/metrics` is for Prometheus."""

from __future__ import annotations

from fastapi import FastAPI
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from prometheus_client.core import GaugeMetricFamily
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from conversation import outbox
from knowledge.db import Database
from knowledge.db.errors import DatabaseUnavailable


def mount(app: FastAPI, database: Database) -> None:
    """Add the three addresses to the app."""

    async def livez(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_: Request) -> Response:
        try:
            async with database.system() as connection:
                await connection.execute("select 1")
        except DatabaseUnavailable as error:
            return JSONResponse({"ready": False, "reason": str(error)}, 503)
        return JSONResponse({"ready": True})

    async def metrics(_: Request) -> Response:
        try:
            waiting = await outbox.waiting(database)
        except DatabaseUnavailable:
            waiting = {}
        gauge = GaugeMetricFamily("evermynd_outbox", "Outbox rows that are not sent, by state", labels=["state"])
        for state in ("pending", "sending", "uncertain", "blocked", "dead"):
            gauge.add_metric([state], waiting.get(state, 0))
        body = generate_latest(REGISTRY) + _rendered(gauge)
        return Response(body, media_type=CONTENT_TYPE_LATEST)

    app.add_route("/livez", livez)
    app.add_route("/readyz", readyz)
    app.add_route("/metrics", metrics)


def _rendered(gauge: GaugeMetricFamily) -> bytes:
    """Write one gauge that is read afresh at every scrape."""
    from prometheus_client import CollectorRegistry

    class _Once:
        def collect(self):
            yield gauge

    registry = CollectorRegistry()
    registry.register(_Once())  # pyright: ignore[reportArgumentType]
    return generate_latest(registry)
