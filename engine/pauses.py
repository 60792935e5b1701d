"""Standing still with a reason: the categories a policy knows, the evidence handed in, what a pause was about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from engine.errors import CountersignError

if TYPE_CHECKING:
    from engine.step import Step

CLAIM = (
    "UPDATE attachment SET instance_id = ? WHERE id = ? AND uploaded_by = ?"
    " AND (instance_id IS NULL OR instance_id = ?) RETURNING name, sha256"
)


def must_be_known(step: Step, category: str) -> None:
    """Refuse a category that the policy does not list."""
    known = step.policy.policy.pause.categories
    if category not in known:
        raise CountersignError("没有“{category}”这种暂停类别，可选：{all}。", category=category, all="、".join(known))


def claimed(step: Step, files: Sequence[str], actor: int) -> list[dict[str, Any]]:
    """The evidence of a pause, which belongs to the case from now on: id, name and hash of each file."""
    found = []
    for file in files:
        row = step.tx.one(CLAIM, (step.case.id, file, actor, step.case.id))
        if row is None:
            raise CountersignError("依据附件不存在，或不是您上传的；请重新选择文件。")
        found.append({"id": file, "name": row[0], "sha256": row[1]})
    return found
