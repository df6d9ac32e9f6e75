"""HTTP: the consumers' chat, the merchants' API and operations."""
