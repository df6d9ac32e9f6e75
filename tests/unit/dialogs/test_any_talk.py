"""Whatever is said or tapped in whatever order: nothing breaks, a way out is there, and nothing is paid unconfirmed."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.commands import Command
from dialogs.messages import Choice, OrderCard, Reply
from dialogs.proof import ProofLimits
from dialogs.step import Step
from refund_core.case_money import Rails, confirm
from refund_core.cases import CaseChange, Moment
from tests.conversations.guard import Broken, Watch
from tests.conversations.meanwhile import EVENTS
from tests.conversations.walks import COMMANDS, TEXTS, walk, walk_anonymously
from tests.conversations.worlds import Stage, stage

WALKS = 250
STATES_MET = {
    "offered", "refunding", "compensated", "awaiting_return", "under_review", "rejected", "withdrawn", "handed_over",
}  # fmt: skip
ODD = st.text(max_size=80)
STARTS = ("", "start:refund", "order:20261118-1018", "order:20261115-1017")


def _stage() -> Stage:
    return stage(("several", "several_unshipped"), "zh-CN")


def test_any_talk_goes_on_and_pays_only_what_was_confirmed() -> None:
    reached: Counter[str] = Counter()

    for seed in range(WALKS):
        reached += walk(seed)

    assert set(reached) >= STATES_MET


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(ODD, max_size=4), start=st.sampled_from(STARTS))
def test_no_text_at_any_question_pays_anything_by_surprise(texts: list[str], start: str) -> None:
    talked = _stage()
    if start:
        talked.tap(start)

    for text in texts:
        taken = talked.say(text)

        assert taken.replies
        assert talked.paid_out() == 0


@settings(max_examples=150, deadline=None, derandomize=True)
@given(text=st.one_of(ODD, st.sampled_from(TEXTS).map(lambda said: f"确认{said}"), ODD.map(lambda said: f"yes {said}")))
def test_no_text_but_a_plain_yes_confirms(text: str) -> None:
    talked, watch = _at_confirmation()

    watch.before()
    taken = talked.say(text)

    watch.after(taken, said=text)


@pytest.mark.parametrize("proof", [None, ProofLimits()], ids=["without codes", "with codes"])
def test_an_anonymous_visitor_sees_no_order_whatever_they_do(proof: ProofLimits | None) -> None:
    for seed in range(12):
        made = walk_anonymously(seed)
        made.stage.merchant = replace(made.stage.merchant, proof=proof)

        for _ in range(40):
            taken = made.turn()

            assert made.stage.state.customer is None
            assert not taken.changes
            assert not any(isinstance(reply.card, OrderCard) for reply in taken.replies)


@pytest.mark.parametrize("text", TEXTS)
def test_odd_text_is_answered(text: str) -> None:
    talked = _stage()

    taken = talked.say(text)

    assert taken.replies
    assert talked.paid_out() == 0


def test_the_same_turn_twice_is_the_same_step() -> None:
    steps = []
    for _ in range(2):
        talked = _stage()
        steps.append([talked.tap(action) for action in ("start:refund", "order:20261115-1017", "line:2*1")])

    assert all(first == second for first, second in pairwise(steps))


def test_time_alone_changes_no_words_of_an_old_question() -> None:
    talked = _stage()
    talked.tap("start:refund")
    first = talked.state

    talked.now += timedelta(days=3)
    talked.tap("x:y")

    assert talked.state == first


@pytest.mark.parametrize("said", COMMANDS)
def test_a_model_never_confirms_whatever_it_says_at_the_confirmation(said: Command) -> None:
    talked, watch = _at_confirmation()

    watch.before()
    taken = talked.reads(said)

    watch.after(taken, said="read by a model")
    assert talked.paid_out() == 0


def test_the_guard_finds_a_payout_that_nobody_confirmed() -> None:
    talked, watch = _at_confirmation()
    talked.tap("confirm:no")

    with pytest.raises(Broken, match="paid at the question"):
        _pays(talked, watch, said=None)


def test_the_guard_finds_a_payout_upon_words_that_are_no_yes() -> None:
    talked, watch = _at_confirmation()

    with pytest.raises(Broken, match="paid upon"):
        _pays(talked, watch, said="好像可以吧")


def test_the_guard_finds_a_payout_of_an_order_that_changed_after_it_was_shown() -> None:
    talked, watch = _at_confirmation()
    EVENTS["the order is shipped"](talked)

    with pytest.raises(Broken, match="the order changed"):
        _pays(talked, watch, said=None)


def test_the_guard_finds_a_turn_without_a_way_out() -> None:
    talked = _stage()
    watch = Watch(talked)
    watch.before()

    with pytest.raises(Broken, match="no way out"):
        watch.after(Step(talked.state, (Reply("?", (Choice("x", "line:1*1"),)),)), said=None)


def _at_confirmation() -> tuple[Stage, Watch]:
    """The confirmation of a lamp's refund is open."""
    talked = stage(("several_unshipped",), "zh-CN")
    watch = Watch(talked)
    for action in ("order:20261118-1018", "line:2*1", "reason:no_longer_wanted", "offer"):
        watch.before()
        taken = talked.tap(talked.action("offer:") if action == "offer" else action)
        watch.after(taken, said=None)
    return talked, watch


def _pays(talked: Stage, watch: Watch, *, said: str | None) -> None:
    """A dialog gone wrong: it pays without asking."""
    watch.before()
    case = talked.newest()
    assert case is not None
    change = _paid(talked, case.order_no, case.case_no)
    talked.save(change)
    watch.after(Step(talked.state, (Reply("ok", (Choice("x", "human"),)),), (change,)), said=said)


def _paid(talked: Stage, order_no: str, case_no: str) -> CaseChange:
    till = talked.tills[order_no]
    case = till.cases[case_no]
    rails = Rails(talked.merchant.gateways, talked.merchant.policy.limits)
    talked.turns += 1
    moment = Moment(talked.now, "customer", talked.ids())
    return confirm(case, till.facts(), case.offers[0].offer_id, rails=rails, moment=moment)
