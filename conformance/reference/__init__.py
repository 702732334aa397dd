"""The reference server: the Deployments API in memory, as it should be, and the faults that bend it.

It imports nothing of the suite. `start()` runs it in a process of its own, `serve_in_thread()` in this one,
and `python -m conformance.reference` alone.
"""

from conformance.reference.process import Running, start

__all__ = ["Running", "start"]
