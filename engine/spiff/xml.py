"""Reading XML from strangers: no DTD, no entities, no network, bounded in size and depth."""

from lxml import etree

from engine.spiff.errors import DiagramError
from engine.spiff.nodes import Problem

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
OURS = "urn:countersign:bpmn"
SPACES = {"b": BPMN, "cs": OURS}

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 60

Element = etree._Element

AGAIN = "请用流程编辑器重新保存后再上传"
DOCTYPE = ("文件里有 DOCTYPE", "请删去 DOCTYPE 声明，BPMN 文件不需要它")
NOTHING = ("文件没有内容", "请选流程编辑器导出的 BPMN 2.0 文件")
NO_XML = ("不是 XML 文件", "请用流程编辑器导出为 BPMN 2.0（.bpmn 或 .xml）后再上传")
NESTED = (f"XML 嵌套超过 {MAX_DEPTH} 层", "请把深层的子流程改成调用活动")
TOO_LONG = ("一段文字太长", "请删去嵌入的图片和大段内容")
ENCODING = {
    etree.ErrorTypes.ERR_INVALID_ENCODING,
    etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING,
    etree.ErrorTypes.ERR_UNKNOWN_ENCODING,
}


def root_of(document: str, data: bytes) -> Element:
    """The root element of a BPMN file; raises DiagramError for anything else. `document` is its name."""
    if len(data) > MAX_BYTES:
        raise _refused(
            document,
            f"文件有 {len(data) // 1024} KB，超过上限 {MAX_BYTES // 1024} KB",
            "请删去嵌入的图片或拆分流程",
        )
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        raise _refused(document, *_why(data, error)) from None
    except ValueError:
        raise _refused(document, "不是完整的 XML", AGAIN) from None
    if getattr(root.getroottree().docinfo, "doctype", None):
        raise _refused(document, *DOCTYPE)
    _check_depth(document, root)
    if root.tag != f"{{{BPMN}}}definitions":
        raise _refused(document, f"根元素是 {local(root)}，不是 BPMN 的 definitions", "请上传 BPMN 2.0 文件")
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _why(data: bytes, error: etree.XMLSyntaxError) -> tuple[str, str]:
    """What is wrong with bytes that cannot be parsed, and what to do; the parser says so in English only."""
    code, (line, column) = getattr(error, "code", None), error.position  # lxml has it, its types have not
    if not data.strip():
        return NOTHING
    if b"<!DOCTYPE" in data:
        return DOCTYPE
    if code == etree.ErrorTypes.ERR_DOCUMENT_EMPTY:
        return NO_XML
    if code in ENCODING:
        return f"第 {line} 行的文字不合文件声明的编码，或这种编码不认得", "请另存为 UTF-8 编码后再上传"
    if code == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        return NESTED if "depth" in str(error) else TOO_LONG
    return f"不是完整的 XML：第 {line} 行第 {column} 列起读不下去", AGAIN


def local(element: Element) -> str:
    """The tag without its namespace."""
    return etree.QName(element).localname


def bpmn(tag: str) -> str:
    """The tag in the BPMN namespace."""
    return f"{{{BPMN}}}{tag}"


def ours(element: Element) -> dict[str, str]:
    """The attributes of an element in the namespace of Countersign."""
    start = f"{{{OURS}}}"
    return {
        str(name).removeprefix(start): str(value)
        for name, value in element.attrib.items()
        if str(name).startswith(start)
    }


def _check_depth(document: str, root: Element) -> None:
    level = [root]
    for _ in range(MAX_DEPTH):
        level = [child for element in level for child in element]
        if not level:
            return
    raise _refused(document, *NESTED)


def _refused(document: str, what: str, remedy: str) -> DiagramError:
    return DiagramError((Problem(None, what, remedy, document),))
