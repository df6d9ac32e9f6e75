"""What is told of a request that is being handled is kept with it, up to its limits, and does nothing else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.flows.case_facts import may_tell_of_case
from dialogs.flows.case_notes import NOTE_LENGTH_MAX, PICTURES_MAX
from dialogs.messages import InboundMessage
from dialogs.nlu.besides import adds_facts
from dialogs.nlu.wishes import asks_how_it_goes, is_conditional
from refund_core.cases import CaseState, RefundCase
from tests.unit.core.shop import DAY, NOW, delivered, line
from tests.unit.dialogs.talk import ORDER_NO, Talk, talk

FACTS = ("对了，它还漏水", "by the way it also leaks", "快递员把箱子摔了", "it is the wrong colour too")
OTHERS = ("好的谢谢", "ok thanks", "在吗", "hello?", "什么时候处理", "how long will it take?")


def _reviewed() -> Talk:
    """A case that waits for a person, as the rules leave one without a picture."""
    talked = talk(delivered(NOW - DAY, line("1", 1, 3000, title="护眼台灯 Desk lamp")))
    for action in (f"order:{ORDER_NO}", "reason:damaged", "evidence:skip"):
        talked.tap(action)
    assert talked.case().state is CaseState.UNDER_REVIEW
    return talked


def _queued() -> Talk:
    talked = _reviewed()
    talked.state = replace(talked.state, holder="queue", epoch=1, waiting_since=talked.now)
    return talked


def _but_told(case: RefundCase) -> RefundCase:
    claim = replace(case.claim, note=None, evidence=())
    return replace(case, claim=claim, wish=None, version=0)


@pytest.mark.parametrize("said", FACTS)
def test_a_fact_is_kept_with_the_case_and_nothing_else_changes(said: str) -> None:
    for talked in (_reviewed(), _queued()):
        before = talked.case()

        talked.say(said)

        assert talked.case().claim.note == said
        assert _but_told(talked.case()) == _but_told(before)
        assert talked.paid_out() == 0


@pytest.mark.parametrize("said", OTHERS)
def test_thanks_and_questions_are_no_facts(said: str) -> None:
    for talked in (_reviewed(), _queued()):
        talked.say(said)

        assert talked.case().claim.note is None


@given(told=st.lists(st.text(min_size=1, max_size=700), min_size=1, max_size=8), is_queued=st.booleans())
def test_whatever_is_told_the_case_is_otherwise_as_before_and_its_note_bounded(
    told: list[str], *, is_queued: bool
) -> None:
    talked = _queued() if is_queued else _reviewed()
    before = talked.case()

    for words in told:
        talked.say(f"by the way {words}")
        if talked.state.holder != ("queue" if is_queued else "bot"):
            break

    case = next(it for it in talked.cases() if it.case_no == before.case_no)
    assert len(case.claim.note or "") <= NOTE_LENGTH_MAX + 1
    assert talked.paid_out() == 0
    if case.state is CaseState.UNDER_REVIEW:
        assert _but_told(case) == _but_told(before)


def test_pictures_in_the_queue_are_evidence_up_to_a_limit() -> None:
    talked = _queued()

    for number in range(PICTURES_MAX + 5):
        talked.shows(f"a-{number}")

    assert talked.case().claim.evidence == tuple(f"a-{number}" for number in range(PICTURES_MAX))
    assert talked.state.holder == "queue"


def test_words_with_a_picture_go_along() -> None:
    talked = _reviewed()

    talked.say("漏水的地方", pictures=("a-1",))

    assert talked.case().claim.evidence == ("a-1",)
    assert talked.case().claim.note == "漏水的地方"


def test_only_words_and_pictures_with_a_case_are_read_while_waiting() -> None:
    queued = _queued().state
    said = InboundMessage("1", NOW, "it also leaks")

    assert may_tell_of_case(queued, said)
    assert not may_tell_of_case(replace(queued, slots=replace(queued.slots, case_no=None)), said)
    assert not may_tell_of_case(queued, replace(said, text="ok"))
    assert not may_tell_of_case(queued, replace(said, text=None, action="human"))


def test_words_that_lead_a_fact_or_ask_how_it_goes_are_told_apart() -> None:
    assert all(
        adds_facts(it) for it in ("对了，还漏水", "补充一下，箱子破了", "btw it leaks", "i forgot to mention the lid")
    )
    assert not any(adds_facts(it) for it in ("谢谢", "it leaks", "退款"))
    assert all(asks_how_it_goes(it) for it in ("怎么样了", "有结果了吗", "how is it going", "any news"))
    assert not any(asks_how_it_goes(it) for it in ("怎么退款", "how do i return it"))
    assert is_conditional("换不了就退吧")
    assert not is_conditional("不换了，退款吧")
