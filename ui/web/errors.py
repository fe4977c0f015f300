"""The errors of the web chat.

HubError
└── UiError
    └── WebChatError        the web chat cannot be mounted, or was asked for something it cannot do
        └── UploadError     a file was not taken
            └── TooLargeError   because it is larger than the limit
"""

from ui.errors import UiError


class WebChatError(UiError):
    """The web chat cannot do what it was asked to."""

    code = "web"


class UploadError(WebChatError):
    """A file was not taken; the text says why."""

    code = "upload"


class TooLargeError(UploadError):
    """A file is larger than the installation allows."""

    code = "upload_too_large"
