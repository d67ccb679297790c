"""A client that asks an application in this process: no server, no port, no redirects followed."""

from __future__ import annotations

import asyncio

import httpx2 as httpx
from fastapi import FastAPI

PAGE = {"Accept": "text/html"}


class Client:
    """Sends requests to *app* and returns its answers; an error that leaves the application fails the test."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    def request(self, method: str, address: str, **options: object) -> httpx.Response:
        return asyncio.run(self._request(method, address, **options))

    async def _request(self, method: str, address: str, **options: object) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://site.example") as client:
            client.headers = httpx.Headers({"host": "site.example"})
            return await client.request(method, address, **options)  # type: ignore[arg-type]

    def get(self, address: str, **headers: str) -> httpx.Response:
        """GET with header fields written as ``if_none_match='…'``."""
        return self.request("GET", address, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def page(self, address: str, **headers: str) -> httpx.Response:
        """GET as somebody who reads pages."""
        return self.get(address, accept="text/html", **headers)


def varies_by(answer: httpx.Response) -> list[str]:
    """The request fields that an answer varies by, besides ``Accept-Encoding``: that depends on its length."""
    fields = (each.strip() for each in answer.headers.get("vary", "").split(","))
    return [each for each in fields if each not in ("", "Accept-Encoding")]
