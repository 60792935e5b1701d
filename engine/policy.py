"""The company's policy as parameters: published versions, and what each says about clocks and amounts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType

from engine import policy_sections as sections
from engine.errors import CountersignError
from engine.limits import Limit
from engine.policy_reader import PolicyInvalid, Section, read_documents, read_text
from engine.policy_rules import (
    AnnualFreeze,
    Apply,
    Assessment,
    CalendarRule,
    Cap,
    ClockRule,
    Duplicates,
    Extension,
    Freeze,
    Ladder,
    OneTime,
    Pause,
    Penalty,
    Phone,
    Receipt,
    Rework,
    Routing,
    Seal,
    Unfreeze,
    Urgent,
)

APPEAL = "appeal_decision"  # the clock of a decision on an appeal; its days stand under `assessment`
REVIEW = "annual_review"  # the clock of the yearly freeze review; its days stand under `annual_freeze`

__all__ = ["ClockRule", "Policies", "Policy", "PolicyInvalid", "PolicyMissing"]


class PolicyMissing(CountersignError):
    """要找的制度版本不存在，或那时还没有制度。"""

    template = "制度 {policy} 没有{what}。现有版本：{versions}。请在制度文件末尾补上该版本，或改用现有版本。"
    status = 409


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of a policy; the names are those of the policy file, days are working days, money yuan."""

    id: str
    version: str
    effective_from: date
    clocks: Mapping[str, tuple[ClockRule, ClockRule]]  # normal, urgent
    receipt: Receipt
    urgent: Urgent
    ladder: Ladder
    routing: Routing
    rework: Rework
    one_time: OneTime
    pause: Pause
    extension: Extension
    penalty: Penalty
    cap: Cap
    assessment: Assessment
    calendar: CalendarRule
    phone: Phone
    annual_freeze: AnnualFreeze
    apply: Apply
    freeze: Freeze
    unfreeze: Unfreeze
    dup: Duplicates
    seal: Seal
    fingerprint: str  # sha256 of the canonical content

    def limit(self, clock: str, urgent: bool) -> ClockRule | None:
        """The rule of a clock for a case of this urgency; None when the policy does not know the clock."""
        rules = self.clocks.get(clock)
        return rules[urgent] if rules else None

    def may_be_urgent(self, operation: str) -> bool:
        """Whether a create, modify or freeze may be marked 紧急处理 (clause 3.2)."""
        return operation in self.urgent.allowed


class Policies:
    """All published versions of one policy, oldest first; of two of one day the one given later governs."""

    def __init__(self, versions: Iterable[Policy]) -> None:
        self.versions = tuple(sorted(versions, key=lambda policy: policy.effective_from))
        self._starts = [policy.effective_from for policy in self.versions]

    @classmethod
    def read(cls, path: Path) -> Policies:
        """The versions in a policy file, one YAML document each; raises PolicyInvalid naming the key."""
        return cls.parse(read_text(path), path.name)

    @classmethod
    def parse(cls, text: str, file: str = "SD-010.yaml") -> Policies:
        """The versions in the text of a policy file."""
        versions = [_policy(Section(document, file)) for document in read_documents(text, file)]
        if not versions:
            raise PolicyInvalid(file=file, key="整份文档", what="没有任何版本", remedy="至少写一个版本")
        for key in ("version", "effective_from"):
            _refuse_repeats([str(getattr(policy, key)) for policy in versions], f"policy.{key}", file)
        if len({policy.id for policy in versions}) > 1:
            raise PolicyInvalid(file=file, key="policy.id", what="各版本的编号不同", remedy="一份文件只写一项制度")
        return cls(versions)

    def at(self, day: date) -> Policy:
        """The version in force on a local day; raises PolicyMissing before the first."""
        index = bisect_right(self._starts, day)
        if index == 0:
            raise self._missing(f" {day} 有效的版本")
        return self.versions[index - 1]

    def version(self, name: str) -> Policy:
        """The version that something was pinned to; raises PolicyMissing."""
        for policy in self.versions:
            if policy.version == name:
                return policy
        raise self._missing(f"版本 {name}")

    def _missing(self, what: str) -> PolicyMissing:
        known = "、".join(f"{policy.version}（{policy.effective_from} 起）" for policy in self.versions)
        return PolicyMissing(policy=self.versions[0].id, what=what, versions=known)


def _policy(document: Section) -> Policy:
    with document as root:
        identity = root.read("policy", lambda s: (s.text("id"), s.text("version"), s.day("effective_from")))
        policy = Policy(
            *identity,
            clocks=root.read("clocks", _clocks),
            receipt=root.read("receipt", sections.read_receipt),
            urgent=root.read("urgent", sections.read_urgent),
            ladder=root.read("ladder", sections.read_ladder),
            routing=root.read("routing", sections.read_routing, {}),
            rework=root.read("rework", sections.read_rework, {}),
            one_time=root.read("one_time", sections.read_one_time, {}),
            pause=root.read("pause", sections.read_pause, {}),
            extension=root.read("extension", sections.read_extension, {}),
            penalty=root.read("penalty", sections.read_penalty),
            cap=root.read("cap", sections.read_cap, {}),
            assessment=root.read("assessment", sections.read_assessment),
            calendar=root.read("calendar", sections.read_calendar),
            phone=root.read("phone", sections.read_phone),
            annual_freeze=root.read("annual_freeze", sections.read_annual_freeze),
            apply=root.read("apply", sections.read_apply, {}),
            freeze=root.read("freeze", sections.read_freeze, {}),
            unfreeze=root.read("unfreeze", sections.read_unfreeze, {}),
            dup=root.read("dup", sections.read_duplicates, {}),
            seal=root.read("seal", sections.read_seal, {}),
            fingerprint=root.fingerprint(),
        )
    _check_phone(policy, root)
    return replace(policy, clocks=MappingProxyType({**_stated_in_days(policy), **policy.clocks}))


def _clocks(section: Section) -> Mapping[str, tuple[ClockRule, ClockRule]]:
    clocks = {}
    for name, content in section.sections():
        with content:
            clocks[name] = sections.read_clock(content, name)
    return MappingProxyType(clocks)


def _stated_in_days(policy: Policy) -> Mapping[str, tuple[ClockRule, ClockRule]]:
    """The clocks that the policy states as a number of working days elsewhere: AMB-04, AMB-22."""
    return {
        REVIEW: _days(REVIEW, "年度冻结评审", policy.annual_freeze.review_days, ("2.1.3",)),
        APPEAL: _days(APPEAL, "申诉裁定", policy.assessment.decide_days, ()),
    }


def _days(clock: str, name: str, days: int, clauses: tuple[str, ...]) -> tuple[ClockRule, ClockRule]:
    rule = ClockRule(clock, name, Limit(days, "d"), "work", False, clauses, "department", "delivered")
    return rule, rule


def _check_phone(policy: Policy, root: Section) -> None:
    """The grace for a phone call is written twice, as a number and as a clock; they must agree."""
    grace = timedelta(minutes=policy.phone.grace_min)
    for rule in policy.clocks.get("phone", ()):
        if rule.limit and (rule.limit.unit == "d" or rule.limit.span != grace):
            what = f"与 clocks.phone 的 {rule.limit} 不一致"
            raise root.wrong("phone.grace_min", what, "两处写成同样的时间，如 30 与 30m")


def _refuse_repeats(values: list[str], key: str, file: str) -> None:
    for value in values:
        if values.count(value) > 1:
            what, remedy = f"有两个版本都写着 {value}", "每个版本的 version 和 effective_from 都应不同"
            raise PolicyInvalid(file=file, key=key, what=what, remedy=remedy)
