"""The actions: each says the consumer's message to our dialog and utters what the dialog answers."""

from collections.abc import Iterator
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from dialogs.rasa.names import ASKING, FORM, FORM_SLOTS, SAID, SEQ, SESSION, VALIDATE_FORM, WISHES, payload
from dialogs.rasa.talk import Call, Heard, NotHeard, Talk
from dialogs.rasa.tracker import call_of
from dialogs.understanding import Intent

Event = dict[str, Any]
Domain = dict[str, Any]
REQUESTED = "requested_slot"
_LISTEN = FollowupAction("action_listen")


def actions_over(talk: Talk) -> tuple[Action, ...]:
    """Every action, ready to be registered."""
    return (*(DialogAction(name, wish, talk) for name, wish in WISHES.items()), ValidateRefundForm(talk))


class DialogAction(Action):  # type: ignore[misc]  # rasa_sdk has no types
    """Says the message for what the action is for, unless the message was said already in this turn of Rasa's."""

    def __init__(self, name: str, wish: Intent | None, talk: Talk) -> None:
        self._name = name
        self._wish = wish
        self._talk = talk

    def name(self) -> str:
        """The name by which Rasa calls it."""
        return self._name

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> list[Event]:  # noqa: ARG002 # rasa_sdk's face
        """Utter the answer; then Rasa listens, with the form as the dialog wants it."""
        call = call_of(tracker, self._wish)
        if call.said == call.message_id:
            return []
        heard = await _said(self._talk, call, self._name)
        _utter(dispatcher, heard)
        slot = FORM_SLOTS.get(heard.asking or "")
        return [*_kept(call, heard), ActiveLoop(FORM if slot else None), *_requesting(slot), _LISTEN]


class ValidateRefundForm(Action):  # type: ignore[misc]  # the same
    """The form's validation: an answer to the form's question is said to the dialog, which names the next question."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk

    def name(self) -> str:
        """The name by which Rasa calls it."""
        return VALIDATE_FORM

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> list[Event]:  # noqa: ARG002 # rasa_sdk's face
        """Keep what the dialog took, request what it asks next, and end the form where it asks no more.

        Without an answer (the form comes back after something aside) nothing is said and the same question waits.
        """
        call = call_of(tracker)
        given = {name: value for name, value in tracker.slots_to_validate().items() if name in FORM_SLOTS.values()}
        requested = tracker.slots.get(REQUESTED)
        if call.said == call.message_id or (requested is not None and not given):
            return _as_asked(call.asking)
        heard = await _said(self._talk, call, self.name())
        _utter(dispatcher, heard)
        return [*_validated(given, heard), *_kept(call, heard), *_as_asked(heard.asking)]


def _validated(given: dict[str, Any], heard: Heard) -> Iterator[Event]:
    """A slot whose question the dialog asks again was not answered."""
    asked_again = FORM_SLOTS.get(heard.asking or "")
    for name, value in given.items():
        yield SlotSet(name, None if name == asked_again else value)


def _as_asked(asking: str | None) -> list[Event]:
    slot = FORM_SLOTS.get(asking or "")
    return _requesting(slot) if slot is not None else [*_requesting(None), _LISTEN]


def _requesting(slot: str | None) -> list[Event]:
    """The form's next question; without one the form is done and begins empty the next time."""
    emptied = [] if slot is not None else [SlotSet(name, None) for name in FORM_SLOTS.values()]
    return [*emptied, SlotSet(REQUESTED, slot)]


def _kept(call: Call, heard: Heard) -> list[Event]:
    return [
        SlotSet(SESSION, heard.session),
        SlotSet(SAID, call.message_id),
        SlotSet(SEQ, heard.seq),
        SlotSet(ASKING, heard.asking),
    ]


async def _said(talk: Talk, call: Call, name: str) -> Heard:
    try:
        return await talk.say(call)
    except NotHeard as error:
        raise ActionExecutionRejection(name, f"{name}: {error.code}") from None


def _utter(dispatcher: CollectingDispatcher, heard: Heard) -> None:
    for reply in heard.replies:
        more = {name: reply[name] for name in ("card", "select", "agent") if reply.get(name) is not None}
        dispatcher.utter_message(
            text=reply["text"],
            buttons=[{"title": one["label"], "payload": payload(one["action"])} for one in reply["choices"]],
            json_message={"refundbot": {"seq": reply["seq"], **more}} if more else None,
        )
