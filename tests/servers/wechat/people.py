"""user/info of the fake WeChat: who a user of an official account is."""

from aiohttp import web

from tests.servers.wechat.shapes import Wrong
from tests.servers.wechat.state import Account, World

_NOTHING = {
    "nickname": "", "sex": 0, "language": "zh_CN", "city": "", "province": "", "country": "", "headimgurl": "",
    "remark": "", "groupid": 0, "tagid_list": [], "subscribe_scene": "ADD_SCENE_QR_CODE", "qr_scene": 0,
    "qr_scene_str": "",
}  # fmt: skip


async def user_info(world: World, request: web.Request, account: Account) -> web.StreamResponse:
    """Who a user is: all of a follower, of anybody else the openid alone."""
    query, faults = dict(request.query), world.faults
    openid, language = query.get("openid", ""), query.get("lang", "zh_CN")
    if set(query) - {"lang"} != {"access_token", "openid"} or language not in {"zh_CN", "zh_TW", "en"}:
        raise Wrong(40035, f"query of user/info: {sorted(query)}")
    if account.kind != "wechat":
        raise Wrong(48001, "user/info of a mini-program")
    world.asked.append(openid)
    if faults.asks_dropped:
        faults.asks_dropped -= 1
        assert request.transport is not None
        request.transport.abort()
        return web.Response()
    if faults.asks_held is not None:
        await faults.asks_held.wait()
    person = world.people.get(openid)
    if faults.asks_code or not account.may_ask_people:
        return _refused(world, faults.asks_code or 48001)
    if person is None or person.app_id != account.app_id:
        return _refused(world, 40003)
    if not person.follows:
        return web.json_response({"subscribe": 0, "openid": openid, "tagid_list": []})
    union_id = world.union_id(account, person)
    told = _NOTHING | {"subscribe": 1, "openid": faults.asks_about or openid, "subscribe_time": int(world.now()) - 60}
    return web.json_response(told | ({"unionid": union_id} if union_id else {}))


def _refused(world: World, code: int) -> web.Response:
    world.refusals.append(code)
    return web.json_response({"errcode": code, "errmsg": f"error {code} rid: 0"})
