"""Who holds a conversation at the desk, with the real turn loop: the bot and a person never speak at once."""

import asyncio
import random
from uuid import UUID

from tests.integration.api.shop import Chat, Shop
from tests.integration.desk.desk import Staff
from tests.integration.desk.trade import said

ROUNDS = 15
TALKS = 20


async def test_a_person_takes_over_and_the_bot_is_silent_until_it_is_given_back(shop: Shop, wang: Staff) -> None:
    chat = await shop.session("c-1", locale="en")
    await chat.say("hello")

    assert await wang.take_over(chat.conversation) == (204, "")
    _, while_held = await chat.say("is anybody there?")
    assert await wang.say(chat.conversation, "Yes, this is Wang.") == (204, "")
    assert await wang.give_back(chat.conversation) == (204, "")
    _, afterwards = await chat.say("hello")

    assert while_held["replies"] == []
    assert [reply["sender"] for reply in afterwards["replies"]] == ["bot"]
    spoken = await said(chat)
    assert [who for who, _ in spoken].count("agent") == 1
    assert [text for who, text in spoken if who == "system"] == [
        "Wang from our staff has joined; you are now talking to a person.",
        "Wang has left; the automated assistant is back. You can ask for a person again.",
    ]


async def test_who_does_not_hold_the_conversation_can_not_speak_in_it(shop: Shop, wang: Staff, zhao: Staff) -> None:
    chat = await shop.session("c-1", locale="en")
    before = await wang.say(chat.conversation, "too early")
    await zhao.take_over(chat.conversation)

    beside = await wang.say(chat.conversation, "beside")
    taken_away = await wang.give_back(chat.conversation) if await wang.epoch(chat.conversation) else None

    assert [before[0], beside[0]] == [409, 409]
    assert taken_away is not None
    assert taken_away[0] == 409
    assert "agent" not in [who for who, _ in await said(chat)]


async def test_an_empty_and_an_endless_reply_are_refused(shop: Shop, wang: Staff) -> None:
    chat = await shop.session("c-1", locale="en")
    await wang.take_over(chat.conversation)

    assert (await wang.say(chat.conversation, " \n "))[0] == 422
    assert (await wang.say(chat.conversation, "x" * 4_001))[0] == 422
    assert (await wang.say(chat.conversation, "x" * 4_000))[0] == 204


async def test_of_two_who_take_over_at_once_one_is_told_who_was_faster(shop: Shop, wang: Staff, zhao: Staff) -> None:
    for number in range(10):
        chat = await shop.session(f"c-{number}", locale="en")
        path, epoch = f"/desk/conversations/{chat.conversation}/take-over", await wang.epoch(chat.conversation)

        answers = await asyncio.gather(wang.post(path, epoch=epoch), zhao.post(path, epoch=epoch))

        assert sorted(status for status, _ in answers) == [204, 409]
        winner = "Wang" if answers[0][0] == 204 else "Zhao"
        assert f"{winner} was faster" in next(text for status, text in answers if status == 409)
        spoken = await said(chat)
        assert [text for who, text in spoken if who == "system"] == [
            f"{winner} from our staff has joined; you are now talking to a person."
        ]


async def test_taking_over_again_what_one_holds_changes_nothing(shop: Shop, wang: Staff) -> None:
    chat = await shop.session("c-1", locale="en")
    await wang.take_over(chat.conversation)

    assert (await wang.post(f"/desk/conversations/{chat.conversation}/take-over", epoch=0))[0] == 204

    assert len(await said(chat)) == 1


async def test_a_conversation_given_back_twice_at_once_is_given_back_once(shop: Shop, wang: Staff) -> None:
    chat = await shop.session("c-1", locale="en")
    await wang.take_over(chat.conversation)
    path, epoch = f"/desk/conversations/{chat.conversation}/return", await wang.epoch(chat.conversation)

    answers = await asyncio.gather(*(wang.post(path, epoch=epoch) for _ in range(4)))

    assert sorted(status for status, _ in answers) == [204, 409, 409, 409]
    assert [text for who, text in await said(chat) if "has left" in text] == [
        "Wang has left; the automated assistant is back. You can ask for a person again."
    ]
    _, answer = await chat.say("hello")
    assert answer["replies"]


async def test_in_hundreds_of_interleavings_the_bot_never_speaks_while_a_person_holds(shop: Shop, wang: Staff) -> None:
    chats = [await shop.session(f"c-{number}", locale="en") for number in range(TALKS)]
    chance = random.Random(20_261_120)

    for _ in range(ROUNDS):
        await asyncio.gather(*(_hand_to_and_fro(chat, wang, chance) for chat in chats))

    for chat in chats:
        spoken = await _senders(shop, chat)
        assert spoken.count("joined") == spoken.count("left") == ROUNDS
        assert not _bot_while_held(spoken)
        assert not _agent_while_free(spoken)
        _, answer = await chat.say("hello")
        assert answer["replies"], "the bot answers once it holds the conversation again"


async def _hand_to_and_fro(chat: Chat, staff: Staff, chance: random.Random) -> None:
    """Messages, a take-over, a reply and a return, each started a random number of loop rounds apart."""

    async def after(steps: int, *, say: str) -> None:
        for _ in range(steps):
            await asyncio.sleep(0)
        status, _ = await chat.say(say)
        assert status == 200

    async def take(steps: int) -> None:
        for _ in range(steps):
            await asyncio.sleep(0)
        assert (await staff.take_over(chat.conversation))[0] == 204

    sayings = [after(chance.randrange(60), say=f"hello {number}") for number in range(3)]
    await asyncio.gather(take(chance.randrange(60)), *sayings)
    leaving = [staff.say(chat.conversation, "one moment"), staff.give_back(chat.conversation)]
    chance.shuffle(leaving)
    asking = asyncio.create_task(after(chance.randrange(20), say="and now?"))
    answers = await asyncio.gather(*leaving)
    await asking
    assert {status for status, _ in answers} <= {204, 409}


async def _senders(shop: Shop, chat: Chat) -> list[str]:
    rows = await shop.base.db.fetch(
        "SELECT sender, body->>'text' AS text FROM message WHERE conversation_id = $1 ORDER BY seq",
        UUID(chat.conversation),
    )
    return [
        ("left" if "has left" in row["text"] else "joined") if row["sender"] == "system" else row["sender"]
        for row in rows
    ]


def _bot_while_held(spoken: list[str]) -> bool:
    is_held = False
    for who in spoken:
        is_held = {"joined": True, "left": False}.get(who, is_held)
        if who == "bot" and is_held:
            return True
    return False


def _agent_while_free(spoken: list[str]) -> bool:
    is_held = False
    for who in spoken:
        is_held = {"joined": True, "left": False}.get(who, is_held)
        if who == "agent" and not is_held:
            return True
    return False
