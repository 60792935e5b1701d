"""A policy as a file beside the procedures: every published version a document, the next one appended as a draft.

The file says by itself whether it is outdated: it must hold each published version as it was published.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from engine import policy_drafts
from engine.errors import NotPossible
from engine.people import People
from engine.policy import Policies
from engine.policy_reader import PolicyInvalid
from engine.policy_tables import Published, documents, history
from engine.transactions import Tx

EXPORT = "请先把改动提交到 git，再 countersign processes export 一次，合并后再导入"


def written(versions: Sequence[Published], draft: str | None = None) -> str:
    """The text of the file, oldest version first; `draft` is appended."""
    texts = [one.content for one in sorted(versions, key=lambda one: one.policy.effective_from)]
    return "---\n".join([*texts, *([draft] if draft else [])])


def added(versions: Sequence[Published], name: str, text: str) -> str | None:
    """The document that a file adds to the published versions, None when it adds none.

    Raises PolicyInvalid for what cannot be read or adds several, NotPossible when a published version is missing or
    was altered.
    """
    file = f"{name}.yaml"
    found = {Policies.parse(one, file).versions[0].version: one for one in documents(text, file)}
    if missing := [one.policy.version for one in versions if one.policy.version not in found]:
        why = f"文件里没有已发布的版本 {'、'.join(missing)}，它是在那以前导出的。{EXPORT}"
        raise NotPossible(what=f"导入制度 {name}", why=why)
    for one in versions:
        if Policies.parse(found.pop(one.policy.version), file).versions[0].fingerprint != one.policy.fingerprint:
            why = f"版本 {one.policy.version} 已经发布，不能改。请恢复它，在文件末尾 --- 之后写新的版本和生效日期"
            raise NotPossible(what=f"导入制度 {name}", why=why)
    if len(found) > 1:
        what, remedy = f"有 {len(found)} 个没有发布的版本：{'、'.join(found)}", "一次只写一个新版本"
        raise PolicyInvalid(file=file, key="policy.version", what=what, remedy=remedy)
    return next(iter(found.values()), None)


def bring_in(tx: Tx, now: datetime, people: People, actor: int, name: str, text: str) -> policy_drafts.Draft | None:
    """Keep the version that a file adds as the policy's draft; None when it adds none, or the draft says just that.

    It is published on the pages by a second person. Raises what `added` and the draft's own check raise, NotAllowed,
    and NotPossible while somebody's draft says something else: that is not overwritten.
    """
    versions = history(tx, name)
    if not versions:
        why = "数据库里没有这项制度；新的制度随安装发布（countersign migrate）"
        raise NotPossible(what=f"导入制度 {name}", why=why)
    more, draft = added(versions, name, text), policy_drafts.find(tx, name)
    if more is None or (draft and draft.text == more):
        return None
    if draft is not None:
        why = f"它已有草稿（第 {draft.revision} 稿）。请先在网页“制度”里发布或放弃，或用 export --draft 导出后合并"
        raise NotPossible(what=f"导入制度 {name}", why=why)
    policy_drafts.check(versions, name, more, now)
    return policy_drafts.save(tx, now, people, actor, name, 0, more)
