"""The small pages that somebody sees who adds the app to a workspace."""

from __future__ import annotations

from html import escape

from bots.webhooks import Answer

_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>EverMynd</title>
<style>
body {{ font: 17px/1.5 system-ui, sans-serif; max-width: 32rem; margin: 15vh auto; padding: 0 1.25rem; color: #1f2430 }}
h1 {{ font-size: 1.5rem }}
@media (prefers-color-scheme: dark) {{ body {{ background: #16181d; color: #e6e8ee }} }}
</style>
</head>
<body><h1>{title}</h1><p>{words}</p></body>
</html>
"""
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def page(status: int, title: str, words: str, language: str = "en") -> Answer:
    """Give a page that says something."""
    text = _PAGE.format(language=escape(language), title=escape(title), words=escape(words))
    return Answer(status, text.encode(), "text/html; charset=utf-8", _HEADERS)
