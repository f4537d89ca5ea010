"""Answers HEAD for load balancers and health checks; prometheus_client only knows GET."""

from __future__ import annotations

from collections.abc import Iterable
from wsgiref.simple_server import WSGIServer
from wsgiref.types import StartResponse, WSGIEnvironment

from prometheus_client import CONTENT_TYPE_LATEST


def answer_head(server: WSGIServer) -> None:
    """Makes a server answer HEAD like GET, but without a body and without reading Redis."""
    shown = server.get_app()
    assert shown is not None

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "HEAD":
            return shown(environ, start_response)
        start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
        return []

    server.set_app(app)
