"""The shop's own support chat, in a browser or in Telegram."""
