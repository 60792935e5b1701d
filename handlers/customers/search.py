"""Looking for a customer that is already there: active, frozen or applied for (SD-010 3.3.2, R-073).

Every search is logged with what it showed, because it is the evidence a false-new finding is judged by.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from engine.store import loads
from engine.transactions import Tx
from handlers.customers.keys import DOMESTIC, key_of
from handlers.customers.matching import Candidate, Match, Verdict, score
from handlers.customers.naming import block_keys, normalise, parse
from handlers.customers.tables import ACCOUNT_STATUS, search_log

SHOWN_FROM = 50  # weaker likenesses only distract
MOST_HITS = 30
MOST_COMPARED = 300
PROCESS = "customer_create"


@dataclass(frozen=True)
class Hit:
    """A customer or application that may be the one meant; `candidate` is its code or case number."""

    candidate: str
    name: str
    status: str  # ACCOUNT_STATUS, or 'applied' for an application in flight
    status_text: str  # 正常, 冻结 … or 在办：单号，部门
    department: str
    score: int
    verdict: Verdict
    same_key: bool
    reasons: tuple[dict[str, Any], ...]
    instance_id: int | None = None


@dataclass(frozen=True)
class SearchResult:
    id: int
    at: datetime
    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class _Known:
    """A customer or application as the matcher sees it, and where it stands."""

    candidate: str
    facts: Candidate
    key: str | None
    status: str
    status_text: str
    department: str
    instance_id: int | None = None


def search(
    tx: Tx, now: datetime, actor_id: int, name: str, tax_id: str, *, country: str = DOMESTIC,
    form: Mapping[str, Any] | None = None, case_id: int | None = None,
) -> SearchResult:  # fmt: skip
    """Look for the customer and log the search.

    `form` is what else is filled in already: telephone and address let the search see what the check at submission
    will see. `case_id` leaves the searcher's own application out.
    """
    known = {"country": country, **(form or {}), "legal_name": name.strip(), "tax_id": tax_id.strip()}
    key = key_of(known)
    hits = find(tx, candidate_of(known), key, case_id)
    values = {
        "at": now,
        "person_id": actor_id,
        "name": name.strip()[:200],
        "tax_id": tax_id.strip()[:60],
        "normal": normalise(name)[:200],
        "key": key,
        "hits": [asdict(hit) for hit in hits],
    }
    logged = tx.core(insert(search_log).values(**values).returning(search_log.c.id)).scalar_one()
    return SearchResult(logged, now, tuple(hits))


def find(tx: Tx, query: Candidate, key: str | None, case_id: int | None = None) -> list[Hit]:
    """The likely hits, best first, without leaving a trace."""
    keys = block_keys(parse(query.name)) if query.name else set()
    known = [*_customers(tx, keys, key), *_applications(tx, keys, key, case_id)]
    hits = [hit for one in known if (hit := _hit(query, key, one)).score >= SHOWN_FROM]
    return sorted(hits, key=lambda hit: (-hit.score, hit.candidate))[:MOST_HITS]


def candidate_of(form: Mapping[str, Any]) -> Candidate:
    """The party of an application as the matcher sees it."""
    names = (str(form.get(field) or "") for field in ("name_en", "name_trad"))
    return Candidate(
        name=str(form.get("legal_name") or ""),
        tax_id=str(form.get("tax_id") or ""),
        phone=str(form.get("phone") or ""),
        address=str(form.get("street_address") or ""),
        legal_representative=str(form.get("legal_representative") or ""),
        other_names=tuple(name for name in names if name),
    )


def _hit(query: Candidate, key: str | None, known: _Known) -> Hit:
    match = score(query, known.facts)
    if key is not None and key == known.key and match.decisive != "same_key":
        match = Match(100, match.reasons, "same_key")  # foreign and internal numbers, which the matcher leaves alone
    return Hit(
        candidate=known.candidate,
        name=known.facts.name,
        status=known.status,
        status_text=known.status_text,
        department=known.department,
        score=match.score,
        verdict=match.verdict,
        same_key=match.decisive == "same_key",
        reasons=tuple(asdict(reason) for reason in match.reasons),
        instance_id=known.instance_id,
    )


# --- customers -------------------------------------------------------------------------------------

_ACCOUNTS = (
    "SELECT a.customer_code, a.status, d.name, p.id, p.key, p.tax_id, g.phone, g.street_address,"
    " g.legal_representative FROM account a JOIN party p ON p.id = a.party_id"
    " JOIN department d ON d.id = a.department_id LEFT JOIN general_view g ON g.account_id = a.id"
    " WHERE a.status != 'merged' AND p.id IN ({marks})"
)


def _customers(tx: Tx, keys: Iterable[str], key: str | None) -> list[_Known]:
    parties = _parties_like(tx, sorted(keys)) | _parties_with(tx, key)
    if not parties:
        return []
    marks, values = ", ".join("?" * len(parties)), sorted(parties)
    names: dict[int, list[str]] = defaultdict(list)
    for party_id, name in tx.all(
        f"SELECT party_id, name FROM party_name WHERE party_id IN ({marks})"
        " ORDER BY CASE WHEN kind = 'current' AND valid_to IS NULL THEN 0 ELSE 1 END, id",
        values,
    ):
        names[party_id].append(name)
    found = []
    for code, status, department, party_id, party, tax_id, phone, address, person in tx.all(
        _ACCOUNTS.format(marks=marks), values
    ):
        first, *others = names[party_id]
        facts = Candidate(first, tax_id or "", phone or "", address or "", person or "", tuple(others))
        found.append(_Known(code, facts, party, status, ACCOUNT_STATUS[status], department))
    return found


def _parties_like(tx: Tx, keys: list[str]) -> set[int]:
    """The parties whose names share the most index keys."""
    if not keys:
        return set()
    marks = ", ".join("?" * len(keys))
    rows = tx.all(
        f"SELECT n.party_id FROM name_key k JOIN party_name n ON n.id = k.name_id WHERE k.key IN ({marks})"
        " GROUP BY n.party_id ORDER BY count(*) DESC, n.party_id LIMIT ?",
        (*keys, MOST_COMPARED),
    )
    return {row[0] for row in rows}


def _parties_with(tx: Tx, key: str | None) -> set[int]:
    return {row[0] for row in tx.all("SELECT id FROM party WHERE key = ?", (key,))} if key else set()


# --- applications ----------------------------------------------------------------------------------


def _applications(tx: Tx, keys: set[str], key: str | None, case_id: int | None) -> list[_Known]:
    """Applications for new customers that are not over; a few hundred at most, so their forms are read."""
    found = []
    for instance_id, number, department, text in tx.all(
        "SELECT i.id, i.number, d.name, i.form FROM instance i JOIN department d ON d.id = i.department_id"
        " WHERE i.status IN ('open', 'suspended') AND i.process = ? AND i.id != ?",
        (PROCESS, case_id or 0),
    ):
        form = loads(text)
        facts, own = candidate_of(form), key_of(form)
        if (key is not None and own == key) or not keys.isdisjoint(block_keys(parse(facts.name))):
            status = f"在办：{number}，{department}"
            found.append(_Known(number, facts, own, "applied", status, department, instance_id))
    return found
