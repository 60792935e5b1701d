"""XML from strangers does no harm."""

import time

import pytest

from engine.spiff import DiagramError, parse
from tests.engine.spiff.drawing_board import Board

GOOD = Board("p").start().user("a").end().flow("start", "a", "end").text()
BOMB = "".join(f'<!ENTITY e{n} "{"&e" + str(n - 1) + ";" if n else "x"}{"y" * 50}">' for n in range(10))


def refused(data: bytes, reason: str) -> None:
    with pytest.raises(DiagramError, match=reason):
        parse({"p.bpmn": data}, "p")


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE definitions>",
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE d [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>',
        f"<!DOCTYPE d [{BOMB}]>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_is_refused_in_every_form(doctype: str, encoding: str) -> None:
    text = GOOD.replace('encoding="UTF-8"?>', f'encoding="{encoding}"?>\n{doctype}')

    refused(text.encode(encoding), "DOCTYPE|XML")


def test_an_entity_bomb_ends_at_once() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 20 if n else "x"}">' for n in range(12))
    text = GOOD.replace("?>", f"?>\n<!DOCTYPE d [{entities}]>", 1).replace("<process", "&e11;<process", 1)
    began = time.process_time()

    refused(text.encode(), "DOCTYPE|XML")

    assert time.process_time() - began < 1


def test_a_file_of_twenty_megabytes_is_refused_unread() -> None:
    began = time.process_time()

    refused(GOOD.encode() + b" " * 20_000_000, "超过上限")

    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("depth", [70, 300, 100_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    deep = "<extensionElements>" + "<x>" * depth + "</x>" * depth + "</extensionElements>"

    refused(GOOD.replace("<startEvent", deep + "<startEvent", 1).encode(), "嵌套|XML")


@pytest.mark.parametrize("data", [b"", b"not xml", b"<definitions/>", b"\x00\x01", GOOD[:-20].encode()])
def test_what_is_no_bpmn_is_refused(data: bytes) -> None:
    refused(data, "XML|BPMN")


def test_what_the_schema_does_not_know_is_refused_with_its_line() -> None:
    refused(GOOD.replace("<startEvent", "<surpriseEvent/><startEvent").encode(), "第 2 行不符合 BPMN 2.0")


def test_comments_and_processing_instructions_are_passed_over() -> None:
    text = GOOD.replace("<startEvent", "<!-- hello --><?php evil ?><startEvent", 1)

    assert "a" in parse({"p.bpmn": text.encode()}, "p").nodes
