"""What hypothesis draws depends on the seed alone, and not on which modules happen to be imported.

It looks for constants in all modules that are in no site-packages, and draws some of them now and then: from a checkout
other requests would be sent than by what is installed, and in the second run of a process others than in the first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

FINDER = "_get_local_constants"


def disregard() -> Callable[[], None]:
    """Have hypothesis find none; returns the way back."""
    from hypothesis.internal.conjecture import providers
    from hypothesis.internal.constants_ast import Constants

    module: Any = providers
    before = getattr(module, FINDER)

    def put(finder: Callable[[], Constants]) -> None:
        setattr(module, FINDER, finder)
        providers.CONSTANTS_CACHE.cache.clear()  # it would go on with what was found before

    put(Constants)
    return lambda: put(before)
