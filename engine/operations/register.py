"""The decorators with which handlers register: operations, checks of fields, guards of forms, and the rest."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from engine.operations.entries import Listing, Operation, RuleCatalogue, Suggestion, registry

if TYPE_CHECKING:
    from engine.transactions import Tx

F = TypeVar("F", bound=Callable[..., Any])


def operation(
    name: str, title: str, in_parts: bool = False, letters: Mapping[str, tuple[str, ...]] | None = None
) -> Callable[[F], F]:
    """Register what a service task with `cs:operation="name"` does.

    The function takes a `Context` and the typed keyword parameters of the diagram, and returns `Done` or None, or
    `Part` when there is more to do in a transaction of its own (one registered with `in_parts`), `Later` when its time
    has not come. `letters` names the letters of the procedure (`letters/<name>.j2`) that it writes, and what it gives
    each beyond `engine.letters.COMMON`.
    `Refused(code)` becomes a BPMN error the diagram can catch; any other exception rolls back and is retried.
    """

    def register(function: F) -> F:
        parameters = dict(list(inspect.signature(function).parameters.items())[1:])
        registry.operations[name] = Operation(name, title, function, parameters, in_parts, letters or {})
        return function

    return register


def check(name: str) -> Callable[[F], F]:
    """Register a field check: takes the typed value, returns it normalised or raises ValueError(Chinese text)."""
    return _under(registry.checks, name)


def guard(name: str) -> Callable[[F], F]:
    """Register a whole-form check at submission: takes a GuardContext and the values, returns FieldProblems."""
    return _under(registry.guards, name)


def rules(name: str, covers: Callable[[Tx], frozenset[str]]) -> Callable[[F], F]:
    """Register a catalogue of rules: takes a Judging, returns what is objected to, as severely as it is set."""
    return _under(registry.rules, name, lambda function: RuleCatalogue(function, covers))


def sensitive(name: str) -> Callable[[F], F]:
    """Register what decides whether a value of a field with `sensitive: name` is a sensitive one."""
    return _under(registry.sensitive, name)


def source(name: str) -> Callable[[F], F]:
    """Register where a choice field's options come from: takes (people, now), returns [(value, label)]."""
    return _under(registry.sources, name)


def listing(name: str, label: Callable[[Tx, str], str]) -> Callable[[F], F]:
    """Register a source of options that lies in tables: takes (tx, now), returns [(value, label)].

    `label` names a value that is offered no more but stands in older records.
    """
    return _under(registry.listings, name, lambda function: Listing(function, label))


def suggestion(name: str, needs: tuple[str, ...] = ()) -> Callable[[F], F]:
    """Register what a text field offers while one types: takes (tx, now, values), returns texts."""
    return _under(registry.suggestions, name, lambda function: Suggestion(needs, function))


def prefill(name: str) -> Callable[[F], F]:
    """Register what a start form opens filled in with: takes (tx, now, key), returns field id → value.

    The key says about what, e.g. a customer code. Raises NotFound when there is nothing of that key.
    """
    return _under(registry.prefills, name)


def rows(name: str) -> Callable[[F], F]:
    """Register where the rows of a table come from: takes (tx, now, case id, department id), returns rows.

    A row is column id → value, with what has been decided about it so far; its first column tells it from the others.
    """
    return _under(registry.rows, name)


def readers(process: str) -> Callable[[F], F]:
    """Register who may read the cases of a procedure, where that is not everybody who has to do with it.

    Takes (tx, people, now, person id, case id).
    """
    return _under(registry.readers, process)


def resumption(function: F) -> F:
    """Register what a case is told when it goes on after standing still: takes (tx, subject, form), returns a message
    for the diagram to catch, or None when nothing has changed meanwhile; nobody waiting for it hears it.
    """
    registry.resumptions.append(function)
    return function


def watcher(function: F) -> F:
    """Register what handlers keep beside a running case, in the transaction of the step that changed its form.

    Takes (tx, instance_id, process, form before, form after); the form before is empty when the case starts.
    """
    registry.watchers.append(function)
    return function


def alarm(function: F) -> F:
    """Register how administrators are told: takes (tx, now, fact, subject, body)."""
    registry.alarms.append(function)
    return function


def teller(function: F) -> F:
    """Register how people are told something in the engine's own words: takes (tx, now, people, persons, fact,
    subject, body, case id); the same `fact` is told once per person.
    """
    registry.tellers.append(function)
    return function


def reminder(function: F) -> F:
    """Register how people hear of a step that is owed: takes (tx, now, people, Reminder), returns who did not know."""
    registry.reminders.append(function)
    return function


def _under(
    names: dict[str, Any], name: str, made: Callable[[Any], Any] = lambda function: function
) -> Callable[[F], F]:
    """A decorator that enters what is `made` of a function under a name."""

    def register(function: F) -> F:
        names[name] = made(function)
        return function

    return register
