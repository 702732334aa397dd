"""What differs between the editions of the contract, as values: a case asks the revision, never its name."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from conformance.model import DEFAULT_REVISION

if TYPE_CHECKING:
    from collections.abc import Mapping

QODER_JUNE = DEFAULT_REVISION
QODER_SEPTEMBER = "qoder-2026-09"
CMA = "cma-2026-04-01"

QODER = (QODER_JUNE, QODER_SEPTEMBER)
NEWER = (QODER_SEPTEMBER, CMA)
"""The two that have content in blocks, flat metadata, opaque cursors, request ids, and runs without a status."""
ALL = (QODER_JUNE, QODER_SEPTEMBER, CMA)

AUTO = "auto"
"""Stands for the revision that `detection.py` proposes."""

PAGE = ("data", "has_more", "first_id", "last_id", "next_page")

ERRORS: Mapping[int, str] = MappingProxyType(
    {
        400: "invalid_request_error",
        401: "authentication_error",
        403: "permission_error",
        404: "not_found_error",
        409: "conflict_error",
        500: "api_error",
    }
)
"""Which `error.type` belongs to which status (conventions/errors)."""


@dataclass(frozen=True)
class Revision:
    """The figures, names and rules of one edition; lengths are in Unicode code points, sizes in bytes.

    `cursors` are the parameters that continue a list, and `next_page_as` is the one that takes `next_page`.
    A figure of None is one that the edition does not state.
    """

    name: str
    docs_url: str = "https://docs.qoder.com/cloud-agents/api/"
    pages: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Addresses of documentation pages that are not where `docs_url` has them, by the name of the page."""
    headings: bool = True
    """Whether its pages have the headings that sources name, which are those of the first edition."""
    headers: tuple[tuple[str, str], ...] = ()
    """What each request carries, besides what HTTP and authentication want."""
    deployment_prefix: str = "dep_"
    run_prefix: str = "drun_"

    # --- deployments ---
    name_max: int = 256
    description_max: int | None = None
    events_max: int = 50
    vaults_max: int = 50
    resources_max: int | None = None
    metadata_keys_max: int = 16
    metadata_key_max: int = 64
    metadata_value_max: int = 512
    reserved_metadata: str | None = "cas_config"
    """The key of the metadata that belongs to the service, if there is one."""
    content_blocks: bool = False
    """Whether the content of a message is an array of blocks, and not a string."""
    further_members: tuple[str, ...] = ()
    """Members of a deployment that came after the first edition."""
    body_limit: int = 32 * 1024 * 1024
    too_large: tuple[int, ...] = (400,)
    """With what a body beyond the limit may be refused."""
    archive_renames: bool = True
    """Whether an archived deployment's name gets a suffix."""
    repeats_conflict: bool = True
    """Whether pausing what is paused, unpausing what is active, and archiving what is archived is a conflict."""
    runs_while_paused: bool = False
    archived_refusals: tuple[int, ...] = (400, 403, 404, 409)
    """With what a write to an archived deployment may be refused."""

    # --- lists ---
    page_members: tuple[str, ...] = PAGE
    cursors: tuple[str, ...] = ("after_id", "before_id")
    next_page_as: str = "after_id"
    scoped_runs: bool = True
    """Whether each deployment has a list of its own runs."""
    exact_pages: bool = True
    """Whether has_more is true only where something follows; else an empty page may come behind the last item."""
    newest_first: bool = True
    """Whether a list is said to be in the order of time."""
    search_beta: str | None = None
    """What the header x-qoder-beta has to say so that deployments can be searched for, where they can."""

    # --- runs ---
    run_states: bool = True
    """Whether a run shows its status, and the times of its course."""
    trigger_types: tuple[str, ...] = ("manual", "schedule", "retry")

    # --- errors ---
    errors: Mapping[int, str] = field(default_factory=lambda: ERRORS, hash=False)
    request_id_header: str = "x-request-id"

    def content(self, text: str) -> Any:
        """The content of a message that says this."""
        return [{"type": "text", "text": text}] if self.content_blocks else text

    def message(self, text: str, kind: str = "user.message") -> dict[str, Any]:
        """An initial event that says this."""
        return {"type": kind, "content": self.content(text)}

    @property
    def walks_by_id(self) -> bool:
        """Whether a list goes on behind any of its items, by `after_id`; else only with `next_page`."""
        return "after_id" in self.cursors

    def onward(self, page: Mapping[str, Any], *, by_next_page: bool = False) -> dict[str, str] | None:
        """What asks for what follows a page of a list, if anything can."""
        if by_next_page or not self.walks_by_id:
            cursor = page.get("next_page")
            return {self.next_page_as: str(cursor)} if cursor else None
        items = page.get("data")
        last = items[-1] if isinstance(items, list) and items else None
        return {"after_id": str(last.get("id"))} if isinstance(last, dict) else None

    def documentation(self, source: str) -> str:
        """The address of a source such as "create#request-body" or "conventions/errors#envelope"."""
        page, sign, heading = source.partition("#")
        if page in self.pages:
            return self.pages[page]
        address = self.docs_url + ("" if "/" in page else "deployments/") + page
        return address + sign + heading if self.headings else address


_JUNE = Revision(QODER_JUNE)

_SEPTEMBER = replace(
    _JUNE,
    name=QODER_SEPTEMBER,
    reserved_metadata=None,
    content_blocks=True,
    further_members=("environment_variables",),
    body_limit=4 * 1024 * 1024,
    cursors=("page", "after_id", "before_id"),
    next_page_as="page",
    search_beta="search-2026-08-31",
    exact_pages=False,
    run_states=False,
    trigger_types=("manual", "schedule"),
)

_CMA_DOCS = "https://platform.claude.com/docs/en/"

_CMA = replace(
    _SEPTEMBER,
    name=CMA,
    docs_url=f"{_CMA_DOCS}api/beta/",
    pages=MappingProxyType(
        {
            "get": f"{_CMA_DOCS}api/beta/deployments/retrieve",
            "list-runs": f"{_CMA_DOCS}api/beta/deployment_runs/list",
            "list-all-runs": f"{_CMA_DOCS}api/beta/deployment_runs/list",
            "get-run": f"{_CMA_DOCS}api/beta/deployment_runs/retrieve",
            "get-run-global": f"{_CMA_DOCS}api/beta/deployment_runs/retrieve",
            "guide": f"{_CMA_DOCS}managed-agents/scheduled-deployments",
            "conventions/authentication": f"{_CMA_DOCS}api/overview",
            "conventions/errors": f"{_CMA_DOCS}api/errors",
            "conventions/overview": f"{_CMA_DOCS}api/overview",
            "conventions/pagination": f"{_CMA_DOCS}api/beta/deployments/list",
            "conventions/schemas": f"{_CMA_DOCS}api/beta/deployments/create",
        }
    ),
    headings=False,
    headers=(("anthropic-version", "2023-06-01"), ("anthropic-beta", "managed-agents-2026-04-01")),
    deployment_prefix="depl_",
    description_max=2048,
    resources_max=500,
    further_members=(),
    body_limit=32 * 1024 * 1024,
    too_large=(413,),
    archive_renames=False,
    repeats_conflict=False,
    runs_while_paused=True,
    archived_refusals=(400, 403, 404, 409, 412),
    page_members=("data", "next_page"),
    search_beta=None,
    cursors=("page",),
    newest_first=False,
    scoped_runs=False,
    errors=MappingProxyType(
        {
            **ERRORS,
            402: "billing_error",
            413: "request_too_large",
            429: "rate_limit_error",
            504: "timeout_error",
            529: "overloaded_error",
        }
    ),
    request_id_header="request-id",
)

REVISIONS: Mapping[str, Revision] = MappingProxyType({each.name: each for each in (_JUNE, _SEPTEMBER, _CMA)})


class UnknownRevision(ValueError):
    """A revision was asked for that the suite does not know."""


def get(name: str) -> Revision:
    """The revision of this name; `UnknownRevision` says which there are."""
    if name not in REVISIONS:
        raise UnknownRevision(f"unknown revision {name!r}; known: {', '.join(REVISIONS)}")
    return REVISIONS[name]
