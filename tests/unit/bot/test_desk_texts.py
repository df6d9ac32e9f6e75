"""The desk's words: the same keys in both languages, and a word for whatever a page can show."""

import re
from dataclasses import fields
from enum import StrEnum
from typing import get_args

import pytest

from bot.console.decide_form import ACTIONS, OFFERED, REJECT_CODES
from bot.console.pages import static_folder
from bot.console.report_view import code_words
from bot.console.texts import CATALOGUES
from dialogs.hours import DAYS
from dialogs.messages import Locale
from dialogs.texts.catalogue import has_text
from refund_core.cases import CaseState, RefundState
from refund_core.circumstances import Circumstances
from refund_core.claims import Reason, Remedy, Resolution
from refund_core.orders import OrderStatus, ShipmentStatus
from refund_core.outcomes import Outcome
from refund_core.risk import RiskLevel, RiskRules, RiskSignals, score
from storage.awaited_media import FETCH, MediaFailure
from storage.proof_store import SMS_SEND
from storage.send_store import SEND

TEMPLATES = static_folder().parent / "templates"
CONSOLE = static_folder().parent
_WHOLE = re.compile(r"""\bt\(\s*["']([a-z_]+(?:\.[a-z_]+)+)["']""")
_BUILT = re.compile(r"""\bt\(\s*["']([a-z_]+)\.["']\s*~""")
_IN_CODE = re.compile(r'"((?:hold|say|decide|error|login|report|case|queue|event)\.[a-z_]+)"')
BUILT: dict[str, tuple[str, ...]] = {
    "state": tuple(CaseState),
    "refund": tuple(RefundState),
    "risk": tuple(RiskLevel),
    "action": tuple(ACTIONS),
    "reject": REJECT_CODES,
    "side": ("right", "left"),
    "weekday": DAYS,
    "media": ("pending", "failed"),
    "missing": get_args(MediaFailure),
    "by": ("customer", "bot", "agent", "system", "api"),
}
TIMELINE = (
    "ordered", "paid", "promised_shipping", "promised_delivery", "shipped", "refunded_elsewhere", "address_changed",
    "asked",
)  # fmt: skip
EFFECTS = ("gateway.refund", "gateway.look_up", "chat.note", SEND, FETCH, SMS_SEND)


def codes() -> list[tuple[str, str]]:
    """Every code of the core that a page puts into words."""
    kinds: dict[str, type[StrEnum]] = {
        "reason": Reason, "remedy": Remedy, "order": OrderStatus, "outcome": Outcome, "event": ShipmentStatus,
    }  # fmt: skip
    found = [(kind, code.value) for kind, enum in kinds.items() for code in enum]
    found += [("signal", signal.name) for signal in score(RiskSignals(), RiskRules()).signals]
    found += [("due", who) for who in ("customer", "agent", "merchant", "warehouse", "finance")]
    found += [("event", kind) for kind in TIMELINE]
    found += [("effect", kind) for kind in EFFECTS]
    found += [("fact", fact.name) for fact in fields(Circumstances)]
    found += [("resolution", code.value) for code in (*OFFERED, Resolution.COUPON)]
    return found


def keys_used() -> set[str]:
    pages = "\n".join(path.read_text(encoding="utf-8") for path in TEMPLATES.glob("*.html"))
    program = "\n".join(path.read_text(encoding="utf-8") for path in CONSOLE.glob("*.py"))
    built = {f"{kind}.{code}" for kind in _BUILT.findall(pages) for code in BUILT[kind]}
    coded = {key for key in _IN_CODE.findall(program) if not key.endswith(".html")}
    return set(_WHOLE.findall(pages)) | coded | built


def test_both_languages_have_the_same_keys() -> None:
    assert CATALOGUES["en"].keys() == CATALOGUES["zh-CN"].keys()


def test_both_languages_take_the_same_values() -> None:
    for key, text in CATALOGUES["en"].items():
        names = sorted(set(re.findall(r"\{(\w+)\}", text)))
        assert sorted(set(re.findall(r"\{(\w+)\}", CATALOGUES["zh-CN"][key]))) == names, key


def test_every_key_that_a_page_or_the_program_uses_has_words() -> None:
    assert keys_used() - CATALOGUES["en"].keys() == set()


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_every_code_has_words(locale: Locale) -> None:
    keys = [f"{kind}.{code}" for kind, code in codes()]

    assert [key for key in keys if key not in CATALOGUES[locale] and not has_text(key)] == []


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert code_words("en", "handoff", "a rule of the merchant's own") == "a rule of the merchant's own"


def test_no_page_carries_words_of_its_own() -> None:
    for path in TEMPLATES.glob("*.html"):
        text = re.sub(r"\{[{%].*?[%}]\}", "", path.read_text(encoding="utf-8"))
        text = re.sub(r"<[^>]*>|&[a-z]+;", "", text)
        assert not re.search(r"[A-Za-z\u4e00-\u9fff]{2,}", text), (path.name, text.strip()[:200])


def test_the_chinese_desk_is_in_chinese() -> None:
    latin = [key for key, text in CATALOGUES["zh-CN"].items() if not re.search(r"[\u4e00-\u9fff]", text)]

    assert latin == ["desk.other_language"]
