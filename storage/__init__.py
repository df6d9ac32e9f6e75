"""PostgreSQL tables with the few operations on them, and Redis."""
