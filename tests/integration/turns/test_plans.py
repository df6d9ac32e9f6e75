"""The loop's plans are made once, perhaps while the tables are empty, and must fit the full tables as well."""

import re

import pytest

from storage import (
    arrival_store,
    attachment_store,
    awaited_media,
    fact_question,
    likeness_store,
    outbox,
    send_batches,
    send_store,
    turn_store,
    union_store,
    whole_turn_store,
)
from storage.case_statement import ROWS, save_changes_sql
from storage.database import open_database

STATEMENTS = {
    "facts": fact_question.question(frozenset(fact_question.Part) - {fact_question.Part.PICTURES}),
    "facts with pictures": fact_question.question(frozenset(fact_question.Part)),
    **{f"facts: {part}": fact_question.question(frozenset([part])) for part in fact_question.Part},
    "pictures that look the same": likeness_store._NOTE_MATCHES,
    "conversations": turn_store._LOAD,
    "turns": turn_store.saving(is_sending=False),
    "turns on platforms": turn_store.saving(is_sending=True),
    "turns whose pictures are awaited": turn_store.saving(is_sending=False, is_awaiting=True),
    "turns with the pictures that were awaited": turn_store.saving(is_sending=True, is_resumed=True),
    "what is awaited": awaited_media._READ,
    "what is missing": awaited_media._SHOWN,
    "awaited and kept": attachment_store._KEEP_AWAITED,
    "who writes on platforms": arrival_store._meeting(is_waiting=False),
    "who is to be asked about": union_store._DUE,
    "who somebody is elsewhere": union_store._TOLD,
    "what is due": outbox._CLAIM,
    "what a send needs": send_batches._READY,
    "calls counted": send_batches._COUNT,
    "sends settled": send_batches._SETTLE,
    "what webhooks' answers carry": send_store._CARRY_ALONE,
    "answers": turn_store._ANSWERS,
    "cases": save_changes_sql(frozenset(ROWS)),
    "whole turns": whole_turn_store._sql(frozenset(ROWS), is_sending=False),
    "whole turns on platforms": whole_turn_store._sql(frozenset(ROWS), is_sending=True),
}
ALL_OF_A_MERCHANT = re.compile(r"Index Cond: \(merchant_id = \S+\)$|Seq Scan on (?!merchant)", re.MULTILINE)
ALL_OF_A_KIND = re.compile(r"Index Cond: \(kind = '|Index Scan using [^\n]*\n(?! +Index Cond)")


async def plan(url: str, statement: str) -> str:
    async with open_database(url, pool_size=1, session=turn_store.TURN_SESSION) as db, db.pool.acquire() as connection:
        prepared = await connection.prepare(statement)
        await connection.execute(f"PREPARE asked AS {statement}")
        nothing = ", ".join("NULL" for _ in prepared.get_parameters())
        return "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN EXECUTE asked({nothing})"))


@pytest.mark.parametrize("name", STATEMENTS)
async def test_a_plan_made_for_empty_tables_reads_no_more_than_it_needs(fresh_database: str, name: str) -> None:
    lines = await plan(fresh_database, STATEMENTS[name])

    assert "Index Cond" in lines
    assert ALL_OF_A_MERCHANT.findall(lines) == []
    assert ALL_OF_A_KIND.findall(lines) == []
