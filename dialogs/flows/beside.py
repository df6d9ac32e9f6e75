"""The answer to a question within a message that asks for something, before what that leads to."""

from dialogs.commands import AskPolicy, Command
from dialogs.flows.payee import tell_payee_beside
from dialogs.flows.policy import answer_beside
from dialogs.flows.turn import Turn
from dialogs.step import Step
from refund_core.replacing import replace


def with_answer(turn: Turn, question: Command, taken: Step) -> Step:
    """What the message led to, with the answer in front; a person who takes over answers it all."""
    if taken.hand_over is not None:
        return taken
    if isinstance(question, AskPolicy):
        return replace(taken, replies=(answer_beside(turn, question.topic), *taken.replies))
    return tell_payee_beside(turn, taken)
