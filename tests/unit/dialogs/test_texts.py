"""The catalogues: both languages say the same things with the same values, in words that hold."""

from string import Formatter

import pytest

from dialogs.messages import Locale
from dialogs.notices import drafted_reply, notice
from dialogs.texts.catalogue import CATALOGUES, OwnTexts, code_text, say
from dialogs.texts.money import format_day, format_money, format_time
from dialogs.texts.own import problems_of
from refund_core.case_notes import NOTES
from refund_core.case_parts import RefundState
from refund_core.cases import CaseState
from refund_core.claims import Reason, Remedy, Resolution
from refund_core.money import Money
from refund_core.orders import OrderStatus, ShipmentStatus
from refund_core.report import build_report
from tests.unit.core.shop import NOW, ZONE, claim, facts, opened
from tests.unit.dialogs.talk import MERCHANT

LOCALES: tuple[Locale, Locale] = ("zh-CN", "en")
CHINESE, ENGLISH = CATALOGUES["zh-CN"], CATALOGUES["en"]


def test_both_languages_have_the_same_sentences() -> None:
    assert set(CHINESE) == set(ENGLISH)


@pytest.mark.parametrize("key", sorted(CHINESE))
def test_a_sentence_has_the_same_values_in_both_languages(key: str) -> None:
    assert _values(CHINESE[key]) == _values(ENGLISH[key])


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("key", sorted(CHINESE))
def test_every_sentence_of_ours_keeps_the_rules_that_a_merchants_must_keep(key: str, locale: Locale) -> None:
    assert list(problems_of(key, locale, CATALOGUES[locale][key])) == []


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("reason", Reason),
        ("remedy", Remedy),
        ("resolution", Resolution),
        ("state", CaseState),
        ("event", ShipmentStatus),
        ("order_state", OrderStatus),
        ("payout", RefundState),
    ],
)
def test_every_code_has_words(kind: str, codes: type[Reason]) -> None:
    assert all(f"{kind}.{code.value}" in CHINESE for code in codes)


def test_an_unknown_payment_method_has_words_too() -> None:
    assert code_text("method", "cowries", "en") == "the original payment method"


@pytest.mark.parametrize("kind", sorted(NOTES))
@pytest.mark.parametrize("locale", LOCALES)
def test_every_note_of_the_core_can_be_said(kind: str, locale: Locale) -> None:
    case = opened(facts()).case

    reply = notice(kind, case, locale, MERCHANT, amount=Money(1234, "CNY"))

    assert case.case_no in reply.text
    assert reply.sender == "system"
    assert reply.choices[-1].action == "human"
    assert "{" not in reply.text


@pytest.mark.parametrize("locale", LOCALES)
def test_a_notice_of_a_parcel_names_it(locale: Locale) -> None:
    case = opened(facts()).case

    without, named = (notice("note.replacement_sent", case, locale, MERCHANT, tracking_no=it) for it in ("", "SF-900"))

    assert named.text == f"{without.text}\n{say('note.tracking', locale, tracking_no='SF-900')}"


@pytest.mark.parametrize("locale", LOCALES)
def test_every_suggested_reply_of_the_report_can_be_drafted(locale: Locale) -> None:
    report = build_report(opened(facts(), claim(reason=Reason.PRICE_DROP)).case, facts())

    drafts = [drafted_reply(it.reply_key, dict(it.reply_values), locale) for it in report.suggestions]

    assert len(drafts) == 3
    assert all("{" not in draft for draft in drafts)


def test_a_merchants_own_words_take_the_place_of_ours() -> None:
    own = OwnTexts({("thanks", "zh-CN"): "客气啦", ("status.case", "zh-CN"): "{nonsense}"})

    assert say("thanks", "zh-CN", own) == "客气啦"
    assert say("thanks", "en", own) == ENGLISH["thanks"]


@pytest.mark.parametrize("words", ["{nonsense}", "{", "{0}", "{case_no!z}", "{case_no.x}"])
def test_a_merchants_words_that_cannot_be_filled_are_not_used(words: str) -> None:
    own = OwnTexts({("status.case", "zh-CN"): words})

    said = say("status.case", "zh-CN", own, case_no="C-1", order_no="A-1", state="x")

    assert said.startswith("申请 C-1")


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "written"),
    [
        (11800, "CNY", "zh-CN", "¥118.00"),
        (11800, "CNY", "en", "CN¥118.00"),
        (120000, "JPY", "en", "¥120,000"),
        (1200, "JPY", "zh-CN", "JP¥1,200"),
        (-350, "USD", "en", "−$3.50"),
        (5, "GBP", "en", "£0.05"),
        (1234567, "KWD", "en", "KWD 1,234.567"),
        (100, "XYZ", "zh-CN", "XYZ 1.00"),
    ],
)
def test_amounts_are_written_with_their_currencys_decimals(
    minor: int, currency: str, locale: Locale, written: str
) -> None:
    assert format_money(Money(minor, currency), locale) == written


def test_times_are_written_in_the_merchants_zone() -> None:
    assert format_time(NOW, "zh-CN", ZONE) == "11月20日 12:00"
    assert format_time(NOW, "en", "Europe/London") == "20 Nov, 04:00"
    assert format_day(NOW, "en", ZONE) == "20 Nov"


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
