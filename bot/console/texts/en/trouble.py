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
}
