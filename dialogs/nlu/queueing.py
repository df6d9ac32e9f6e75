"""What is said by who waits for a person: that they would rather go on with the assistant, or how long it takes."""
# ruff: noqa: E501  # a pattern stays whole

import re

_LENGTH_MAX = 80
_GOING_BACK = re.compile(
    r"1|(?:那|那就|算了[，, ]?|我|请|还是|帮我)*(?:回到?|返回|切回|转回|用回?|继续(?:用|和|跟)?|让|找)(?:智能)?(?:助手|机器人|客服机器人)(?:聊|说|吧|了|继续|办|处理)*"
    r"|(?:那|那就|算了[，, ]?|我|请)*(?:不(?:想|用|要|需要)?再?(?:等|排队?)(?:人工|客服|真人)?|不(?:用|要|找|需要)(?:转)?(?:人工|真人|客服)|取消(?:转接?|排队|等待|转人工|人工))(?:了|吧|客服)*"
    r"|返回|回去|上一步|算了(?:吧)?"
    r"|(?:please |ok,? |never ?mind,? |forget it,? )*(?:(?:go |take me |get me |bring me |i want to go |i'd like to go )?back(?: please)?|(?:go |take me |get me |bring me |i want to go |i'd like to go )?back to (?:the |your )?(?:assistant|bot|robot|chat ?bot)(?: please)?"
    r"|(?:i )?(?:don'?t|do not) (?:want|need) to wait(?: any ?more| any longer)?|(?:i )?(?:don'?t|do not) (?:want|need) (?:a |the )?(?:person|human|agent)(?: any ?more)?|stop waiting|cancel (?:the )?(?:transfer|wait(?:ing)?|person|human|agent)"
    r"|(?:let me |i'?ll |i will )?(?:use|talk to|go on with|continue with|carry on with) the (?:assistant|bot)(?: instead| again)?)|never ?mind|forget it"
)
_ASKING = re.compile(
    r"(?:还要|要|得|还得|大概|需要)?等(?:待)?(?:多久|多长时间|几分钟)|多久(?:能|才|可以)?(?:有人|接|轮到|到我|转接)|(?:前面|还)(?:还)?有?(?:几个?|多少)个?人|(?:排队?|排)(?:到|了)?(?:第?几|哪)|(?:我)?(?:排)?第几(?:个|位)|什么时候(?:能|才)?(?:有人|轮到|到我|转接|接)|^(?:我要)?(?:转|找|要)?人工(?:客服)?(?:呢|吧|啊)?$"
    r"|^(?:喂[，, ]?)?(?:请问)?(?:你好[，, ]?)?(?:还)?(?:有人|在)(?:在)?(?:不在|吗|么|没有?|没)?(?:[?？])?$|^(?:人|客服)(?:呢|去哪了?|在吗|在哪)$|^怎么(?:还)?没(?:有)?人(?:理我?|回我?|接)?$"
    r"|^(?:hello|hi|hey)?[,?! ]*(?:is )?(?:any(?:one|body)|some(?:one|body)) (?:there|here|around|home)$|^(?:are )?(?:you|u)(?: guys)? (?:still )?there$|^(?:hello|hi|hey)$"
    r"|\bhow long\b.{0,24}\b(?:wait|take|until|before)\b|\bhow many\b.{0,24}\b(?:before|ahead|in front|waiting|queue|line)\b|\b(?:position|place|where am i) in (?:the )?(?:queue|line)\b|\bwhen will (?:someone|somebody|a person|an agent|it be my turn)\b|^(?:a )?(?:human|person|agent)(?: please)?$"
)


def goes_back(words: str) -> bool:
    """True when the assistant is to go on; the words are in lower case, without marks at their ends."""
    return len(words) <= _LENGTH_MAX and _GOING_BACK.fullmatch(words) is not None


def asks_place(words: str) -> bool:
    """True for a question how long the waiting takes, or for the person once more."""
    return len(words) <= _LENGTH_MAX and _ASKING.search(words) is not None
