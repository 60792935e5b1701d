"""What kind of file somebody sent, judged by its bytes, and what is refused before anything opens it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from engine.excel.findings import refused

LARGEST = 50_000_000  # bytes after unpacking; `limit` of `refuse` overrides
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and every file that Excel has put a password on
_SAVE_AS = "请在 Excel 中另存为 .xlsx 后重试，或下载模板填写"
# A formula that no program has computed yet: a cell with <f> and without a value.
_UNCOMPUTED = re.compile(
    rb'<c r="([A-Z]{1,3}[0-9]{1,7})"[^>]*>\s*<f(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>'
)
_SHEET = re.compile(rb'<sheet [^>]*?name="([^"]*)"[^>]*?r:id="([^"]*)"')
_RELATION = re.compile(rb"<Relationship [^>]*>")


def is_text(content: bytes, filename: str) -> bool:
    """Whether this is a table written as text: by its name, unless its bytes are those of a workbook."""
    return filename.lower().endswith((".csv", ".txt", ".tsv")) and not _is_zip(content) and content[:8] != _OLE


def refuse(content: bytes, filename: str, limit: int = LARGEST) -> None:
    """Refuse what must not be opened, or cannot be: macros, passwords, bombs, pages that call themselves .xls.

    Raises ImportRejected with the remedy.
    """
    if not content:
        raise refused(filename, "文件是空的；请确认保存成功后重新选择")
    if _is_zip(content):
        _refuse_archive(content, filename, limit)
    elif content[:8] == _OLE:
        _refuse_ole(content, filename)
    elif content.lstrip()[:1] == b"<":
        raise refused(filename, f"扩展名像表格，内容其实是网页或 XML；{_SAVE_AS}")


def uncomputed(content: bytes, sheet: str) -> list[str]:
    """Addresses (`C7`) of the formulas of a sheet whose result the file does not hold, as programs write them."""
    if not _is_zip(content):
        return []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        name = _part_of(archive, sheet)
        page = archive.read(name) if name else b""
    return [found.decode() for found in _UNCOMPUTED.findall(page)] if b"<f" in page else []


def _is_zip(content: bytes) -> bool:
    return content[:2] == b"PK" and zipfile.is_zipfile(io.BytesIO(content))


def _refuse_archive(content: bytes, filename: str, limit: int) -> None:
    """A few kilobytes of .xlsx can unpack to gigabytes; look at the directory of the archive first."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [entry.filename.lower() for entry in archive.infolist()]
        if sum(entry.file_size for entry in archive.infolist()) > limit:
            raise refused(filename, f"展开后超过 {limit // 1_000_000} MB，请分成几个文件导入")
    if any(name.endswith("vbaproject.bin") for name in names):
        raise refused(filename, "文件含有宏，不予打开；请另存为不含宏的 .xlsx 后重新上传")


def _refuse_ole(content: bytes, filename: str) -> None:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise refused(filename, "文件设有打开密码，读不出来；请在 Excel 中去掉密码后重新上传")
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise refused(filename, "文件含有宏，不予打开；请另存为不含宏的 .xlsx 后重新上传")


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The part of an .xlsx that holds a sheet."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    book, relations = archive.read("xl/workbook.xml"), archive.read("xl/_rels/workbook.xml.rels")
    wanted = next((key for name, key in _SHEET.findall(book) if _plain(name).strip() == sheet), None)
    for relation in _attributes(relations):
        if wanted is not None and relation.get(b"Id") == wanted:
            target = relation.get(b"Target", b"").decode().removeprefix("/xl/")
            return f"xl/{target}" if f"xl/{target}" in names else None
    return None


def _attributes(relations: bytes) -> Iterator[dict[bytes, bytes]]:
    for tag in _RELATION.findall(relations):
        yield dict(re.findall(rb'(\w+)="([^"]*)"', tag))


def _plain(text: bytes) -> str:
    name = text.decode()
    for mark, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        name = name.replace(mark, sign)
    return name
