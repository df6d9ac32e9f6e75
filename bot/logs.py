"""Logs: one JSON object a line on standard error; events and ids, never names, phones, texts or tokens."""

import logging
import sys
from typing import Any

import msgspec
import structlog

_PERSONAL = frozenset(
    {"name", "phone", "email", "address", "text", "body", "token", "session", "identity", "password", "key", "secret"}
)


def start_logs(level: str = "info") -> None:
    """Send structlog's and the standard library's logs to standard error as JSON."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.dict_tracebacks,
            _without_personal_data,
            structlog.processors.JSONRenderer(serializer=_serialize),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines())
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler], force=True)
    logging.captureWarnings(True)


class _JsonLines(logging.Formatter):
    """Libraries' own log lines in the same shape, without their arguments' values."""

    def format(self, record: logging.LogRecord) -> str:
        """Name the logger, the message's template and the exception's kind."""
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        event = {"event": f"library.{record.name}", "level": record.levelname.lower(), "message": str(record.msg)}
        return _serialize(event | {"exception": kind} if kind else event)


def _serialize(event: Any, **_options: Any) -> str:
    return msgspec.json.encode(event, enc_hook=str).decode()


def _without_personal_data(_logger: Any, _method: str, event: Any) -> Any:
    """Blank what must never be logged, and the values inside tracebacks (they may hold texts)."""
    for name in event.keys() & _PERSONAL:
        event[name] = "***"
    for exception in event.get("exception", ()):
        if isinstance(exception, dict):
            exception["exc_value"] = "***"
            for frame in exception.get("frames", ()):
                frame.pop("locals", None)
    return event
