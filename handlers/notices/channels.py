"""Ways out of the house: e-mail over SMTP, and a file that stands for it in a demonstration."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol

from engine.clock import local
from engine.store import dumps, stamp


@dataclass(frozen=True)
class Message:
    """One message to one person."""

    id: int
    address: str
    name: str
    subject: str
    body: str
    created_at: datetime


class Channel(Protocol):
    """Sends a message or raises; it may be asked to send the same message again after a crash."""

    def send(self, message: Message) -> None: ...


class Smtp:
    """Mail through the company's relay; every attempt has the same Message-ID, so doubles can be dropped."""

    def __init__(self, host: str, port: int, sender: str, timeout: float = 20) -> None:
        self.host, self.port, self.sender, self.timeout = host, port, sender, timeout

    def send(self, message: Message) -> None:
        if not message.address:
            raise ValueError(f"{message.name}没有登记电子邮箱")
        with smtplib.SMTP(self.host, self.port, timeout=self.timeout) as server:
            server.send_message(self.letter(message))

    def letter(self, message: Message) -> EmailMessage:
        """The message as mail."""
        letter = EmailMessage(policy=SMTP)
        domain = self.sender.rpartition("@")[2] or "localhost"
        letter["Message-ID"] = f"<notice-{message.id}@{domain}>"
        letter["Date"] = format_datetime(local(message.created_at))
        letter["From"], letter["To"], letter["Subject"] = self.sender, message.address, message.subject
        letter.set_content(message.body)
        return letter


class FileSink:
    """Appends each message as one line of JSON to a file: the demonstration's mail server."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def send(self, message: Message) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        line = {
            "id": message.id,
            "to": message.address,
            "name": message.name,
            "subject": message.subject,
            "body": message.body,
            "created_at": stamp(message.created_at),
        }
        with self.path.open("a", encoding="utf-8") as file:
            file.write(dumps(line) + "\n")
