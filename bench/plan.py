"""How long and how much is measured, and what comes out of it."""

from dataclasses import dataclass, field

from bench.load import Measured

SLUG = "bench"


@dataclass(frozen=True, slots=True)
class Plan:
    """One run of the suite."""

    clients: int = 32
    customers_per_client: int = 100
    orders_each: int = 4
    rounds: int = 5
    seconds: float = 6.0
    half_load_seconds: float = 10.0
    grown_messages: int = 1_000_000
    grown_orders: int = 100_000
    import_orders: int = 4_000

    @property
    def customers(self) -> int:
        """How many the measurements before growth use; those after use as many others."""
        return self.clients * self.customers_per_client


FULL = Plan()
QUICK = Plan(
    customers_per_client=30, rounds=2, seconds=3.0, half_load_seconds=4.0,
    grown_messages=100_000, grown_orders=10_000, import_orders=1_000,
)  # fmt: skip


@dataclass(slots=True)
class Side:
    """The rounds of one side together: CPU in seconds, memory in MB after the last."""

    rounds: list[Measured] = field(default_factory=list)
    server_cpu: float = 0.0
    database_cpu: float = 0.0
    resident_mb: float = 0.0

    @property
    def turns(self) -> int:
        return sum(len(each.latencies) for each in self.rounds)

    @property
    def failed(self) -> int:
        return sum(each.failed for each in self.rounds)

    @property
    def per_second(self) -> float:
        """The median of the rounds."""
        rates = sorted(each.per_second for each in self.rounds)
        return rates[len(rates) // 2] if rates else 0.0

    def percentile_ms(self, share: float) -> float:
        whole = Measured(latencies=[one for each in self.rounds for one in each.latencies])
        return whole.percentile_ms(share)

    def cpu_per_1000(self) -> tuple[float, float]:
        """Server's and database's CPU seconds for 1,000 turns."""
        turns = max(1, self.turns)
        return self.server_cpu / turns * 1000, self.database_cpu / turns * 1000


@dataclass(slots=True)
class Results:
    """Everything that one run measured."""

    insert: Side = field(default_factory=Side)
    insert_plain: Side = field(default_factory=Side)
    ours: Side = field(default_factory=Side)
    aiogram: Side = field(default_factory=Side)
    half_load: Side = field(default_factory=Side)
    grown: Side | None = None
    said: dict[str, int] = field(default_factory=dict)
    imports: list[tuple[str, int, float, float]] = field(default_factory=list)
