"""RP-06 客户主数据维护考核月报: the tables of a month, the same for the page, print, workbook and CSV."""

from handlers.penalties.rp06.adjustments import Adjustment
from handlers.penalties.rp06.departments import Row, rows
from handlers.penalties.rp06.report import report
from handlers.penalties.rp06.words import titles

__all__ = ["Adjustment", "Row", "report", "rows", "titles"]
