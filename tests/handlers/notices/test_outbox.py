"""The outbox: the inbox is the record, copies leave after commit, and a broken mail server breaks nothing (E-83)."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from threading import Barrier, Thread

import pytest

from handlers.notices.channels import FileSink, Message, Smtp
from handlers.notices.outbox import Note, Outbox, queue
from handlers.notices.queries import latest, mark_read, unread, unread_count
from tests.handlers.office import Office

NOTE = Note("result", "7", "已建档 1000000", "华为技术有限公司已建档。")


class Recorder:
    """A channel of the outside world that can be down: refuses the first `failures` messages."""

    def __init__(self, failures: int = 0) -> None:
        self.failures, self.tried, self.sent = failures, 0, []

    def send(self, message: Message) -> None:
        self.tried += 1
        if self.tried <= self.failures:
            raise ConnectionRefusedError("421 service not available")
        self.sent.append(message)


@pytest.fixture
def addressed(each_office: Office) -> Office:
    """孙倩 has an e-mail address."""
    office = each_office
    with office.write() as tx:
        tx.run("UPDATE person SET email = 'sunqian@example.com' WHERE id = ?", (office.cast.person("孙倩"),))
    return reload(office)


def reload(office: Office) -> Office:
    from engine.people import People
    from tests.cast import Cast

    with office.transactions.read() as tx:
        office.cast = Cast(People.load(tx))
    return office


def tell(office: Office, who: str = "孙倩", note: Note = NOTE) -> list[int]:
    with office.write() as tx:
        return queue(tx, office.clock.now(), office.cast.people, [office.cast.person(who)], note)


def status(office: Office) -> list[tuple]:
    """Channel, status and attempts of the outbound copies."""
    rows = office.read("SELECT channel, status, attempts FROM notice WHERE channel != 'inbox' ORDER BY id")
    return [tuple(row) for row in rows]


# --- the record --------------------------------------------------------------------------------------------


def test_a_notice_is_in_the_inbox_at_once_and_its_copy_leaves_later(addressed: Office) -> None:
    tell(addressed)
    mail = Recorder()

    with addressed.transactions.read() as tx:
        assert [one.subject for one in unread(tx, addressed.cast.person("孙倩"))] == ["已建档 1000000"]
    assert Outbox(addressed.transactions, {"smtp": mail}).deliver(addressed.clock.now()) == 1

    assert [(one.address, one.subject) for one in mail.sent] == [("sunqian@example.com", "已建档 1000000")]
    assert status(addressed) == [("smtp", "sent", 1)]


def test_who_has_no_address_has_the_inbox(office: Office) -> None:
    tell(office, "马国栋")
    mail = Recorder()

    sent = Outbox(office.transactions, {"smtp": mail}).deliver(office.clock.now())

    assert sent == 0
    with office.transactions.read() as tx:
        assert unread_count(tx, office.cast.person("马国栋")) == 1


def test_the_same_fact_is_told_once(addressed: Office) -> None:
    first, second = tell(addressed), tell(addressed)

    assert first == [addressed.cast.person("孙倩")]
    assert second == []
    assert addressed.read("SELECT count(*) FROM notice") == [(2,)]


def test_a_step_that_failed_told_nobody(addressed: Office) -> None:
    def fail() -> None:
        with addressed.write() as tx:
            queue(tx, addressed.clock.now(), addressed.cast.people, [addressed.cast.person("孙倩")], NOTE)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert Outbox(addressed.transactions, {"smtp": Recorder()}).deliver(addressed.clock.now()) == 0


def test_reading_is_remembered_from_the_first_time(office: Office) -> None:
    tell(office, "马国栋")
    tell(office, "马国栋", Note("escalate", "8", "催办", "请办理。"))
    leader, other = office.cast.person("马国栋"), office.cast.person("陈立")
    first_read = office.clock.now()
    with office.write() as tx:
        newest = latest(tx, leader)[0]
        assert mark_read(tx, first_read, other, newest.id) == 0, "not his notice"
        assert mark_read(tx, first_read, leader, newest.id) == 1

    office.clock.advance(hours=1)
    with office.write() as tx:
        assert mark_read(tx, office.clock.now(), leader) == 1
        assert unread(tx, leader) == []
        assert {one.read_at for one in latest(tx, leader)} == {first_read, office.clock.now()}


# --- sending -----------------------------------------------------------------------------------------------


def test_a_failed_message_is_tried_again_after_growing_pauses(addressed: Office) -> None:  # E-83
    tell(addressed)
    mail = Recorder(failures=2)
    outbox = Outbox(addressed.transactions, {"smtp": mail})

    outbox.deliver(addressed.clock.now())
    addressed.clock.advance(seconds=59)
    too_early = outbox.deliver(addressed.clock.now())
    addressed.clock.advance(seconds=1)
    outbox.deliver(addressed.clock.now())
    addressed.clock.advance(minutes=1)
    still_early = outbox.deliver(addressed.clock.now())
    addressed.clock.advance(minutes=1)
    sent = outbox.deliver(addressed.clock.now())

    assert (too_early, still_early, sent) == (0, 0, 1)
    assert mail.tried == 3
    assert status(addressed) == [("smtp", "sent", 3)]


def test_a_channel_that_keeps_failing_is_left_for_the_next_one(addressed: Office) -> None:  # E-83
    tell(addressed)
    broken, spare = Recorder(failures=99), Recorder()
    outbox = Outbox(addressed.transactions, {"smtp": broken, "file": spare})

    for _ in range(6):
        outbox.deliver(addressed.clock.now())
        addressed.clock.advance(minutes=5)

    assert broken.tried == 3
    assert [one.subject for one in spare.sent] == ["已建档 1000000"]
    assert status(addressed) == [("file", "sent", 1)]


def test_when_every_channel_fails_the_inbox_stays_the_record(addressed: Office) -> None:
    tell(addressed)
    outbox = Outbox(addressed.transactions, {"smtp": Recorder(failures=99)})

    for _ in range(6):
        outbox.deliver(addressed.clock.now())
        addressed.clock.advance(minutes=5)

    assert status(addressed) == [("smtp", "failed", 3)]
    assert "421 service not available" in addressed.read("SELECT last_error FROM notice WHERE status = 'failed'")[0][0]
    with addressed.transactions.read() as tx:
        assert unread_count(tx, addressed.cast.person("孙倩")) == 1


def test_a_broken_message_stops_no_other(addressed: Office) -> None:
    for fact in ("1", "2", "3"):
        tell(addressed, note=Note("result", fact, f"第 {fact} 件", "…"))
    mail = Recorder(failures=1)

    sent = Outbox(addressed.transactions, {"smtp": mail}).deliver(addressed.clock.now())

    assert sent == 2
    assert [one.subject for one in mail.sent] == ["第 2 件", "第 3 件"]


def test_without_any_channel_the_copy_is_given_up_with_the_reason(addressed: Office) -> None:
    tell(addressed)

    assert Outbox(addressed.transactions, {}).deliver(addressed.clock.now()) == 0

    assert addressed.read("SELECT status, last_error FROM notice WHERE channel != 'inbox'") == [
        ("failed", "没有配置外发渠道；以站内通知为准")
    ]


def test_two_senders_at_once_send_it_once(addressed: Office) -> None:
    tell(addressed)
    mail, start = Recorder(), Barrier(2)

    def send() -> None:
        start.wait()
        Outbox(addressed.transactions, {"smtp": mail}).deliver(addressed.clock.now())

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(mail.sent) == 1


def test_a_sender_that_died_leaves_its_message_to_others_after_a_while(addressed: Office) -> None:
    class Death(BaseException):
        """The process is killed while it talks to the mail server."""

    class Deadly:
        def send(self, message: Message) -> None:
            raise Death

    tell(addressed)
    with pytest.raises(Death):
        Outbox(addressed.transactions, {"smtp": Deadly()}).deliver(addressed.clock.now())
    mail = Recorder()
    outbox = Outbox(addressed.transactions, {"smtp": mail})

    at_once = outbox.deliver(addressed.clock.now())
    addressed.clock.advance(minutes=5)
    later = outbox.deliver(addressed.clock.now())

    assert (at_once, later) == (0, 1)


# --- channels ----------------------------------------------------------------------------------------------


def test_a_letter_keeps_its_identity_over_attempts(office: Office) -> None:
    message = Message(12, "sunqian@example.com", "孙倩", "已建档 1000000", "请核对。\n谢谢", office.clock.now())
    smtp = Smtp("mail.example.com", 25, "noreply@example.com")

    letters = [message_from_bytes(smtp.letter(message).as_bytes(), policy=default) for _ in range(2)]

    assert {one["Message-ID"] for one in letters} == {"<notice-12@example.com>"}
    assert letters[0]["Subject"] == "已建档 1000000"
    assert letters[0]["To"] == "sunqian@example.com"
    assert letters[0]["Date"] == "Wed, 16 Sep 2026 09:00:00 +0800"
    assert letters[0].get_content().splitlines() == ["请核对。", "谢谢"]


def test_the_demonstrations_mail_server_is_a_file(addressed: Office, tmp_path: Path) -> None:
    tell(addressed)
    path = tmp_path / "exports" / "outbox.jsonl"

    Outbox(addressed.transactions, {"file": FileSink(path)}).deliver(addressed.clock.now())

    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(line["to"], line["subject"]) for line in lines] == [("sunqian@example.com", "已建档 1000000")]
