"""`python -m conformance.soak`: a process that holds users; `campaign.py` starts it."""

import locust  # noqa: F401 - first of all: it replaces sockets and locks, before anybody takes hold of them

from conformance.soak.process import serve

if __name__ == "__main__":
    serve()
