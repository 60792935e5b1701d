"""Are two customers one? A score that explains itself, decisive keys first (R-073, V-23).

The parts of the name make 100 points; telephone, address and legal representative only add. A limit keeps a
pair from passing for a duplicate: another valid number, or a branch and its head office.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from handlers.customers.matching import likeness
from handlers.customers.matching.alignment import Parts, aligned, slip
from handlers.customers.matching.naming import ParsedName, parse
from handlers.customers.values.taxpayer import Key, identity_key

BLOCK_AT = 95  # submission waits until 同一客户 is chosen or the difference is justified
DISMISS_AT = 80  # each candidate must be dismissed with a reason; below, it is only listed
LIST_AT = 50  # weaker likenesses only distract

_OTHER_BRAND_AT_MOST = 40  # same city and trade alone say nothing

Verdict = Literal["block", "dismiss", "list"]
Decisive = Literal["same_key", "different_key"]


@dataclass(frozen=True)
class Candidate:
    """What is known of a customer when it is compared; "" for what is not known.

    tax_id is any number of the party (USCC, resident ID, legacy); other_names are former or foreign names.
    """

    name: str
    tax_id: str = ""
    phone: str = ""
    address: str = ""
    legal_representative: str = ""
    other_names: tuple[str, ...] = ()
    is_person: bool = False


@dataclass(frozen=True)
class Reason:
    """One line of the comparison: `points` of `of` earned; a line with `of` 0 explains a limit."""

    label: str
    points: int
    of: int
    left: str
    right: str


@dataclass(frozen=True)
class Match:
    """How alike two customers are, 0–100, and why."""

    score: int
    reasons: tuple[Reason, ...] = ()
    decisive: Decisive | None = None

    @property
    def verdict(self) -> Verdict:
        """What the score asks of the applicant."""
        if self.score >= BLOCK_AT:
            return "block"
        return "dismiss" if self.score >= DISMISS_AT else "list"


class _Names(NamedTuple):
    points: int
    reasons: tuple[Reason, ...]
    is_branch: bool

    @property
    def most(self) -> int:
        """What these names may count for: a branch and its head office are related, never one."""
        return min(self.points, DISMISS_AT - 1) if self.is_branch else self.points


def score(query: Candidate, other: Candidate, commonness: int = 1) -> Match:
    """Compare two customers: keys decide, then the best pair of their names, then supporting facts.

    `commonness` is how many customers share the 字号: beside a common one a missing region or trade earns less.
    """
    left, right = identity_key(query.tax_id), identity_key(other.tax_id)
    decisive = _decide(left, right)
    key_lines = (_key_line(left, right, decisive),) if left and right and decisive else ()
    if decisive == "same_key":
        return Match(100, key_lines, decisive)
    persons = query.is_person or other.is_person
    names = _compare_persons(query, other) if persons else _best_names(query, other, commonness)
    support = () if persons else _support(query, other)
    total = min(100, names.points + sum(line.points for line in support))
    if decisive or names.is_branch:
        total = min(total, DISMISS_AT - 1)
    return Match(total, (*key_lines, *names.reasons, *support), decisive)


def _decide(left: Key | None, right: Key | None) -> Decisive | None:
    """Equal numbers, or a legacy number and the USCC that took over its organisation code, are one party."""
    if not left or not right:
        return None
    if left == right:
        return "same_key"
    if left.kind == right.kind:
        # Legacy numbers were reissued when a firm moved: two of them prove nothing.
        return None if left.kind == "旧15位" else "different_key"
    code = left.organisation_code
    return "same_key" if code is not None and code == right.organisation_code else None


def _key_line(left: Key, right: Key, decisive: Decisive) -> Reason:
    labels = {"USCC": "统一社会信用代码", "身份证": "身份证号", "旧15位": "旧税号"}
    label = labels[left.kind] if left.kind == right.kind else "组织机构代码"
    if decisive == "same_key":
        return Reason(f"{label}相同", 100, 100, _shown(left), _shown(right))
    return Reason(f"{label}不同：不是同一主体", 0, 0, _shown(left), _shown(right))


def _shown(key: Key) -> str:
    # An organisation's number is public, a person's is not.
    return f"尾号 {key.value[-4:]}" if key.kind == "身份证" else key.value


def _best_names(query: Candidate, other: Candidate, commonness: int) -> _Names:
    pairs = [
        _compare_names(parse(a), parse(b), commonness)
        for a in (query.name, *query.other_names)
        for b in (other.name, *other.other_names)
    ]
    return max(pairs, key=lambda names: names.most)


def _compare_names(a: ParsedName, b: ParsedName, commonness: int) -> _Names:
    left, right = aligned(a, b)
    reasons = _by_parts(left, right, commonness)
    if (found := slip(a, b)) and sum(line.points for line in reasons[:-1]) < likeness.SLIPS[found]:
        whole = likeness.BRAND + likeness.REGION + likeness.TRADE
        reasons = [Reason(f"全名只差一处：{found}", likeness.SLIPS[found], whole, a.core, b.core), reasons[-1]]
    points = sum(reason.points for reason in reasons)
    if reasons[0].points == 0:
        points = min(points, _OTHER_BRAND_AT_MOST)
        reasons.append(Reason("字号不同，其余相同不足为凭", 0, 0, left.brand, right.brand))
    is_branch = a.branch != b.branch
    if is_branch:
        reasons.append(Reason("分支机构：有关联，不是重复", 0, 0, a.branch or "总部", b.branch or "总部"))
    return _Names(points, tuple(reasons), is_branch)


def _by_parts(a: Parts, b: Parts, commonness: int) -> list[Reason]:
    brand = likeness.brand_points(a, b)
    region = likeness.region_points(a.region, b.region, commonness)
    trade = likeness.trade_points(a, b, commonness)
    common = likeness.discount(commonness) and (region < likeness.REGION or trade < likeness.TRADE)
    return [
        Reason("字号（常见，缺项少计分）" if common else "字号", brand, likeness.BRAND, a.brand, b.brand),
        Reason("地区", region, likeness.REGION, a.region, b.region),
        Reason("行业", trade, likeness.TRADE, a.trade, b.trade),
        Reason("组织形式", likeness.form_points(a.form, b.form), likeness.FORM, a.form, b.form),
    ]


def _support(query: Candidate, other: Candidate) -> tuple[Reason, ...]:
    """Facts that add to the names; a fact only one side has is left out."""
    lines = (
        ("联系电话", 6, likeness.phone_share, query.phone, other.phone),
        ("地址", 6, likeness.address_share, query.address, other.address),
        ("法定代表人", 3, likeness.person_share, query.legal_representative, other.legal_representative),
    )
    return tuple(_line(*line) for line in lines if line[3] and line[4])


def _compare_persons(query: Candidate, other: Candidate) -> _Names:
    """Persons: many share a name, so the name alone asks for nothing."""
    reasons = (
        _line("姓名", 60, likeness.person_share, query.name, other.name),
        _line("联系电话", 25, likeness.phone_share, query.phone, other.phone),
        _line("地址", 15, likeness.address_share, query.address, other.address),
    )
    return _Names(sum(reason.points for reason in reasons), reasons, is_branch=False)


def _line(label: str, of: int, share: Callable[[str, str], float], left: str, right: str) -> Reason:
    return Reason(label, round(of * share(left, right)), of, left, right)
