"""Why a message got no turn; what the caller tells the sender."""


class NotTaken(Exception):
    """The message was not taken and changed nothing; the same one may be sent again."""


class RateLimited(NotTaken):
    """The conversation said more within a minute than is allowed."""

    def __init__(self, seconds_to_wait: int) -> None:
        super().__init__(seconds_to_wait)
        self.seconds_to_wait = seconds_to_wait


class TooBusy(NotTaken):
    """More messages wait than the process may hold, or it is stopping."""


class NoSuchConversation(NotTaken):
    """There is no conversation of that id."""


class Conflict(Exception):
    """The message's id was used before, for a message that said something else."""


class OutcomeNotKnown(Exception):
    """The database could not be reached for too long; the same message again finds out, or is taken then."""


class TurnFailed(Exception):
    """The message could not be handled and not even be buried."""
