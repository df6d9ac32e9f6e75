"""The support chat in Telegram."""
