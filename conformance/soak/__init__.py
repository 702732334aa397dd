"""Soak: the promises about any order of calls and about concurrent clients, checked while load runs as long as asked.

The parent (`campaign.py`) is an ordinary process. It starts the processes that hold the users (`process.py`), which
alone import locust, because that replaces sockets and locks of Python by those of gevent.
"""
