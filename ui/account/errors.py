"""What can go wrong on the account pages, beyond what can go wrong with people.

HubError
└── UiError
    └── PageError
        ├── ForeignForm    a form that no page of ours was sent with, or one that is stale
        ├── FormTooLarge   more than any of our forms sends
        └── MailNotSent    the mail server did not take a letter
"""

from ui.errors import UiError


class PageError(UiError):
    """Something about a page or form."""

    code = "page"


class ForeignForm(PageError):
    """A form came from elsewhere, or from a page that was open while somebody signed in or out."""

    code = "foreign_form"

    def __init__(self) -> None:
        super().__init__("This form is no longer good, so nothing was changed. Please open the page again and repeat.")


class FormTooLarge(PageError):
    """More came than any of our forms sends."""

    code = "form_too_large"

    def __init__(self) -> None:
        super().__init__("That is more than this form can take.")


class MailNotSent(PageError):
    """The mail server did not take a letter."""

    code = "mail_not_sent"

    def __init__(self) -> None:
        super().__init__("The mail could not be sent. Please try again later.")
