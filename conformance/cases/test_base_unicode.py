"""Text: what is sent comes back code point for code point, wherever a deployment holds text of its owner."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import strategies as st

from conformance.expect import expect_equal, expect_true, need, need_object, need_page, user_metadata
from conformance.failures import NotApplicable
from conformance.generated import for_all
from conformance.model import SHOULD
from conformance.requirement import requirement

if TYPE_CHECKING:
    from conformance.cases.conftest import Bodies, Deployments
    from conformance.cases.operations import Stage
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.expect import Json, Object
    from conformance.revisions import Revision
    from conformance.suite import Suite

TEXTS = {
    "composed and decomposed": "é e\u0301 \u1e9b\u0323 \ud55c \u1112\u1161\u11ab",
    "compatible": "\u212b \ufb01 \uff21 \u2460 \u00bd \u3392 \u00b5",
    "astral": "\U0001f600 \U00010437 \U00020bb7 \U0001d11e \U0010fffd",
    "joined and modified": "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f44d\U0001f3fd \u2764\ufe0f",
    "combining": "Z\u0351\u036b\u0343a\u0310\u0300l\u0334g\u0321o \u0e01\u0e33 \u0915\u094d\u0937",
    "right to left": "\u0634\u0643\u0631\u0627 \u05e9\u05dc\u05d5\u05dd \u200fabc\u200e \u2067x\u2069",
    "invisible": "a\u200bb\u2060c\u00add\u00a0e\u3000f\ufeffg\u180eh",
    "Latin-1 and its neighbours": "ÿ÷×ß \u20ac\u201c\u201d\u2026 \u0152 Ã©",
    "letters without a twin": "\u0130\u0131\u017f\u1e9e\u03c2\u03c3",
    "markup": "<b>&amp;&lt;</b> \"q\" 'a' <!-- --> ]]>",
    "escapes": r"\u0041 \n \\ %41 %zz + &#65; ${x} {{x}} {0} %s $& \1",
    "line separators": "a\u2028b\u2029c\u0085d",
    "spaces at both ends": "  a  b  ",
    "the replacement character": "a\ufffdb",
    "a date": "2026-06-14T08:00:00+02:00",
}
"""Each tells a way of storing and sending text from the right one."""


def texts() -> st.SearchStrategy[str]:
    """Text of assigned characters of all planes, without controls, surrogates and what is for private use."""
    characters = st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"))
    return st.text(characters, min_size=1, max_size=20)


def _owned(revision: Revision, name: str, text: str) -> Object:
    """A text in every field that holds text of its owner; the name stays unlike any other."""
    return {
        "name": f"{text}{name}{text}",
        "description": text,
        "metadata": {"text": text},
        "initial_events": [revision.message(f"{text}.{text}")],
    }


def _shown(deployment: Object) -> Object:
    """The same fields of a body or of an answer, to be compared; an event's text may stand in a block."""
    events, text = deployment.get("initial_events"), user_metadata(deployment)
    return {
        "name": deployment.get("name"),
        "description": deployment.get("description"),
        "metadata": {"text": text.get("text") if isinstance(text, dict) else text},
        "initial_events": [_event(each) for each in events] if isinstance(events, list) else events,
    }


def _event(event: Json) -> Json:
    content = event.get("content") if isinstance(event, dict) else None
    block = content[0] if isinstance(content, list) and len(content) == 1 else None
    text = block.get("text") if isinstance(block, dict) else content
    return {"type": event.get("type"), "content": text} if isinstance(event, dict) else event


def _expect_kept(deployment: Object, sent: Object, at: Exchange, pointer: str = "") -> None:
    __tracebackhide__ = True
    expect_equal(_shown(deployment), _shown(sent), "the text sent", at=at, pointer=pointer)


def _refused_lawfully(exchange: Exchange, text: str) -> bool:
    """Whether a text was refused that a careful service may refuse: controls, what cannot be seen, blanks at an end."""
    plain = text == text.strip() and not any(unicodedata.category(each) in {"Cc", "Cf", "Zl", "Zp"} for each in text)
    return 400 <= exchange.status < 500 and not plain


def _expect_taken(exchange: Exchange) -> Object:
    __tracebackhide__ = True
    message = "the text was not accepted"
    expect_true(exchange.ok, message, expected="a success", actual=f"status {exchange.status}", at=exchange)
    return need_object(exchange)


def _plain(bodies: Bodies) -> Object:
    return _owned(bodies.suite.revision, bodies()["name"], "plain")


# --- controls ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def create_echoes(api: Client, bodies: Bodies) -> None:
    """A create shows plain text as it was sent."""
    sent = _plain(bodies)
    shown = _shown(need_object(api.create(bodies() | sent)))
    need(shown == _shown(sent), "a create has to show plain text as it was sent")


@pytest.fixture(scope="session")
def rewritten(api: Client, deployments: Deployments, suite: Suite) -> Object:
    """A deployment for one text after another: the answer to its create. Plain text is shown as an update sent it."""
    made = deployments()
    suite.shared.add(made["id"])
    sent = _owned(suite.revision, made["name"], "plain")
    updated = need_object(api.update(made["id"], sent))
    need(_shown(updated) == _shown(sent), "an update has to show plain text as it was sent")
    return made


@pytest.fixture(scope="session")
def list_echoes(api: Client, bodies: Bodies) -> None:
    """A list shows plain text as it was sent."""
    sent = _plain(bodies)
    id_ = need_object(api.create(bodies() | sent))["id"]
    shown = [_shown(item) for item in need_page(api.list({"limit": 50})).items if item.get("id") == id_]
    need(shown == [_shown(sent)], "the list has to show plain text as it was sent")


# --- text -------------------------------------------------------------------------------------------------------


@requirement("base-text-is-kept-by-create", SHOULD, source="conventions/schemas#metadata", covers="BASE-011")
@pytest.mark.usefixtures("create_echoes")
@for_all(*({"text": text} for text in TEXTS.values()), text=texts())
def test_text_is_kept_by_create(api: Client, bodies: Bodies, text: str) -> None:
    """Text in name, description, metadata and events of a new deployment comes back character for character."""
    body: Object = bodies()
    sent = _owned(bodies.suite.revision, body["name"], text)

    created = api.create(body | sent)

    if not _refused_lawfully(created, text):
        made = _expect_taken(created)
        _expect_kept(made, sent, created)
        read = api.get(made["id"])
        _expect_kept(need_object(read), sent, read)


@requirement("base-text-is-kept-by-update", SHOULD, source="conventions/schemas#metadata", covers="BASE-011")
@for_all(*({"text": text} for text in TEXTS.values()), text=texts())
def test_text_is_kept_by_update(api: Client, rewritten: Object, text: str) -> None:
    """Text in name, description, metadata and events of an update comes back character for character."""
    sent = _owned(api.session.revision, rewritten["name"], text)

    updated = api.update(rewritten["id"], sent)

    if not _refused_lawfully(updated, text):
        _expect_kept(_expect_taken(updated), sent, updated)
        read = api.get(rewritten["id"])
        _expect_kept(need_object(read), sent, read)


@requirement("base-text-is-kept-by-lists", SHOULD, source="conventions/schemas#metadata", covers="BASE-011")
@pytest.mark.usefixtures("list_echoes")
@pytest.mark.parametrize("which", TEXTS)
def test_text_is_kept_by_lists(api: Client, bodies: Bodies, which: str) -> None:
    """Text in name, description, metadata and events stands in the list character for character."""
    body: Object = bodies()
    sent = _owned(bodies.suite.revision, body["name"], TEXTS[which])
    created = api.create(body | sent)
    if _refused_lawfully(created, TEXTS[which]):
        raise NotApplicable("this text is not taken, which is lawful")
    id_ = need_object(created)["id"]

    page = need_page(api.list({"limit": 50}))

    need(id_ in page.ids, "a new deployment has to stand among the newest fifty")
    place = page.ids.index(id_)
    _expect_kept(page.items[place], sent, page.exchange, f"/data/{place}")


@requirement("base-line-breaks-are-kept", SHOULD, source="conventions/schemas#metadata", covers="BASE-011")
@pytest.mark.usefixtures("create_echoes", "rewritten")
@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "\ta\tb", "a\n\n", "a\rb", "\na"], ids=repr)
@pytest.mark.parametrize("operation", ["create", "update"])
def test_line_breaks_are_kept(stage: Stage, operation: str, text: str) -> None:
    """Line breaks and tabs in description, metadata and events come back as they were sent."""
    fields = ("description", "metadata", "initial_events")
    sent = _owned(stage.api.session.revision, "", text)

    exchange = _write(stage, operation, {field: sent[field] for field in fields})

    shown, wanted = _shown(_expect_taken(exchange)), _shown(sent)
    for field in fields:
        expect_equal(shown[field], wanted[field], "the text sent", at=exchange, pointer=f"/{field}")


ODD_TEXTS = ["a\0b", "a\x01\x1b\x7f\x9fb", " ", "\t\n\u3000", "a\ufffe\uffff\U0001ffffb"]
"""What a service may refuse: NUL and other controls, only blanks, and code points that are no characters."""


@requirement("base-odd-text-is-kept-or-refused", SHOULD, source="conventions/schemas#metadata", covers="BASE-011")
@pytest.mark.usefixtures("create_echoes", "rewritten")
@pytest.mark.parametrize("text", ODD_TEXTS, ids=ascii)
@pytest.mark.parametrize("field", ["name", "description", "metadata", "initial_events"])
@pytest.mark.parametrize("operation", ["create", "update"])
def test_odd_text_is_kept_or_refused(stage: Stage, operation: str, field: str, text: str) -> None:
    """Control characters, or nothing but blanks, are refused with 4xx or kept, and never changed silently."""
    sent = _owned(stage.api.session.revision, "", text) | {"name": text}

    exchange = _write(stage, operation, {field: sent[field]})

    if not 400 <= exchange.status < 500:
        shown = _shown(_expect_taken(exchange))[field]
        expect_equal(shown, _shown(sent)[field], field, at=exchange, pointer=f"/{field}")


def _write(stage: Stage, operation: str, fields: Object) -> Exchange:
    if operation == "update":
        return stage.api.update(stage.made(), fields)
    return stage.api.create(stage.fixture("bodies")(**fields))


KEYS = {
    "letters": ["clé", "cle\u0301", "ключ", "键", "مفتاح", "\U0001f511", "Key", "key", "KEY", "\u212b", "\u00e5"],
    "signs": ["a b", "a-b", "a_b", "a.b", "a/b", "a:b", "$a", "0", "a[b]", "a'b"],
}


@requirement("base-text-is-kept-in-metadata-keys", SHOULD, source="conventions/schemas#metadata", covers="BASE-011")
@pytest.mark.usefixtures("create_echoes", "rewritten")
@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("operation", ["create", "update"])
def test_metadata_keys_are_kept(stage: Stage, operation: str, kind: str) -> None:
    """Keys of metadata come back character for character, and keys that look alike stay apart."""
    metadata = {key: str(number) for number, key in enumerate(KEYS[kind])}

    exchange = _write(stage, operation, {"metadata": metadata})

    shown = user_metadata(need_object(exchange))
    expect_equal(shown, metadata, "the metadata sent", at=exchange, pointer="/metadata")
