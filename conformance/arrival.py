"""What is done first on a machine elsewhere, where execnet sends the text of this module: see whether we are there.

Settings of pytest that the machine has for others must not reach a run, and neither must what lies about in the folder
where Python was started.
"""

from __future__ import annotations

if __name__ == "__channelexec__":
    import importlib
    import os
    import sys
    from pathlib import Path

    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
        os.environ.pop(name, None)
    sys.path[:] = [each for each in sys.path if each]
    told = {"version": "", "cases": "", "path": list(sys.path), "why": ""}
    try:
        importlib.import_module("conformance.plugin")  # so that what it needs is there, too
        suite = importlib.import_module("conformance")
        told |= {"version": suite.__version__, "cases": str(Path(str(suite.__file__)).parent / "cases")}
    except Exception as error:  # noqa: BLE001 - of another version, or of another Python: anything
        told["why"] = f"{type(error).__name__}: {error}"[:200]
    channel.send(told)  # type: ignore[name-defined] # noqa: F821 - execnet puts it there
