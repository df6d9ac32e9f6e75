"""Staff, their sessions and their failed log-ins."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from storage.database import Database
from storage.ids import new_id

ATTEMPT_WINDOW = timedelta(minutes=15)

_FIND_SESSION = """
SELECT session.id, session.csrf, staff.id AS staff_id, staff.merchant_id, staff.name, staff.role
FROM staff_session session JOIN staff ON staff.merchant_id = session.merchant_id AND staff.id = session.staff_id
WHERE session.token_hash = $1 AND session.expires_at > $2 AND staff.is_active
"""
_FIND_LOGIN = """
SELECT staff.id, staff.merchant_id, staff.password_hash
FROM staff JOIN merchant ON merchant.id = staff.merchant_id
WHERE merchant.slug = $1 AND staff.login = $2 AND staff.is_active
"""
_ADD_SESSION = """
INSERT INTO staff_session (id, merchant_id, staff_id, token_hash, csrf, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_ADD_ATTEMPT = """
INSERT INTO login_attempt (id, merchant_id, login, address, at, is_success)
VALUES ($1, (SELECT id FROM merchant WHERE slug = $2), $3, $4, $5, false)
"""
_COUNT_ATTEMPTS = """
SELECT count(*) FILTER (WHERE login = $2 AND merchant_id IS NOT DISTINCT FROM (SELECT id FROM merchant WHERE slug = $1))
           AS of_login,
       count(*) FILTER (WHERE address = $3) AS of_address
FROM login_attempt
WHERE at > $4 AND NOT is_success AND (login = $2 OR address = $3)
"""


@dataclass(frozen=True, slots=True)
class StaffSession:
    """A log-in in force, with the person's name and role (agent, lead, finance, owner)."""

    session_id: UUID
    staff_id: UUID
    merchant_id: UUID
    name: str
    role: str
    csrf: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Login:
    """A person who may log in, with the hash to check the password against."""

    staff_id: UUID
    merchant_id: UUID
    password_hash: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session to store: the token's hash, never the token."""

    session_id: UUID
    login: Login
    token_hash: bytes = field(repr=False)
    csrf: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewStaff:
    """A person to add; role is agent, lead, finance or owner."""

    login: str
    name: str
    role: str
    password_hash: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attempts:
    """Failed log-ins of the last 15 minutes, this one included: of the same name, and from the same address."""

    of_login: int
    of_address: int


async def add_staff(db: Database, merchant_id: UUID, staff: NewStaff) -> bool:
    """Add a person; False when the log-in name is taken in this shop."""
    added = await db.fetch(
        "INSERT INTO staff (id, merchant_id, login, name, password_hash, role, is_active)"
        " VALUES ($1, $2, $3, $4, $5, $6, true) ON CONFLICT (merchant_id, login) DO NOTHING RETURNING id",
        new_id(), merchant_id, staff.login, staff.name, staff.password_hash, staff.role,
    )  # fmt: skip
    return bool(added)


async def staff_of(db: Database, merchant_id: UUID) -> list[tuple[str, str, str, bool]]:
    """The shop's people by their log-in names: log-in, name, role, and whether they may log in."""
    rows = await db.fetch(
        "SELECT login, name, role, is_active FROM staff WHERE merchant_id = $1 ORDER BY login", merchant_id
    )
    return [(row["login"], row["name"], row["role"], row["is_active"]) for row in rows]


async def is_alone(db: Database, merchant_id: UUID, staff_id: UUID) -> bool:
    """True where the shop has no other active person."""
    others = await db.fetch(
        "SELECT FROM staff WHERE merchant_id = $1 AND id <> $2 AND is_active LIMIT 1", merchant_id, staff_id
    )
    return not others


async def set_password(db: Database, merchant_id: UUID, login: str, password_hash: str) -> bool:
    """Change a password and end every session of that person; False when there is no such person."""
    changed = await db.fetch(
        "WITH person AS (UPDATE staff SET password_hash = $3 WHERE merchant_id = $1 AND login = $2 RETURNING id),"
        " ended AS (DELETE FROM staff_session WHERE merchant_id = $1 AND staff_id IN (SELECT id FROM person))"
        " SELECT id FROM person",
        merchant_id, login, password_hash,
    )  # fmt: skip
    return bool(changed)


async def find_login(db: Database, shop: str, login: str) -> Login | None:
    """The active person of that shop and log-in name."""
    rows = await db.fetch(_FIND_LOGIN, shop, login)
    return Login(rows[0]["id"], rows[0]["merchant_id"], rows[0]["password_hash"]) if rows else None


async def add_session(db: Database, session: NewSession, *, now: datetime, expires_at: datetime) -> None:
    """Store a log-in, and drop those that have expired."""
    await db.execute(
        "DELETE FROM staff_session WHERE merchant_id = $1 AND expires_at <= $2", session.login.merchant_id, now
    )
    await db.execute(
        _ADD_SESSION, session.session_id, session.login.merchant_id, session.login.staff_id, session.token_hash,
        session.csrf, now, expires_at,
    )  # fmt: skip


async def find_session(db: Database, token_hash: bytes, *, now: datetime) -> StaffSession | None:
    """The session of that token, unless it has expired or its person was shut out."""
    rows = await db.fetch(_FIND_SESSION, token_hash, now)
    if not rows:
        return None
    row = rows[0]
    return StaffSession(row["id"], row["staff_id"], row["merchant_id"], row["name"], row["role"], row["csrf"])


async def end_session(db: Database, session: StaffSession) -> None:
    """Log one session out."""
    await db.execute(
        "DELETE FROM staff_session WHERE merchant_id = $1 AND id = $2", session.merchant_id, session.session_id
    )


async def add_attempt(db: Database, shop: str, login: str, *, address: str, now: datetime) -> Attempts:
    """Write a try down as failed, before the password is looked at, and count; two tries at once both count."""
    await db.execute(_ADD_ATTEMPT, new_id(), shop, login, address, now)
    rows = await db.fetch(_COUNT_ATTEMPTS, shop, login, address, now - ATTEMPT_WINDOW)
    return Attempts(of_login=rows[0]["of_login"], of_address=rows[0]["of_address"])


async def forget_attempts(db: Database, login: Login, name: str) -> None:
    """A right password clears this person's failures."""
    await db.execute(
        "UPDATE login_attempt SET is_success = true WHERE merchant_id = $1 AND login = $2 AND NOT is_success",
        login.merchant_id, name,
    )  # fmt: skip
