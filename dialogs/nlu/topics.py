"""What a question about the rules is about; the first topic whose words are found wins."""
# ruff: noqa: E501  # a pattern stays whole

import re

_TOPICS: tuple[tuple[str, str], ...] = (
    ("invoice", r"发票|开票|红冲|\binvoice|\bvat receipt"),
    ("hours", r"(?:客服|人工).{0,6}(?:几点|时间|上班|在线)|(?:几点|什么时候).{0,4}(?:上班|下班|有人)|(?:opening|office|working|business) hours|when (?:are|is) (?:you|staff|someone|support).{0,16}(?:open|available|there)"),
    ("gift", r"赠品|\b(?:free )?gifts?\b(?! card)"),
    ("coupon", r"(?:优惠券|红包|满减|折扣|积分|津贴).{0,10}(?:退|还|返|怎么|算)|退.{0,8}(?:优惠券|红包|积分).{0,4}[吗么]|\b(?:coupon|voucher|discount|points)s?\b.{0,24}\b(?:back|returned|refunded|lose|happens?)|get (?:my )?(?:coupon|voucher|points)"),
    ("price", r"价保|保价|降价|差价|便宜了|price (?:match|protect|drop|adjust)|(?:cheaper|price).{0,20}(?:difference|now)"),
    ("freight", r"(?:谁|我|自己|买家|你们|卖家).{0,3}(?:出|付|掏|承担|负担).{0,4}(?:运费|邮费|快递费)|(?:运费|邮费|快递费).{0,5}(?:谁|我出|我付|你们出|你们付|自付|承担|到付)|\b(?:who|do i|will i|must i|have to|need to).{0,24}\bpay.{0,24}(?:shipping|delivery|postage|return|send)"),
    ("shipping_fee", r"(?:运费|邮费|快递费).{0,4}(?:也|会|能|可以|给)?.{0,2}退|退.{0,4}(?:不?包括|含|带)?(?:运费|邮费)[吗么嘛]|refund.{0,16}(?:shipping|delivery|postage)(?: fee| cost| charge)?|(?:shipping|delivery|postage)(?: fees?| costs?| charges?)?.{0,12}(?:refund|back\b)"),
    ("freight", r"运费|邮费|快递费|运险|到付|寄回.{0,6}(?:谁|钱|费)|\b(?:who|do i|have to|free).{0,24}(?:pay|shipping|postage|return label)|return (?:shipping|postage|label)|\bpostage\b"),
    ("duration", r"(?:多久|几天|多长时间|什么时候|啥时候|几个工作日).{0,8}(?:到账|退款|退钱|收到钱|退到|返还|到卡|退回)|(?:到账|退款|退钱).{0,6}(?:多久|几天|多长|时间|时效|快吗|要等)|how (?:long|many (?:\w+ )?days|soon|quick).{0,50}(?:refund|money|paid|account|process)|when (?:will|do|would) i (?:get|receive|see).{0,20}(?:money|refund)|refund.{0,20}take\b|how long (?:does|will|would|is) (?:it|that|this)\b.{0,8}take"),
    ("amount", r"(?:能|可以|会|可)?退(?:我|给我)?多少|退.{0,4}(?:全款|全额)|(?:全额|扣).{0,6}(?:退|钱|费)[吗么]?|how much.{0,24}(?:refund|get back|back)|full (?:refund|amount)|restocking|deduct"),
    ("route", r"退到(?:哪|什么|微信|支付宝|银行卡|余额|原|别的|其他)|(?:钱|款|退款).{0,4}(?:退|到|去).{0,3}哪|原路|换个?(?:账户|账号|卡)|(?:where|which|what) .{0,16}(?:money|refund|account|card).{0,12}(?:go|back|to)|original payment|different (?:card|account)|store (?:credit|balance)"),
    ("opened", r"拆(?:封|了|开|过|掉)|开封|打开|用过|使用过|试(?:过|穿|用|了)|穿过|洗过|吊牌|标签|包装(?:盒|袋)?.{0,6}(?:丢|没|扔|坏|破|不在|拆)|没有?(?:包装|盒子)|\b(?:opened|unsealed|unboxed|used|worn|tried|washed|tags?|packag\w*|original box)\b"),
    ("excluded", r"哪些.{0,8}不(?:能|可以|支持)|(?:什么|哪).{0,10}不(?:能|可以|支持)?.{0,3}(?:退|七天)|不支持|不能退|不给退|为(?:什么|啥).{0,10}不(?:能|可以|给|支持)|定制|刻字|生鲜|特价|清仓|(?:what|which).{0,30}(?:can'?t|cannot|not) be|non-?(?:returnable|refundable)|not eligible|exclu|custom|personali[sz]ed|perishable|final sale|on sale|clearance|why (?:can'?t|cannot|not)"),
    ("exchange", r"换货|能换|可以换|换(?:个|一|大|小|尺码|颜色)|\bexchang|\bswap\b|different (?:size|colou?r)"),
    ("address", r"退货地址|收货地址是|(?:寄|发|退|邮)(?:到|去|回|往)?.{0,4}(?:哪|什么地方|啥地方)|往哪.{0,3}(?:寄|发|退|邮)|(?:没|还没|怎么没).{0,4}(?:给|发|寄).{0,3}(?:我)?.{0,2}地址|地址.{0,6}(?:给我|发我|是什么|是啥|多少|在哪|呢)|\b(?:where|what address|which address).{0,20}(?:send|return|ship|post)\b|return address|(?:send|give|need|get) (?:me )?(?:the |an |your )?address"),
    ("evidence", r"照片|图片|凭证|证据|视频|拍照|\b(?:photos?|pictures?|proof|evidence|video)\b"),
    ("late", r"(?:晚|迟|延误|延迟|超时|没按时).{0,8}(?:赔|补偿|怎么办|退)|(?:发货|送达|到货).{0,4}(?:慢|晚|超时)|\blate\b|delay|compensat"),
    ("faulty", r"质量|破损|坏了?|碎|有问题|瑕疵|次品|发错|少发|漏发|与描述|假货|\b(?:faulty|defect|broken|damaged|wrong item|missing|quality|counterfeit|fake)"),
    ("partial", r"(?:只|单独|部分|其中|一部分).{0,6}退|退.{0,4}(?:一部分|其中|一件|部分)|\b(?:part|only (?:one|some)|just one|partial|some of)\b"),
    ("unshipped", r"(?:没|未|还没|尚未)发货|发货前|取消订单|before (?:it|you) (?:ship|sen)|not (?:yet )?shipped|cancel"),
    ("window", r"几天|多少天|多久|期限|时限|七天|7 ?天|无理由|过期|截止|how (?:many|long)|deadline|within|days?\b|time limit|window|too late"),
    ("process", r"怎么(?:退|申请|操作|弄|办|寄)|如何|流程|步骤|how (?:do|can|to|does)|process|steps"),
)  # fmt: skip
TOPICS = tuple(dict.fromkeys(topic for topic, _ in _TOPICS))
_PATTERNS = tuple((topic, re.compile(words)) for topic, words in _TOPICS)


def topic_of(text: str) -> str | None:
    """The topic of a question, or None where it asks in general (whether this can go back)."""
    lowered = text[:400].lower()
    return next((topic for topic, pattern in _PATTERNS if pattern.search(lowered)), None)


_ASKED = re.compile(
    r"[?？]|[吗么嘛呢]$|多久|多少|几[天点个]|哪[些里儿个]|怎么|如何|什么|谁|能不能|可不可以|是不是|要不要|会不会"
    r"|^(?:how|what|when|where|who|which|why|can|could|do|does|is|are|will|would|should|may)\b"
)


_SUM = re.compile(
    r"[退返][^，,。]{0,14}(?:多少|几)(?:钱|块|元|呢|[?？]|$)|[退返][^。]{0,10}[，, ]?[^，,。]{0,8}(?:给|得|拿|收|赔|到手|返|退)[^，,。]{0,4}多少"
    r"|\bhow much\b.{0,24}\b(?:get|receive|refund(?:ed)?|back|give|offer)\b"
    r"|\bwhat (?:would|do|will|can|could|am|is|'s|would)\b.{0,24}\b(?:get back|get for|get if|refund (?:for|on|me)|back for|refunded)\b|\bwhat'?s the refund (?:for|on|if)\b"
)
_NOT_SUM = re.compile(
    r"运费|邮费|快递费|差价|优惠券|红包|积分|发票|补贴|我(?:还|也)?(?:要|得|需要)?[付出交掏]|手续费|已经|刚才|上次|之前|退了多少|退给我多少了"
    r"|\b(?:shipping|postage|delivery|coupon|voucher|points|price|invoice|cost|costs|pay|charge|fee|fees|longer|time|was|were|did|already|has|have|had)\b"
)


def asks_sum(words: str) -> bool:
    """True where the text (in lower case) asks how much money goods would bring; asking begins nothing."""
    if "多少" not in words and "几" not in words and "how much" not in words and "what" not in words:
        return False
    return _SUM.search(words) is not None and _NOT_SUM.search(words) is None


def is_asking(text: str) -> bool:
    """True for a text that plainly asks something."""
    return _ASKED.search(text.strip(" 。.!！~～").lower()) is not None


def asked_topic(text: str) -> str | None:
    """The topic of a text that plainly asks something, or asks for the address; None for statements and unknown topics."""
    words = text.strip(" 。.!！~～").lower()
    topic = topic_of(words)
    return topic if topic == "address" or _ASKED.search(words) else None
