"""A process that confirms one case when its standard input says so; arguments: database, merchant, case, way."""

import asyncio
import sys
from uuid import UUID

from storage.case_reads import load_case
from storage.case_store import WorldChanged
from storage.database import open_database
from tests.integration.money.shop import Shop, confirming


async def main(url: str, merchant_id: str, case_no: str, resolution: str) -> None:
    async with open_database(url) as db:
        shop = Shop(db, UUID(merchant_id), "lamps")
        case = await load_case(db, shop.merchant_id, case_no)
        assert case is not None
        change = confirming(case, await shop.facts(), resolution)
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        try:
            await shop.save(change)
        except WorldChanged:
            print("changed", flush=True)
        else:
            print("saved", flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
