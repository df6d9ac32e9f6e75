"""An offer taken in words: by its sum ("39就39吧"), or by agreeing where one alone is shown; nothing is confirmed by it."""
# ruff: noqa: E501  # a pattern stays whole

import re
from decimal import Decimal

from dialogs.commands import AskAgain, Command, TellCase
from dialogs.conversation import Conversation
from dialogs.flows.buttons import command_of_button
from dialogs.messages import InboundMessage
from dialogs.nlu.topics import is_asking

_SUM = r"(?:cn)?[¥￥$£€]? ?([0-9]{1,7}(?:\.[0-9]{1,2})?) ?(元|块钱|块|yuan|rmb|dollars?|bucks?)?"
_BY_SUM = re.compile(
    rf"(?P<before>(?:那|就|行|好|吧|可以|要|我|选|嗯|成|ok(?:ay)?|fine|deal|yes|alright|all right|sure|i'?ll|i|will|take|give me|make it|then|just|the|[，, ])*)"
    rf"{_SUM}(?P<same>就(?:cn)?[¥￥$£€]? ?\2 ?(?:元|块钱|块)?)?"
    r"(?P<after>(?:[，, ]|的|那个|这个|吧|行|可以|也|就|好|了|成交|没问题|ok(?:ay)?|it is|is|fine|good|alright|works|for me|will do|then|deal|please|one)*)"
)
_DEAL = re.compile(
    r"(?:[，, ]|那|就|行|好|吧|的|可以|嗯|成交|这个|这样|它|要|我|一言为定|同意|接受|it'?s|a|ok(?:ay)?|deal|fine|agreed|yes|i|accept|take it|i'?ll|that|sure|then|with)+"
)
_AGREES = re.compile(r"成交|就这[个样]|就它|行吧|好吧|可以吧|一言为定|同意|接受|deal|agreed|accept|take|fine")
_MONEY = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")


def taken_in_words(conversation: Conversation, message: InboundMessage, words: str) -> tuple[Command, ...] | None:
    """The offer that the words (in lower case) take; the choice again where they fit several, a wish where none."""
    asked = conversation.asked
    if asked is None or not words or not conversation.stack or conversation.stack[-1].asking != "resolution":
        return None
    if is_asking(message.text or ""):
        return None
    offers = {
        choice.action: _MONEY.findall(choice.label)
        for choice in asked.choices
        if choice.action.startswith("offer:") and choice.action.endswith(":accept")
    }
    found = _BY_SUM.fullmatch(words)
    if found is None:
        is_agreed = len(offers) == 1 and _AGREES.search(words) is not None and _DEAL.fullmatch(words) is not None
        return (command_of_button(conversation, next(iter(offers))),) if is_agreed else None
    wanted = Decimal(found[2])
    fitting = [action for action, sums in offers.items() if sums and Decimal(sums[-1].replace(",", "")) == wanted]
    if len(fitting) == 1:
        return (command_of_button(conversation, fitting[0]),)
    is_sum = found[3] is not None or found["same"] is not None or wanted > len(asked.choices) or "." in found[2]
    case_no = conversation.slots.case_no
    if is_sum and not fitting and case_no is not None:
        return (TellCase(case_no, sum_wished=found[2]),)
    return (AskAgain(is_choice_open=True),) if is_sum else None
