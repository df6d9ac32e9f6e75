"""The tables: columns and constraints only, one aggregate a file; a merchant's keys lead with merchant_id.

What the models cannot say (foreign keys over two columns, triggers, partial indexes) is in the migrations.
"""

MODULES = (
    "storage.tables.merchants",
    "storage.tables.customers",
    "storage.tables.orders",
    "storage.tables.conversations",
    "storage.tables.channels",
    "storage.tables.cases",
    "storage.tables.ratings",
    "storage.tables.books",
    "storage.tables.work",
    "storage.tables.staff",
    "storage.tables.idempotency",
    "storage.tables.proofs",
)
