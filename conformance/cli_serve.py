"""`serve`: the reference server as a mock, in the foreground."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from conformance.cli_values import InputError

if TYPE_CHECKING:
    import argparse
    import socket
    from collections.abc import Iterator

    from conformance.reference.service import Service

HOST = "127.0.0.1"
TOKENS = {
    "full": "DEPLOYMENTS_TOKEN",
    "other": "DEPLOYMENTS_OTHER_TOKEN",
    "expired": "DEPLOYMENTS_EXPIRED_TOKEN",
    "unscoped": "DEPLOYMENTS_UNSCOPED_TOKEN",
}


def serve(arguments: argparse.Namespace) -> int:
    """Say where the server is and what it holds, as lines for a shell, then serve until Ctrl-C."""
    from conformance.reference.app import make_server

    service = _service(arguments)
    with _listen(arguments.port) as listener:
        base_url = f"http://{HOST}:{listener.getsockname()[1]}{service.BASE_PATH}"
        print("\n".join(_exports(base_url, service)), flush=True)
        make_server(service, arguments.latency).run(sockets=[listener])
    return 0


def _service(arguments: argparse.Namespace) -> Service:
    kind = _service_class(arguments.fault, arguments.revision)
    return kind(run_duration=arguments.run_duration, run_outcome=arguments.run_outcome)


def _service_class(names: list[str], revision: str) -> type[Service]:
    """The service of an edition with these faults; the correct one for none."""
    from conformance.reference.faults import combine

    try:
        return combine(dict.fromkeys(names), revision)
    except KeyError as error:
        raise InputError(f"--fault: {error.args[0]}") from None
    except TypeError:
        raise InputError(f"--fault: {' and '.join(names)} contradict each other; leave one out") from None


def _listen(port: int) -> socket.socket:
    from conformance.reference.app import listen

    try:
        return listen(port)
    except OSError as error:
        raise InputError(f"--port {port}: {error.strerror}; choose another, or 0 for any free one") from None


def _exports(base_url: str, service: Service) -> Iterator[str]:
    """The shell lines that let a client, or `run`, find everything."""
    from conformance.reference.seed import seed

    yield _export("DEPLOYMENTS_BASE_URL", base_url)
    for kind, variable in TOKENS.items():
        yield _export(variable, service.tokens[kind])
    yield 'export TOKEN="$DEPLOYMENTS_TOKEN"  # for the curl lines of reports'
    for name, value in seed(service).items():
        yield _export(f"DEPLOYMENTS_{name.upper()}", value)


def _export(variable: str, value: str) -> str:
    return f"export {variable}={shlex.quote(value)}"
