"""The customer service of a merchant's mini-program: its parts under one name."""

from dataclasses import dataclass

from channels.abilities import LoggedIn
from channels.channel import Account, BadSetting, Capabilities, Channel, Setting, Tokens, Window
from channels.mini_program.login import log_in
from channels.mini_program.parse import parse_push
from channels.mini_program.render import render_replies
from channels.weixin.channel import (
    COMMON_SETTINGS,
    LATE_SECONDS,
    PER_SECOND,
    WeixinChannel,
    is_on,
    read_api_base,
    read_keys,
)
from channels.weixin.client import WeixinClient
from channels.weixin.notice import read_template
from channels.weixin.render import TEXT_BYTES_MAX, read_case_page

FORMATS = ("xml", "json")
SETTINGS = (*COMMON_SETTINGS, Setting("message_format", is_required=False, default="json", choices=FORMATS))
CAPABILITIES = Capabilities(
    text_max=TEXT_BYTES_MAX,
    buttons_max=0,
    button_label_max=0,
    action_bytes_max=0,
    has_cards=True,
    windows={"message": Window(48 * 3600 - LATE_SECONDS, 5), "enter": Window(60 - LATE_SECONDS, 2)},
    per_second=PER_SECOND,
)
"""A push of a mini-program takes no reply in its answer, so all goes out as customer-service messages."""


@dataclass(slots=True)
class MiniProgramChannel(WeixinChannel):
    """Its customer service, and who comes from its own pages."""

    @property
    def asked_templates(self) -> tuple[str, ...]:
        """The template of its notices, where the account has one."""
        return () if self.template is None else (self.template.template_id,)

    async def log_in(self, code: str) -> LoggedIn:
        """Who a code of wx.login stands for. Raises LoginRefused, SendLater, SendRefused and AnswerUnknown."""
        return await log_in(self.client, code)


def open_channel(account: Account, tokens: Tokens) -> Channel:
    """The account, ready for use; nothing is called yet. Raises BadSetting.

    message_format is what the merchant chose in WeChat's console; a push in the other one is read all the same.
    """
    settings = account.settings
    keys = read_keys(settings)
    if (settings.get("message_format") or "json") not in FORMATS:
        raise BadSetting("message_format: expected xml or json")
    return MiniProgramChannel(
        CAPABILITIES,
        keys,
        WeixinClient(keys.app_id, settings["app_secret"], read_api_base(settings), tokens),
        read_case_page(settings, app_id=""),
        read_template(settings),
        "subscribe",
        parse_push,
        render_replies,
        is_on(settings, "transfer_to_service"),
    )
