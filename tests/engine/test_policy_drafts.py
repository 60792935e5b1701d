"""A new version of a policy: written by an owner, published by a second one, and nothing in force ever altered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine import company, policy_drafts, policy_tables
from engine.errors import FormInvalid, NotAllowed, NotPossible
from engine.people import People
from engine.policy import PolicyInvalid
from engine.transactions import Transactions
from engine.vault import Vault
from tests.cast import MONDAY, Cast, move_in
from tests.engine.test_policy import TEXT, changed

NEXT = changed("penalty.overtime.focal", 80, changed("clocks.T2.normal", "6h"))
NEXT = changed("policy.version", "2026-12", changed("policy.effective_from", date(2026, 12, 1), NEXT))
REASON = "工作量增加，经总经理办公会同意"


class Owners:
    """赵磊 is administrator, 郭建国 is appointed another one; 孙倩 is none."""

    def __init__(self, url: str, folder: Path) -> None:
        self.transactions = Transactions(url, Vault(folder / "keys"))
        with self.transactions.write() as tx:
            self.cast: Cast = move_in(tx)
            department, second = self.cast.department("MDM"), self.cast.person("郭建国")
            company.appoint(
                tx, MONDAY, self.cast.person("赵磊"), department_id=department, kind="admin", person_id=second
            )
            policy_tables.publish(tx, MONDAY, TEXT)
            self.people = People.load(tx)

    def do(self, verb: Callable[..., Any], who: str, *args: Any) -> Any:
        with self.transactions.write() as tx:
            return verb(tx, MONDAY, self.people, self.cast.person(who), "SD-010", *args)

    def proposed(self, text: str = NEXT) -> int:
        draft = self.do(policy_drafts.save, "赵磊", 0, text)
        self.do(policy_drafts.propose, "赵磊", draft.revision, REASON)
        return int(draft.revision)

    def versions(self) -> list[policy_tables.Published]:
        with self.transactions.read() as tx:
            return policy_tables.history(tx, "SD-010")


@pytest.fixture
def owners(database: str, tmp_path: Path) -> Iterator[Owners]:
    made = Owners(database, tmp_path)
    yield made
    made.transactions.close()


def test_a_second_person_publishes_and_who_and_why_stay_on_record(owners: Owners) -> None:
    # given a version that 赵磊 has proposed
    revision = owners.proposed()

    # when 郭建国 publishes it
    owners.do(policy_drafts.publish, "郭建国", revision, "已核对")

    # then it stands beside the old one, with author, approver, reason and fingerprint, and the draft is gone
    new, old = owners.versions()
    assert (new.policy.version, old.policy.version) == ("2026-12", "2004-04")
    assert (new.author_id, new.approver_id) == (owners.cast.person("赵磊"), owners.cast.person("郭建国"))
    assert (new.reason, new.opinion, new.content) == (REASON, "已核对", NEXT)
    assert new.policy.fingerprint != old.policy.fingerprint
    with owners.transactions.read() as tx:
        assert policy_drafts.find(tx, "SD-010") is None
        kinds = [row[0] for row in tx.all("SELECT kind FROM admin_log WHERE kind LIKE 'policy.%' ORDER BY id")]
    assert kinds == ["policy.proposed", "policy.published"]


def test_each_past_day_keeps_the_version_that_was_in_force(owners: Owners) -> None:
    """E-97."""
    owners.do(policy_drafts.publish, "郭建国", owners.proposed(), "已核对")

    with owners.transactions.read() as tx:
        policies = policy_tables.published(tx, "SD-010")

    amounts = [policies.at(date(2026, *day)).penalty.overtime.focal for day in ((11, 30), (12, 1))]
    assert amounts == [50, 80]


def test_nobody_publishes_what_he_has_written_in(owners: Owners) -> None:
    revision = owners.proposed()
    edited = owners.do(policy_drafts.save, "郭建国", revision, NEXT.replace("80", "90"))
    owners.do(policy_drafts.propose, "赵磊", edited.revision, REASON)

    for author in ("赵磊", "郭建国"):
        with pytest.raises(NotAllowed, match="另一人"):
            owners.do(policy_drafts.publish, author, edited.revision, "已核对")


def test_only_owners_write_and_publish(owners: Owners) -> None:
    with pytest.raises(NotAllowed, match="考核人员或系统管理员"):
        owners.do(policy_drafts.save, "孙倩", 0, NEXT)


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ("policy.version", "2004-04", "policy.version"),
        ("policy.effective_from", date(2026, 11, 16), "policy.effective_from"),
        ("policy.effective_from", date(2004, 4, 1), "policy.effective_from"),
        ("policy.id", "SD-011", "policy.id"),
        ("clocks.T2.normal", "six", "clocks.T2.normal"),
        ("penalty.overtime.person", "whoever", "penalty.overtime.person"),
    ],
)
def test_what_cannot_be_published_is_refused_by_its_key_and_kept_as_typed(
    owners: Owners, path: str, value: object, key: str
) -> None:
    draft = owners.do(policy_drafts.save, "赵磊", 0, changed(path, value, NEXT))

    with pytest.raises(PolicyInvalid) as refused:
        owners.do(policy_drafts.propose, "赵磊", draft.revision, REASON)

    assert refused.value.values["key"] == key
    assert refused.value.values["remedy"]
    with owners.transactions.read() as tx:
        assert policy_drafts.find(tx, "SD-010") == draft


def test_a_version_without_a_change_or_without_a_reason_is_refused(owners: Owners) -> None:
    same = changed("policy.version", "2026-12", changed("policy.effective_from", date(2026, 12, 1)))
    draft = owners.do(policy_drafts.save, "赵磊", 0, same)

    with pytest.raises(PolicyInvalid, match="没有差别"):
        owners.do(policy_drafts.propose, "赵磊", draft.revision, REASON)
    with pytest.raises(FormInvalid):
        owners.do(policy_drafts.propose, "赵磊", draft.revision, " ")


def test_whoever_saves_second_overwrites_nothing(owners: Owners) -> None:
    first = owners.do(policy_drafts.save, "赵磊", 0, NEXT)
    owners.do(policy_drafts.save, "赵磊", first.revision, NEXT + "# 1\n")

    for revision in (0, first.revision):
        with pytest.raises(NotPossible, match="刚被别人"):
            owners.do(policy_drafts.save, "郭建国", revision, TEXT)


def test_a_proposal_that_was_sent_back_or_changed_cannot_be_published(owners: Owners) -> None:
    revision = owners.proposed()
    owners.do(policy_drafts.send_back, "郭建国", revision, "金额请按批文")

    with pytest.raises(NotPossible, match="提请"):
        owners.do(policy_drafts.publish, "郭建国", revision, "已核对")

    owners.do(policy_drafts.drop, "赵磊", revision)
    assert len(owners.versions()) == 1


def test_the_comments_of_a_file_stay_with_its_version(owners: Owners) -> None:
    assert "# AMB-12 送达即收到" in owners.versions()[0].content
