"""Options of a command that is about two services."""

from __future__ import annotations

import argparse
from typing import Any


class OfTwo(argparse.Action):
    """An option that is given once for both, or twice: for A, and for B."""

    def __init__(self, *names: Any, **rest: Any) -> None:
        """As argparse has it; nothing is given at first."""
        super().__init__(*names, **rest | {"default": []})

    def __call__(self, _parser: object, chosen: argparse.Namespace, value: Any, _option: str | None = None) -> None:
        """One more of them."""
        try:
            setattr(chosen, self.dest, self.checked([*getattr(chosen, self.dest, ()), value]))
        except argparse.ArgumentTypeError as error:
            raise argparse.ArgumentError(self, str(error)) from None

    @staticmethod
    def checked(values: list[Any]) -> list[Any]:
        """The values, of which there can be two at most."""
        if len(values) > 2:
            raise argparse.ArgumentTypeError(f"given {len(values)} times; give it once for both, or once for each")
        return values

    def of(self, chosen: argparse.Namespace, index: int) -> Any:
        """What holds for A (0) or B (1); None where nothing was given."""
        values: list[Any] = getattr(chosen, self.dest)
        return values[min(index, len(values) - 1)] if values else None
