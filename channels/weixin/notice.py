"""The message that WeChat takes outside every reply window: a template (or subscribe) message about a case; pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from channels.channel import BadSetting, Payload, Spoken
from channels.split import cut_text
from channels.weixin.render import CasePage
from channels.wording import said
from dialogs.messages import CaseCard, Locale
from dialogs.texts.catalogue import code_text
from dialogs.texts.money import format_money
from refund_core.money import Money

FACTS = ("case_no", "order_no", "state", "amount", "text")
LENGTH_MAX = 200
_FIELD = re.compile(r"([a-z_]+)[0-9]{0,3}")
_LENGTHS = {"thing": 20, "phrase": 5, "character_string": 32, "number": 32, "amount": 20, "const": 20, "short_thing": 5}
"""What WeChat takes in a field, by the kind that its name begins with; longer values are refused by it."""
_HOLDER = "{case_no}"


@dataclass(frozen=True, slots=True)
class NoticeTemplate:
    """A template of the account, and what is put into its fields."""

    template_id: str
    fields: tuple[tuple[str, str], ...]


def read_template(settings: Mapping[str, str]) -> NoticeTemplate | None:
    """The account's template, None where it has none. Raises BadSetting."""
    template_id, written = settings.get("template_id", ""), settings.get("template_fields", "")
    if not template_id and not written:
        return None
    if not template_id or not written:
        raise BadSetting("template_fields: goes together with template_id")
    fields = []
    for part in written.split(","):
        name, _, fact = (it.strip() for it in part.partition("="))
        if not _FIELD.fullmatch(name) or fact not in FACTS:
            raise BadSetting(f"template_fields: expected NAME=FACT, …, where FACT is one of {', '.join(FACTS)}")
        fields.append((name, fact))
    return NoticeTemplate(template_id, tuple(fields))


def notice_payload(
    method: str, template: NoticeTemplate | None, spoken: Sequence[Spoken], locale: Locale, page: CasePage
) -> Payload | None:
    """What may be sent when no reply window is open: where the case stands, None where there is nothing to fill in."""
    about = next((one.reply for one in reversed(spoken) if isinstance(one.reply.card, CaseCard)), None)
    if template is None or about is None or not isinstance(about.card, CaseCard):
        return None
    facts = _facts(about.card, said(about, locale), locale)
    data = {name: {"value": _fitting(name, facts[fact])} for name, fact in template.fields}
    return Payload(method, {"template_id": template.template_id, "data": data} | _leads_to(page, about.card.case_no))


def _facts(card: CaseCard, text: str, locale: Locale) -> Mapping[str, str]:
    return {
        "case_no": card.case_no,
        "order_no": card.order_no,
        "state": code_text("state", card.state, locale),
        "amount": format_money(Money(card.amount, card.currency), locale),
        "text": " ".join(text.split()),
    }


def _fitting(name: str, value: str) -> str:
    found = _FIELD.fullmatch(name)
    return cut_text(value, _LENGTHS.get(found.group(1), LENGTH_MAX) if found else LENGTH_MAX)


def _leads_to(page: CasePage, case_no: str) -> dict[str, object]:
    filled = page.page.replace(_HOLDER, case_no)
    if filled:
        return {"miniprogram": {"appid": page.app_id, "pagepath": filled}} if page.app_id else {"page": filled}
    return {"url": page.address.replace(_HOLDER, case_no)} if page.address else {}
