"""An official account of a merchant's on WeChat: its parts under one name."""

from dataclasses import dataclass

from channels.channel import Account, BadSetting, Capabilities, Channel, Setting, Tokens, Window
from channels.wechat.parse import parse_push
from channels.wechat.people import union_of
from channels.wechat.render import ACTION_BYTES_MAX, LABEL_BYTES_MAX, MENU_MAX, render_replies
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

PASSIVE_SECONDS = 1.5
SETTINGS = (*COMMON_SETTINGS, Setting("mini_program_appid", is_required=False))
CAPABILITIES = Capabilities(
    text_max=TEXT_BYTES_MAX,
    buttons_max=MENU_MAX,
    button_label_max=LABEL_BYTES_MAX // 4,
    action_bytes_max=ACTION_BYTES_MAX,
    has_cards=True,
    passive_seconds=PASSIVE_SECONDS,
    windows={
        "message": Window(48 * 3600 - LATE_SECONDS, 5),
        "menu": Window(60 - LATE_SECONDS, 3),
        "follow": Window(60 - LATE_SECONDS, 3),
        "scan": Window(60 - LATE_SECONDS, 3),
    },
    per_second=PER_SECOND,
)


@dataclass(slots=True)
class OfficialAccount(WeixinChannel):
    """What all accounts of WeChat do, and who its followers are."""

    async def union_of(self, user: str) -> str | None:
        """Who a follower is in all accounts of the merchant's. Raises as TellsUnion says."""
        return await union_of(self.client, user)


def open_channel(account: Account, tokens: Tokens) -> Channel:
    """The account, ready for use; nothing is called yet. Raises BadSetting."""
    settings = account.settings
    keys = read_keys(settings)
    app_id = settings.get("mini_program_appid", "")
    if bool(app_id) != bool(settings.get("mini_program_page", "")):
        raise BadSetting("mini_program_appid: goes together with mini_program_page and mini_program_thumb")
    return OfficialAccount(
        CAPABILITIES,
        keys,
        WeixinClient(keys.app_id, settings["app_secret"], read_api_base(settings), tokens),
        read_case_page(settings, app_id=app_id),
        read_template(settings),
        "template",
        parse_push,
        render_replies,
        is_on(settings, "transfer_to_service"),
    )
