"""The OpenAPI document of each revision is valid, complete, and agrees with its own examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.readers import read_from_filename

from conformance import resources, schemas

if TYPE_CHECKING:
    from collections.abc import Iterator

Json: TypeAlias = Any

COMMON = {
    "POST /deployments",
    "GET /deployments",
    "GET /deployments/{id}",
    "POST /deployments/{id}",
    "POST /deployments/{id}/pause",
    "POST /deployments/{id}/unpause",
    "POST /deployments/{id}/archive",
    "POST /deployments/{id}/run",
    "GET /deployment_runs",
    "GET /deployment_runs/{run_id}",
}
SCOPED_RUNS = {"GET /deployments/{id}/runs", "GET /deployments/{id}/runs/{run_id}"}
SEARCH = "POST /deployments/search"
ENDPOINTS = {
    "qoder-2026-06": COMMON | SCOPED_RUNS,
    "qoder-2026-09": COMMON | SCOPED_RUNS | {SEARCH},
    "cma-2026-04-01": COMMON,
}
READS_BY_POST = "searchDeployments"


class Document(NamedTuple):
    """One OpenAPI document."""

    revision: str
    content: Json

    @property
    def operations(self) -> dict[str, Json]:
        """Its operations, by method and path."""
        paths = self.content["paths"].items()
        return {
            f"{verb.upper()} {path}": operation
            for path, item in paths
            for verb, operation in item.items()
            if verb != "parameters"
        }

    def deref(self, node: Json) -> Json:
        """The part that a local `$ref` means."""
        if not node.get("$ref", "").startswith("#/"):
            return node
        found = self.content
        for step in node["$ref"][2:].split("/"):
            found = found[step]
        return found

    def examples(self) -> Iterator[tuple[str, str, Json]]:
        """Every example of a body: where it stands, its schema, its value."""
        for operation in self.operations.values():
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for media in (self.deref(body).get("content", {}).get("application/json", {}) for body in bodies):
                for title, example in media.get("examples", {}).items():
                    yield f"{operation['operationId']}-{title}", media["schema"]["$ref"], self.deref(example)["value"]


def read(revision: str) -> Document:
    """The document of a revision."""
    return Document(revision, dict(read_from_filename(str(resources.openapi_path(revision)))[0]))


DOCUMENTS = [read(revision) for revision in ENDPOINTS]
EXAMPLES = [
    pytest.param(document.revision, *example[1:], id=f"{document.revision}-{example[0]}")
    for document in DOCUMENTS
    for example in sorted(document.examples(), key=lambda example: example[0])
]
PARAMETERS = [
    pytest.param(parameter, id=f"{document.revision}-{name}")
    for document in DOCUMENTS
    for name, parameter in document.content["components"]["parameters"].items()
]
each = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.revision)


@each
def test_document_is_valid(document: Document) -> None:
    """It is an OpenAPI document, and says of which revision."""
    where = resources.openapi_path(document.revision).as_uri()
    OpenAPIV31SpecValidator(document.content, base_uri=where).validate()
    assert document.content["info"]["version"] == document.revision


@each
def test_document_has_exactly_the_operations_of_its_revision(document: Document) -> None:
    """All endpoints of the revision are there, each under a name of its own, and no other."""
    names = [operation["operationId"] for operation in document.operations.values()]
    assert set(document.operations) == ENDPOINTS[document.revision]
    assert len(names) == len(set(names))


def test_an_operation_has_the_same_name_in_every_revision() -> None:
    """Who reads two of the documents finds the same operation under the same name."""
    names: dict[str, set[str]] = {}
    for document in DOCUMENTS:
        for operation, content in document.operations.items():
            names.setdefault(operation, set()).add(content["operationId"])
    assert all(len(each) == 1 for each in names.values())


@each
def test_links_lead_to_operations_and_what_was_only_read_is_never_changed(document: Document) -> None:
    """Who follows links changes nothing but what came out of a create."""
    operations = {content["operationId"]: name for name, content in document.operations.items()}
    readers = {name for name, operation in operations.items() if operation.startswith("GET") or name == READS_BY_POST}
    for content in document.operations.values():
        links = content["responses"]["200"].get("links", {}).values()
        targets = {document.deref(link)["operationId"] for link in links}
        assert targets <= set(operations)
        assert content["operationId"] not in readers or targets <= readers


@each
def test_link_gives_parameters_that_its_operation_has(document: Document) -> None:
    """A link fills what is in the path, or asks for what the operation can be asked."""
    paths = document.content["paths"]
    for name, link in document.content["components"]["links"].items():
        for path, item in paths.items():
            for content in (item[verb] for verb in ("get", "post") if verb in item):
                if content["operationId"] == link["operationId"]:
                    nodes = [*item.get("parameters", []), *content.get("parameters", [])]
                    known = {document.deref(node)["name"] for node in nodes}
                    needed = {step[1:-1] for step in path.split("/") if step.startswith("{")}
                    assert needed <= set(link.get("parameters", {})) <= known, name


@pytest.mark.parametrize(("revision", "schema", "value"), EXAMPLES)
def test_example_keeps_its_schema(revision: str, schema: str, value: Json) -> None:
    """Each example of a body keeps the schema that stands beside it."""
    assert schemas.explain(revision, schema.removesuffix(".json"), value) is None


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_example_of_a_parameter_keeps_its_schema(parameter: Json) -> None:
    """Each example of a parameter keeps the schema that stands beside it."""
    jsonschema.Draft202012Validator(parameter["schema"]).validate(parameter["example"])
