"""V-23: what must not be there twice; compared in normal form, itself left out."""

from __future__ import annotations

from collections.abc import Iterator

from handlers.customers.rules.facts import Facts, Found, rule
from handlers.customers.values.keys import key_of
from handlers.customers.values.secrets import stored_key
from handlers.customers.values.text import unify

SHIP_TO = "C002"
_PARTY = (
    "SELECT a.customer_code FROM party p JOIN account a ON a.party_id = p.id WHERE p.key = ? AND p.status = 'active'"
)
_ACCOUNT = (
    "SELECT DISTINCT a.customer_code FROM bank_account b JOIN account a ON a.id = b.account_id"
    " WHERE b.account_key = ? AND b.cnaps_code = ? AND a.party_id NOT IN"
    " (SELECT o.party_id FROM account o WHERE o.id = ?) ORDER BY a.customer_code"
)
_OWN = "SELECT party_id FROM account WHERE id = ?"


@rule("V-23-1", "unique", fixed="由查重、主键占用和数据库唯一索引保证，不能调低")
def party_key(facts: Facts) -> Iterator[Found]:
    """One party per key. On forms the duplicate search says so (with whom, and what to do instead): see guards."""
    key = key_of(facts.values)
    if key is None or facts.account_id is None:
        return
    row = facts.tx.one(
        "SELECT count(*) FROM party WHERE key = ? AND status = 'active' AND id <> (SELECT party_id FROM account WHERE"
        " id = ?)",
        (stored_key(facts.tx.vault, key), facts.account_id),
    )
    if row and row[0]:
        yield Found("tax_id", "另有客户主体使用同一证件号；请核对后合并。")


@rule("V-23-2", "unique")
def ship_to(facts: Facts) -> Iterator[Found]:
    """One ship-to per parent and address."""
    parent, address = facts.text("parent_code"), address_normal(facts.text("street_address"))
    if facts.text("account_group") != SHIP_TO or not parent or not address:
        return
    rows = facts.tx.all(
        "SELECT a.customer_code, g.street_address FROM general_view g JOIN account a ON a.id = g.account_id"
        " WHERE g.parent_code = ? AND a.account_group = ? AND a.id <> ? ORDER BY a.customer_code",
        (parent, SHIP_TO, facts.account_id or 0),
    )
    for code, known in rows:
        if address_normal(str(known or "")) == address:
            yield Found("street_address", f"上级客户 {parent} 在这个地址已有送达方 {code}；请直接使用。")


@rule("V-23-3", "unique")
def shared_account(facts: Facts) -> Iterator[Found]:
    """The same bank account under two parties: allowed, but somebody should look."""
    for path, row in facts.rows("banks"):
        number, cnaps = digits(row.get("account_no", "")), digits(row.get("cnaps_code", ""))
        if not number or not cnaps:
            continue
        codes = [
            one[0] for one in facts.tx.all(_ACCOUNT, (facts.tx.vault.fingerprint(number), cnaps, facts.account_id or 0))
        ]
        if codes:
            yield Found(
                f"{path}.account_no", f"同一银行账户已登记在客户 {'、'.join(codes[:3])} 名下；请核对是否同一客户。"
            )


def address_normal(text: str) -> str:
    """An address without blanks, hyphens and case."""
    return unify(text).upper().replace(" ", "").replace("-", "")


def digits(text: str) -> str:
    return unify(text).upper().replace(" ", "").replace("-", "")
