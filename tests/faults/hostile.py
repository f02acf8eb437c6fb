"""What people and attackers type where an answer was expected; the same five hundred strings each time."""

from __future__ import annotations

from random import Random

SHORT = (
    "\x00", "\x1b[31mred", "\r\n\r\n", "\t", " ", "\u00a0", "\u2028\u2029", "\u200b", "\u200d\u200c", "\ufeff",
    "\u202eabc\u202c", "\u2066x\u2069", "\ud800", "\udfff x", "a\ud83d", "\ufffe\uffff", "\U0010ffff", "\ue000",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞", "👨‍👩‍👧‍👦", "🏳️‍🌈" * 50, "🇧🇪", "👍🏿", "e\u0301" * 40, "ﷺ", "İstanbul", "ß", "ŉ",
    "<script>alert(1)</script>", "<b>vet</b>", "<img src=x onerror=alert(1)>", "&lt;&amp;&#0;", "**bold** _it_ `c`",
    "[x](javascript:alert(1))", "```", "*", "_", "{{7*7}}", "{phone_line}", "{first_name}", "{", "}", "{}", "{0}",
    "{organisation.__class__}", "%s%n%x", "${jndi:ldap://x}", "$(reboot)", "`id`", "; rm -rf /", "| cat /etc/passwd",
    "=cmd()|' /C calc'!A0", "@SUM(1)", "+1+1", "-2+3", "=1+1", "'; DROP TABLE person; --", "' OR '1'='1", '"', "\\",
    "\\x00", "\\u0000", "../../etc/passwd", "%00", "%2e%2e%2f", "/start", "/", "//", "/../x", "/@", "!:back", "slot:x",
    "visit", "null", "None", "undefined", "NaN", "Infinity", "-0", "1e309", "0x10", "٣٦٠٠", "３６００", "²", "½", "Ⅷ",
    "9" * 5000, "1" * 300, "3600" * 100, "+" * 300, "@." * 300, "a@" + "b" * 300 + ".be", "0" * 40, "+" + "3" * 60,
    "(" * 1000, "[" * 1000 + "]" * 1000, '{"a":' * 1000, ",;" * 800, "-" * 400, "." * 400, "?" * 400, "a " * 1500,
    "ja" * 900, "aa" * 32768, "é" * 65536, "\u202e" * 65536, "👩‍👩‍👧" * 4000, "\n" * 5000, "a\n" * 2000,
    "ik heb geen fiets " * 3000, "null\x00byte", "ja\x00", "3600\x00", "\u0644\u0627 \u0623\u0639\u0631\u0641",
    "नहीं", "我不知道", "не знаю",
    "nee" + "\u0300" * 2000, "x" * 2001, "x" * 1999 + "👍", "k" * 4096, "k" * 4097, "31/02/2027", "99:99", "24:00",
)  # fmt: skip
KINDS = (
    "abcdefghijklmnopqrstuvwxyz ",
    "0123456789+-/.: ",
    "\u0300\u0301\u0302\u0489ae",
    "\u200b\u200d\u202e\u2066\ufeffxy",
    "<>&\"'{}[]()|;`$%\\/*_",
    "\x00\x01\x07\x1b\x7f\x85 a",
    "😀👍🏽👨‍👩‍👧🇧🇪é",
    "מזהעברית عربي 漢字 кириллица",
)


def hostile_strings(number: int = 520, seed: int = 17) -> list[str]:
    """The known ones, then random ones of eight alphabets; each different."""
    chance = Random(seed)
    found = dict.fromkeys(SHORT)
    while len(found) < number:
        alphabet = "".join(chance.sample(KINDS, chance.randint(1, 3)))
        found["".join(chance.choices(alphabet, k=chance.choice((1, 2, 5, 12, 40, 150, 600))))] = None
    return list(found)
