"""Amounts and times as people write them, in both locales; pure, from fixed tables."""

from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from dialogs.messages import Locale
from refund_core.money import Money

_DECIMALS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
    "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}  # fmt: skip
_SYMBOLS: dict[Locale, dict[str, str]] = {
    "zh-CN": {"CNY": "¥", "JPY": "JP¥", "USD": "US$", "EUR": "€", "GBP": "£", "HKD": "HK$", "KRW": "₩", "TWD": "NT$"},
    "en": {"CNY": "CN¥", "JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "KRW": "₩", "TWD": "NT$"},
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def format_money(amount: Money, locale: Locale) -> str:
    """The amount with its currency's symbol and decimals (¥118.00, JP¥1,200, −$3.50); the code where none is known."""
    symbol, decimals = _written(amount.currency, locale)
    minor = amount.minor
    sign = "−" if minor < 0 else ""
    if decimals == 2:
        whole, rest = divmod(abs(minor), 100)
        return f"{sign}{symbol}{whole:,}.{rest:02d}"
    whole, rest = divmod(abs(minor), 10**decimals)
    return f"{sign}{symbol}{whole:,}.{rest:0{decimals}d}" if decimals else f"{sign}{symbol}{whole:,}"


def money_said(whole: str, currency: str) -> Money:
    """The sum that was said in whole units ("20", "12.50"), cut at the currency's smallest."""
    return Money(int(Decimal(whole).scaleb(_DECIMALS.get(currency, 2))), currency)


@lru_cache(maxsize=512)
def _written(currency: str, locale: Locale) -> tuple[str, int]:
    """The currency's symbol and decimals."""
    return _SYMBOLS[locale].get(currency) or f"{currency} ", _DECIMALS.get(currency, 2)


def format_time(at: datetime, locale: Locale, timezone: str) -> str:
    """Day and minute in the merchant's zone: 11月26日 18:00 or 26 Nov, 18:00."""
    local = at.astimezone(ZoneInfo(timezone))
    if locale == "zh-CN":
        return f"{local.month}月{local.day}日 {local.hour:02d}:{local.minute:02d}"
    return f"{local.day} {_MONTHS[local.month - 1]}, {local.hour:02d}:{local.minute:02d}"


def format_day(at: datetime, locale: Locale, timezone: str) -> str:
    """The day in the merchant's zone: 11月26日 or 26 Nov."""
    local = at.astimezone(ZoneInfo(timezone))
    return f"{local.month}月{local.day}日" if locale == "zh-CN" else f"{local.day} {_MONTHS[local.month - 1]}"
