"""Yes and no in all their forms, read from the whole of a text."""
# ruff: noqa: E501  # a list of words stays whole

import re


def words_of(text: str) -> frozenset[str]:
    """The answers of a list, written with commas between."""
    return frozenset(word.strip() for word in text.split(","))


_YES = words_of(
    "是,是的,是啊,对,对的,对对,对对对,对啊,对呀,好,好的,好吧,好滴,好哒,好嘞,好啊,好呀,好好,好好好,行,行吧,行的,行啊,中,妥,成,可以,可以的,可,"
    "嗯,嗯嗯,嗯呢,恩,恩恩,哦好,没错,没错的,确认,确定,我确定,确认无误,同意,我同意,没问题,没意见,我确认,要,要的,需要,接受,我接受,当然,当然可以,"
    "当然要,必须的,是这个,就是这个,就这个,是它,就它,就是它,就这样,就这样吧,就这么办,就这么定了,听你的,那行,那好,那好吧,那行吧,"
    "确认退款,同意退款,退吧,确认提交,提交吧,提交,ok,okay,okey,okk,yes,y,ye,yea,ya,yep,yeah,yup,yes yes,sure,sure thing,fine,alright,all right,"
    "correct,exactly,right,confirm,confirmed,i confirm,agreed,agree,i agree,i accept,accept,absolutely,definitely,certainly,"
    "yes please,go ahead,go for it,please do,please proceed,proceed,yes do it,yes i do,i do,i am,i'm sure,yes i am,yes i confirm,"
    "that's right,that is right,that's correct,that is correct,that's fine,that is fine,that works,works for me,"
    "of course,sounds good,looks good,do it,submit,submit it,confirm it,okay go ahead,ok go ahead,👌,👍,✅,🆗"
)
_NO = words_of(
    "不,不不,不不不,不是,不是的,不对,不要,我不要,不行,不可以,不好,不用,不用了,不必,不必了,不了,否,没有,没,算了,错了,不同意,我不同意,不确认,不接受,"
    "取消,先不,先不了,先不要,先别,先等等,等等,等一下,再想想,我再想想,我再考虑一下,不需要,不需要了,"
    "no,n,no no,no no no,nope,nah,wrong,cancel,not yet,wait,hold on,don't,please don't,i don't,i don't agree,i disagree,"
    "no i don't,no it isn't,no it's not,no way,not really,decline,i decline,i refuse,reject,"
    "no thanks,not now,no thank you,that's wrong,that's not right,not this one,never mind,❌,👎"
)
_GO_AHEAD = words_of(
    "办吧,那就办,帮我办,帮我办吧,就这么办,这么办吧,申请吧,那就申请,那就申请吧,帮我申请,帮我申请吧,退吧,那就退吧,办理吧,就办吧,给我办,给我办了吧,"
    "do it,do that,please do,please do it,please do that,go ahead,go for it,proceed,let's do it,let's do that,lets do it,"
    "lets do that,yes please,start it,start please,let's go,make it so"
)
_GIVING_UP = words_of(
    "算了,不要了,不弄了,不退了,不办了,不折腾了,太麻烦,太麻烦了,好麻烦,麻烦死了,都不要,都不想要,都不合适,都不行,"
    "forget it,forget about it,never mind,nevermind,not worth it,it's not worth it,too much trouble,too much hassle,"
    "too complicated,none,none of these,none of them,neither,no to all,i give up,leave it"
)
_DENYING = re.compile(r"[不没别非否错]|n't\b|\b(?:no|not|nope|nah|wrong|never|neither|none|different|dont|isnt)\b")
_BETWEEN = re.compile(r" *[,，。.!！~～、;；…]+ *")
_FILLERS = frozenset({"", "那", "那就", "哦", "噢", "啊", "呃", "额", "please", "pls", "oh", "well", "um", "then"})
_SOFT = "的吧啊呀哦噢哈嘛呗滴"
ANSWER_LENGTH_MAX = 24
ENDS = " \t\r\n。.!！~～,，?？…、"


def plain_words(text: str) -> str:
    """The text in lower case, without blanks and marks at its ends."""
    return text.strip(ENDS).lower()


def goes_ahead(words: str) -> bool:
    """True when the whole text says that it is to be done, not just that it is heard."""
    parts = [part for part in _BETWEEN.split(words) if part not in _FILLERS]
    if not parts or len(words) > ANSWER_LENGTH_MAX:
        return False
    plain = [
        part.removeprefix("ok ").removeprefix("okay ").removeprefix("yes ").removeprefix("then ") for part in parts
    ]
    is_said = [
        whole in _GO_AHEAD or part in _GO_AHEAD or part.removeprefix("好的").removeprefix("好") in _GO_AHEAD
        for whole, part in zip(parts, plain, strict=True)
    ]
    return any(is_said) and all(said or is_yes(part) for said, part in zip(is_said, parts, strict=True))


def gives_up(words: str) -> bool:
    """True when the whole text says, once or in several ways, that it is not worth the trouble ("不要了，太麻烦")."""
    parts = [part for part in _BETWEEN.split(words) if part not in _FILLERS]
    return bool(parts) and all(part in _GIVING_UP or part.rstrip(_SOFT) in _GIVING_UP for part in parts)


def denies(words: str) -> bool:
    """True when some word of the text denies."""
    return _DENYING.search(words) is not None


def is_yes(words: str) -> bool:
    """True when the whole text is a plain yes, said once or in several ways ("嗯嗯，好的", "yes, go ahead")."""
    return words in _YES or _is_made_of(words, _YES)


def is_no(words: str) -> bool:
    """True when the whole text is a plain no, said once or in several ways ("不不，先不要")."""
    return words in _NO or _is_made_of(words, _NO)


def _is_made_of(words: str, said: frozenset[str]) -> bool:
    if len(words) > ANSWER_LENGTH_MAX:
        return False
    parts = [part for part in _BETWEEN.split(words) if part not in _FILLERS]
    return bool(parts) and all(_is_said(part, said) or all(_is_said(it, said) for it in part.split()) for part in parts)


def _is_said(part: str, said: frozenset[str]) -> bool:
    """True for one of those answers, also with a word before or a soft ending that changes nothing."""
    plain = part.removeprefix("那就").removeprefix("那").strip()
    return plain in said or plain in _FILLERS or plain.rstrip(_SOFT) in said
