"""Why a link could not be fetched, each with a sentence that names the link and what to do.

HubError
└── SourceError
    ├── InvalidLink        not a web address we follow
    ├── PrivateAddress     leads into a private network
    ├── LoginRequired      only for those who sign in
    ├── NotFound           no such page
    ├── Unreachable        no answer, or not a useful one
    ├── TooManyRedirects   sent on and on
    ├── UnsupportedLink    a kind of content we do not read
    ├── TooBig             more bytes than we take
    └── TooSlow            more time than we wait
"""

from knowledge.errors import HubError


class SourceError(HubError):
    """A link that cannot be fetched; `url` is the link, `detail` what is special about it, a `Phrase` or a name."""

    code = "unfetchable"
    sentence = "I could not open {url}."

    def __init__(self, url: str, detail: str = "") -> None:
        self.url = url
        self.detail = detail
        super().__init__(self.sentence, url=url, detail=detail)


class InvalidLink(SourceError):
    """Not a link that can be followed."""

    code = "invalid_link"
    sentence = "{url} is not a web link I can open. Please send one that begins with http:// or https://."


class PrivateAddress(SourceError):
    """The link, or a redirect on its way, leads to an address that is not public."""

    code = "private_address"
    sentence = (
        "{url} points into a private network, so I did not open it. Please send a public link or the file itself."
    )


class LoginRequired(SourceError):
    """The page is shown only after signing in."""

    code = "login_required"
    sentence = "{url} needs a login, which I do not have. Please save the page and send me the file."


class NotFound(SourceError):
    """The server knows no such page."""

    code = "not_found"
    sentence = "There is no page at {url}. Please check the link."


class Unreachable(SourceError):
    """The server did not answer, or answered with an error; `detail` says which."""

    code = "unreachable"
    sentence = "I could not reach {url} ({detail}). Please try again later or send the file itself."


class TooManyRedirects(SourceError):
    """The link leads from page to page without end."""

    code = "too_many_redirects"
    sentence = "{url} sends me from page to page without end. Please send the address of the page itself."


class UnsupportedLink(SourceError):
    """The link leads to something that is not a document; `detail` is its media type."""

    code = "unsupported_link"
    sentence = "{url} leads to {detail}, which I cannot read. I can learn from web pages and documents."


class TooBig(SourceError):
    """More bytes than one link may bring; `detail` names the limit."""

    code = "link_too_big"
    sentence = "What {url} leads to is too big: {detail} is the most I take from a link."


class TooSlow(SourceError):
    """The answer did not end in time; `detail` names the limit."""

    code = "link_too_slow"
    sentence = "{url} did not finish sending within {detail}. Please try again later or send the file itself."
