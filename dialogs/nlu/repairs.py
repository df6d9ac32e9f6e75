"""Words that repair a talk: taking back what was said, starting over, going on after a pause, and closing."""

# ruff: noqa: E501  # a pattern stays whole

import re

_CORRECTING = re.compile(
    r"^(?:不对|不是|不,|错了|搞错|弄错|说错|选错|点错|我说错|我选错|我点错|哦?不(?=[，, ]|[是对]|(?!要了|想|喜欢|合适)[^，,]{1,12}[，,])|改成|改为|换成(?=.{0,6}(?:余额|原路|优惠券))"
    r"|应该是|我是说|我的意思是|更正|纠正|等等|等一下|改一下|其实是|换一个|算了[,，]|还是(?=.{0,4}[退换])|我?只[退要]|另外?一[个件双条])"
    r"|改成|改为|改退|说错了|选错了|点错了|应该是"
    r"|^(?:no\b(?! (?:longer|more|need|idea|problem|pictures?|photos?|pics?|images?|box|tags?|receipt)\b)|nope\b|never mind,|(?:just|only) (?:the|one|two|[0-9])|not (?:that|this|those)|wrong\b|actually\b|sorry\b.{0,6}\b(?:i meant|it's|it is|not)|oops|wait\b|correction"
    r"|i meant?\b|i mean\b|make (?:it|that)\b|change (?:it|that|the)\b|rather\b|the other)"
    r"|\bi meant\b|\binstead\b|\bnot .{1,24} but\b"
)
_OTHER_ONE = re.compile(
    r"另外?一[个件双条份套]|另外那[个件双条份套]|换一个|其他那个|\bthe other(?: one)?\b|\banother one\b"
)
_START_OVER = re.compile(
    r"(?:我想|我要|请|帮我|那就|咱们|我们)?(?:重新(?:开始|来过?|申请|填|选)(?:一[次遍下])?|从头(?:开始|再?来过?)|重来(?:一[次遍])?|全部重来)(?:吧|好吗|可以吗|一下)?"
    r"|(?:can (?:i|we) |let'?s |i want to |please )?(?:start (?:over|again|from scratch|from the beginning)|restart|begin again|reset)(?: please)?"
)
_GOING_ON = re.compile(
    r"(?:我)?(?:回来了|又来了|继续|接着(?:来|办|说|弄)?|继续(?:办|办理|申请|吧|刚才的.{0,6})|刚才(?:说到|办到)哪(?:儿|里)?了?)"
    r"|(?:i'?m |i am )?back(?: again| now)|(?:let'?s )?(?:continue|carry on|go on|resume)(?: please)?|where were we"
)
_CLOSING = re.compile(
    r"(?:好的?|行|嗯|那)?(?:没事了?|没有?了|没别的了?|没有?其他(?:问题|事)了?|没问题了|就这样吧?|就这些|不用了谢谢|先这样吧?|再见|拜拜|88|不打扰了)"
    r"(?:谢谢|谢谢你|谢谢您|再见|拜拜)?"
    r"|(?:no,? )?(?:that'?s|that is|that will be|that'?ll be) (?:all|it|everything)(?: for now)?(?:,? thanks?(?: you)?)?"
    r"|(?:good)?bye(?: bye)?|see you|nothing else(?:,? thanks?(?: you)?)?|have a (?:good|nice) (?:day|one|evening)"
)
_APPEALING = re.compile(
    r"(?:[^不别没怎如]{0,16}[，,。 ])?(?:那)?我?(?:就|还是)?(?:要求?|想要?|申请|需要|提交|发起|提)?(?:个|一下)?申诉(?:一下|吧|了|这个(?:结果|决定))?"
    r"|(?:.{0,40}[,.;] ?)?(?:then |so |please )*(?:(?:i(?:'d| would)? (?:want|like|wish) to|let me|i'?ll|i will|i) )?"
    r"(?:make an |submit an |file an )?appeal(?: (?:this|that|it|against (?:it|this|that)|the (?:decision|result|refusal)))?(?: please)?"
)


def is_appealing(words: str) -> bool:
    """True when a refusal is plainly not accepted; asking how that works is not it."""
    return len(words) <= 80 and _APPEALING.fullmatch(words) is not None


def is_correcting(words: str) -> bool:
    """True when the words (in lower case) take back something that was said before."""
    return _CORRECTING.search(words) is not None


def means_the_other(words: str) -> bool:
    """True when the words point at the one that was not chosen."""
    return _OTHER_ONE.search(words) is not None


def is_starting_over(words: str) -> bool:
    """True when everything said so far is to be forgotten."""
    return len(words) <= 60 and _START_OVER.fullmatch(words) is not None


def is_going_on(words: str) -> bool:
    """True when a talk is taken up again where it stood."""
    return len(words) <= 40 and _GOING_ON.fullmatch(words) is not None


def is_closing(words: str) -> bool:
    """True when nothing more is wanted."""
    return len(words) <= 60 and _CLOSING.fullmatch(words) is not None


_CLAUSES = re.compile(r"[，,。;；!！]+ ?|\. |\bbut\b", re.IGNORECASE)
_TAKEN_BACK = re.compile(
    r"不对|不是|不|算了|错了|我?(?:搞|弄|说|选|点)错了?|等等|等一下|抱歉|对不起|不好意思"
    r"|no|nope|never mind|wrong|oops|wait|sorry|actually|correction|not .*|no not .*",
    re.IGNORECASE,
)
_NEGATED_CLAUSE = re.compile(
    r"(?:不是|并不是|才不是|不要退?).+|(?:no )?(?:it'?s |it is |i did(?:n'?t| not) mean )?not .+", re.IGNORECASE
)
_LEAD = re.compile(
    r"^(?:应该|其实|我|那就|还是|帮我|请|麻烦)*(?:改成|改为|换成|改退|是说|的意思是|是|想改成)(?:是)?"
    r"|^(?:no |sorry |actually |please )*(?:i meant?|i mean|make (?:it|that)|change (?:it|that) to|it'?s|it is|rather)(?: for)? ",
    re.IGNORECASE,
)


def what_instead(text: str) -> str:
    """The text without what is taken back: "不是质量问题，是尺码不合适" says "尺码不合适"; empty where nothing is left."""
    clauses = [clause.strip() for clause in _CLAUSES.split(text.replace("而是", "，是"))]
    kept = [
        clause
        for clause in clauses
        if clause and not _TAKEN_BACK.fullmatch(clause) and not _NEGATED_CLAUSE.fullmatch(clause)
    ]
    return _LEAD.sub("", "，".join(kept)).strip()
