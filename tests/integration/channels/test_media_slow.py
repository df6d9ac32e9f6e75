"""A picture that takes longer to fetch than WeChat waits is fetched and kept once, however often it is pushed."""

from tests.acceptance.running import until
from tests.integration.channels.wechat_stage import Stage
from tests.pictures import picture

FETCH = "/cgi-bin/media/get"


async def test_pushes_that_come_again_wait_for_the_one_fetching_and_the_picture_is_kept_once(stage: Stage) -> None:
    world = stage.wechat.world
    await stage.user.write("你好")
    world.media["m-1"] = ("image/jpeg", picture())
    world.faults.is_slow = True
    stage.user.answer_seconds = 0.3
    stage.user.person.allowance.open("message", world.now())
    push = stage.user.written({
        "ToUserName": stage.account.name, "FromUserName": stage.user.person.openid, "MsgType": "image",
        "CreateTime": int(world.now()), "PicUrl": "http://mmbiz.qpic.cn/0", "MediaId": "m-1", "MsgId": 24876543210987,
    })  # fmt: skip
    heard = len(stage.user.person.heard)

    given_up = await stage.user.push(push)
    world.faults.released.set()
    await until(lambda: _kept(stage))
    stage.user.answer_seconds = 5.0
    late = await stage.user.push(push)
    await world.until(lambda: len(stage.user.person.heard) > heard)

    assert [status for status, _ in given_up.tries] == [0] * len(given_up.tries)
    assert len(given_up.tries) > 1
    assert (late.status, len(late.tries)) == (200, 1)
    assert world.calls.count(FETCH) == 1
    rows = await stage.shop.base.db.fetch(
        "SELECT jsonb_array_length(body->'attachments') AS n FROM message WHERE sender = 'customer' ORDER BY seq"
    )
    assert [row["n"] for row in rows] == [0, 1]


async def _kept(stage: Stage) -> bool:
    rows = await stage.shop.base.db.fetch("SELECT count(*) AS n FROM attachment")
    assert rows[0]["n"] <= 1
    return bool(rows[0]["n"])
