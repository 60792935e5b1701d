"""What is wrong with a definition, said so that its owner can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from engine.errors import CountersignError

Level = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Problem:
    """One fault of a process folder: which file, which element (node, field or key), what, and the remedy.

    `node` is the id of the drawn element, where there is one, so that an editor can mark it.
    """

    file: str
    element: str
    what: str
    remedy: str
    level: Level = "error"
    node: str = field(default="", compare=False)

    def __str__(self) -> str:
        mark = "错误" if self.level == "error" else "提醒"
        place = f"{self.file} {self.element}".strip()
        return f"[{mark}] {place}：{self.what}。{self.remedy}"


class DefinitionInvalid(CountersignError):
    """流程定义有误；`problems` 逐条说明文件、元素、问题和改法。"""

    template = "流程定义有 {count} 处错误：\n{list}"
    status = 422

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(count=len(self.problems), list="\n".join(str(problem) for problem in self.problems))
