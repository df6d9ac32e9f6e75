"""`refundbot nlu-eval`: the contract's figures over a file of labelled messages."""

import json
from pathlib import Path

from click.testing import CliRunner

from bot.cli import main

FIELDS = [
    "n", "right", "accuracy", "false_starts", "false_start_rate", "want_human_recall", "reason_accuracy",
    "resolution_accuracy", "microseconds_p50", "microseconds_p99", "misses",
]  # fmt: skip


def test_the_figures_are_those_of_the_contract(tmp_path: Path) -> None:
    file = _written(
        tmp_path,
        _row("a", "我要退款", ["refund_request"]),
        _row("b", "我要退款", ["thanks", "other"]),
        _row("c", "转人工", ["want_human"]),
        _row("d", "质量问题", ["give_reason"], expecting="reason", reason="quality_defect"),
        _row("e", "余额", ["choose"], expecting="resolution", resolution="balance"),
    )

    result = CliRunner().invoke(main, ["nlu-eval", str(file), "--json"])

    printed = json.loads(result.stdout)
    assert list(printed) == FIELDS
    assert (printed["n"], printed["right"], printed["accuracy"]) == (5, 4, 0.8)
    assert (printed["false_starts"], printed["false_start_rate"]) == (1, 0.25)
    assert printed["want_human_recall"] == printed["reason_accuracy"] == printed["resolution_accuracy"] == 1.0
    assert [(miss["id"], miss["got"], miss["accept"]) for miss in printed["misses"]] == [
        ("b", "refund_request", ["thanks", "other"])
    ]


def test_a_share_over_no_rows_is_null(tmp_path: Path) -> None:
    file = _written(tmp_path, _row("a", "我要退款", ["refund_request"]))

    printed = json.loads(CliRunner().invoke(main, ["nlu-eval", str(file), "--json"]).stdout)

    assert printed["false_start_rate"] is None
    assert printed["want_human_recall"] is None


def test_a_bad_row_is_refused_with_its_line_number(tmp_path: Path) -> None:
    file = _written(tmp_path, _row("a", "我要退款", ["refund_request"]), _row("b", "退", ["no_such_intent"]))

    result = CliRunner().invoke(main, ["nlu-eval", str(file)])

    assert result.exit_code == 1
    assert "Line 2" in result.stderr


def _row(name: str, text: str, accept: list[str], **named: str) -> dict[str, object]:
    blank = {"expecting": None, "reason": None, "resolution": None}
    return {"id": name, "locale": "zh-CN", "text": text, "accept": accept, **blank, **named}


def _written(folder: Path, *rows: dict[str, object]) -> Path:
    file = folder / "rows.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return file
