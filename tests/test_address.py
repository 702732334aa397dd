"""Addresses: taken apart quickly, they are what httpx makes of them."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.address import Addresses

BASES = ("http://127.0.0.1:8700/api/v1/cloud", "https://API.example.com", "http://[::1]:80/x", "https://h:443/a%20b")
RESTS = ("/deployments", "/deployments?limit=5&after_id=dep_1", "/deployments/a%2Fb", "/a/../b", "/a/./b", "/.", "/..x")
ODD = ("/é", "/a b", "/a#b", "/%zz", "/<>", "?x", "", "/x?y=%é", "//evil.example.com/", "/a//b", "/\\x", "/a'b", "/a|b")


def check(base: str, rest: str) -> None:
    """The parts of the address are those of httpx."""
    found, url = Addresses(base)(base + rest), httpx.URL(base + rest)

    assert (found.target, found.url, found.host) == (url.raw_path, str(url), url.netloc.decode())
    assert found.origin == (url.scheme, url.raw_host.decode(), url.port or {"http": 80, "https": 443}[url.scheme])


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("rest", RESTS + ODD)
def test_an_address_is_what_httpx_makes_of_it(base: str, rest: str) -> None:
    check(base, rest)


@given(st.sampled_from(BASES), st.text("/.%aZ9-_~?@!$&'()*+,;=:#[] \"<>^`{|}é", max_size=12))
def test_any_address_is_what_httpx_makes_of_it(base: str, rest: str) -> None:
    check(base, f"/{rest}")


def test_what_does_not_begin_with_the_base_is_taken_as_it_is() -> None:
    assert Addresses("http://h/api")("http://other:81/x").origin == ("http", "other", 81)
