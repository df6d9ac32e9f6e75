"""The understanding that lives in this process: exact reading first, then rules; it never awaits and never raises."""

import re

from dialogs.conversation import Conversation
from dialogs.messages import InboundMessage, Locale
from dialogs.nlu.amounts import find_faulty_count
from dialogs.nlu.answers import goes_ahead, is_no, is_yes, plain_words
from dialogs.nlu.asides import (
    asks_whether_bot,
    has_no_pictures,
    is_bare_wish,
    names_only_some,
    names_other_payee,
    names_unwanted,
    will_send_pictures,
    would_keep_goods,
)
from dialogs.nlu.choosing import goods_action
from dialogs.nlu.codes import code_given, wants_code_again
from dialogs.nlu.entities import Named, entities_in
from dialogs.nlu.exact import (
    answer_action,
    has_measure,
    is_withdrawal,
    leaving_action,
    option_number,
    quantity,
)
from dialogs.nlu.languages import language_wished
from dialogs.nlu.learned import read_by_classifier
from dialogs.nlu.plain import plainly
from dialogs.nlu.rules import Reading, has_han, read_free_text
from dialogs.nlu.stored_model import shipped_classifier
from dialogs.understanding import Context, Intent, Understanding

TEXT_LENGTH_READ_MAX = 400
OPTION_MAX = 99
ACCOUNT_LENGTH_MIN = 10
WAVE = "👋"
"""A greeting without words: what opening a chat says, by following an account or scanning its code."""
_UNWANTED = re.compile(r"[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
_DIGITS = re.compile(r"[0-9]")
_WORD = re.compile(r"[A-Za-z]{2,}")
_UNCLEAR_WORDS = frozenset({"ok", "okay", "yes", "no", "hi", "hello", "app", "vip", "sf"})
_NOTHING = Context()
_LEAVING = {"cancel": Intent.DENY, "human": Intent.WANT_HUMAN}
_ABOUT_MONEY = frozenset({"resolution", "confirm", "declined"})
_KEEPING = frozenset({
    Intent.REFUND_REQUEST, Intent.EXCHANGE_REQUEST, Intent.WITHDRAW_REQUEST, Intent.CHOOSE, Intent.DENY,
    Intent.GIVE_REASON, Intent.OTHER, Intent.AFFIRM,
})  # fmt: skip
_NOT_KEEPING = frozenset({"remedy", "resolution", "second"})
_NO_FAULT = frozenset({("reason", "no_longer_wanted"), ("reason", "price_drop")})
_NOT_WANTED = ("reason", "no_longer_wanted")
_NOT_STARTING = frozenset({Intent.WITHDRAW_REQUEST, Intent.DENY, Intent.OTHER, Intent.CHOOSE})
_OF_OWN_ACCORD = frozenset({None, "menu", "hint"})
_CHOOSING = frozenset({Intent.CHOOSE, Intent.REFUND_REQUEST, Intent.DENY, Intent.OTHER})


def understand_message(conversation: Conversation, message: InboundMessage) -> Understanding:
    """What a message means in its conversation: a button's action, or its text read by exact reading and rules."""
    if message.action is not None:
        return Understanding(Intent.CHOOSE, 1.0, message.action)
    return understand_now(message.text or "", conversation.locale, context_of(conversation))


def context_of(conversation: Conversation) -> Context:
    """What was asked last, for the understanding."""
    asked = conversation.asked
    if asked is None:
        return _NOTHING
    return Context(
        asked.kind,
        tuple(choice.action for choice in asked.choices),
        tuple(choice.label for choice in asked.choices),
    )


def understand_now(text: str, locale: Locale, context: Context = _NOTHING) -> Understanding:
    """Read one text; only its first 400 characters count for the intent. Raises nothing, whatever the text."""
    cleaned = plainly(_UNWANTED.sub(" ", text[: 2 * TEXT_LENGTH_READ_MAX])[:TEXT_LENGTH_READ_MAX])
    words = plain_words(cleaned)
    if not words:
        return Understanding(Intent.OTHER, 0.0)
    wished = language_wished(words, context.labels)
    if wished is not None:
        return Understanding(Intent.OTHER, 0.95, f"locale:{wished}")
    spoken = detect_locale(cleaned, locale)
    if context.expecting == "evidence" and will_send_pictures(words):
        return Understanding(Intent.OTHER, 0.95, None, (("pictures", "later"),), spoken)
    is_doubtful = cleaned.rstrip().endswith(("?", "？")) and is_yes(words)
    exact = None if is_doubtful else _exact(words, context, spoken)
    if exact is not None:
        return exact
    aside = _aside(words, context, spoken)
    if aside is not None:
        return aside
    reading = read_by_classifier(cleaned.strip().lower(), context.expecting, shipped_classifier())
    intent, confidence, named = _as_plainly_said(words, context, reading)
    action = goods_action(words, context) if intent in _CHOOSING and context.labels else None
    if action is not None:
        return Understanding(Intent.CHOOSE, 1.0, action, named, spoken)
    return Understanding(intent, confidence, None, named + _entities(cleaned, named), spoken)


def detect_locale(text: str, otherwise: Locale) -> Locale:
    """Chinese where the text holds Chinese characters, English where it holds plain words of letters alone."""
    if not text.isascii() and has_han(text):
        return "zh-CN"
    for found in _WORD.finditer(text):
        if found.group().lower() not in _UNCLEAR_WORDS and not _DIGITS.search(text):
            return "en"
    return "en" if len(_WORD.findall(text)) >= 3 else otherwise


def _aside(words: str, context: Context, spoken: Locale) -> Understanding | None:
    """A sentence that is read by its words alone."""
    if asks_whether_bot(words):
        return Understanding(Intent.OTHER, 0.95, None, (("about", "bot"),), spoken)
    if context.expecting == "evidence" and has_no_pictures(words):
        return Understanding(Intent.DENY, 0.95, None, (("pictures", "none"),), spoken)
    if is_bare_wish(words):
        return Understanding(Intent.REFUND_REQUEST, 0.95, None, (("act", "request"),), spoken)
    return None


def _as_plainly_said(words: str, context: Context, reading: Reading) -> Reading:
    """The reading, put right where plain words say otherwise."""
    intent, confidence, named = reading
    if intent in _NOT_STARTING and context.expecting in _OF_OWN_ACCORD and names_unwanted(words):
        return Intent.GIVE_REASON, 0.7, (*(it for it in named if it[0] not in {"reason", "second"}), _NOT_WANTED)
    if would_keep_goods(words) and intent in _KEEPING:
        is_chosen = context.expecting in _ABOUT_MONEY
        kept = tuple(it for it in named if it[0] not in _NOT_KEEPING and it not in _NO_FAULT)
        wish = Intent.CHOOSE if is_chosen else Intent.REFUND_REQUEST
        return wish, 0.85, (*kept, ("resolution", "keep_item_partial"))
    if names_other_payee(words):
        return intent, confidence, (*(it for it in named if it[0] != "resolution"), ("payee", "other"))
    if intent is Intent.WANT_HUMAN and names_only_some(words):
        return Intent.CHOOSE, 0.5, named
    if intent is Intent.WANT_HUMAN and find_faulty_count(words) is not None:
        by_rules = read_free_text(words, "reason")
        return by_rules if by_rules[0] is Intent.GIVE_REASON else reading
    return reading


def _entities(text: str, named: Named) -> Named:
    """What is named beside; the number of a card or account that money should go to is no order's."""
    found = entities_in(text)
    if ("payee", "other") not in named:
        return found
    return tuple((name, said) for name, said in found if not (said.isdigit() and len(said) >= ACCOUNT_LENGTH_MIN))


def _exact(words: str, context: Context, spoken: Locale) -> Understanding | None:
    if context.expecting == "code":
        code = code_given(words)
        if code is None and wants_code_again(words):
            code = ""
        if code is not None:
            return Understanding(Intent.CHOOSE, 1.0, None, (("code", code),), spoken)
    action = answer_action(words, context)
    if action is not None:
        return Understanding(Intent.CHOOSE, 1.0, action, (), spoken)
    leaving = leaving_action(words)
    if leaving is not None:
        return Understanding(_LEAVING.get(leaving, Intent.CHOOSE), 1.0, leaving, (), spoken)
    if words == WAVE:
        return Understanding(Intent.GREETING, 1.0, None, (), spoken)
    if is_withdrawal(words):
        return Understanding(Intent.WITHDRAW_REQUEST, 1.0, None, (), spoken)
    if is_yes(words) or goes_ahead(words):
        return Understanding(Intent.AFFIRM, 1.0, None, (), spoken)
    if is_no(words):
        return Understanding(Intent.DENY, 1.0, None, (), spoken)
    return _bare_number(words, spoken)


def _bare_number(words: str, spoken: Locale) -> Understanding | None:
    count, option = quantity(words), option_number(words)
    if count is None and (option is None or option > OPTION_MAX):
        return None
    counted = (("quantity", str(count)),) if count is not None else ()
    numbered = (("option", str(option if option is not None else count)),) if not has_measure(words) else ()
    return Understanding(Intent.CHOOSE, 0.6, None, counted + numbered, spoken)
