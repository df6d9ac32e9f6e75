"""The page of what needs attention, in English."""

TEXTS: dict[str, str] = {
    "trouble.title": "Needs attention",
    "trouble.empty": "Nothing needs attention.",
    "trouble.refunds": "Payouts that need a person",
    "trouble.buried": "Messages that could not be handled",
    "trouble.effects": "Work that gave up",
    "trouble.overdue": "Overdue cases",
    "trouble.since": "Since",
    "trouble.what": "What",
    "trouble.reason": "Last answer",
    "trouble.then": "What happens by itself",
    "trouble.where": "Where",
    "trouble.conversation": "Conversation",
    "trouble.hint_effects": (
        "It is not tried again by itself. Read the reason, mend its cause, then let it be tried again."
    ),
    "trouble.hint_buried": (
        "The customer was told that it did not work and may ask again. Set a message aside when its fault is known."
    ),
    "trouble.again": "Try again",
    "trouble.set_aside": "Set aside",
    "trouble.step": "Step",
    "trouble.for_lead": "A lead, finance or the owner can do that.",
    "trouble.not_for_role": "Only a lead, finance or the owner can do this. Nothing was changed.",
    "trouble.gone": "This work is being tried again already, or is done. Nothing was changed.",
    "trouble.seen_to": "This message was set aside already. Nothing was changed.",
    "effect.gateway.refund": "Send a refund to the gateway",
    "effect.gateway.look_up": "Ask the gateway about a refund",
    "effect.chat.note": "Tell the customer",
    "effect.channel.send": "Send to the customer on their platform",
    "effect.media.fetch": "Fetch a picture or video of the customer",
    "effect.sms.send": "Send an SMS",
    "source.turn": "A message of a customer",
    "gave_up.no_gateway": "No payment gateway is set up that pays by {detail}.",
    "gave_up.no_refund": "There is no refund {detail}.",
    "gave_up.no_case": "There is no case {detail}.",
    "gave_up.no_conversation": "The conversation is gone.",
    "gave_up.no_text": "There is no text {detail}.",
    "gave_up.no_message": "The message that it came with is gone.",
    "gave_up.no_listener": "The customer is on no platform any more.",
    "gave_up.account_unusable": "The channel's account cannot be used: {detail}",
    "gave_up.refused": "It was refused: {detail}.",
    "gave_up.picture_refused": "The platform refused its picture: {detail}.",
    "gave_up.part_unknown": (
        "Nobody knows whether part {detail} was sent. Look into the conversation before trying again: it may "
        "come twice."
    ),
    "gave_up.not_taken": (
        "The platform takes no message to this customer now: they have to write first. No SMS could be sent instead."
    ),
    "gave_up.words_unsaid": (
        "The customer was told where the case stands, but not what a person wrote. They read it when they write again."
    ),
    "gave_up.no_sms_sender": "No SMS sender is set up.",
    "gave_up.sms_unknown": "Nobody knows whether the SMS was sent ({detail}). It is not sent twice by itself.",
    "gave_up.no_phone": "The customer has no phone number.",
    "gave_up.bad_phone": "The customer's phone number cannot be dialled.",
    "gave_up.sms_limit": "This phone or this shop has had as many SMS today as are allowed.",
    "gave_up.not_now": "Tried as often as is allowed, and always not now ({detail}).",
    "gave_up.no_answer": "Tried as often as is allowed, without a clear answer ({detail}).",
    "gave_up.fault": "A fault of this program or its database: {detail}",
    "answer.picture_unknown": "there is no such picture",
    "answer.picture_gone": "its file is gone",
    "answer.address_not_public": "the address to call is not public, and the operator has not allowed it",
    "answer.40125": "the app secret is wrong",
    "answer.40164": "this server's address is not on the account's list",
    "answer.48001": "the account may not do this (not verified)",
    "then.withdraw": "the case is withdrawn",
    "then.remind": "the customer is reminded",
    "then.alert_lead": "the lead is told",
    "then.approve_or_escalate": "approved if the rules allow it, else escalated",
    "then.escalate": "the case is escalated",
    "then.review": "goes to a person",
    "then.needs_person": "goes to a person",
}
