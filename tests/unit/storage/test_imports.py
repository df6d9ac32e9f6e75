"""What a process does not need it does not load."""

import subprocess
import sys

STORES = "storage.database, storage.transaction, storage.migrate, storage.order_store, storage.merchant_store"


def test_the_stores_do_not_load_the_orm() -> None:
    program = f"import sys, {STORES}; print('tortoise' in sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert loaded.strip() == "False"
