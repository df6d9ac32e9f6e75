"""Money asked for elsewhere than it came from: that it cannot go there is explained, and noted for the desk alone."""

from dialogs.flows.offers import ask_offers
from dialogs.flows.repairs import is_in_refund
from dialogs.flows.turn import Turn, answer, on_main, with_menu
from dialogs.flows.words import original_legs, payments_text
from dialogs.messages import Reply
from dialogs.step import Step
from refund_core.case_customer import other_payee_asked, with_other_payee
from refund_core.cases import CaseState
from refund_core.replacing import replace


def tell_payee(turn: Turn) -> Step:
    """Why not, and the ways that there are."""
    case, facts = turn.facts.case, turn.facts.order
    if case is None or facts is None or case.state is not CaseState.OFFERED:
        choices = () if is_in_refund(turn.conversation) else with_menu(turn, "payee.not_there").choices
        return answer(turn, Reply(turn.say("payee.not_there"), choices))
    said = turn.say("payee.only_there", payments=payments_text(turn, original_legs(facts, case)))
    asked = ask_offers(on_main(turn), facts, case, is_listed=True)
    first = replace(asked.replies[0], text=f"{said}\n{asked.replies[0].text}")
    return replace(asked, replies=(first, *asked.replies[1:]), changes=(other_payee_asked(case, turn.moment),))


def tell_payee_beside(turn: Turn, taken: Step) -> Step:
    """The same before what the rest of the message leads to; a case that it opens is noted with it."""
    changes = tuple([replace(change, case=with_other_payee(change.case)) for change in taken.changes])
    return replace(taken, replies=(Reply(turn.say("payee.not_there")), *taken.replies), changes=changes)
