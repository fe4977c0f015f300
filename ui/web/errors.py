"""The errors of the web chat.

HubError
└── UiError
    └── WebChatError        the web chat cannot be mounted, or was asked for something it cannot do
        ├── Wordless        a message was reworded to nothing
        ├── LostFile        a message names a file that is not there any more
        └── UploadError     a file was not taken
            └── TooLargeError   because it is larger than the limit
"""

from ui.errors import UiError


class WebChatError(UiError):
    """The web chat cannot do what it was asked to."""

    code = "web"


class Wordless(WebChatError):
    """A message was reworded to nothing."""

    code = "wordless"

    def __init__(self) -> None:
        super().__init__("A message needs some words.")


class LostFile(WebChatError):
    """A message names a file that was attached before the hub started anew; the text says which."""

    code = "lost_file"


class UploadError(WebChatError):
    """A file was not taken; the text says why."""

    code = "upload"


class TooLargeError(UploadError):
    """A file is larger than the installation allows."""

    code = "upload_too_large"
