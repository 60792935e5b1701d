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


def root_of(document: str, data: bytes) -> Element:
    """The root element of a BPMN file; raises DiagramError for anything else. `document` is its name."""
    if len(data) > MAX_BYTES:
        raise _refused(
            document,
            f"文件有 {len(data) // 1024} KB，超过上限 {MAX_BYTES // 1024} KB",
            "请删去嵌入的图片或拆分流程",
        )
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _refused(document, f"不是完整的 XML：{error}", "请用流程编辑器重新保存后再上传") from None
    if getattr(root.getroottree().docinfo, "doctype", None):
        raise _refused(document, "文件里有 DOCTYPE", "请删去 DOCTYPE 声明，BPMN 文件不需要它")
    _check_depth(document, root)
    if root.tag != f"{{{BPMN}}}definitions":
        raise _refused(document, f"根元素是 {local(root)}，不是 BPMN 的 definitions", "请上传 BPMN 2.0 文件")
    return root


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
    raise _refused(document, f"XML 嵌套超过 {MAX_DEPTH} 层", "请把深层的子流程改成调用活动")


def _refused(document: str, what: str, remedy: str) -> DiagramError:
    return DiagramError((Problem(None, what, remedy, document),))
