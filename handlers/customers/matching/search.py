"""Looking for a customer that is already there: active, frozen or applied for (SD-010 3.3.2, R-073).

Every search is logged with what it showed, because it is the evidence a false-new finding is judged by.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from engine.store import loads, placeholders
from engine.transactions import Tx
from handlers.customers.matching import likeness
from handlers.customers.matching.in_flight import names_of
from handlers.customers.matching.name_index import CUSTOMERS, IN_FLIGHT
from handlers.customers.matching.naming import ParsedName, normalise, parse
from handlers.customers.matching.score import LIST_AT, Candidate, Match, Verdict, score
from handlers.customers.tables import ACCOUNT_STATUS, search_log
from handlers.customers.values.keys import DOMESTIC, key_of
from handlers.customers.values.secrets import stored_key

MOST_HITS = 30


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
    key: str | None  # as stored
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
    key = stored_key(tx.vault, key)
    name = parse(query.name) if query.name else None
    known = [*_customers(tx, name, key), *_applications(tx, name, key, case_id)]
    commonness = _commonness(tx, name) if name and known else 1
    compared = [(_match(query, key, one, commonness), one) for one in known]
    hits = [_hit(match, one) for match, one in compared if match.score >= LIST_AT]
    return sorted(hits, key=lambda hit: (-hit.score, hit.candidate))[:MOST_HITS]


def candidate_of(form: Mapping[str, Any]) -> Candidate:
    """The party of an application as the matcher sees it."""
    return Candidate(
        name=str(form.get("legal_name") or ""),
        tax_id=str(form.get("tax_id") or ""),
        phone=str(form.get("phone") or ""),
        address=str(form.get("street_address") or ""),
        legal_representative=str(form.get("legal_representative") or ""),
        other_names=tuple(names_of({**form, "legal_name": ""})),
    )


def _match(query: Candidate, key: str | None, known: _Known, commonness: int) -> Match:
    match = score(query, known.facts, commonness)
    if key is not None and key == known.key and match.decisive != "same_key":
        return Match(100, match.reasons, "same_key")  # foreign and internal numbers, which the matcher leaves alone
    return match


def _hit(match: Match, known: _Known) -> Hit:
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
    " WHERE a.status != 'merged' AND a.account_group != 'C009' AND p.id IN ({marks})"
)


def _customers(tx: Tx, name: ParsedName | None, key: str | None) -> list[_Known]:
    names = _names(tx, CUSTOMERS.like(tx, name) if name else [], key)
    if not names:
        return []
    found = []
    for code, status, department, party_id, party, tax_id, phone, address, person in tx.all(
        _ACCOUNTS.format(marks=placeholders(names)), list(names)
    ):
        first, *others = names[party_id]
        facts = Candidate(first, tx.vault.plain(tax_id) or "", phone or "", address or "", person or "", tuple(others))
        found.append(_Known(code, facts, party, status, ACCOUNT_STATUS[status], department))
    return found


def _names(tx: Tx, ids: list[int], key: str | None) -> dict[int, list[str]]:
    """All names, the present one first, of the parties that have one of these names or the key."""
    tests = [f"SELECT party_id FROM party_name WHERE id IN ({placeholders(ids)})"] if ids else []
    tests += ["SELECT id FROM party WHERE key = ?"] if key else []
    names: dict[int, list[str]] = defaultdict(list)
    if tests:
        for party_id, text in tx.all(
            f"SELECT party_id, name FROM party_name WHERE party_id IN ({' UNION '.join(tests)})"
            " ORDER BY CASE WHEN kind = 'current' AND valid_to IS NULL THEN 0 ELSE 1 END, id",
            (*ids, *([key] if key else [])),
        ):
            names[party_id].append(text)
    return names


def _commonness(tx: Tx, name: ParsedName) -> int:
    """How many customers' names share the 字号, counted as far as it makes a difference."""
    counted = f"SELECT 1 FROM party_name WHERE brand = ? LIMIT {2 ** (likeness.COMMONEST + 3)}"
    row = tx.one(f"SELECT count(*) FROM ({counted}) AS found", (name.brand,))
    assert row is not None
    return int(row[0])


# --- applications ----------------------------------------------------------------------------------


def _applications(tx: Tx, name: ParsedName | None, key: str | None, case_id: int | None) -> list[_Known]:
    """Applications for new customers and names that are not over, by the index of names and by their number."""
    ids = IN_FLIGHT.like(tx, name) if name else []
    tests = [f"i.id IN (SELECT instance_id FROM applied_name WHERE id IN ({placeholders(ids)}))"] if ids else []
    tests += ["i.id IN (SELECT instance_id FROM applied WHERE key = ?)"] if key else []
    if not tests:
        return []
    found = []
    for instance_id, number, department, text, own in tx.all(
        "SELECT i.id, i.number, d.name, i.form, a.key FROM instance i JOIN department d ON d.id = i.department_id"
        f" JOIN applied a ON a.instance_id = i.id WHERE i.id != ? AND ({' OR '.join(tests)})",
        (case_id or 0, *ids, *([key] if key else [])),
    ):
        form = loads(tx.vault.reveal(text))
        if own is None:  # a new name of a customer that keeps its number, and is found by it itself
            form["tax_id"] = ""
        status = f"在办：{number}，{department}"
        found.append(_Known(number, candidate_of(form), own, "applied", status, department, instance_id))
    return found
