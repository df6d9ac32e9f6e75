"""Where goods are sent back to is said when a return is approved, in its reminder and with its status."""

from dataclasses import replace

import pytest

from dialogs.conversation import Conversation
from dialogs.facts import Merchant
from dialogs.messages import Locale
from dialogs.notices import notice
from refund_core.case_customer import return_sent
from refund_core.policy import ReturnAddress
from tests.unit.core.shop import moment
from tests.unit.dialogs.talk import MERCHANT, Talk, awaiting_return

TO = ReturnAddress("退货组", "021-5555 0100", "样例路 88 号")
WITH_ADDRESS = replace(MERCHANT, policy=replace(MERCHANT.policy, returns=TO))
ADDRESS = {"zh-CN": "退货组，021-5555 0100，样例路 88 号", "en": "退货组, 021-5555 0100, 样例路 88 号"}
NO_ADDRESS = {"zh-CN": "寄回地址由店铺稍后在这里发给您", "en": "The shop will send you the address here"}

BOTH = [(WITH_ADDRESS, ADDRESS), (MERCHANT, NO_ADDRESS)]


def _approved(merchant: Merchant, locale: Locale) -> Talk:
    return awaiting_return(merchant=merchant, state=Conversation(locale, "c-1001", is_greeted=True))


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize(
    ("merchant", "said"), [(WITH_ADDRESS, ADDRESS), (MERCHANT, NO_ADDRESS)], ids=["set", "not set"]
)
def test_the_address_is_told_when_a_return_is_approved_and_with_its_status(
    merchant: Merchant, said: dict[Locale, str], locale: Locale
) -> None:
    talked = _approved(merchant, locale)
    assert said[locale] in talked.texts()

    talked.tap(f"status:{talked.case().case_no}")

    assert said[locale] in talked.texts()


@pytest.mark.parametrize("kind", ["note.approved_after_return", "note.return_reminder"])
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize(
    ("merchant", "said"), [(WITH_ADDRESS, ADDRESS), (MERCHANT, NO_ADDRESS)], ids=["set", "not set"]
)
def test_the_address_is_in_what_the_desk_s_approval_and_the_reminder_say(
    kind: str, merchant: Merchant, said: dict[Locale, str], locale: Locale
) -> None:
    case = _approved(merchant, locale).case()

    assert said[locale] in notice(kind, case, locale, merchant).text


def test_goods_that_are_on_their_way_need_no_address() -> None:
    talked = _approved(WITH_ADDRESS, "zh-CN")
    sent = return_sent(talked.case(), "SF1234567", limits=MERCHANT.policy.limits, moment=moment())
    talked.put(sent.case)

    talked.tap(f"status:{sent.case.case_no}")

    assert "样例路" not in talked.texts()
