"""The official clients in Python, sync and async."""

from __future__ import annotations

import asyncio
import inspect
import itertools
from functools import reduce
from typing import TYPE_CHECKING, Any

import pytest
from clients.sdk import BOUND, Caller, Object, Sdk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

GROUP = "no SDKs: pip install --group clients"


class PythonSdk(Sdk):
    """A sync client; `root` holds the resources `deployments` and `deployment_runs`."""

    def __init__(self, client: Any, root: Any) -> None:
        self._client = client
        self._root = root

    def ask(self, operation: str, *ids: str, **params: Any) -> Object | None:
        came: Object | None = self._json(self._method(operation)(*ids, **params))
        return came

    def walk(self, operation: str, *ids: str, most: int = BOUND, **params: Any) -> list[Object]:
        return [self._json(item) for item in itertools.islice(self._method(operation)(*ids, **params), most)]

    def close(self) -> None:
        self._client.close()

    def _method(self, operation: str) -> Callable[..., Any]:
        method: Callable[..., Any] = reduce(getattr, operation.split("."), self._root)
        return method

    def _json(self, came: Any) -> Any:
        # what does not fit its types is asked for, too
        return None if came is None else came.model_dump(mode="json", by_alias=True, exclude_unset=True, warnings=False)


class AsyncPythonSdk(PythonSdk):
    """An async client, with an event loop of its own."""

    def __init__(self, client: Any, root: Any) -> None:
        super().__init__(client, root)
        self._loop = asyncio.Runner()

    def ask(self, operation: str, *ids: str, **params: Any) -> Object | None:
        came: Object | None = self._json(self._loop.run(_awaited(self._method(operation)(*ids, **params))))
        return came

    def walk(self, operation: str, *ids: str, most: int = BOUND, **params: Any) -> list[Object]:
        return self._loop.run(self._walked(self._method(operation)(*ids, **params), most))

    async def _walked(self, items: AsyncIterator[Any], most: int) -> list[Object]:
        walked: list[Object] = []
        async for item in items:
            walked.append(self._json(item))
            if len(walked) == most:
                break
        return walked

    def close(self) -> None:
        self._loop.run(self._client.close())
        self._loop.close()


async def _awaited(came: Any) -> Any:
    return await came if inspect.isawaitable(came) else came


def qca(caller: Caller, *, is_async: bool) -> PythonSdk:
    """The client of Qoder Cloud Agents."""
    sdk: Any = pytest.importorskip("qca", reason=GROUP)
    client = (sdk.AsyncManaged if is_async else sdk.Managed)(
        pat=caller.token,
        base_url=caller.base_url,
        max_retries=caller.max_retries,
        _strict_response_validation=caller.strict,
    )
    return (AsyncPythonSdk if is_async else PythonSdk)(client, client)


def anthropic(caller: Caller, *, is_async: bool) -> PythonSdk:
    """The client of Claude Managed Agents, which puts /v1 before its paths itself."""
    sdk: Any = pytest.importorskip("anthropic", reason=GROUP)
    client = (sdk.AsyncAnthropic if is_async else sdk.Anthropic)(
        api_key=caller.token,
        base_url=caller.base_url.removesuffix("/v1"),
        max_retries=caller.max_retries,
        _strict_response_validation=caller.strict,
    )
    return (AsyncPythonSdk if is_async else PythonSdk)(client, client.beta)
