"""Messages whose content is an array of blocks."""

from __future__ import annotations

from typing import Any

from conformance.reference.problem import invalid
from conformance.reference.service import Service

_PARAM = "initial_events"


class ContentBlocks(Service):
    """The content of a message is at least one block, never a plain string."""

    MESSAGE_TYPES = ("user.message", "system.message")
    BLOCK_TYPES = ("text", "image", "document")

    def check_event(self, value: object) -> None:
        """Refuse a message without content, or with a block that is wrong."""
        super().check_event(value)
        event = self.check_object(value, _PARAM)
        if event.get("type") in self.MESSAGE_TYPES:
            self.check_content(event)

    def check_content(self, event: dict[str, Any]) -> None:
        """Refuse a content that is no array of blocks."""
        blocks = self.check_array(event.get("content"), _PARAM)
        if not blocks:
            raise invalid("content-empty", "content has at least one block.", _PARAM)
        for block in blocks:
            self.check_block(self.check_object(block, _PARAM), event)

    def check_block(self, block: dict[str, Any], _event: dict[str, Any]) -> None:
        """Refuse a block of no known type, or one of text without any."""
        kind = block.get("type")
        if kind not in self.BLOCK_TYPES:
            raise invalid("block-type", "Unknown type of content block.", _PARAM)
        if kind == "text":
            self.check_text(self.check_string(block.get("text"), _PARAM))

    def check_text(self, text: str) -> None:
        """Take any text, also none."""
