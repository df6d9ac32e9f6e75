"""Names that lead wherever a test says, answer after answer."""

import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address

from aiohttp.abc import AbstractResolver, ResolveResult

PUBLIC = "127.0.0.2"  # what the tests take for public; 127.0.0.1 is what must never be reached
INNER = "127.0.0.1"


@dataclass(slots=True)
class Names(AbstractResolver):
    """What each name leads to, answer after answer; the last one stays."""

    answers: dict[str, list[Sequence[str]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        assert family in {socket.AF_INET, socket.AF_UNSPEC}
        self.asked.append(host)
        answers = self.answers.get(host, [[PUBLIC]])
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [_result(host, port, each) for each in found]

    async def close(self) -> None:
        """Nothing is open."""


def _result(host: str, port: int, address: str) -> ResolveResult:
    family = socket.AF_INET6 if ip_address(address).version == 6 else socket.AF_INET
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST)
