"""A policy or offer file that is not understood is refused with the place and the reason."""

import copy
from collections.abc import Mapping
from typing import Any

import pytest

from refund_core.errors import PolicyInvalid
from refund_core.offers import parse_offer_rules
from refund_core.policy import Policy, ReturnAddress
from refund_core.policy_file import parse_policy
from tests.unit.core.shop import OFFERS, POLICY

WORDS = {"zh-CN": "好的", "en": "Fine"}
LAST = {"rule": "rest", "outcome": "review", "reasons": WORDS}


def row(when: Mapping[str, object], **more: object) -> dict[str, object]:
    return {"rule": "first", "outcome": "approve", "when": when, "reasons": WORDS, **more}


def read(*rows: Mapping[str, object], **more: object) -> Policy:
    return parse_policy({"rules": [*rows, LAST], **more})


def fault(*rows: Mapping[str, object], **more: object) -> PolicyInvalid:
    with pytest.raises(PolicyInvalid) as caught:
        read(*rows, **more)
    return caught.value


def test_the_shops_own_policy_and_offers_are_understood() -> None:
    assert len(POLICY.rules) >= 15
    assert POLICY.limits.auto_approve_minor["CNY"] == 20000
    assert OFFERS.balance is not None
    assert OFFERS.coupon is not None


@pytest.mark.parametrize(
    ("when", "path", "reason"),
    [
        ({"phases": "unshipped"}, "rules[0].when.phases", "not a fact"),
        ({"phase": "on_the_moon"}, "rules[0].when.phase", "not one of the words"),
        ({"phase": {"in": []}}, "rules[0].when.phase", "is a word, or"),
        ({"phase": {"in": ["lost", "lost"]}}, "rules[0].when.phase", "twice"),
        ({"phase": {"at_least": 3}}, "rules[0].when.phase", "is a word, or"),
        ({"phase": {"like": "lost"}}, "rules[0].when.phase", "not a comparison"),
        ({"phase": {}}, "rules[0].when.phase", "asks nothing"),
        ({"is_paid": "yes"}, "rules[0].when.is_paid", "true or false"),
        ({"is_paid": 1}, "rules[0].when.is_paid", "true or false"),
        ({"days_since_signing": "7"}, "rules[0].when.days_since_signing", "whole number"),
        ({"days_since_signing": True}, "rules[0].when.days_since_signing", "whole number"),
        ({"days_since_signing": {"at_most": -1}}, "rules[0].when.days_since_signing", "whole number"),
        ({"days_since_signing": {"at_most": 7.5}}, "rules[0].when.days_since_signing", "whole number"),
        (
            {"days_since_signing": {"at_least": 8, "at_most": 7}},
            "rules[0].when.days_since_signing",
            "nothing is between",
        ),
        ({"days_since_signing": {"is": 8, "at_most": 7}}, "rules[0].when.days_since_signing", "go together"),
        ({"amount": {"at_most": 20000}}, "rules[0].when.amount", "not a table under amounts"),
        ({"amount": {"at_most": "tiny"}}, "rules[0].when.amount", "not a table under amounts"),
        ({"amount": 0}, "rules[0].when.amount", "at_least"),
    ],
)
def test_a_condition_that_is_not_understood_is_refused(when: dict[str, object], path: str, reason: str) -> None:
    error = fault(row(when))

    assert error.path == path
    assert reason in error.reason


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_an_explanation_must_be_there_in_both_languages(locale: str) -> None:
    reasons = {key: words for key, words in WORDS.items() if key != locale}

    assert fault(row({"is_paid": True}, reasons=reasons)).path == f"rules[0].reasons.{locale}"


def test_the_last_row_must_be_an_unconditional_review() -> None:
    for last in (row({"is_paid": True}), {**LAST, "outcome": "approve"}):
        with pytest.raises(PolicyInvalid, match="last row"):
            parse_policy({"rules": [last]})


def test_a_row_that_can_never_be_reached_is_refused() -> None:
    everything = {**LAST, "rule": "all"}
    narrow = row({"is_paid": True, "phase": "lost"}, rule="narrow")

    assert "never be reached" in fault(everything).reason
    assert "never be reached" in fault(row({"is_paid": True}), narrow).reason
    assert len(read(narrow, row({"is_paid": True})).rules) == 3


def test_names_are_used_once_and_unknown_names_are_refused() -> None:
    assert "twice" in fault(row({"is_paid": True}), row({"is_paid": False})).reason
    assert fault(row({"is_paid": True}, whem={})).path == "rules[0].whem"
    assert fault(row({"is_paid": True}, outcome="maybe")).path == "rules[0].outcome"
    assert fault(surprise={}).path == "surprise"


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"limits": {"return_days": 0}}, "limits.return_days"),
        ({"limits": {"return_weeks": 1}}, "limits.return_weeks"),
        ({"limits": {"auto_approve": "small"}}, "limits.auto_approve"),
        ({"amounts": {"small": {"yuan": 1}}}, "amounts.small.yuan"),
        ({"amounts": {"small": {"CNY": -1}}}, "amounts.small.CNY"),
        ({"risk": {"watch_from": 30}}, "risk.high_from"),
        ({"risk": {"refunds_90d": [{"at_least": 3}]}}, "risk.refunds_90d[0].points"),
        ({"rules": "none"}, "rules"),
        ({"rules": ["none"]}, "rules[0]"),
        ({"rules": []}, "rules"),
    ],
)
def test_limits_amounts_and_risk_points_are_checked(more: dict[str, object], path: str) -> None:
    with pytest.raises(PolicyInvalid) as caught:
        parse_policy({"rules": [LAST], **more})

    assert caught.value.path == path


def test_an_amount_without_a_limit_in_its_currency_never_matches() -> None:
    policy = read(row({"amount": {"at_most": "small"}}), amounts={"small": {"CNY": 100}})

    assert not policy.limits.auto_approve_minor
    assert policy.rules[0].conditions[0].wanted == {"CNY": 100}


OFFER_FILE: dict[str, Any] = {
    "balance": {"bonus_basis_points": 500, "caps": {"CNY": {"case": 1, "customer_90d": 1, "month": 1}}},
    "coupon": {"bonus_basis_points": 0, "valid_days": 30, "caps": {}},
}


@pytest.mark.parametrize(
    ("place", "value", "path"),
    [
        (("balance", "bonus_basis_points"), 10001, "balance.bonus_basis_points"),
        (("balance", "bonus"), 1, "balance.bonus"),
        (("balance", "caps"), {"CNY": {"case": 1}}, "balance.caps.CNY.customer_90d"),
        (("coupon", "valid_days"), 0, "coupon.valid_days"),
        (("coupon", "fixed_bonus"), {"CNY": "2"}, "coupon.fixed_bonus.CNY"),
        (("vouchers",), {}, "vouchers"),
    ],
)
def test_offer_rules_that_are_not_understood_are_refused(place: tuple[str, ...], value: object, path: str) -> None:
    document = copy.deepcopy(OFFER_FILE)
    table = document
    for name in place[:-1]:
        table = table[name]
    table[place[-1]] = value

    with pytest.raises(PolicyInvalid) as caught:
        parse_offer_rules(document)

    assert caught.value.path == path
    assert parse_offer_rules(OFFER_FILE).coupon is not None


RETURNS = {"name": "Returns", "phone": "+86 21 5555 0000", "address": "88 Example Road"}


def test_the_return_address_is_read() -> None:
    policy = parse_policy({"rules": [LAST], "returns": RETURNS})

    assert policy.returns == ReturnAddress("Returns", "+86 21 5555 0000", "88 Example Road")


def test_without_one_there_is_none() -> None:
    assert parse_policy({"rules": [LAST]}).returns is None


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"returns": {}}, "returns.name"),
        ({"returns": RETURNS | {"phone": " "}}, "returns.phone"),
        ({"returns": RETURNS | {"address": "x" * 201}}, "returns.address"),
        ({"returns": RETURNS | {"address": "a\nb"}}, "returns.address"),
        ({"returns": RETURNS | {"zip": "1"}}, "returns.zip"),
        ({"returns": "there"}, "returns"),
    ],
)
def test_an_address_that_is_not_whole_is_refused_with_its_place(more: dict[str, object], path: str) -> None:
    with pytest.raises(PolicyInvalid) as caught:
        parse_policy({"rules": [LAST], **more})

    assert caught.value.path == path
