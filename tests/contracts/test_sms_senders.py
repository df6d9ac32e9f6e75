"""What every SMS sender of the registry promises; a new one only brings its stage."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.sms.registry import open_sender, senders
from connectors.sms.sender import SmsSender, SmsTemplate
from refund_core.sending import AnswerUnknown, SendLater, SendRefused
from tests.contracts.sms_stages import SMS_STAGES, SmsStage

PHONE = "+8613800000000"
CODE = SmsTemplate("sms.code", "zh-CN", "灯具小店", "验证码 {code}，{minutes} 分钟内有效。")
VALUES = {"code": "042917", "minutes": "10"}


@pytest.fixture(params=senders())
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def stage(name: str, tmp_path: Path) -> AsyncIterator[SmsStage]:
    async with SMS_STAGES[name](tmp_path) as stage:
        yield stage


@pytest.fixture
async def sender(name: str, stage: SmsStage) -> AsyncIterator[SmsSender]:
    sender = open_sender(name, stage.account)
    yield sender
    await sender.close()


async def test_a_text_reaches_its_phone_with_the_merchants_name_in_front(sender: SmsSender, stage: SmsStage) -> None:
    receipt = await sender.send(PHONE, CODE, VALUES, "k-1")

    assert receipt.message_id
    assert await stage.sent() == [("k-1", PHONE, "【灯具小店】验证码 042917，10 分钟内有效。")]


@pytest.mark.parametrize("how", ["lost", "half"])
async def test_a_lost_answer_is_unknown_although_the_text_went_out(
    sender: SmsSender, stage: SmsStage, how: str
) -> None:
    await stage.break_it(how)

    with pytest.raises(AnswerUnknown):
        await sender.send(PHONE, CODE, VALUES, "k-1")

    assert len(await stage.sent()) == 1


async def test_a_server_error_is_unknown(sender: SmsSender, stage: SmsStage) -> None:
    await stage.break_it("error")

    with pytest.raises(AnswerUnknown):
        await sender.send(PHONE, CODE, VALUES, "k-1")


async def test_too_many_requests_say_when_to_come_back_and_nothing_went_out(sender: SmsSender, stage: SmsStage) -> None:
    await stage.break_it("limited")

    with pytest.raises(SendLater) as refused:
        await sender.send(PHONE, CODE, VALUES, "k-1")

    assert refused.value.after_seconds == 7
    assert await stage.sent() == []


async def test_a_refusal_names_its_code_and_nothing_went_out(sender: SmsSender, stage: SmsStage) -> None:
    await stage.break_it("refused")

    with pytest.raises(SendRefused) as refused:
        await sender.send(PHONE, CODE, VALUES, "k-1")

    assert refused.value.code == "BLACKLISTED"
    assert await stage.sent() == []


async def test_wrong_credentials_are_refused_and_an_address_without_anybody_is_for_later(
    name: str, stage: SmsStage
) -> None:
    for account, wanted in ((stage.bad_account, SendRefused), (stage.dead_account, SendLater)):
        sender = open_sender(name, account)
        with pytest.raises(wanted):
            await sender.send(PHONE, CODE, VALUES, "k-1")
        await sender.close()

    assert await stage.sent() == []


@pytest.mark.parametrize("phone", ["", "12", "not a phone", "+86 138", "138\n00000000", "1" * 30])
async def test_what_cannot_be_dialled_is_refused(sender: SmsSender, stage: SmsStage, phone: str) -> None:
    with pytest.raises(SendRefused):
        await sender.send(phone, CODE, VALUES, "k-1")

    assert await stage.sent() == []


async def test_a_text_without_the_merchants_name_is_refused(sender: SmsSender, stage: SmsStage) -> None:
    with pytest.raises(SendRefused):
        await sender.send(PHONE, replace(CODE, signature=""), VALUES, "k-1")

    assert await stage.sent() == []
