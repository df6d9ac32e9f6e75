"""Who holds a conversation at the desk, with the real turn loop: the bot and a person never speak at once."""

import asyncio
import random
from uuid import UUID

from tests.integration.api.shop import Chat, Shop
from tests.integration.desk.desk import Staff
from tests.integration.desk.trade import ask_for_review, order, said, stock

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


async def test_given_back_the_assistant_says_once_where_things_stand(shop: Shop, wang: Staff) -> None:
    chat, case_no = await ask_for_review(shop)
    await chat.say(action="human")
    await wang.take_over(chat.conversation)
    await wang.decide(case_no, "approve_after_return")

    assert await wang.give_back(chat.conversation) == (204, "")

    _, page = await chat.get("/messages?after=0")
    back = [it for it in page["messages"] if it["text"].startswith("Wang has left")]
    assert len(back) == 1
    assert case_no in back[0]["text"]
    assert "waiting for your goods" in back[0]["text"] or "send" in back[0]["text"].lower()
    assert back[0]["choices"]
    _, answer = await chat.say(action=f"return_sent:{case_no}:SF1234567890")
    assert "SF1234567890" in answer["replies"][0]["text"]


async def test_an_order_told_to_the_person_is_known_to_the_assistant_afterwards(shop: Shop, wang: Staff) -> None:
    await stock(shop, order(shop, "A-77"), order(shop, "A-78"))
    chat = await shop.session("c-1", locale="en")
    await chat.say("human please")
    await wang.take_over(chat.conversation)
    await chat.say("it is about A-77, it arrived broken")

    await wang.give_back(chat.conversation)
    _, page = await chat.get("/messages?after=0")
    _, answer = await chat.say(action=page["messages"][-1]["choices"][0]["action"])

    assert "A-77" in page["messages"][-1]["text"]
    assert answer["replies"][0]["choices"][0]["action"] == "line:1*2"


async def test_who_waits_can_go_back_until_a_person_takes_over(shop: Shop, wang: Staff) -> None:
    chat, other = await shop.session("c-1", locale="en"), await shop.session("c-2", locale="en")
    await other.say("human please")
    _, handed = await chat.say("human please")
    assert "1 waiting before you" in handed["replies"][-1]["text"]
    _, place = await chat.say("how long do I have to wait?")
    assert [reply["sender"] for reply in place["replies"]] == ["system"]

    _, back = await chat.say(action="back")
    _, after = await chat.say("hello")

    assert [reply["sender"] for reply in (*back["replies"], *after["replies"])] == ["bot", "bot"]
    _, again = await chat.say("human please")
    assert "1 waiting before you" in again["replies"][-1]["text"]
    await wang.take_over(chat.conversation)
    _, held = await chat.say(action="back")
    assert held["replies"] == []


async def test_of_going_back_and_taking_over_at_once_only_one_happens(shop: Shop, wang: Staff) -> None:
    for number in range(ROUNDS):
        chat = await shop.session(f"c-{number}", locale="en")
        await chat.say("human please")
        epoch = await wang.epoch(chat.conversation)
        path = f"/desk/conversations/{chat.conversation}/take-over"

        (status, _), (_, answer) = await asyncio.gather(wang.post(path, epoch=epoch), chat.say(action="back"))

        went_back = [reply["sender"] for reply in answer["replies"]] == ["bot"]
        assert (status == 204) is not went_back
        holder = await shop.base.db.fetch("SELECT holder FROM conversation WHERE id = $1", UUID(chat.conversation))
        assert (holder[0]["holder"] == "bot") is went_back


async def test_what_is_told_while_a_person_is_waited_for_stands_in_the_report(shop: Shop, wang: Staff) -> None:
    chat, case_no = await ask_for_review(shop)
    await chat.say(action="human")

    _, told = await chat.say("by the way it also leaks from the bottom")
    _, thanked = await chat.say("ok thank you")
    _, wished = await chat.say("I would rather have a new one")

    assert [it["replies"] for it in (told, thanked, wished)] == [[], [], []]
    _, report = await wang.get(f"/desk/cases/{case_no}")
    assert "by the way it also leaks from the bottom" in report
    assert "I would rather have a new one" in report
    assert "ok thank you" not in report.split("In their words")[1].split("</dd>")[0]
