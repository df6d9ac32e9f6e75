"""The one order in which rows are locked, within a transaction and across processes.

    conversation, case, order, payment, line use, account, offer budget, outbox row

Who takes rows of several kinds takes them in this order, rows of one kind in the order of their keys, and each kind
once. Then two transactions can wait for one another only in one direction, and never deadlock. The statements that lock
are in turn_store.py, case_statement.py and order_sql.py.
"""
