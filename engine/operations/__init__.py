"""The registry that handlers fill; what each of them is given, and what it answers.

`register.py` has the decorators with which code gets its name, `entries.py` all that can be registered, `given.py`
what a handler is called with, `answers.py` what it returns.
"""

from engine.operations.answers import Done, Judged, Later, Part
from engine.operations.entries import Closer, Listing, Operation, Registry, RuleCatalogue, Steps, Suggestion, registry
from engine.operations.given import Case, Context, GuardContext, Judging, Launch, Order, Reminder
from engine.operations.register import (
    alarm,
    check,
    guard,
    listing,
    operation,
    prefill,
    readers,
    reminder,
    resumption,
    rows,
    rules,
    sensitive,
    source,
    suggestion,
    teller,
    watcher,
)  # fmt: skip

__all__ = [
    "Case", "Closer", "Context", "Done", "GuardContext", "Judged", "Judging", "Later", "Launch", "Listing",
    "Operation", "Order", "Part", "Registry", "Reminder", "RuleCatalogue", "Steps", "Suggestion", "alarm", "check",
    "guard", "listing", "operation", "prefill", "readers", "registry", "reminder", "resumption", "rows", "rules",
    "sensitive", "source", "suggestion", "teller", "watcher",
]  # fmt: skip
