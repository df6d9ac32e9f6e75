"""What a few plain sentences say that is neither a wish nor an answer, or no more than half of one.

Whether a person answers; that there is no picture; that money should go to somebody else; that the goods stay and
something is given for it; that of all goods only some are meant. The words are in lower case.
"""
# ruff: noqa: E501  # a pattern stays whole

import re

_WHO_LETTERS = (
    r"(?:ro)?bots?|chat ?bot|ai|machine|computer|program(?:me)?|humans?|(?:real |actual |live )?(?:person|human)|real"
)
_WHETHER_BOT = re.compile(
    r"(?:又是|还是|全是|都是)?(?:个|一个)?(?:(?:智能|ai)?机器人|人工智能|ai|自动回复)(?:客服)?[吗么吧呀啊呢?？ ]*|(?:an? )?(?:(?:ro|chat ?)?bot|robot|ai)(?: (?:here|again|then))?[? ]*|"
    r"(?:[^，。]{0,6}[，, ])?(?:请问)?(?:你们?|您们?|这|这边|对面|现在|跟我说话的|回复我的)?(?:就|到底|究竟|难道|该不会)?(?:是不是|是)(?:个|一个)?"
    r"(?:(?:智能)?机器人|人工智能|ai|真人|人类|人|电脑|程序|智能客服|自动回复|机器)(?:客服|助手)?(?:还是(?:个)?(?:机器人|真人|人工|人|ai))?(?:在?(?:回复|回答|说话|聊天))?[吗么嘛吧呀啊呢?？ ]*"
    rf"|(?:so |wait,? |hey,? |hi,? |hello,? |um,? )?(?:are|r) (?:you|u|y'?all) (?:really |actually |just |even )?(?:an? )?(?:{_WHO_LETTERS})(?: or (?:an? )?(?:{_WHO_LETTERS}))?[?. !]*"
    rf"|(?:so |wait,? |hey,? |hi,? )?(?:am i|is it) (?:really |actually |just )?(?:talking|speaking|chatting|writing|texting) (?:to|with) (?:an? )?(?:{_WHO_LETTERS})(?: or (?:an? )?(?:{_WHO_LETTERS}))?[?. !]*"
    rf"|(?:so |wait,? )?(?:you|u)(?:'re| are|r) (?:really |actually |just |only )?(?:an? )?(?:{_WHO_LETTERS}),? (?:right|aren'?t you|are you not|no|yes|correct)[?. !]*"
    rf"|do i (?:really |actually )?(?:talk|speak|chat|write) (?:to|with) (?:an? )?(?:{_WHO_LETTERS})[?. !]*"
    rf"|is (?:this|that) (?:really |actually |just )?(?:an? )?(?:{_WHO_LETTERS})(?: or (?:an? )?(?:{_WHO_LETTERS}))?(?: (?:talking|answering|replying))?[?. !]*"
)
_PICTURE = r"(?:照片|图片?|相片|截图|视频|凭证)"
_PICTURES = _PICTURE + r"|拍|\b(?:pictures?|photos?|pics?|images?)\b"
_NO_PICTURES = re.compile(
    rf"(?:没有?|无|不方便|不能|无法|没法|没办法|不会|不想|不用|拍不|发不|传不|提供不|上传不|忘了?|来不及|扔了?|丢了).{{0,6}}(?:{_PICTURE}|拍|上传|发图)"
    rf"|{_PICTURE}.{{0,4}}(?:没有?|没了|发不|传不|拍不|上传不|提供不|不方便|丢了|删了)|拍不(?:了|到|出|清|下来)|不(?:发|传|拍|上传|提供)(?:照片|图片?|凭证)|没(?:有)?(?:拍|照)(?:下来|过|到)?|没图|无图|不拍了"
    r"|\b(?:no|without(?: any)?|zero) (?:\w+ ){0,2}(?:pictures?|photos?|pics?|images?|video|evidence|camera)\b"
    r"|\b(?:nothing|none) to (?:show|send|upload|attach)\b"
    r"|\b(?:can'?t|cannot|can not|unable to|don'?t|do not|didn'?t|did not|won'?t|couldn'?t|haven'?t|have not|not able to|forgot to|never)\b.{0,12}\b(?:have|has|got|take|took|taken|make|send|upload|provide|attach|get|find|show|shoot)\b.{0,16}\b(?:pictures?|photos?|pics?|images?|videos?|one|any)\b"
)
_MORE_TO_COME = re.compile(
    r"等[下会一]|稍等|马上|一会|待会|晚点|明天|正在|还没|等等|\b(?:yet|wait|moment|later|soon|minute|tomorrow)\b"
)
_WAITING = re.compile(
    r"(?:请|先|那)?(?:你|您)?(?:等[等下]?(?:一[下会等]儿?)?|稍等(?:一?下)?)(?:啊|哈|吧|我)?(?:再?(?:去|找|拍)(?:找|拍|一?下)*)?"
    r"|(?:please )?(?:wait|hold on|one (?:moment|second|sec|minute)|just a (?:moment|second|sec|minute)|give me a (?:moment|second|sec|minute))(?: please)?"
)
_PAYEE_WORDS = r"(?:卡号?|银行卡|账号|账户|帐号|帐户|支付宝|微信|户头|收款码)"
_OTHER_PAYEE = re.compile(
    rf"(?:退|打|转|汇|付|存|放|给|换)[款钱账]?(?:回|到|给|进|至|在|成)+(?:我的?)?(?:老婆|老公|爱人|妻子|丈夫|妈妈?|爸爸?|父母|姐姐?|哥哥?|弟弟?|妹妹?|儿子|女儿|孩子|朋友|同事|家人|别人|人家|他|她|对象|女友|男友|女朋友|男朋友|亲戚|另外?一?(?:个|张)|其他|其它|别的|另外的?|新的?|这(?:个|张)).{{0,8}}{_PAYEE_WORDS}"
    rf"|(?:退|打|转|汇)[款钱账]?(?:到|给|进|至).{{0,12}}{_PAYEE_WORDS}.{{0,6}}[0-9][0-9 ]{{5,}}|(?:退|打|转|汇)[款钱账]?(?:到|给|进|至).{{0,6}}[0-9][0-9 ]{{9,}}|(?:换|改)(?:一?[个张])?(?:别的|其他|另外?的?)?{_PAYEE_WORDS}(?:收|退)"
    r"|\b(?:send|pay|refund|transfer|put|wire|deposit|return|move)\b.{0,40}\b(?:to|on|onto|into|in)\b.{0,12}\b(?:(?:another|a different|a new|some other|someone else'?s?|somebody else'?s?|other|my (?:wife|husband|friend|mother|mom|mum|father|dad|sister|brother|son|daughter|partner|girlfriend|boyfriend|boss|cousin|colleague)(?:'?s)?)\b.{0,16}(?:card|account|paypal|iban|wallet|bank)?|(?:card|account|iban|paypal)(?: number| no\.?)? ?[a-z]{0,2}[0-9*][0-9* -]{3,})"
    r"|\b(?:card|account|iban)\b.{0,24}\binstead of (?:mine|my\b|the (?:card|account|one) i (?:used|paid))"
)
_GIVEN = re.compile(
    r"便宜|打?(?:[0-9][0-9.]?|[一二三四五六七八九半])折|少(?:收|付|算)|让[点利我]|返[点我0-9]|退我?[0-9]+|"
    r"补偿|赔偿|赔[点我些钱付]|补[点我些]|部分退款|退一?部分|退[点些]钱|减[点些]|优惠[点些]|打个?折"
    r"|\b(?:compensat\w*|partial(?:ly)? refund\w*|(?:some )?money off|some (?:of the |of my )?money back|part of (?:the|my) money|a discount|cheaper|(?:lower|reduced|better) price|for less)\b"
    r"|[0-9] ?(?:%|percent|dollars?|bucks?|quid|pounds?|euros?|yuan|rmb)? ?off\b"
    r"|\b(?:knock|take|get|give me|refund me|pay me|have|do|make it)\b.{0,12}(?:[0-9]|\bsome(?:thing)?\b).{0,12}\b(?:off|back|instead)\b"
)
_STAYS = re.compile(
    r"(?:不(?:想|要|愿意?|打算|需要|用)?再?(?:退货|退回|寄回|退换|退掉|寄|退(?![款钱]))|(?:货|东西|商品)?(?:留着|留下|自己留)|不退货|懒得退)|就(?:留着?|留下|收下|要)了?(?![退求赔])|(?:不然|否则|要不然?).{0,6}退"
    r"|\b(?:keep (?:it|them|the|this|these|my)|i(?:'ll| will|'d| would| can| could)? keep|(?:or|otherwise) i(?:'ll| will)? (?:return|send)|keeping (?:it|them|the)|not (?:a |the )?return\w*|(?:don'?t|do not|without|rather than|instead of|no need to|won'?t|not)\b.{0,24}\b(?:return\w*|send(?:ing)? (?:it|them|this|anything)(?: back)?))\b"
)
_WHO_HINT = re.compile(r"bot|机器|人|智能|ai|电脑|程序|自动|\b(?:are|r|am|is|do|you're) ")
_PAYEE_HINT = re.compile(
    r"[卡账帐户]|支付宝|微信|收款码|[退打转汇][款钱账]?[到给进至]|card|account|paypal|iban|else|another|different|my |other"
)
_GIVEN_HINT = re.compile(
    r"[补赔减折让返]|优惠|便宜|少|部分|退[一点些我0-9]|compens|partial|money|discount|off|back|less|price|cheap|instead"
)
_NOT_STAYING = re.compile(
    r"\b(?:don'?t|do not|not|won'?t|can'?t|cannot|never) (?:want to |going to |wanna )?keep\b|不想留|不留"
)
_LAST_CLAUSE = re.compile(r"^(.+)[，,。.;；!！?？] ?([^，,。.;；!！?？]+)$")
_OF_REFUND = re.compile(r"退|钱|到账|申请|\b(?:refund\w*|money|return\w*|request)\b")
_BARE_WISH = re.compile(
    r"[我那就是还请麻烦赶紧快点马上立刻尽直接]{0,12}?(?:想要?|要|想申请|要求|申请|需要)?(?:给我)?(?:办理?|申请)?(?:退款(?:申请)?[，, ]?){1,3}(?:了|吧|啊|呀|谢谢)*"
    r"|(?:please |just |ok(?:ay)?,? |so |but |well,? )*(?:i(?:'d| would)? (?:just |really |still )?(?:want|like|need)(?: to (?:get|have))? |give me |can i (?:have|get) )?(?:a |my |the )?(?:full )?refund(?: me| it| this| please| now| pls| already| asap)*"
)
_ONLY = re.compile(
    r"(?:我|就|那|那就)?(?:只|仅|就)(?:要|退|想退|想要|是)?[^，。,.]{1,16}"
    r"|(?:i (?:want|mean|meant) )?(?:only|just) (?:the|my|that|this|those|these|one|two) [^,.;!?]{1,40}"
)
_UNWANTED = re.compile(
    r"[^，,。不]{2,20}?(?:我|都|也|又)*(?:不想要|不要|不需要|不想买)了?(?:$|[，,。])"
    r"|\b(?:don'?t|do not|no longer|didn'?t|did not) (?:want|need) (?:the|my|this|that|these|those) (?!refund|money|return|request|case|order number|coupon|balance)\w+"
)
_OF_A_REQUEST = re.compile(
    r"退[款货钱]|申请|撤|取消|客服|人工|发票|赔|补|券|余额|\b(?:refund|money|person|human|agent|coupon|balance|exchange|return|invoice)\b"
)
_SOMEBODY = re.compile(r"人|客服|经理|老板|主管|\b(?:human|person|people|agent|staff|manager|someone|somebody)\b")


def asks_whether_bot(words: str) -> bool:
    """True for the question whether a person or a program answers, and nothing more."""
    return len(words) <= 60 and _WHO_HINT.search(words) is not None and _WHETHER_BOT.fullmatch(words) is not None


def has_no_pictures(words: str) -> bool:
    """True when there is no picture to send, now or later."""
    return len(words) <= 120 and _NO_PICTURES.search(words) is not None and _MORE_TO_COME.search(words) is None


def will_send_pictures(words: str) -> bool:
    """True when pictures are still to come."""
    is_later = _MORE_TO_COME.search(words) is not None and re.search(_PICTURES, words) is not None
    return is_later or _WAITING.fullmatch(words) is not None


def is_bare_wish(words: str) -> bool:
    """True for the wish for a refund and nothing beside: it names no way of paying."""
    return len(words) <= 60 and _BARE_WISH.fullmatch(words) is not None


def ends_in_wish(words: str) -> bool:
    """True where the last clause is just the wish for a refund, and none before it speaks of one ("怎么还不发货，退款")."""
    before, mark, last = _LAST_CLAUSE.sub(r"\1\n\2", words).partition("\n")
    return bool(mark) and is_bare_wish(last) and _OF_REFUND.search(before) is None


def names_other_payee(words: str) -> bool:
    """True when the money should go to a card or an account other than what was paid with."""
    return _PAYEE_HINT.search(words) is not None and _OTHER_PAYEE.search(words) is not None


def would_keep_goods(words: str) -> bool:
    """True when the goods stay and something is to be given for what is wrong with them."""
    is_hinted = _GIVEN_HINT.search(words) is not None
    is_both = is_hinted and _GIVEN.search(words) is not None and _STAYS.search(words) is not None
    return is_both and _NOT_STAYING.search(words) is None


def names_unwanted(words: str) -> bool:
    """True when goods are named that are not wanted any more, and no request or way of paying is spoken of."""
    return _OF_A_REQUEST.search(words) is None and _UNWANTED.search(words) is not None


def names_only_some(words: str) -> bool:
    """True when only some of the goods are meant, and nobody is asked for."""
    return _ONLY.fullmatch(words) is not None and _SOMEBODY.search(words) is None
