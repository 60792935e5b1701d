"""What a file is, told by its content: the extension says only what somebody believes it to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from zipfile import BadZipFile, ZipFile


@dataclass(frozen=True)
class FileType:
    """A type of file that is taken in; the first extension is the usual one."""

    name: str
    media_type: str
    extensions: tuple[str, ...]


OFFICE = "application/vnd.openxmlformats-officedocument."
PDF = FileType("PDF", "application/pdf", (".pdf",))
PNG = FileType("PNG 图片", "image/png", (".png",))
JPEG = FileType("JPG 图片", "image/jpeg", (".jpg", ".jpeg"))
XLSX = FileType("Excel 工作簿", f"{OFFICE}spreadsheetml.sheet", (".xlsx",))
DOCX = FileType("Word 文档", f"{OFFICE}wordprocessingml.document", (".docx",))
OFD = FileType("OFD 版式文件", "application/ofd", (".ofd",))
ALLOWED = (PDF, PNG, JPEG, XLSX, DOCX, OFD)

_MAGIC: Mapping[bytes, FileType] = {b"%PDF-": PDF, b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG}
_ZIPPED: Mapping[str, FileType] = {"xl/workbook.xml": XLSX, "word/document.xml": DOCX, "OFD.xml": OFD}


def sniff(content: bytes) -> FileType | None:
    """The type by the first bytes, for zip-based ones by what is inside; None for everything else."""
    for magic, found in _MAGIC.items():
        if content.startswith(magic):
            return found
    return _zipped(content) if content.startswith(b"PK\x03\x04") else None


def allowed_text() -> str:
    """The extensions that are taken in: `PDF、PNG、JPG …`."""
    return "、".join(one.removeprefix(".").upper() for kind in ALLOWED for one in kind.extensions)


def check(name: str, content: bytes) -> FileType:
    """The type of a file that may come in; ValueError with the remedy when it may not."""
    if not content:
        raise ValueError(f"“{name}”是空文件，没有上传；请重新选择")
    found = sniff(content)
    if found is None:
        raise ValueError(f"“{name}”不是可以上传的文件，没有上传；只收 {allowed_text()}，请转换后再传")
    if not name.lower().endswith(found.extensions):
        usual = found.extensions[0]
        raise ValueError(f"“{name}”的内容其实是{found.name}，与扩展名不符，没有上传；请改为 {usual} 或换成正确的文件")
    return found


def _zipped(content: bytes) -> FileType | None:
    """Only the list of names is read, nothing is unpacked; a file with macros is not taken in."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (BadZipFile, ValueError, OSError, NotImplementedError):
        return None
    if any(name.endswith("vbaProject.bin") for name in names):
        return None
    return next((found for inside, found in _ZIPPED.items() if inside in names), None)
