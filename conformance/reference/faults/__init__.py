"""Faults: services with one bad habit each.

A fault is a subclass of `Fault` of 3 to 8 lines in any module of this package. It replaces one method or attribute
of the service, names in `breaks` the requirements that must fail for it, and is marked `wide` where others may
fail as well. Its name and the first line of its docstring tell the habit. To make it act on some operations only,
ask `self.operation`; the request being served is `self.call` (`.request.headers`, `.query`, `.body`, `.ids`,
`.account`). Call `super()`, so that faults can be combined. Records are frozen: `dataclasses.replace()` them.

Operations: create list get update pause unpause archive run, list_runs get_run list_all_runs get_any_run,
create_agent get_agent update_agent list_agents archive_agent and the same for environment; "" for an unknown
route, "tick" for a scheduled fire.

| file | seam | what it decides |
|---|---|---|
| service | `STEPS` | the order: authenticate authorize resolve limit_body parse perform |
| service | `answer(request) -> Reply`, `handle() -> Reply`, `perform()`, `delay() -> float` | the pipeline; seconds to wait |
| every area | `act_OPERATION() -> dict` | what an operation does, and its body |
| routing | `ROUTES`, `methods(pattern) -> {METHOD: operation}`, `resolve()` | routes; 404 and 405 |
| authentication | `authenticate()`, `read_token() -> str`, `check_token(token) -> Credential`, `is_expired(credential)` | 401 |
| authentication | `SCHEME`, `authorize()`, `needs_scope() -> bool`; `self.credentials`, `self.accounts` | 403 |
| reading | `BODY_MAX`, `limit_body()`, `reads_body()`, `parse_body(raw) -> dict`, `decode(raw)`, `malformed() -> Problem` | bodies |
| envelope | `SUCCESS_STATUS`, `success_status()`, `success_headers()`, `succeed(payload) -> Reply` | accepted requests |
| envelope | `ERROR_STATUS`, `error_status(problem)`, `error_type(problem)`, `error_message(problem)`, `error_headers(problem)`, `envelope(problem) -> dict`, `refuse(problem) -> Reply` | refusals; `problem.rule`, `.kind`, `.param` |
| envelope | `finish(reply) -> Reply`, `request_id()`, `encode(payload) -> bytes` | every answer |
| envelope | `render_time(moment)`, `render_optional_time(moment)`, `render_precise_time(moment)` | timestamps |
| measure | `measure(text) -> int`, `check_string/integer/object/array(value, param, ...)` | sizes and types |
| bodies | `REQUIRED`, `FIELDS`, `check_required(body)`, `read_create(body)`, `read_update(stored, body)`, `check_clearable(field, value)` | which fields |
| bodies | `create_X(value)`, `update_X(stored, value)` for each of the nine fields | a field of one operation |
| fields | `NAME_MAX`, `check_name`, `check_name_empty(name)`, `check_name_length(name)`, `check_description` | texts |
| fields | `EVENTS_MIN`, `EVENTS_MAX`, `EVENT_TYPES`, `check_initial_events`, `check_events_count(count)`, `check_event(value)`, `check_event_type(kind)` | events |
| fields | `RESOURCE_TYPES`, `SECRETS`, `check_resources`, `check_resource`, `render_resources`, `VAULTS_MAX`, `check_vault_ids` | the rest |
| references | `check_agent(value)`, `agent_from_string(name)`, `agent_from_object(value)`, `check_agent_kind(kind)`, `pin_agent(agent, version)`, `latest_version(agent)`, `find_agent(name)`, `check_agent_archived(agent)`, `render_agent(ref)` | agents |
| references | `check_environment(value)`, `check_environment_archived(environment)` | environments |
| schedules | `SCHEDULE_FIELDS`, `check_schedule(value)`, `check_schedule_member(field, value)`, `check_schedule_kind(kind)` | schedules |
| schedules | `UPCOMING_COUNT`, `upcoming(schedule)`, `upcoming_from(now)`, `upcoming_of(deployment)`, `render_upcoming(deployment)`, `render_schedule(deployment)`, `last_run_at(deployment)` | announced fires |
| cron | `CRON_RANGES`, `split_expression(text)`, `check_expression(text)`, `is_cron_part(part, low, high)`, `is_step`, `is_cron_range`, `is_cron_value`, `check_timezone(name)` | the syntax |
| cron | `DAY_OR`, `next_fires(expression, timezone, after, count)`, `local_fires(expression, start)`, `instants(local, zone)` | the times; DST |
| metadata | `METADATA_KEYS_MAX`, `METADATA_KEY_MAX`, `METADATA_VALUE_MAX`, `RESERVED_KEY`, `check_metadata(value)`, `user_keys(value)`, `check_metadata_key(key)`, `check_metadata_value(text)`, `check_metadata_count(merged)`, `merge_metadata(stored, patch)`, `render_metadata(deployment)` | user keys |
| metadata | `cas_defaults()`, `read_cas_config(stored, value)`, `merge_cas_config(stored, patch)`, `check_cas_config(settings)`, `render_cas_config(deployment)`, `render_stats(deployment)` | the reserved key |
| deployments | `build(values)`, `find()`, `save(deployment)`, `check_writable(deployment)`, `apply(stored, changes)`, `touched()`, `render_deployment(deployment)` | storing, showing |
| paging | `LIMIT_DEFAULT`, `LIMIT_MIN`, `LIMIT_MAX`, `read_limit(text)`, `read_window()`, `check_cursors(window)`, `read_choice(name, allowed)`, `read_flag(name)`, `read_time(name)` | parameters |
| paging | `order_key(item)`, `order(items)`, `page(items, known, window)`, `find_cursor(cursor, items, known)`, `bad_cursor()`, `after(items, cursor)`, `before(items, cursor)`, `first(items, limit)`, `last(items, limit)`, `more_remain(count, limit)`, `render_page(data, has_more=)`, `next_page(last_id, has_more=)` | pages |
| listing | `STATUSES`, `read_filters()`, `matches(d, filters)`, `match_archived`, `match_status`, `match_agent` | filters of deployments |
| history | `RUN_STATUSES`, `TRIGGERS`, `runs_of(id)`, `list_runs(known, filters)`, `match_deployment`, `match_run_status`, `match_trigger`, `match_error`, `match_triggered_after`, `match_triggered_before`, `find_run(run_id, deployment_id)` | reading runs |
| lifecycle | `check_pausable(d)`, `paused(d)`, `check_unpausable`, `unpaused`, `check_archivable`, `archived`, `archived_name`, `change(check, changed)` | states |
| runs | `check_runnable(d)`, `start_run(d, trigger)`, `max_concurrent(d)`, `in_flight(d)`, `build_run(d, trigger, outcome)`, `record(run)`, `run_status(run)`, `run_error(run)`, `duration_ms(run)`, `render_run(run)`, `render_extras(run)`, `counts(runs)`; `RUN_DURATION`, `RUN_OUTCOME` | runs |
| triggers | `arm(d)`, `tick()`, `due_instants(d, first, now)`, `may_fire(d)`, `fire(d, instant)` | scheduled runs |
| resources | `create_resource`, `update_resource`, `archive_resource`, `find_resource`, `check_version`, `check_unarchived`, `render_resource` | agents, environments |
| state | `now()`, `stamp()`, `new_id(prefix)`, `issue()` | time, ids, tokens |
"""  # a table's rows are lines

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING, ClassVar

from conformance.reference.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Fault(Service):
    """A service with a bad habit, which its name and the first line of its docstring tell."""

    breaks: ClassVar[frozenset[str]] = frozenset()
    """The ids of the requirements that must fail for it."""
    wide: ClassVar[bool] = False
    """Whether others may fail as well, because the defect is so broad."""


@functools.cache
def all_faults() -> Mapping[str, type[Fault]]:
    """Give all faults by name, sorted: every direct or indirect subclass in the modules of this package."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    found = list(_descendants(Fault))
    names = [fault.__name__ for fault in found]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"two faults of one name: {', '.join(sorted(twice))}")
    return dict(sorted(zip(names, found, strict=True)))


def _descendants(parent: type[Fault]) -> Iterable[type[Fault]]:
    """Give the public subclasses that the modules here define; combined ones are not among them."""
    for child in parent.__subclasses__():
        if child.__module__.startswith(f"{__name__}.") and not child.__name__.startswith("_"):
            yield child
        yield from _descendants(child)


def find(name: str) -> type[Fault]:
    """Find a fault by name.

    Raises:
        KeyError: there is none; the message names those that are close.
    """
    faults = all_faults()
    if name in faults:
        return faults[name]
    import difflib  # only for the message

    close = difflib.get_close_matches(name, faults) or sorted(faults)[:5]
    raise KeyError(f"no fault {name}; close to it: {', '.join(close)}")


def combine(names: Iterable[str]) -> type[Service]:
    """Give a service with several faults at once; the correct one for none."""
    parents = tuple(find(name) for name in names)
    if len(parents) < 2:
        return parents[0] if parents else Service
    return type("Combined", parents, {"__module__": "combined"})
