"""A process folder is read, published once per content, and comes back as it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.clock import ManualClock
from engine.definitions import Definitions, build, load, publish, read_folder
from engine.errors import Misconfigured, NotFound
from engine.problems import DefinitionInvalid
from engine.transactions import Transactions

CREATE = Path("processes/customer_create")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the create procedure that a test may spoil."""
    for shared in CREATE.parent.glob("shared_*"):
        shutil.copytree(shared, tmp_path / shared.name)
    return shutil.copytree(CREATE, tmp_path / "customer_create")


def test_a_published_definition_comes_back_as_it_was(transactions: Transactions, clock: ManualClock) -> None:
    definition = build("customer_create", read_folder(CREATE))

    with transactions.write() as tx:
        definition_id = publish(tx, clock.now(), None, definition, "首次发布")
    with transactions.read() as tx:
        loaded = load(tx, definition_id)

    assert loaded.documents == definition.documents
    assert (loaded.process, loaded.name, loaded.version) == ("customer_create", "客户主数据创建", 1)
    assert loaded.fingerprint == definition.fingerprint
    assert loaded.forms.keys() == definition.forms.keys()
    assert loaded.letters["result"].startswith("主题：")
    assert loaded.start.id == "Start_apply"
    assert loaded.title({"legal_name": "恒川公司"}) == "恒川公司"


def test_the_same_content_is_the_same_version(transactions: Transactions, clock: ManualClock) -> None:
    documents = read_folder(CREATE)

    with transactions.write() as tx:
        first = publish(tx, clock.now(), None, build("customer_create", documents), "首次发布")
        again = publish(tx, clock.now(), None, build("customer_create", documents), "重复发布")
        changed = documents | {"letters/result.j2": "主题：已建档\n请核对。"}
        second = publish(tx, clock.now(), None, build("customer_create", changed), "改函件")
        known = Definitions()

        assert first == again != second
        assert known.newest(tx, "customer_create") == (second, known.get(tx, second))
        assert known.get(tx, first).version == 1
        assert known.get(tx, second).version == 2


def test_an_unknown_definition_or_process_is_not_found(transactions: Transactions) -> None:
    with transactions.read() as tx:
        with pytest.raises(NotFound, match="流程定义 99"):
            Definitions().get(tx, 99)
        with pytest.raises(NotFound, match="已发布的流程 customer_create"):
            Definitions().newest(tx, "customer_create")


def test_a_definition_that_was_changed_behind_our_back_is_not_used(
    transactions: Transactions, clock: ManualClock
) -> None:
    with transactions.write() as tx:
        definition_id = publish(tx, clock.now(), None, build("customer_create", read_folder(CREATE)), "")
        tx.run("UPDATE definition SET fingerprint = 'x' WHERE id = ?", (definition_id,))

        with pytest.raises(Misconfigured, match="与发布时不一致"):
            load(tx, definition_id)


def test_line_ends_and_byte_order_marks_make_no_new_version(folder: Path) -> None:
    path = folder / "letters" / "result.j2"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert read_folder(folder) == read_folder(CREATE)


def test_files_of_another_kind_are_no_part_of_the_definition(folder: Path) -> None:
    (folder / "README.md").write_text("说明", encoding="utf-8")

    assert read_folder(folder) == read_folder(CREATE)


def test_a_file_in_another_encoding_is_named(folder: Path) -> None:
    (folder / "forms" / "phone.yaml").write_bytes("title: 电话".encode("gbk"))

    with pytest.raises(DefinitionInvalid, match=r"forms/phone.yaml：不是 UTF-8 编码。请另存为 UTF-8 编码"):
        read_folder(folder)


def test_a_folder_without_a_diagram_is_no_definition(folder: Path) -> None:
    (folder / "process.bpmn").unlink()

    with pytest.raises(DefinitionInvalid, match="没有流程图"):
        read_folder(folder)


def test_mistakes_in_the_diagram_and_in_forms_are_told_together(folder: Path) -> None:
    documents = read_folder(folder)
    documents["process.bpmn"] = documents["process.bpmn"].replace(
        "<bpmn:timeDuration>deadline", "<bpmn:timeDuration>4h"
    )
    documents["forms/phone.yaml"] += "colour: red\n"

    with pytest.raises(DefinitionInvalid) as caught:
        build("customer_create", documents)

    assert {problem.file for problem in caught.value.problems} == {"process.bpmn", "forms/phone.yaml"}
