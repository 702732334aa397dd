"""The metadata of a deployment: the user's keys, and the reserved `cas_config`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.measure import MeasureRules
from conformance.reference.problem import invalid

if TYPE_CHECKING:
    from conformance.reference.records import Deployment


class MetadataRules(MeasureRules):
    """At most 16 keys of 64 characters with strings of 512; `cas_config` is apart and always complete."""

    METADATA_KEYS_MAX = 16
    METADATA_KEY_MAX = 64
    METADATA_VALUE_MAX = 512
    RESERVED_KEY = "cas_config"

    def read_metadata(self, stored: dict[str, str], value: dict[str, Any]) -> dict[str, str]:
        """Merge the user's keys of a checked body into those stored, and refuse too many."""
        merged = self.merge_metadata(stored, self.user_keys(value))
        self.check_metadata_count(merged)
        return merged

    def check_metadata(self, value: object) -> dict[str, Any]:
        """Refuse metadata that is no object, or a key or value in it."""
        if not isinstance(value, dict):
            raise invalid("metadata-type", "metadata must be an object.", "metadata")
        for key, text in self.user_keys(value).items():
            if text is not None:
                self.check_metadata_key(key)
                self.check_metadata_value(text)
        return value

    def user_keys(self, value: dict[str, Any]) -> dict[str, Any]:
        """Leave out the reserved key."""
        return {key: text for key, text in value.items() if key != self.RESERVED_KEY}

    def check_metadata_key(self, key: str) -> None:
        """Refuse a key that is empty or too long."""
        if not key:
            raise invalid("metadata-key-empty", "A metadata key must not be empty.", "metadata")
        if self.measure(key) > self.METADATA_KEY_MAX:
            raise invalid("metadata-key-length", "A metadata key has at most 64 characters.", "metadata")

    def check_metadata_value(self, text: object) -> None:
        """Refuse a value that is no string, or too long."""
        if not isinstance(text, str):
            raise invalid("metadata-value-type", "A metadata value must be a string.", "metadata")
        if self.measure(text) > self.METADATA_VALUE_MAX:
            raise invalid("metadata-value-length", "A metadata value has at most 512 characters.", "metadata")

    def check_metadata_count(self, merged: dict[str, str]) -> None:
        """Refuse more keys than may be stored."""
        if len(merged) > self.METADATA_KEYS_MAX:
            raise invalid("metadata-count", "metadata has at most 16 keys.", "metadata")

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Set the keys of a patch, and delete those that it sets to null."""
        return {key: text for key, text in {**stored, **patch}.items() if text is not None}

    def cas_defaults(self) -> dict[str, Any]:
        """Give the settings that hold where nothing was sent."""
        return {
            "session_strategy": "new_session",
            "config": {"max_retries": 0, "timeout_ms": 300_000, "max_concurrent": 1},
        }

    def read_cas_config(self, stored: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
        """Merge a body's `cas_config` into the stored one; null brings the defaults back."""
        if self.RESERVED_KEY not in value:
            return stored
        patch = value[self.RESERVED_KEY]
        if patch is None:
            return self.cas_defaults()
        return self.check_cas_config(self.merge_cas_config(stored, self.check_object(patch, "metadata.cas_config")))

    def merge_cas_config(self, stored: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
        """Merge settings deeply, fill the gaps with the defaults, and let no one send stats."""
        merged = _merge(stored, patch)
        merged.pop("stats", None)
        return _merge(self.cas_defaults(), merged)

    def check_cas_config(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Refuse settings of a wrong type."""
        self.check_string(settings["session_strategy"], "metadata.cas_config.session_strategy")
        config = self.check_object(settings["config"], "metadata.cas_config.config")
        for key, least in (("max_retries", 0), ("timeout_ms", 1), ("max_concurrent", 1)):
            self.check_integer(config[key], f"metadata.cas_config.config.{key}", least)
        return settings

    def render_metadata(self, deployment: Deployment) -> dict[str, Any]:
        """Write the user's keys and the reserved one."""
        return {**deployment.metadata, self.RESERVED_KEY: self.render_cas_config(deployment)}

    def render_cas_config(self, deployment: Deployment) -> dict[str, Any]:
        """Write the settings together with what was counted."""
        return {**deployment.cas_config, "stats": self.render_stats(deployment)}

    def render_stats(self, deployment: Deployment) -> dict[str, Any]:
        """Write what was counted; the runs know how to."""
        raise NotImplementedError(deployment.id)


def _merge(stored: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """Merge as RFC 7396 says: objects deeply, null deletes, all else replaces."""
    merged = dict(stored)
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict):
            below = merged.get(key)
            merged[key] = _merge(below if isinstance(below, dict) else {}, value)
        else:
            merged[key] = value
    return merged
