"""函 and other formal notices to departments: numbered, sealed, kept as sent, with who read them when (2.1.4, 3.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from engine import signed_form
from engine.cases import NEXT_NUMBER
from engine.clock import local
from engine.errors import Misconfigured
from engine.operations import Context, operation
from engine.seals import Seals
from engine.signing import genuine
from engine.store import dumps, loads, moment, stamp
from engine.transactions import Row, Tx
from handlers.notices import letters, outbox
from handlers.notices.outbox import Note
from handlers.notices.tables import formal_letter

RECEIPTS = (
    "SELECT p.name, n.created_at, n.read_at FROM notice n JOIN person p ON p.id = n.person_id"
    " WHERE n.instance_id = ? AND n.kind = ? AND n.channel = 'inbox' ORDER BY n.id"
)
APPROVED_BY = (
    "SELECT done_by FROM work_item WHERE instance_id = ? AND department_id = ? AND signature IS NOT NULL"
    " ORDER BY done_at DESC, id DESC LIMIT 1"
)
LETTERS = (
    "SELECT l.id, l.number, l.subject, l.body, d.name, l.issued_at, l.instance_id, l.recipients,"
    " l.signature FROM formal_letter l"
    " JOIN department d ON d.id = l.department_id"
)


@dataclass(frozen=True)
class Receipt:
    """Whether and when somebody has read what was sent."""

    person: str
    sent_at: datetime
    read_at: datetime | None


@dataclass(frozen=True)
class Formal:
    """A letter as it was issued."""

    id: int
    number: str
    subject: str
    body: str
    department: str
    issued_at: datetime
    instance_id: int
    recipients: str
    signature: Mapping[str, Any] | None  # None: issued by a release that did not seal letters

    @property
    def text(self) -> dict[str, str]:
        """What the seal is over."""
        return _text(self.number, self.subject, self.body, self.recipients)

    def holds(self, seals: Seals) -> bool:
        """Whether it is sealed, and says what it said when it was."""
        signed = self.signature
        return signed is not None and signed["hash"] == signed_form.text_digest(self.text) and genuine(seals, signed)


@operation("notices.letter", "发函", letters={"letter": ("letter_number", "recipients")})
def letter(ctx: Context) -> None:
    """Issue the formal letter of an urgent application (R-064): number it, seal it, keep it, send it to the
    departments named.

    Once per round; the number runs without gaps per department and year. The letter also gets `letter_number`,
    `recipients`.
    """
    if ctx.tx.one("SELECT 1 FROM formal_letter WHERE instance_id = ? AND round = ?", (ctx.case.id, ctx.case.round)):
        return
    departments = _named(ctx) or _relevant(ctx)
    names = "、".join(ctx.people.department(one).name for one in departments)
    number = next_number(ctx.tx, ctx.people.department(ctx.case.department_id).name, local(ctx.now).year)
    written = letters.write(ctx, "letter", letter_number=number, recipients=names)
    ctx.tx.core(
        insert(formal_letter).values(
            instance_id=ctx.case.id, round=ctx.case.round, number=number, department_id=ctx.case.department_id,
            subject=written.subject, body=written.body, recipients=names, issued_at=ctx.now,
            signature=dumps(_sealed(ctx, _text(number, written.subject, written.body, names))),
        )
    )  # fmt: skip
    told = _tell(ctx, departments, "letter", written)
    ctx.record("letter.issued", number=number, recipients=names, persons=told)


@operation("notices.remaining", "通知其余相关部门", letters={"remaining": ()})
def remaining(ctx: Context) -> None:
    """Tell the remaining departments of a special freeze before it counts as filed (2.1.4, AMB-06): finance,
    marketing and the units that own the customer, save the one that files.
    """
    departments = [one for one in _relevant(ctx) if one != ctx.case.department_id]
    told = _tell(ctx, departments, "remaining", letters.write(ctx, "remaining"))
    names = "、".join(ctx.people.department(one).name for one in departments)
    ctx.record("departments.notified", recipients=names, persons=told, departments=departments)


def next_number(tx: Tx, department: str, year: int) -> str:
    """`经营一部函〔2026〕3 号`: gapless, because a number is taken in the transaction that issues the letter."""
    row = tx.one(NEXT_NUMBER, (f"letter-{department}-{year}",))
    assert row is not None
    return f"{department}函〔{year}〕{row[0]} 号"


def of_case(tx: Tx, instance_id: int) -> list[Formal]:
    """The letters issued in a case, oldest first."""
    rows = tx.all(f"{LETTERS} WHERE l.instance_id = ? ORDER BY l.id", (instance_id,))
    return [_formal(row) for row in rows]


def signed_letters(tx: Tx, instance_id: int, letter_id: int | None = None) -> list[dict[str, Any]]:
    """The sealed letters of a case, or one of them, as they enter a 签章文件."""
    found = [one for one in of_case(tx, instance_id) if one.signature and letter_id in (None, one.id)]
    return [signed_form.letter(one.signature or {}, one.department, one.text) for one in found]


def receipts(tx: Tx, instance_id: int, kind: str) -> list[Receipt]:
    """Who was sent the letter or notice of a case, and when they read it."""
    rows = tx.all(RECEIPTS, (instance_id, kind))
    return [Receipt(row[0], moment(row[1]), moment(row[2]) if row[2] else None) for row in rows]


def _formal(row: Row) -> Formal:
    signature = loads(row[8]) if row[8] else None
    return Formal(row[0], row[1], row[2], row[3], row[4], moment(row[5]), row[6], row[7], signature)


def _text(number: str, subject: str, body: str, recipients: str) -> dict[str, str]:
    return {"number": number, "subject": subject, "body": body, "recipients": recipients}


def _sealed(ctx: Context, text: Mapping[str, str]) -> dict[str, Any]:
    """Issued by the leader who approved the application (3.2), under the seal of his department."""
    row = ctx.tx.one(APPROVED_BY, (ctx.case.id, ctx.case.department_id))
    issuer = ctx.people.person(row[0] if row else ctx.case.applicant_id)
    department = ctx.people.department(ctx.case.department_id).code
    signature: dict[str, Any] = {
        "case": ctx.case.number, "letter": text["number"], "hash": signed_form.text_digest(text), "by": issuer.id,
        "name": issuer.name, "department": department, "at": stamp(ctx.now),
    }  # fmt: skip
    return {**signature, "seal": ctx.seals.seal(department, signature)}


def _named(ctx: Context) -> list[int]:
    return [int(one) for one in ctx.case.form.get("letter_to") or ()]


def _relevant(ctx: Context) -> list[int]:
    """Finance, marketing and the unit that owns the customer."""
    kinds = [one.id for kind in ("finance", "marketing") for one in ctx.people.departments(kind, ctx.now)]
    row = ctx.tx.one("SELECT department_id FROM account WHERE customer_code = ?", (ctx.case.subject or "",))
    return list(dict.fromkeys([*kinds, *([int(row[0])] if row else [])]))


def _tell(ctx: Context, departments: Iterable[int], kind: str, written: letters.Letter) -> list[int]:
    people = [person for one in departments for person in _focal(ctx, one)]
    note = Note(kind, ctx.job, written.subject, written.body, ctx.case.id)
    return outbox.queue(ctx.tx, ctx.now, ctx.people, people, note)


def _focal(ctx: Context, department: int) -> list[int]:
    kind = "maintainer" if ctx.people.department(department).kind == "maintaining" else "focal"
    try:
        return [ctx.people.answering(kind, department, ctx.now).acting.person.id]
    except Misconfigured:  # nobody there: the configuration check tells the administrator
        return []
