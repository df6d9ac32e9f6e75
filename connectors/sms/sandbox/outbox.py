"""What the SMS sandbox took, in an SQLite file of its own: what it says was sent, was sent."""

import sqlite3
from pathlib import Path

from connectors.sms.sandbox.wire import SmsRequest, SmsSent

_TABLES = """
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY, merchant TEXT NOT NULL, key TEXT NOT NULL, phone TEXT NOT NULL, template TEXT NOT NULL,
    locale TEXT NOT NULL, text TEXT NOT NULL, at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS message_of_merchant ON message (merchant, id);
"""
PAGE_MAX = 500


class SmsOutbox:
    """Every text that was taken. It knows no key again, as the providers it stands for do not."""

    __slots__ = ("_connection",)

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(_TABLES)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def take(self, merchant: str, asked: SmsRequest, *, now: float) -> str:
        """Keep one text; its id."""
        row = (merchant, asked.key, asked.phone, asked.template, asked.locale, asked.text, now)
        cursor = self._connection.execute(
            "INSERT INTO message (merchant, key, phone, template, locale, text, at) VALUES (?, ?, ?, ?, ?, ?, ?)", row
        )
        return f"sms-{cursor.lastrowid:010d}"

    def newest(self, merchant: str, *, limit: int = PAGE_MAX) -> list[SmsSent]:
        """The merchant's newest texts, the newest first."""
        rows = self._connection.execute(
            "SELECT id, key, phone, template, locale, text, at FROM message WHERE merchant = ?"
            " ORDER BY id DESC LIMIT ?",
            (merchant, limit),
        )
        return [SmsSent(f"sms-{row[0]:010d}", *row[1:]) for row in rows]
