"""Where a request goes: the origin and what stands in its first line, of an address that need not be sound."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import httpx

_TAME = re.compile(r"(?:[A-Za-z0-9\-_~/?@!$&'()*+,;=:]|(?<!/)\.|%[0-9A-Fa-f]{2})*")
"""What is sent as it stands: no character that has to be escaped, no segment that begins with a dot, no fragment."""


@dataclass(frozen=True, slots=True)
class Address:
    """`origin` is scheme, host and port, `host` the value of that header, `url` the whole as it is shown."""

    origin: tuple[str, str, int]
    host: str
    target: bytes
    url: str


@dataclass
class Addresses:
    """Takes addresses apart, quickly where they begin with `base_url` and go on tamely; httpx knows all others."""

    base_url: str
    _base: Address = field(init=False)

    def __post_init__(self) -> None:
        """Take the base apart, once for all."""
        self._base = _apart(self.base_url)

    def __call__(self, url: str) -> Address:
        """Take one apart; raises `httpx.InvalidURL`."""
        rest = url[len(self.base_url) :]
        if not url.startswith(self.base_url) or not rest.startswith("/") or not _TAME.fullmatch(rest):
            return _apart(url)
        base = self._base
        return Address(base.origin, base.host, base.target.rstrip(b"/") + rest.encode(), base.url.rstrip("/") + rest)


def _apart(text: str) -> Address:
    url = httpx.URL(text)
    port = url.port or (443 if url.scheme == "https" else 80)
    origin = url.scheme, url.raw_host.decode("ascii"), port
    return Address(origin, url.netloc.decode("ascii"), url.raw_path, str(url))
