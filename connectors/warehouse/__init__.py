"""Warehouses and what they scan."""
