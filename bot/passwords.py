"""Passwords: argon2id hashes, made and checked in a small thread pool so that no chat turn waits for one."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

PASSWORD_LENGTH_MIN = 10
PASSWORD_LENGTH_MAX = 256

_hasher = PasswordHasher()
_pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords")
# A hash nobody's password has: checking against it takes as long as a real check, so a login's existence stays hidden.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$MDAwMDAwMDAwMDAwMDAwMA$ZHkB3yIrxeyvhd+fNAInxCnKhjIhXoh2JMZ9ZYGZKIo"


async def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    return await asyncio.get_running_loop().run_in_executor(_pool, _hasher.hash, password)


async def is_password_right(password: str, stored_hash: str | None) -> bool:
    """Whether the password fits; None (no such login) takes the same time and is never right."""
    return await asyncio.get_running_loop().run_in_executor(_pool, _fits, password, stored_hash)


def _fits(password: str, stored_hash: str | None) -> bool:
    try:
        _hasher.verify(stored_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored_hash is not None
