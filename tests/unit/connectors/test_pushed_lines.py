"""Reading import files: every form of them, and what is wrong with some."""

import gzip
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import zstandard

from connectors.orders.pushed.lines import FileUnreadable, read_orders
from connectors.orders.pushed.parse import ORDER_BYTES_MAX
from refund_core.incoming import IncomingOrder, Rejected
from tests.unit.connectors.orders import order_with

REBASED = datetime(2030, 1, 1, tzinfo=UTC)
LINES = b"\n".join([
    order_with("order_no", "a"),
    b"",
    b"not an order",
    order_with("placed_at", "2026-11-09T10:00:00+08:00"),
])  # fmt: skip


def found(name: str, stdin: bytes | None = None, rebase_to: datetime | None = None) -> list[tuple[int, str]]:
    stream = None if stdin is None else io.BytesIO(stdin)
    return [
        (number, item.order.order_no if isinstance(item, IncomingOrder) else item.reason)
        for number, item in read_orders(name, standard_input=stream, rebase_to=rebase_to)
    ]


EXPECTED = [(1, "a"), (3, "is not valid JSON"), (4, "20261101-0001")]


def test_a_plain_file_is_read_by_its_lines(tmp_path: Path) -> None:
    file = tmp_path / "orders.jsonl"
    file.write_bytes(LINES)

    assert found(str(file)) == EXPECTED


def test_a_gzipped_file_is_read_by_its_lines(tmp_path: Path) -> None:
    file = tmp_path / "orders.jsonl.gz"
    file.write_bytes(gzip.compress(LINES))

    assert found(str(file)) == EXPECTED


def test_a_zstandard_file_of_several_frames_is_read_by_its_lines(tmp_path: Path) -> None:
    file = tmp_path / "orders.jsonl.zst"
    compress = zstandard.ZstdCompressor().compress
    file.write_bytes(compress(LINES[:100]) + compress(LINES[100:]))

    assert found(str(file)) == EXPECTED


def test_standard_input_is_read_by_its_lines() -> None:
    assert found("-", LINES) == EXPECTED


def test_a_byte_order_mark_and_windows_line_ends_are_no_part_of_an_order() -> None:
    raw = b"\xef\xbb\xbf" + LINES.replace(b"\n", b"\r\n")

    assert found("-", raw) == EXPECTED


@pytest.mark.parametrize("name", ["-", "orders.jsonl", "orders.jsonl.gz"])
def test_rebasing_makes_the_newest_order_placed_at_that_instant(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(LINES) if name.endswith(".gz") else LINES)

    orders = [
        item.order
        for _, item in read_orders(
            name if name == "-" else str(path), rebase_to=REBASED, standard_input=io.BytesIO(LINES)
        )
        if isinstance(item, IncomingOrder)
    ]

    assert [REBASED - order.placed_at for order in orders] == [
        timedelta(days=8),
        timedelta(),
    ]


def test_rebasing_a_file_without_orders_moves_nothing() -> None:
    assert found("-", b"{}\n", REBASED)[0][0] == 1


def test_a_line_too_long_is_rejected_and_the_next_one_is_read() -> None:
    raw = b'{"order_no": "' + b"x" * (2 * ORDER_BYTES_MAX) + b'"}\n' + order_with()

    items = list(read_orders("-", standard_input=io.BytesIO(raw)))

    assert [number for number, _ in items] == [1, 2]
    assert isinstance(items[0][1], Rejected)
    assert isinstance(items[1][1], IncomingOrder)


@pytest.mark.parametrize("name", ["orders.jsonl.gz", "orders.jsonl.zst"])
def test_a_file_that_is_not_what_its_name_says_is_unreadable(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(LINES)

    with pytest.raises(FileUnreadable):
        list(read_orders(str(file)))


def test_a_damaged_file_is_told_after_its_good_part(tmp_path: Path) -> None:
    file = tmp_path / "orders.jsonl.gz"
    file.write_bytes(gzip.compress(LINES * 50)[:-20])

    with pytest.raises(FileUnreadable):
        list(read_orders(str(file)))


def test_a_file_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        list(read_orders(str(tmp_path / "none.jsonl")))
