"""时限说明: the sentence and the table say the same, and a reader can add it up."""

from __future__ import annotations

from tests.webui.desk import Desk, text


def test_the_sentence_and_the_table_agree_to_the_second(desk: Desk) -> None:
    desk.clock.advance(seconds=3.4)  # received at 09:00:03.400
    case = desk.approved()
    li = desk.browser_of("李志强")

    page = text(li.get(f"/work/{desk.item(case, 'Task_check')}?tab=limits"))

    assert "09:00:03–12:00 计 2 小时 59 分 57 秒" in page
    assert "计入 2 小时 59 分 57 秒 2 小时 59 分 57 秒" in page
    assert "计入 1 小时 3 秒 4 小时" in page
