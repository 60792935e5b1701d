"""What is wrong with a file somebody filled in, said so that they can put it right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import CountersignError


@dataclass(frozen=True)
class Finding:
    """One cell (or row, or sheet) that keeps a workbook from being imported."""

    sheet: str
    row: int | None
    column: str | None
    message: str

    def __str__(self) -> str:
        row = f"第 {self.row} 行" if self.row else ""
        column = f"“{self.column}”列" if self.column else ""
        return f"“{self.sheet}”表{row}{column}：{self.message}"


class ImportRejected(CountersignError):
    """导入的文件有错误；`findings` 逐格说明，什么都没有写入。"""

    template = "文件有 {count} 处需要更正，什么都没有写入。请按下列说明改正后重新导入。"
    status = 422

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(count=len(self.findings))


def refused(file: str, why: str) -> ImportRejected:
    """A file that cannot be read at all."""
    return ImportRejected([Finding(file, None, None, why)])
