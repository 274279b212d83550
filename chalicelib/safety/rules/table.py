r"""The rules, as data: what each looks for, in RE2's syntax, and how heavy it weighs where.

Patterns see text in lower case, folded as `reading` says. What follows from a weight depends on
how long the writer has been here: `judging.BARS`. Every rule has texts that it must find, and texts
that it must leave alone, in the tests.
"""

from typing import Literal, NamedTuple

from chalicelib.safety.rules.numbers import PERHAPS_PHONE, PHONE

Reading = Literal["plain", "digits"]

HINT = {"message": 1, "bio": 2, "prompt": 2, "name": 0}
"""May lead elsewhere, and mostly does not: never more than a reason to look at it."""
POINTER = {"message": 2, "bio": 3, "prompt": 3, "name": 9}
"""Leads elsewhere, as many honest people do."""
CONTACT = {"message": 3, "bio": 4, "prompt": 4, "name": 9}
"""A way round Pairly, and of finding somebody who did not mean to be found."""
MONEY = {"message": 4, "bio": 6, "prompt": 6, "name": 9}
"""Asks for money, or tells where to send it."""


class Rule(NamedTuple):
    """One thing that a text may do wrong. `reading` is which form of the text it looks at."""

    id: str
    what: str
    reading: Reading
    weights: dict[str, int]
    pattern: str


_END = r"(?:$|[^a-z0-9])"
_OVER = r"\s*(?:$|[,.;!?)\n|/])"
"""Where a sentence, or a part of it, is over."""

_ENDINGS = "com|net|org|info|biz|app|dev|xyz|co|tv|cc|ly|gg|ru|uk|br|pl|nl|ch|jp|cn"
"""Endings of pages that hardly any sentence begins with."""
_WORDY_ENDINGS = (
    "online|site|shop|club|live|link|page|top|vip|cam|sex|porn|dating|chat|de|fr|eu|ca|au|se|es|"
    "io|at|it|in|be"
)
"""Those that are words: "merci.ca va" is no page."""
_FREE = r"(?:^|[^a-z0-9@.\-])"
"""Where a page's name may begin."""
_NOT_WWW = r"(?:[a-vx-z0-9]|ww?[a-vx-z0-9])[a-z0-9\-]+"
"""A name before other names: what begins with "www" is a link already."""
_DOT = r"(?:\.|\s?[\(\[{]\s?(?:dot|\.)\s?[\)\]}]\s?)"
_SPELLED_ENDING = (
    r"\s(?:dot\s(?:com|net|org|info|biz|xyz|io|co|uk)"
    r"|(?:punkt|punto|ponto|point)\s(?:com|net|org))"
)

_MAIL = r"(?:g(?:oogle)?mail|hotmail|icloud|proton(?:mail)?|gmx)"
_MAIL_AND_MORE = r"(?:g(?:oogle)?mail|hotmail|icloud|protonmail)"
_OWN_APPS = (
    r"(?:tele\s?gram|whats\s?app|insta(?:gram)?|snap\s?chat|viber|kik|wechat|skype|only\s?fans|"
    r"tik\s?tok|tg|ig|fb)"
)
"""Apps whose name says nothing else."""
_APPS = rf"(?:{_OWN_APPS}|snap|discord|messenger|signal|line|wa|sc)"
_TOLD = r"(?:\s(?:me|is|id|at|handle|username|user|name|my|add)){0,3}"
_NAME = r"[a-z0-9._]{3,}"
_TELLING_NAME = (
    r"(?:@[a-z0-9._]{3,}|[a-z][a-z._]{2,}[0-9_][a-z0-9._]*|[a-z][a-z0-9]{2,}\.[a-z0-9._]{2,})"
)
"""A name that is no word: with a sign before it, or a digit, "_" or dot in it."""

_PAYS = r"(?:pay\s?pal|venmo|cash\s?app|zelle|g\s?pay|google\s?pay|phone\s?pe|paytm|revolut)"
_PAYS_OR_WISE = rf"(?:{_PAYS}|(?:my|via|on|by)\swise)"
_CASHTAG_END = r"(?:$|[^a-z0-9_$])"
_IBAN_COUNTRIES = (
    "a[delotz]|b[aeghry]|c[hryz]|d[eko]|e[es]|f[ior]|g[beilrt]|h[ru]|i[elqst]|jo|k[wz]|l[bcituv]|"
    "m[cdektu]|n[lo]|p[klst]|qa|r[os]|s[aceikmtv]|t[lnr]|ua|v[ag]|xk"
)
_IBAN_GAP = r"[ \n.\-]{0,2}"

RULES = (
    Rule(
        "link",
        "an address of a page, spelled out",
        "plain",
        CONTACT,
        r"\b(?:h(?:tt|xx)ps?|ftp)\s?:\s?/\s?/|\bwww\s?\.\s?[a-z0-9]"
        r"|\b(?:t|wa|m|fb|bit|is|me)\.(?:me|ly|gd)/[a-z0-9+]",
    ),
    Rule(
        "bare_domain",
        "a page's name without its address",
        "plain",
        POINTER,
        rf"{_FREE}[a-z0-9][a-z0-9\-]+"
        rf"(?:{_DOT}(?:{_ENDINGS}){_END}|{_SPELLED_ENDING}{_OVER}|\s\.(?:com|org|xyz){_END})"
        rf"|{_FREE}{_NOT_WWW}(?:\.[a-z0-9\-]{{2,}})+\.(?:{_ENDINGS}|{_WORDY_ENDINGS}){_END}"
        rf"|{_FREE}[a-z0-9]+[0-9\-][a-z0-9\-]*{_DOT}(?:{_WORDY_ENDINGS}){_END}"
        rf"|{_FREE}[a-z0-9\-]{{2,}}{_DOT}(?:{_WORDY_ENDINGS})/[a-z0-9]",
    ),
    Rule(
        "email",
        "an e-mail address, also with its signs spelled out",
        "plain",
        CONTACT,
        rf"[a-z0-9._%+\-]{{2}}(?:@|\s?[\(\[{{]\s?at\s?[\)\]}}]\s?)[a-z0-9][a-z0-9.\-]*"
        rf"{_DOT}(?:[a-z]{{2}}|{_ENDINGS}|{_WORDY_ENDINGS}){_END}"
        rf"|[a-z0-9._%+\-]{{2}}\s?@\s?[a-z0-9][a-z0-9.\-]*{_DOT}(?:{_ENDINGS}){_END}"
        rf"|[a-z0-9]\s(?:at\s(?:{_MAIL}|yahoo|outlook)|(?:arroba|arobase)\s[a-z0-9\-]{{2,}})"
        rf"{_SPELLED_ENDING}\b"
        rf"|[a-z0-9._\-]{{2}}\s?@\s?{_MAIL_AND_MORE}\b|[a-z0-9]@(?:gmx|proton|yahoo|outlook)\b"
        r"|\b(?:write|mail|reach|contact)\s(?:(?:to|me|us|at)\s){1,2}"
        rf"[a-z0-9._\-]+\sat\s{_MAIL_AND_MORE}\b"
        rf"|\b(?:mail|adress|adresse|address)\s?(?::|is|ist)\s?[a-z0-9._\-]+\sat\s{_MAIL}\b"
        r"|\b[a-z][a-z_\-]*[0-9._][a-z0-9._\-]*[a-z0-9]\sat\s"
        rf"(?:{_MAIL}|yahoo|outlook)\b",
    ),
    Rule(
        "phone",
        "a telephone number, however it is spaced or spelled",
        "digits",
        CONTACT,
        PHONE,
    ),
    Rule(
        "handle",
        "a name in another messenger",
        "plain",
        POINTER,
        rf"(?:^|[.,;:!?()|/\n]\s?|\bmy\s){_OWN_APPS}{_TOLD}\s?(?:[:=]|->|-\s)\s?{_NAME}{_OVER}"
        rf"|\b{_OWN_APPS}{_TOLD}\s{_TELLING_NAME}{_OVER}"
        rf"|\b{_APPS}{_TOLD}\s?(?:[:=]|->|-\s)\s?{_TELLING_NAME}"
        r"|\b(?:add|text|message|msg|find|dm|follow|hit|write)\s(?:to\s)?me\s(?:up\s)?"
        rf"(?:(?:on|at|in|via)\s(?:my\s)?{_OWN_APPS}|(?:on|via)\s(?:my\s)?{_APPS})\b"
        r"|(?:^|\s)@[a-z0-9.]*[0-9._][a-z0-9._]{2,30}(?:$|[^a-z0-9._@])",
    ),
    Rule(
        "payment_handle",
        "where a payment service would send money",
        "plain",
        MONEY,
        r"[a-z0-9._\-]{2}@(?:ok(?:axis|sbi|icici|hdfcbank)|ybl|ibl|axl|apl|paytm|upi|sbi|icici|"
        r"hdfcbank|axisbank|kotak|freecharge|jupiteraxis|pt(?:axis|yes|sbi|hdfc))(?:$|[^a-z0-9.])"
        r"|\b(?:paypal\.me|cash\.app|venmo\.com|revolut\.me|buymeacoffee\.com|ko-fi\.com)/"
        r"|\b(?:cash\s?(?:app|tag)[^\na-z0-9$]{1,3}(?:(?:is|me|at|name)\s?:?\s?)?"
        r"|(?:send|tip|pay|spoil|donate)\s?(?:(?:it|me|money|cash|some|something)\s?)?"
        rf"(?:to|at|on|via|:)\s?)\$[a-z][a-z0-9_]{{2,19}}{_CASHTAG_END}"
        rf"|\b{_PAYS_OR_WISE}\b{_TOLD}\s?[:=]?\s?(?:[@$][a-z][a-z0-9._]{{2,}})"
        rf"|\b{_PAYS}\b{_TOLD}\s?[:=]\s?{_TELLING_NAME}"
        rf"|\b{_PAYS}\s(?:is|id|at|handle|username|name)\s?[:=]\s?{_NAME}{_OVER}"
        rf"|\bsend\sme\s(?:(?:some|the|your)\s)?(?:money|cash|funds|it)\s(?:to|on|via|by)\s(?:my\s)?"
        rf"(?:{_PAYS}|wise)\b|\bsend\s(?:money|cash|funds|it)\s(?:to|on|via|by)\smy\s(?:{_PAYS}|wise)\b",
    ),
    Rule(
        "iban",
        "the number of a bank account",
        "plain",
        MONEY,
        rf"\b(?:{_IBAN_COUNTRIES})[0-9]{{2}}{_IBAN_GAP}[a-z]{{0,4}}{_IBAN_GAP}[0-9]"
        rf"(?:{_IBAN_GAP}[0-9]){{9,29}}",
    ),
    Rule(
        "crypto_address",
        "where a cryptocurrency would be sent",
        "plain",
        MONEY,
        r"\b(?:bc1[a-z0-9]{25,60}|[13][a-z1-9]{25,34}|0x[0-9a-f]{40}|t[a-z0-9]{33}|"
        r"ltc1[a-z0-9]{25,60})\b",
    ),
    Rule(
        "perhaps_contact",
        "what may be a page, an address, or a name elsewhere",
        "plain",
        HINT,
        rf"{_FREE}[a-z0-9]{{3,}}(?:{_SPELLED_ENDING}|\s\.\s(?:com|net|org)){_END}"
        rf"|{_FREE}[a-z0-9]{{3,}}{_DOT}(?:{_WORDY_ENDINGS}){_OVER}"
        r"|\b(?:visit|see|check|my|on|auf|bei|unter|sur|en|website|page|seite)\s[a-z0-9]{3,}"
        rf"{_DOT}(?:{_WORDY_ENDINGS}){_END}"
        rf"|[a-z0-9._\-]{{2}}\sat\s{_MAIL_AND_MORE}\b"
        rf"|\bmy\s{_APPS}{_TOLD}\s?(?:[:=]|->|-\s)\s?{_NAME}"
        r"|(?:^|\s)@[a-z]{4,30}(?:$|[^a-z0-9._@])",
    ),
    Rule(
        "perhaps_phone",
        "what may be a telephone number, and may be another",
        "digits",
        HINT,
        PERHAPS_PHONE,
    ),
    Rule(
        "perhaps_money",
        "what may say where to send money",
        "plain",
        HINT,
        rf"(?:^|[^a-z0-9$])\$[a-z][a-z0-9_]{{4,19}}{_CASHTAG_END}"
        rf"|\b{_PAYS}\b{_TOLD}\s?[:=]\s?{_NAME}{_OVER}"
        rf"|\bsend\s(?:money|cash|funds|it)\s(?:to|on|via|by)\s{_PAYS}\b",
    ),
)
