"""Offer rules: which resolutions a case may be given, at what value, within which caps."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OfferRules:
    """What the merchant gives besides the original route."""

    version: int = 1


@dataclass(frozen=True, slots=True)
class OfferUse:
    """What was already given: bonus this month for the merchant and to this customer in 90 days (minor units)."""

    bonus_minor_month: int = 0
    bonus_minor_customer_90d: int = 0
