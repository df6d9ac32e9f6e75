"""The words of each intent, reason, remedy and resolution in English."""
# ruff: noqa: E501  # a pattern stays whole

from dialogs.nlu.vocabulary import Vocabulary
from refund_core.claims import Reason, Remedy, Resolution

ENGLISH = Vocabulary(
    opening=r"(?:(?<![a-z0-9])|(?=n't))",
    want_human=(
        r"\b(?:a |real |an? actual |live )?(?:human|person|agent|representative|supervisor|manager|operator)\b",
        r"\b(?:speak|talk|chat|connect)\b.{0,12}\b(?:someone|somebody|staff|support|people)\b", r"customer service", r"\b(?:call|phone|ring) me\b",
        r"\bcomplain(?:t|ing)?\b", r"\b(?:sue|lawyer|attorney|court|chargeback|trading standards|ombudsman)\b",
        r"not a (?:ro)?bot", r"\bescalat(?:e|ion)\b", r"\b(?:whoever|who)(?:'s| is) (?:in charge|responsible)\b", r"\b(?:put|pass|get) me (?:on|through|over|to)\b",
        r"\btransfer(?:red)? (?:me|to)\b", r"\bcall ?back\b", r"\bgive me a (?:call|ring)\b", r"\byour (?:support |phone |contact |telephone )*number\b",
        r"\b(?:hot|help)line\b", r"\b(?:someone|somebody) (?:real|alive|senior|in charge|from support|who can|who understands)\b", r"\b(?:member|one) of (?:your )?(?:the )?(?:team|staff|colleagues)\b",
        r"\b(?:real|live) (?:staff|people|chat|agents?|humans?)\b", r"\blegal action\b", r"\bsolicitors?\b", r"\bsmall claims\b", r"\bconsumer (?:protection|rights|council)\b", r"\bpolice\b",
        r"\b(?:disput(?:e|ed|ing)|revers(?:e|ed|ing)) (?:it|this|the|that)?.{0,12}\b(?:charge|bank|card|amex|visa|paypal|payment)\b", r"\breport(?:ing|ed)? (?:you|this shop|this company)\b", r"\bauthorities\b",
    ),
    complaint=(
        r"\bcomplain(?:t|ing)?\b", r"\b(?:sue|lawyer|attorney|court|chargeback|trading standards|ombudsman)\b", r"\b12315\b",
    ),
    not_human=(
        r"\b(?:in person|per person|personal)\b", r"no need (?:for|to).{0,12}(?:human|person|agent)", r"\b(?:colleague|agent|person|manager|operator|representative)s? (?:said|told|promised|says|already)\b",
    ),
    withdraw=(
        r"(?:cancel|withdraw|stop|drop|revoke|undo) (?:my|the|this|that)? ?(?:refund|return|claim|case|request|application)",
        r"(?:don't|do not|no longer) (?:want|need) (?:a |the |my |to )?(?:refund|return|money back)",
        r"i(?:'ll| will|'d rather| want to) keep (?:it|them|the)", r"never ?mind (?:the|about the) (?:refund|return)",
    ),
    status=(
        r"(?:where|when|what|how).{0,24}\b(?:my|the|this) (?:refund|money|return|claim|case)\b",
        r"(?:refund|return|claim|case|money).{0,12}\b(?:status|progress|update|processed|approved|gone through)\b",
        r"\bstatus\b.{0,16}(?:refund|return|claim|case)",
        r"(?:have ?n[o']t|haven't|has not|hasn't|not|still).{0,20}(?:received|got|see|seen|gotten|waiting).{0,16}(?:refund|money)",
        r"(?:is|has|was|did).{0,6}(?:my|the) (?:refund|return|money)", r"(?:refund|money) (?:has|have|is|did|was)(?: not|n't)",
    ),
    policy=(
        r"\b(?:can|could|may|do|does|is it possible|am i able|are)\b.{0,30}\b(?:return|refund|exchange|returns|refunds|refunded|returned|refundable|returnable)\b.*\?",
        r"\bhow (?:do|does|can|to|long)\b.{0,40}\b(?:return|refund|refunds|returns|exchange)",
        r"\b(?:return|refund|exchange) (?:policy|rules|window|period|process|conditions)\b", r"who pays",
        r"what(?:'s| is| are).{0,20}(?:return|refund) ", r"\b(?:warranty|guarantee)\b",
    ),
    polite_request=(
        r"^(?:hi,? |hello,? )?(?:can|could|may) (?:i|you|we)(?: please)? (?:get|have|give me|request|refund (?:me|my|this|it|order)|process|issue|please)",
    ),
    not_now=(
        r"\bdid you\b", r"\bi cancell?ed\b", r"\b(?:some(?:one|body)|they) (?:told|said)\b", r"\bnot sure\b", r"\bundecided\b", r"\bi(?:'ll| will) (?:see|decide|wait)\b", r"\bnext (?:week|month)\b", r"\bperhaps\b",
        r"\bif\b", r"\bmight\b", r"\bmaybe\b", r"\bthinking (?:of|about)\b", r"\bconsider",
        r"\blast (?:time|year)\b", r"\bused to\b",
        r"\bmy (?:friend|mother|mom|sister|brother|wife|husband|colleague|neighbou?r)\b", r"\botherwise\b",
        r"\bor else\b", r"\bunless\b", r"\blater\b", r"\btomorrow\b", r"\bnext time\b", r"\bgoing to\b",
        r"\bplan(?:ning)? to\b", r"\balready\b", r"\bheard\b",
    ),
    negated=(
        r"\b(?:not|don't|do not|didn't|never|without|no(?!\.? ?#?[a-z]*-?[0-9]))\b.{0,16}\b(?:refund|return|exchange|cancel)",
    ),
    done=(
        r"\b(?:i've|i have|i|we've|have) (?:just |already )?(?:sent|shipped|posted|mailed|returned|uploaded|submitted|paid|dropped|attached)\b",
        r"\b(?:done|finished|sent it)\b", r"^(?:just |already )?(?:sent|shipped|posted|mailed|returned)\b", r"\btracking (?:number|no)\b",
    ),
    hurry=(
        r"\bwhere(?:'s| is| are) my (?:order|package|parcel|stuff|item|delivery|things)",
        r"\bwhen (?:will|does|is|are).{0,24}(?:ship|arriv|deliver|come|get here|sent)",
        r"(?:hasn't|has not|haven't|not|n't).{0,10}(?:shipped|arrived|been delivered|been sent|come)",
        r"\b(?:hurry|speed up|expedite|ship (?:it )?(?:faster|asap|soon|now))\b",
        r"\btrack (?:my|the) (?:order|package|parcel)",
    ),
    exchange=(
        r"\b(?:exchange|swap)\b", r"\breplace(?:ment)?\b",
        r"\ba (?:different|bigger|smaller|larger|another) (?:size|colou?r|one)\b",
    ),
    cancel_order=(
        r"\bcancel(?:ling)? (?:my |the |this |that |it|an? )?(?:order|purchase|it)?\b", r"stop the order",
    ),
    request=(
        r"\b(?:i|we)(?:'d| would)? ?(?:want|need|like|wish|demand|request|wanna|am requesting|am asking for|have to)\b.{0,40}\b(?:refund(?:ed)?|return|money back|send (?:it|this|them) back)\b",
        r"\b(?:please|pls|just|kindly)\b.{0,16}\b(?:refund|return|money back)\b",
        r"^(?:a |full |my )?(?:refund|return|money back)(?:,? (?:please|pls|now|me|this|it|my order|order|request|my money|the order))*(?:$|[.,!?])",
        r"\b(?:give|get) (?:me )?my money back\b", r"\b(?:get|have|give me|issue|process) (?:a |my |the )?(?:full )?(?:refund|money back)\b", r"\brefund (?:me|my|this|it)\b",
        r"\b(?:requesting|asking for|apply(?:ing)? for|start|make|request|submit|open) (?:a |my |the )?(?:refund|return)\b",
    ),
    anger=(
        r"\b(?:scam|ridiculous|terrible|awful|worst|useless|disgusting|furious|unacceptable|horrible|pathetic|fraud|crap|bullshit|wtf|fuck\w*|shit)\b",
    ),
    reasons=(
        (Reason.FAKE_SHIPMENT, (
            r"(?:marked|says|shows|claims?).{0,16}(?:shipped|sent|dispatched).{0,30}(?:never|not|n't|no)\b.{0,16}(?:scan|pick|collect|hand|mov|have it|it)",
            r"tracking.{0,24}(?:n't exist|not exist|invalid|not found|no info|shows (?:no|nothing)|is fake)", r"(?:never|not|n't) (?:been )?(?:picked|pick|handed|scanned|collected)", r"(?:courier|carrier).{0,10}never (?:got|received|picked|had|collected)", r"label (?:was )?(?:made|created|printed|only)|printed (?:the|a) label|no pick ?up",
            r"fake (?:shipment|tracking)", r"tracking .{0,20}(?:never|not) (?:moved|updated|been picked)",
        )),
        (Reason.WRONG_ITEM, (
            r"(?:ordered|bought|picked|selected|chose|asked for|wanted|paid for) (?:an? |the )?[\w' -]{1,24}[,.;]? ?(?:but |and |then |yet )?(?:i |you |u |they |we )?(?:got|get|sent|received|delivered|came|shipped|arrived|was delivered|were delivered)", r"(?:sent|got|received|came in|arrived in|delivered|shipped) [\w' -]{1,20}[,.;]? ?(?:but |and |when )?(?:i|we)(?:'d| had)? (?:ordered|picked|selected|chose|asked|wanted|bought)", r"(?:not|isn't|wasn't) (?:the )?(?:right|correct|same) (?:one|item|size|colou?r|model|thing|product|version)|somebody else|different (?:item|product|model|brand|colou?r) (?:than|from|to)|wrong (?:flavou?r|version|edition|parts?|order|size|brand|shade|kind|sort|type|pair)|why is there an?\b",
            r"(?:someone|somebody) else's", r"(?:sent|received|got|shipped|delivered|came).{0,12}(?:a )?(?:different|something else|another|the wrong|wrong)", r"not (?:the one|what|the (?:item|colou?r|model)) i (?:ordered|bought|paid)", r"isn't what i (?:ordered|bought)|wasn't what i (?:ordered|bought)", r"ordered .{1,16}(?:but|and) (?:got|received|you sent|they sent|it's|came)", r"mix(?:ed)?[ -]?up|incorrect item",
            r"wrong (?:item|product|one|colou?r|size was sent|thing|model)", r"sent me (?:the wrong|a different)",
            r"not what i ordered",
        )),
        (Reason.MISSING_ITEM, (
            r"(?:box|pack|set|bag|case|dozen|bundle|parcel) (?:of \w+ )?.{0,12}(?:only|just|short|fewer|less)|(?:counted|paid for|supposed to be|should (?:be|have been)) .{0,20}(?:only|just|got|there (?:are|were)|in (?:a|the) (?:box|pack))|(?:one|two|three|four|some|half|[0-9]+) (?:short|fewer|less)\b|(?:no|without) (?:charger|manual|screws|cable|lid|remote|instructions|batteries|adapter|key|gift|plug|strap)|(?:didn't|did not|doesn't) (?:come with|include|contain)|incomplete set|gift (?:wasn't|was not|never)",
            r"only (?:\w+ )?(?:of|out of) (?:the )?\w+ (?:came|arrived)", r"only (?:one|two|three|half|[0-9]+).{0,16}(?:came|arrived|in the box|in there)", r"(?:no|without(?: a| the)?|there's no|wasn't any) (?:\w+ ){1,2}(?:in (?:the|it)|included)", r"(?:wasn't|weren't|not) (?:in the box|included|in the package)", r"empty box|box was empty|short by|left out|forgot (?:the|to (?:include|put|send))",
            r"missing", r"incomplete", r"only (?:got|received) (?:one|1|half|part)",
        )),
        (Reason.DAMAGED, (
            r"\b(?:fractured|splintered|mangled|battered|busted|soaked|water ?damage\w*|waterlogged|bruised|warped|bent|snapped|dinged|gouged|punctured|pierced|tattered|shredded)\b|in (?:a million|a thousand|two) pieces|fell out of the box|hole in (?:it|the)|corner (?:is|was) (?:gone|missing|smashed)|arrived (?:all )?(?:wet|open|opened|squashed|in a state)",
            r"in (?:pieces|bits|half)|\bdent(?:ed|s)?\b|scratch|crush|\btorn\b|\bbent\b|chipp?ed|\bsnapped\b|squashed|ripped open|\bleak|spill(?:ed|t)|shatter|smash|\bcrack|bashed",
            r"damaged", r"broken (?:on|when|in)", r"arrived broken", r"cracked", r"shattered", r"smashed",
            r"\bbroke\b", r"\bbroken\b", r"leak(?:ed|ing)",
        )),
        (Reason.QUALITY_DEFECT, (
            r"\b(?:error|fault|glitch\w*|flicker\w*|buzz\w*|squeal\w*|rattl\w*|grind\w*|wobbl\w*|clog\w*|jam(?:s|med|ming)?|drift\w*|lag(?:s|ging)?|freez(?:es|ing)|frozen|restart(?:s|ing|ed)|reboot\w*|short[- ]?circuit\w*|burn(?:s|t|ing)|smok(?:es?|ing)|sparks?|mou?ld(?:y)?|rotten|rancid|expired|stale|off-?gassing|reeks?|stinks?|pilling|bobbl\w*|frayed|fray(?:s|ing)|peel(?:s|ed|ing)|flak(?:es?|ing|ed)|bleed(?:s|ing)?|misprint\w*|blurr(?:y|ed)|crooked|uneven|rash|itch\w*|allerg\w*)\b", r"(?:stopped|quit|gave (?:out|up)|gives up|packed (?:up|in)|conked out|died|dying|broke|came off|fell off|falls off|snaps)\b.{0,30}(?:after|within|on (?:day|the)|day|week|use|wash|wear)|(?:after|within) (?:one|two|a|a few|[0-9]+) (?:use|uses|wash|washes|wear|wears|day|days|week|weeks|hour|hours)\b", r"(?:won't|wont|doesn't|doesnt|does not|can't|cant|will not|wouldn't|fails? to|refuses? to|no longer) (?:\w+ )?(?:close|seal|shut|lock|stay|spray|pump|heat|cool|print|pair|sync|open|spin|light|stick|click|dispense|draw|ring|play|read)|different reading|inaccurate|gives (?:a )?wrong|nothing (?:sprays|comes out|happens)",
            r"(?:broke|broken|died|failed|fell apart|came apart|stopped).{0,12}(?:after|within|working)", r"fall(?:ing|s)? apart|com(?:ing|es) (?:apart|off|undone|loose)|unravel|stitching|seams?\b|loose thread|zip(?:per)?\b.{0,10}(?:stuck|broke|n't)", r"(?:won't|will not|doesn't|does not|can't|don't|do not|not) (?:even )?(?:turn|switch|charge|start|respond|connect|power|function|hold)", r"not functioning|dead (?:on|after|battery|pixel)|is dead\b|\bdies\b|overheat|crash(?:es|ing)|no sound|noise|smell|\bstain|fad(?:ed|es|ing)|shrunk|shrank|rust|worn out|(?:terrible|awful|cheap|low|shoddy) (?:quality|material)|quality (?:is|was)|badly made|poorly made|drains?\b|stuck",
            r"defect", r"faulty", r"poor quality", r"bad quality", r"(?:does|did)(?:n't| not) work", r"not working",
            r"stopped working", r"won't turn on", r"malfunction",
        )),
        (Reason.NOT_AS_DESCRIBED, (
            r"(?:site|page|listing|website|web ?page|label(?:led)?|tag|box|ad|advert|picture|pictures|photo|photos|photograph|description|title|seller|you) (?:clearly |all )?(?:says?|said|claims?|claimed|shows?|showed|promised?|states?|stated|lists?|listed|reads?|advertis\w+|describ\w+)", r"(?:supposed|meant|advertised|sold|labelled|labeled|described|marketed) (?:to be|as)|not what (?:was|it) (?:advertised|described|says?|shown)|false advertis\w+|photoshopped|catfish\w*|(?:looked|looks) (?:bigger|better|nicer|different) (?:online|in the)|in reality|my (?:arse|ass)\b",
            r"nothing like|not (?:real|genuine|authentic|original|true to)|knock ?-?off|replica|\bimitation|misleading|misrepresent", r"(?:doesn't|does not|didn't) (?:match|look like)", r"(?:says|said|listed|advertised|claims|description).{0,24}(?:but|it's|actually)", r"different (?:from|to|than) (?:what|the|your)|looks different|unlike the (?:picture|photo)",
            r"not as (?:described|pictured|advertised|shown)",
            r"different from (?:the )?(?:picture|photo|description)", r"counterfeit", r"\bfake\b",
            r"looks nothing like",
        )),
        (Reason.REFUSED_DELIVERY, (
            r"(?:didn't|did not|wouldn't|refused to|never) (?:let|accept|sign|take|unload)|sent (?:him|her|them|it|the (?:driver|courier|guy|guys|man|van)) (?:away|off|back|packing)|(?:courier|driver|postie|postman|delivery (?:man|guy|driver)) .{0,12}(?:took|take|taken|carried) (?:it|them)? ?(?:back|away)|handed it (?:straight )?back|(?:refus|reject|declin)\w+ (?:it )?(?:at the door|delivery|to sign)",
            r"(?:refused|declined|rejected|turned (?:away|down)|didn't accept|did not accept) (?:the |it|to accept|my |this )?(?:delivery|parcel|package|courier|driver|box|$)", r"turned the (?:courier|driver|parcel|package|delivery)|return(?:ed)? to sender|sent the (?:courier|driver)|told the (?:courier|driver)|driver.{0,12}take it back",
            r"refused (?:the )?(?:delivery|parcel|package)",
        )),
        (Reason.NOT_RECEIVED, (
            r"(?:lost|misplaced|losing) (?:my|the|our) (?:parcel|package|order|box|item|stuff)|(?:nothing|no parcel|no package|no sign|nowhere|not a sign)\b.{0,24}(?:here|porch|door|mailbox|letterbox|arrived|come|came|to be (?:seen|found))|(?:neighbou?rs?|reception|concierge|front desk|locker|depot) .{0,12}(?:n't|not|no|nothing|never)|went missing|gone missing|vanished|disappeared|porch pirate",
            r"never (?:turned up|came|made it|saw|seen|reached|got)", r"(?:says|marked|shows|shown|shown as) (?:it was |as )?delivered", r"(?:parcel|package|order|it|box)(?: has| is| was| got| went)? (?:been )?(?:lost|missing|stolen)(?: in|$)|lost parcel|stole",
            r"(?:never|not|n't|nothing) (?:been )?(?:arrived?|received?|delivered|got|get|come)", r"lost in",
            r"never (?:came|showed up)", r"hasn't arrived", r"parcel is lost",
        )),
        (Reason.LATE_SHIPPING, (
            r"(?:has|have|had|is|was|'s|still)(?: ?n't| not)? (?:been )?(?:not )?(?:dispatched|shipped|sent out|posted|processed)|(?:not|n't|never|hasn't|haven't) (?:yet )?(?:dispatched|dispatch|posted|ship|sent)|ships? on the|was (?:due|meant|supposed) (?:to )?(?:ship|arrive|be here|be delivered|come)|(?:days?|weeks?|months?) (?:ago|later|now)? ?and (?:still )?(?:nothing|no|not)|no use (?:to me )?now|too late",
            r"too slow|so slow|way too (?:slow|long|late)|(?:still|yet).{0,12}(?:n't|not) (?:been )?(?:shipped|sent)|(?:not|n't) (?:been )?sent|slow (?:shipping|delivery)|missed the|overdue|(?:taking|takes|took).{0,12}(?:forever|long|ages)|(?:waited|waiting).{0,12}(?:week|day|long|month|ages)",
            r"(?:not|n't|never) (?:been )?shipped", r"too (?:slow|late|long)", r"took too long", r"\blate\b",
            r"delay(?:ed)?", r"waited (?:too|so) long",
        )),
        (Reason.SIZE_FIT, (
            r"(?:[0-9]+ ?(?:cm|mm|inch(?:es)?|in|\")|a (?:mile|foot|bit|tad|touch|lot|size)|way|much|far|two sizes|one size|half a size) (?:too |over|under)?(?:short|long|tall|wide|narrow|big|small|large|tight|loose)\b|(?:taller|wider|longer|bigger|smaller|shorter|narrower|larger) than (?:my|the|our|expected|i)|(?:pinch\w*|squeez\w*|digs? in|swim(?:s|ming)? in|falls? off me|slips? off|hang\w* off)|(?:can't|cannot|couldn't|won't|doesn't|don't) (?:get (?:it|them) on|do (?:it|them) up|button|zip|go (?:on|over)|squeeze)",
            r"too (?:narrow|wide|baggy|snug)|(?:runs?|running) (?:small|large|big)|sizing|\bfit\b|way too (?:big|small|long|short|tight)",
            r"too (?:big|small|tight|loose|large|long|short)", r"(?:doesn't|does not|didn't|did not) fit",
            r"wrong size", r"\bsize\b",
        )),
        (Reason.PRICE_DROP, (
            r"(?:dropped|fell|fallen|down|slashed|cut|reduced|knocked|lowered) (?:in price )?(?:it )?(?:by |to |from )?(?:£|\$|€|¥|[0-9])|(?:£|\$|€|¥)[0-9]+.{0,30}(?:now|today|later|after|this morning|yesterday).{0,24}(?:£|\$|€|¥)[0-9]+|half price|(?:went|gone|going|goes) on (?:sale|offer|special)|(?:day|days|week|hours?) (?:later|after).{0,20}(?:cheaper|less|sale|off|lower)|black friday|prime day|price (?:difference|protection|guarantee)",
            r"cheaper|(?:better|lower) price|price (?:is|was|has|got).{0,8}(?:lower|less|down|reduced|drop)|on sale now|overpaid|reduced the price|(?:less|lower) (?:today|now)",
            r"price (?:drop|dropped|went down|fell|match|is lower)", r"cheaper (?:now|elsewhere)",
        )),
        (Reason.ORDERED_BY_MISTAKE, (
            r"(?:misread|misclick\w*|mis-?ordered|mistyped|fat[- ]?finger\w*|butt[- ]?dial\w*|all thumbs|mixed up|hit (?:the )?(?:buy|order|button) twice|(?:picked|put|got|chose|selected|entered|typed|tapped|hit|used) (?:in )?the wrong|meant to (?:order|buy|get|pick|choose)|(?:cat|dog|kid|kids|son|daughter|toddler|baby|nephew|niece|grand\w+|mum|mom|dad) .{0,16}(?:ordered|bought|pressed|tapped|clicked|hit|played)|thought (?:it|this|they) (?:was|were)|wrong year|wrong date|duplicate|doubled up|twice by)",
            r"mistake|accident|(?:picked|selected|chose|ordered|bought|typed|entered|clicked) (?:the )?wrong|ordered (?:too many|two|double)|my (?:kid|son|daughter|child|toddler)|double order|misclick",
            r"by (?:mistake|accident)", r"accidentally", r"wrong address", r"ordered (?:it )?twice",
            r"duplicate order",
        )),
        (Reason.NO_LONGER_WANTED, (
            r"(?:don't|dont|no longer|not|never) (?:really |actually )?(?:fancy|feel|require|have (?:any |a )?use|going to use|gonna use|keen|into|bothered|sold on)|(?:not|isn't|wasn't) (?:really )?(?:for me|my (?:thing|style|taste|cup))|buyer'?s? remorse|impulse|(?:trip|party|wedding|event|holiday|plans?|concert) (?:is |was |got |has been |'s )?(?:off|cancelled|canceled|changed|fell)|broke up|(?:found|bought|got) (?:a |one |something )?(?:better|another|else|elsewhere)|got (?:one|it) as a (?:gift|present)|surplus|too many of|gathering dust",
            r"(?:don't|do not|no longer|not) (?:really )?(?:want|need|like|love|use)|(?:just )?not (?:for me|my style|what i wanted|needed)|no (?:particular |special |real )?reason|just because|regret|plans changed|bought (?:something|another)|suit me|second thoughts|(?:already )?(?:got|have) one",
            r"(?:no longer|don't|do not|didn't|did not) (?:want|need|like)", r"changed my mind",
            r"not need(?:ed)? any ?more",
        )),
    ),
    remedies=(
        (Remedy.EXCHANGE, (
            r"\bexchange\b", r"\bswap\b", r"replace(?:ment)?\b",
        )),
        (Remedy.RESHIP, (
            r"\bresend\b", r"\breship\b", r"send (?:it|another|a new one)(?: again)?",
        )),
        (Remedy.PRICE_ADJUST, (
            r"price (?:match|adjust)", r"refund the difference",
        )),
        (Remedy.RETURN_REFUND, (
            r"\breturn\b", r"sen[dt] (?:it |them |the goods )?back",
        )),
        (Remedy.REFUND_ONLY, (
            r"refund only", r"without returning",
        )),
    ),
    resolutions=(
        (Resolution.KEEP_ITEM_PARTIAL, (
            r"partial refund", r"keep (?:it|the item)",
        )),
        (Resolution.ORIGINAL_ROUTE, (
            r"original (?:payment|method|route|card)", r"back to my (?:card|bank|account|paypal)",
            r"same (?:card|way)",
        )),
        (Resolution.BALANCE, (
            r"\bbalance\b", r"store credit", r"\bcredit\b", r"\bwallet\b",
        )),
        (Resolution.COUPON, (
            r"\bcoupon\b", r"\bvoucher\b",
        )),
        (Resolution.EXCHANGE, (
            r"\bexchange\b",
        )),
        (Resolution.EXPEDITE, (
            r"\bexpedite\b", r"ship (?:it )?faster",
        )),
    ),
)  # fmt: skip
