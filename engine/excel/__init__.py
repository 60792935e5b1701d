"""Spreadsheets in and out: what people send is distrusted, what they get opens as it was written."""

from engine.excel.writing import Column, Note, Sheet, write

__all__ = ["Column", "Note", "Sheet", "write"]
