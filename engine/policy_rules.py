"""The sections of a policy as frozen values; their fields are the keys of the policy file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from engine.calendar import Calendar, Override
from engine.calendar_seed import Fallback, Seed
from engine.hours import Hours
from engine.limits import Limit
from engine.timeline import ClockKind


@dataclass(frozen=True, slots=True)
class ClockRule:
    """What a clock of the policy says for a normal or an urgent case; `limit` None: measured, not limited."""

    clock: str
    name: str
    limit: Limit | None
    kind: ClockKind
    penalised: bool
    clauses: tuple[str, ...]
    scope: str  # case, or department: one for each department (T2)
    starts: str  # delivered, or last_return: when the last department has returned the form (T3)


@dataclass(frozen=True, slots=True)
class Receipt:
    """When a clock starts: clause 3.1 接到, AMB-10, 12, 31, 33."""

    start: str
    restart_on_resubmit: bool
    due_inclusive: bool
    no_route_single_clock: bool


@dataclass(frozen=True, slots=True)
class Urgent:
    """Which cases may be urgent and what that demands: clause 3.2, AMB-11."""

    allowed: tuple[str, ...]
    reasons: tuple[str, ...]
    force_mark: bool
    letter: str


class Rung(NamedTuple):
    """A warning at `share` per cent to whoever owes the work, or an escalation to a post `after` the due moment."""

    share: int = 0
    after: Limit | None = None  # None: at the due moment itself
    to: str = ""
    level: int = 0  # 1 the first escalation; 0 a warning


@dataclass(frozen=True)
class Ladder:
    """Warnings at percentages of the limit, escalations at the due moment (None) and later (a Limit).

    `escalate_to` names the post that hears of each escalation, in the same order.
    """

    warn_at: tuple[int, ...]
    escalate: tuple[Limit | None, ...]
    escalate_to: tuple[str, ...]
    reminders: str

    @cached_property
    def rungs(self) -> tuple[Rung, ...]:
        """All of it, from the first warning to the last escalation."""
        escalations = zip(self.escalate, self.escalate_to, strict=False)
        return (
            *(Rung(share) for share in sorted(self.warn_at)),
            *(Rung(0, after, to, level) for level, (after, to) in enumerate(escalations, 1)),
        )


@dataclass(frozen=True, slots=True)
class Overtime:
    """Penalties of clause 4.1, in yuan."""

    focal: Decimal
    leader: Decimal
    every: int
    department_extra: Decimal
    scope: str
    bucket: str
    include_maintainer: bool
    unit: str
    person: str


@dataclass(frozen=True, slots=True)
class FalseNew:
    """Penalties of clause 4.2, in yuan."""

    person: Decimal
    department: Decimal
    factor: int
    escalation: str
    window: str
    scope: str
    event_at: str


@dataclass(frozen=True, slots=True)
class EntryError:
    """Penalties of clause 4.3, in yuan."""

    maintainer: Decimal
    unit: str
    bucket: str


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that a person may be charged: yuan a month, and part of the month's wage in percent; None: no cap.

    The company's own protection, not of SD-010; wages are not kept here, so the percentage is a remark for HR.
    """

    per_person_month: Decimal | None = None
    percent_of_wage: int | None = None


@dataclass(frozen=True, slots=True)
class Penalty:
    """The priced findings of clause 4."""

    overtime: Overtime
    false_new: FalseNew
    entry_error: EntryError


@dataclass(frozen=True, slots=True)
class Assessment:
    """How a month's penalties become final (AMB-22), in working days."""

    publicity_days: int
    appeal_days: int
    confirm_by: tuple[str, ...]  # of finance, hr
    adjust: str
    decide_days: int  # for a decision on an appeal


@dataclass(frozen=True, slots=True)
class CalendarRule:
    """The company's working time, before its own table of days is applied."""

    tz: str
    hours: Hours
    seed: Seed
    fallback: Fallback
    duty: Hours

    def build(self, overrides: Mapping[date, Override] | None = None, version: str = "") -> Calendar:
        """The calendar of this rule with the company's own days."""
        return Calendar(self.hours, overrides or {}, self.tz, self.seed, self.fallback, self.duty, version)


@dataclass(frozen=True, slots=True)
class Phone:
    """How soon after sending or forwarding the call must be made (AMB-08)."""

    grace_min: int


@dataclass(frozen=True, slots=True)
class Routing:
    """How departments get the form: all at once, each with its own clock (AMB-09)."""

    mode: str


@dataclass(frozen=True, slots=True)
class OneTime:
    """How often a one-time customer may be used before a real one is proposed (E-49)."""

    uses: int


@dataclass(frozen=True, slots=True)
class Rework:
    """After how many working days without a resubmission cancelling is proposed (AMB-32)."""

    cancel_days: int


@dataclass(frozen=True, slots=True)
class Apply:
    """Whether late applications for a change are listed (clause 2.1.2, AMB-03)."""

    delay_report: bool


@dataclass(frozen=True, slots=True)
class Freeze:
    """When the remaining departments are told, what a freeze blocks unless narrowed (clause 2.1.4, AMB-06, 29)."""

    special_notice: str
    scope_default: str


@dataclass(frozen=True, slots=True)
class Unfreeze:
    """What lifting a freeze is applied for as (AMB-27)."""

    apply_as: str


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Whether a legal person may have a second account for a reason finance approves (clause 1.1, AMB-26)."""

    multi_account_exception: bool


@dataclass(frozen=True, slots=True)
class Seal:
    """How a department seals (clause 2.3, AMB-36)."""

    mode: str


@dataclass(frozen=True, slots=True)
class Pause:
    """For which kinds of reason a case may stand still (挂起)."""

    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Extension:
    """How much more time may be granted for one limit, how often, and which post of the department decides."""

    max: Limit
    times: int
    decides: str


@dataclass(frozen=True, slots=True)
class AnnualFreeze:
    """The yearly review of clause 2.1.3 (AMB-04, 05)."""

    month: int
    day: int
    review_days: int
    no_business_months: int
    filer: str
