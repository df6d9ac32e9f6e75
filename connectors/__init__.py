"""The merchant's systems: payments, text messages, order sources and warehouses."""
