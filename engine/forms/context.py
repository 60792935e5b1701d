"""What a form must be told beyond itself, and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from engine.forms.fields import Field, Options
from engine.operations import Judged, Judging, Registry, registry
from engine.store import placeholders

if TYPE_CHECKING:
    from engine.people import People
    from engine.transactions import Tx


@dataclass
class Context:
    """Who fills a form in, when, and for whose case; without `tx` nothing is looked up (drafts, tests).

    `department_id` is the department whose step it is, `applicant` the applicant's, `item` the item of a
    multi-instance step, `case_id` the case.
    """

    tx: Tx | None = None
    now: datetime | None = None
    people: People | None = None
    department_id: int | None = None
    item: Any = None
    registry: Registry = field(default_factory=lambda: registry)
    applicant: int | None = None
    case_id: int | None = None
    base: Mapping[str, Any] | None = None  # what the record holds that the form is about

    @cached_property
    def kind(self) -> str:
        """The kind of the department whose step it is; rights may depend on it."""
        if self.people is None or self.department_id is None:
            return ""
        return self.people.department(self.department_id).kind

    @cached_property
    def _sources(self) -> dict[str, Options]:
        return {}

    def options_of(self, one: Field) -> Options:
        """The options of a choice as they are now."""
        options = self._from(one.source) if one.source else one.options
        if one.without is None:
            return options
        left_out = {"applicant_department": self.applicant, "department": self.department_id}.get(one.without)
        return tuple(option for option in options if option[0] != str(left_out))

    def with_standing(self, one: Field, value: Any) -> Options:
        """The options, and what stands in the record already: a closed code may stay, not be chosen anew."""
        options, text = self.options_of(one), "" if value is None else str(value)
        if not text or one.source not in self.registry.listings or any(text == known for known, _ in options):
            return options
        label = self.registry.listings[one.source].label(self.tx, text)  # type: ignore[arg-type]
        return (*options, (text, label)) if label else options

    def _from(self, source: str) -> Options:
        if source not in self._sources:
            if source in self.registry.listings:
                found = self.registry.listings[source].offered(self.tx, self.now)  # type: ignore[arg-type]
            else:
                found = self.registry.sources[source](self.people, self.now)  # type: ignore[arg-type]
            self._sources[source] = tuple((str(value), label) for value, label in found)
        return self._sources[source]

    def judged(self, rules: str | None, values: Mapping[str, Any], touched: frozenset[str] | None) -> list[Judged]:
        """What the rules object to; nothing when there are none or nothing can be looked up."""
        if rules is None or self.tx is None or self.now is None:
            return []
        return self.registry.rules[rules].judge(Judging(self.tx, self.now, values, self.case_id, touched))

    def covered(self, rules: str | None) -> frozenset[str]:
        """The fields whose own checks only tidy: the rules say what is wrong with them, as severely as they are set."""
        if rules is None or self.tx is None or self.now is None:
            return frozenset()
        return self.registry.rules[rules].covers(self.tx)

    def fingerprint(self, text: str) -> str:
        """What equal texts have in common; by the vault's key, so that pages may carry it."""
        return self.tx.vault.fingerprint(text) if self.tx else sha256(text.encode()).hexdigest()

    def rows_of(self, table: Field) -> list[dict[str, Any]]:
        """The rows of a table that are given from elsewhere; none when nothing can be looked up."""
        if table.rows is None or self.tx is None or self.now is None or self.case_id is None:
            return []
        if table.rows not in self._rows:
            whose = self.department_id or 0
            self._rows[table.rows] = self.registry.rows[table.rows](self.tx, self.now, self.case_id, whose)
        return self._rows[table.rows]

    @cached_property
    def _rows(self) -> dict[str, list[dict[str, Any]]]:
        return {}

    def files(self, ids: Sequence[str]) -> dict[str, str] | None:
        """Names of those attachments that exist; None when nothing can be looked up."""
        if self.tx is None or not ids:
            return None
        marks = placeholders(ids)
        return {row[0]: row[1] for row in self.tx.all(f"SELECT id, name FROM attachment WHERE id IN ({marks})", ids)}


@dataclass(frozen=True)
class Submission:
    """A valid step: `values` is the whole case form after it, `changed` maps field id → (old, new).

    `decisions` go to the diagram: the outcome under the form's decision variable, and fields with `decide`.
    `signs` says whether the outcome is a signature, `sections` what it then covers.
    """

    values: dict[str, Any]
    outcome: str
    changed: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    comment: str | None = None
    decisions: dict[str, Any] = field(default_factory=dict)
    signs: bool = False
    sections: tuple[str, ...] = ()
    warnings: tuple[Judged, ...] = ()  # what rules object to without stopping it
    rows: Mapping[str, str] = field(default_factory=dict)  # table of given rows → digest of what was shown and said


def plain(outcome: str, values: Mapping[str, Any], current: Mapping[str, Any]) -> Submission:
    """The submission of a step without a form: what is said becomes decisions of the diagram."""
    return Submission({**current, **values}, outcome, decisions=dict(values))
