"""What knocks at the workbench's doors: a row per kind of bad file, each refused or repaired with words that help.

The doors are the upload page, save and check of the editor, and `countersign processes import`. 李志强 (维护员) knocks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, TestResponse

from engine import workbench
from engine.definitions import DIAGRAM, read_folder
from tests.webui.desk import Desk, text
from tests.webui.office import token
from webui.cli import main

PROCESS = "customer_create"
PAGE = f"/workbench/{PROCESS}"
UPLOAD = "/workbench/new/upload"
DOCUMENTS = read_folder(Path("processes") / PROCESS)
DRAWN = DOCUMENTS[DIAGRAM]
STEP = re.search(r'<bpmn:userTask id="Task_check".*?</bpmn:userTask>', DRAWN, re.S)[0]  # type: ignore[index]
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "ha">{LAUGHS}]><definitions>&l9;</definitions>'
OUTSIDE = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><definitions>&x;</definitions>'
MEGABYTES = 1024 * 1024

Spoil = Callable[[str], str]


def put(old: str, new: str) -> Spoil:
    """Replace the first `old` of the diagram, which must be there."""

    def spoilt(diagram: str) -> str:
        assert old in diagram
        return diagram.replace(old, new, 1)

    return spoilt


def renamed(old: str, new: str) -> Spoil:
    """Give an element another id everywhere."""
    return lambda diagram: re.sub(rf"\b{old}\b", new, diagram)


def script(diagram: str) -> str:
    """核对与分发 becomes a script."""
    drawn = STEP.replace("bpmn:userTask", "bpmn:scriptTask").replace(
        "</bpmn:scriptTask>", "<bpmn:script>import os; os.system('id')</bpmn:script></bpmn:scriptTask>"
    )
    return diagram.replace(STEP, drawn)


def condition(expression: str) -> Spoil:
    """The first condition of the diagram reads so."""
    return lambda diagram: re.sub(
        r"(<bpmn:conditionExpression[^>]*>).*?(</bpmn:conditionExpression>)",
        lambda found: f"{found[1]}{expression}{found[2]}", diagram, count=1, flags=re.S,
    )  # fmt: skip


NO_FILES: Mapping[str, tuple[bytes, str, str]] = {  # what comes → what is said about it, and what to do
    "an XML bomb": (BOMB.encode(), "DOCTYPE", "删去 DOCTYPE"),
    "an entity from outside": (OUTSIDE.encode(), "DOCTYPE", "删去 DOCTYPE"),
    "a DOCTYPE without entities": (
        DRAWN.replace("<bpmn:definitions", "<!DOCTYPE x><bpmn:definitions", 1).encode(), "DOCTYPE", "删去 DOCTYPE",
    ),
    "an empty file": (b"", "没有内容", "导出"),
    "only blanks": (b" \n\t ", "没有内容", "导出"),
    "a program": (b"MZ\x90\x00\x03\x00\x00\x00", "不是 XML", "导出"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "不是 XML", "导出"),
    "a spreadsheet": (b"PK\x03\x04\x14\x00", "不是 XML", "导出"),
    "plain words": ("请把 T2 改成 6 小时".encode(), "不是 XML", "导出"),
    "another kind of XML": (b"<html><body/></html>", "根元素是 html", "BPMN 2.0"),
    "half a file": (DRAWN[: len(DRAWN) // 2].encode(), "不是完整的 XML", "重新保存"),
    "another encoding than declared": (
        DRAWN.encode("gb18030"), "编码", "UTF-8",
    ),
    "an encoding nobody knows": (DRAWN.replace("UTF-8", "KLINGON", 1).encode(), "编码", "UTF-8"),
    "deep nesting": (b"<a>" * 500 + b"</a>" * 500, "嵌套", "子流程"),
    "more than five megabytes": (DRAWN.encode() + b"<!-- " + b"x" * 6 * MEGABYTES + b" -->", "超过上限", "拆分"),
}  # fmt: skip

ELEMENTS: Mapping[str, tuple[Spoil, str, str]] = {  # what is drawn → the element that is named, what is said
    "a script": (script, "Task_check", "脚本"),
    "a condition reaching for attributes": (condition("form.__class__.__mro__"), "Flow_", "属性"),
    "a condition reaching for builtins": (condition("__import__('os').system('id') == 0"), "Flow_", "__import__"),
    "a condition calling open": (condition("open('/etc/passwd') == 'x'"), "Flow_", "open"),
    "a condition with a lambda": (condition("(lambda: 1)() == 1"), "Flow_", "不允许"),
    "the id Start": (renamed("Task_check", "Start"), "Start", "保留字"),
    "the id End": (renamed("Task_check", "End"), "End", "保留字"),
    "the id Root": (renamed("Task_check", "Root"), "Root", "保留字"),
    "an id twice": (put('id="Task_revise"', 'id="Task_check"'), "Task_check", "重复"),
}  # fmt: skip


@pytest.fixture
def browser(desk: Desk) -> FlaskClient:
    """李志强's browser, with a draft of the procedure begun."""
    found = desk.browser_of("李志强")
    found.post(f"{PAGE}/draft", data={"csrf_token": token(found.get(PAGE))})
    return found


def readable(data: bytes) -> bool:
    """Whether a script could send it: text, in JSON."""
    try:
        return bool(data.decode())
    except UnicodeDecodeError:
        return False


def upload(browser: FlaskClient, data: bytes, process: str = PROCESS) -> TestResponse:
    form = {"csrf_token": token(browser.get(UPLOAD)), "process": process}
    sent = EnvironBuilder(UPLOAD, method="POST", data=form | {"file": (BytesIO(data), "drawn.bpmn")}).get_environ()
    with sent["wsgi.input"]:  # a large one lies in a temporary file
        return browser.open(sent)


def send(browser: FlaskClient, url: str, diagram: str) -> TestResponse:
    """What the script of the editor sends."""
    headers = {"X-CSRFToken": token(browser.get(PAGE)), "Accept": "application/json"}
    body = {"revision": 1, "documents": DOCUMENTS | {DIAGRAM: diagram}}
    return browser.post(f"{PAGE}/{url}", json=body, headers=headers)


def kept(desk: Desk) -> Mapping[str, str]:
    with desk.transactions.read() as tx:
        return workbench.read(tx, PROCESS).documents


@pytest.mark.parametrize(("data", "what", "remedy"), NO_FILES.values(), ids=NO_FILES)
def test_what_is_no_diagram_is_not_taken_in(
    desk: Desk, browser: FlaskClient, data: bytes, what: str, remedy: str
) -> None:
    answer = upload(browser, data)

    assert answer.status_code == 422
    assert what in text(answer)
    assert remedy in text(answer)
    assert f'value="{PROCESS}"' in answer.get_data(as_text=True)
    assert kept(desk) == DOCUMENTS


@pytest.mark.parametrize(
    "data",
    [DRAWN.encode("utf-8-sig"), DRAWN.replace("UTF-8", "UTF-16", 1).encode("utf-16"),
     DRAWN.replace("\n", "\r\n").encode(), DRAWN.replace("UTF-8", "GB18030", 1).encode("gb18030")],
    ids=["with a BOM", "UTF-16", "Windows line ends", "GB18030, declared"],
)  # fmt: skip
def test_a_diagram_in_another_writing_is_taken_in_as_utf_8(desk: Desk, browser: FlaskClient, data: bytes) -> None:
    answer = upload(browser, data)

    assert answer.status_code == 200
    assert 'name="核对与分发"' in kept(desk)[DIAGRAM]
    assert "\ufeff" not in kept(desk)[DIAGRAM]


@pytest.mark.parametrize(("spoil", "element", "what"), ELEMENTS.values(), ids=ELEMENTS)
def test_what_must_not_run_is_named_by_the_check(browser: FlaskClient, spoil: Spoil, element: str, what: str) -> None:
    found = send(browser, "check", spoil(DRAWN)).json["problems"]

    errors = [one for one in found if one["level"] == "error" and element in one["node"] + one["element"]]
    assert [one for one in errors if what in one["what"] + one["remedy"]], found
    assert all(one["remedy"] for one in found)


@pytest.mark.parametrize("spoil", [spoil for spoil, _, _ in ELEMENTS.values()], ids=ELEMENTS)
def test_what_must_not_run_is_kept_as_a_draft_and_never_published(
    desk: Desk, browser: FlaskClient, spoil: Spoil
) -> None:
    """Half-drawn work is saved; proposing it is refused with the same words as the check."""
    assert send(browser, "save", spoil(DRAWN)).status_code == 200

    form = {"csrf_token": token(browser.get(PAGE)), "revision": 2, "reason": "试试"}
    answer = browser.post(f"{PAGE}/propose", data=form)

    assert answer.status_code == 422
    with desk.transactions.read() as tx:
        assert not workbench.read(tx, PROCESS).proposed


@pytest.mark.parametrize("data", [one for one, _, _ in NO_FILES.values() if readable(one)])
def test_the_editor_saves_nothing_that_is_no_diagram(desk: Desk, browser: FlaskClient, data: bytes) -> None:
    answer = send(browser, "save", data.decode())

    assert answer.status_code == 422
    assert answer.json["text"]
    assert answer.json["remedy"]
    assert kept(desk) == DOCUMENTS


@pytest.mark.parametrize("url", ["save", "check"])
def test_twenty_megabytes_from_the_editor_are_refused_in_words(desk: Desk, browser: FlaskClient, url: str) -> None:
    answer = send(browser, url, DRAWN + f"<!-- {'x' * 20 * MEGABYTES} -->")

    assert answer.status_code == 413
    assert "超过了允许的大小" in answer.json["text"]
    assert "MB" in answer.json["remedy"]
    assert kept(desk) == DOCUMENTS


def test_an_upload_of_twenty_megabytes_is_answered_by_a_page(desk: Desk, browser: FlaskClient) -> None:
    answer = upload(browser, DRAWN.encode() + b"<!-- " + b"x" * 20 * MEGABYTES + b" -->")

    assert answer.status_code == 413
    assert "超过了允许的大小" in text(answer)
    assert "流程图不超过 5 MB" in text(answer)
    assert kept(desk) == DOCUMENTS


def test_a_file_without_drawing_is_laid_out_so_that_the_editor_can_show_it(desk: Desk, browser: FlaskClient) -> None:
    bare = re.sub(r"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", "", DRAWN, flags=re.S)

    answer = upload(browser, bare.encode())

    assert "已自动排版" in text(answer)
    drawn = set(re.findall(r'bpmnElement="(\w+)"', kept(desk)[DIAGRAM]))
    assert set(re.findall(r'<bpmn:(?:userTask|serviceTask|\w+Event|\w+Gateway) id="(\w+)"', bare)) <= drawn


FILES: Mapping[str, tuple[bytes, str]] = {  # what lies in the folder → what the import says
    **{name: (data, what) for name, (data, what, _) in NO_FILES.items() if name in (
        "an XML bomb", "an entity from outside", "an empty file", "plain words", "half a file", "another kind of XML",
    )},
    "UTF-16": (DRAWN.encode("utf-16"), "不是 UTF-8 编码"),
    "a program": (b"MZ\x90\x00", "不是 UTF-8 编码"),
    "twenty megabytes": (b"x" * 20 * MEGABYTES, "超过 5 MB"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "what"), FILES.values(), ids=FILES)
def test_the_import_of_a_folder_refuses_them_by_file_and_keeps_what_was_there(
    desk: Desk, browser: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, what: str
) -> None:
    for name in ("database", "keys", "exports"):
        monkeypatch.setenv(f"COUNTERSIGN_{name.upper()}", getattr(desk.settings, name))
    folder = tmp_path / PROCESS
    folder.mkdir()
    (folder / DIAGRAM).write_bytes(data)

    result = CliRunner().invoke(main, ["processes", "import", str(tmp_path), "--as", "lizhiqiang"])

    assert result.exit_code == 1
    assert DIAGRAM in result.output
    assert what in result.output
    assert "Traceback" not in result.output
    assert kept(desk) == DOCUMENTS
