"""What a push is answered: nothing, a text, or the wish that WeChat's own customer service takes over; pure."""

from collections.abc import Mapping

import msgspec
from wechatpy.replies import TextReply, TransferCustomerServiceReply

from channels.channel import Arrival, WebhookAnswer, WebhookRequest
from channels.weixin.crypto import PushKeys, encrypt, sign
from channels.weixin.wire import cdata, is_json

TAKEN = WebhookAnswer(b"success")
"""WeChat sends a push up to three times more when it hears neither this nor a reply within five seconds."""
_XML, _JSON = "application/xml", "application/json"


def text_answer(request: WebhookRequest, keys: PushKeys, arrival: Arrival, text: str) -> WebhookAnswer:
    """The push's answer with a text to its user, written as the push was."""
    return _answer(request, keys, arrival, {"MsgType": "text", "Content": text})


def transfer_answer(request: WebhookRequest, keys: PushKeys, arrival: Arrival) -> WebhookAnswer:
    """The push's answer that hands the user to WeChat's own customer service."""
    return _answer(request, keys, arrival, {"MsgType": "transfer_customer_service"})


def encrypted_answer(request: WebhookRequest, keys: PushKeys, plain: bytes) -> WebhookAnswer:
    """A reply as safe mode wants it: encrypted, stamped as the push was, and signed."""
    encrypted = encrypt(plain, keys)
    timestamp, nonce = request.query["timestamp"], request.query["nonce"]
    signature = sign(keys.token, timestamp, nonce, encrypted)
    if is_json(request.raw):
        envelope = {"Encrypt": encrypted, "MsgSignature": signature, "TimeStamp": int(timestamp), "Nonce": nonce}
        return WebhookAnswer(msgspec.json.encode(envelope), _JSON)
    named = (
        f"<Encrypt>{cdata(encrypted)}</Encrypt><MsgSignature>{cdata(signature)}</MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce>{cdata(nonce)}</Nonce>"
    )
    return WebhookAnswer(f"<xml>{named}</xml>".encode(), _XML)


def _answer(request: WebhookRequest, keys: PushKeys, arrival: Arrival, reply: Mapping[str, str]) -> WebhookAnswer:
    plain = _as_json(arrival, reply) if is_json(request.raw) else _as_xml(arrival, reply)
    if keys.aes_key is not None:
        return encrypted_answer(request, keys, plain)
    return WebhookAnswer(plain, _JSON if is_json(request.raw) else _XML)


def _seconds(arrival: Arrival) -> int:
    return 0 if arrival.message is None else int(arrival.message.at.timestamp())


def _as_json(arrival: Arrival, reply: Mapping[str, str]) -> bytes:
    ends = {"ToUserName": arrival.user, "FromUserName": arrival.handle, "CreateTime": _seconds(arrival)}
    return msgspec.json.encode(ends | dict(reply))


def _as_xml(arrival: Arrival, reply: Mapping[str, str]) -> bytes:
    """wechatpy writes the frame; it does not escape, so what ends character data is taken apart before."""
    ends = {"source": arrival.handle, "target": arrival.user, "time": _seconds(arrival)}
    if reply["MsgType"] == "transfer_customer_service":
        return str(TransferCustomerServiceReply(**ends).render()).encode()
    content = cdata(reply["Content"]).removeprefix("<![CDATA[").removesuffix("]]>")
    return str(TextReply(content=content, **ends).render()).encode()
