"""A process of its own that says things in a conversation: DATABASE_URL CONVERSATION_ID COUNT."""

import asyncio
import sys
from uuid import UUID

from storage.database import open_database
from tests.integration.turns.shop import all_of, loop_over, said


async def main(url: str, conversation_id: UUID, count: int) -> None:
    async with open_database(url, pool_size=2) as database, loop_over(database) as loop:
        await all_of(*(loop.say(conversation_id, *said(f"{number}")) for number in range(count)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], UUID(sys.argv[2]), int(sys.argv[3])))
