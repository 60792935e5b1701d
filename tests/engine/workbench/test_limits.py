"""A limit is changed at a node of the diagram and published with it, as the next version of the policy."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine import policy_drafts, policy_tables, workbench
from engine.check import check_documents
from engine.errors import NotAllowed, NotPossible
from engine.operations import registry
from engine.policy_limits import LIMITS
from tests.engine.test_policy import changed
from tests.engine.workbench.bench import POLICIES, PROCESS, Bench

TEXT = (POLICIES / "SD-010.yaml").read_text("utf-8")


def limits(*rows: tuple[str, str, str, str], policy: str = "SD-010") -> dict[str, str]:
    said = "".join(f'  - {{clock: "{c}", when: "{w}", from: "{f}", to: "{t}"}}\n' for c, w, f, t in rows)
    return {LIMITS: f'policy: "{policy}"\nlimits:\n{said}'}


SIX = limits(("T2", "normal", "4h", "6h"))


def proposed(bench: Bench, documents: dict[str, str]) -> int:
    return bench.drawn(documents)


def said(bench: Bench, documents: dict[str, str]) -> list[str]:
    return [f"{one.level} {one.what}" for one in check_documents(PROCESS, documents, bench.books, registry)]


def test_diagram_and_limit_are_published_together_and_the_limit_holds_from_tomorrow(bench: Bench) -> None:
    """
    Given 李志强, who renames a step and gives the departments six hours
    When 赵磊, an administrator, publishes
    Then the procedure has a second version without the limits, and the policy one that begins tomorrow
    """
    revision = proposed(bench, bench.renamed() | SIX)

    made = bench.publishes("赵磊", revision)

    with bench.transactions.read() as tx:
        versions = policy_tables.history(tx, "SD-010")
        documents = workbench.documents_of(tx, PROCESS, made)
    tomorrow = bench.clock.now().date() + timedelta(days=1)
    assert LIMITS not in documents
    assert [str(one.policy.clocks["T2"][0].limit) for one in versions] == ["6h", "4h"]
    assert (versions[0].policy.effective_from, versions[0].policy.version) == (tomorrow, tomorrow.isoformat())
    assert (versions[0].author_id, versions[0].approver_id) == (bench.cast.person("李志强"), bench.cast.person("赵磊"))
    assert "# AMB-12 送达即收到" in versions[0].content
    assert bench.draft() is None


def test_who_may_not_revise_policies_cannot_publish_a_limit_with_a_diagram(bench: Bench) -> None:
    revision = proposed(bench, bench.renamed() | SIX)

    with pytest.raises(NotAllowed, match="考核人员或系统管理员"):
        bench.publishes("郭建国", revision)

    draft = bench.draft()
    with bench.transactions.read() as tx:
        assert len(policy_tables.history(tx, "SD-010")) == 1
        assert len(workbench.versions(tx, PROCESS)) == 1
    assert draft is not None
    assert draft.proposed


def test_a_limit_that_was_changed_meanwhile_is_not_overwritten(bench: Bench) -> None:
    """The draft says from 4h; since then the policy says 5h."""
    revision = proposed(bench, bench.renamed() | SIX)
    five = changed("clocks.T2.normal", "5h", changed("policy.effective_from", date(2026, 9, 1), TEXT))
    with bench.transactions.write() as tx:
        policy_tables.publish(tx, bench.clock.now(), changed("policy.version", "2026-09", five))

    with pytest.raises(NotPossible, match="已改为 5 小时"):
        bench.publishes("赵磊", revision)


def test_a_version_that_waits_for_its_day_is_not_undermined(bench: Bench) -> None:
    revision = proposed(bench, bench.renamed() | SIX)
    later = changed("penalty.overtime.focal", 60, changed("policy.effective_from", date(2027, 1, 1), TEXT))
    with bench.transactions.write() as tx:
        policy_tables.publish(tx, bench.clock.now(), changed("policy.version", "2027", later))

    with pytest.raises(NotPossible, match="2027-01-01"):
        bench.publishes("赵磊", revision)


def test_a_draft_of_the_policy_that_would_undo_the_limit_stands_in_the_way(bench: Bench) -> None:
    revision = proposed(bench, bench.renamed() | SIX)
    with bench.transactions.write() as tx:
        who = bench.cast.person("赵磊")
        policy_drafts.save(tx, bench.clock.now(), bench.cast.people, who, "SD-010", 0, TEXT)

    with pytest.raises(NotPossible, match="修订草稿（赵磊保存）"):
        bench.publishes("赵磊", revision)


def test_a_limit_is_a_change_that_matters_and_is_told_in_words(bench: Bench) -> None:
    told = workbench.changes(PROCESS, bench.documents, bench.documents | SIX)

    assert [str(one) for one in told] == ["修改制度 SD-010 的时限 T2：正常限期：4 小时 → 6 小时"]


@pytest.mark.parametrize(
    ("documents", "problem"),
    [
        (limits(("T9", "normal", "4h", "6h")), "error 制度 SD-010 没有这个时钟"),
        (limits(("T2", "normal", "4h", "六小时")), "error 看不懂限期“六小时”"),
        (limits(("T2", "normal", "5h", "6h")), "error 正常限期在起草之后已改为 4 小时"),
        (limits(("T2", "urgent", "2h", "2h")), "warning 紧急限期与制度里的没有差别"),
        (limits(("T2", "normal", "4h", "6h"), policy="SD-099"), "error 没有这项制度"),
        (limits(("T2", "sometimes", "4h", "6h")), "error 读不懂"),
        ({LIMITS: "policy: SD-010\n"}, "error 没有写明制度和限期"),
        ({LIMITS: "limits: [\n"}, "error 不是有效的 YAML"),
    ],
)  # fmt: skip
def test_the_check_names_what_is_wrong_with_a_limit(bench: Bench, documents: dict[str, str], problem: str) -> None:
    found = said(bench, bench.documents | documents)

    assert any(one.startswith(problem) for one in found), found
