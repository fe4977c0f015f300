"""What can go wrong with people and their accounts.

HubError
└── PeopleError
    ├── AccessRefused
    │   ├── WrongCredentials   address and password do not fit together
    │   ├── WrongPassword      the password that should confirm a step is not the person's
    │   ├── TooManyAttempts    tried too often; `retry_after` says when to come back
    │   ├── ShutOut            whoever runs this hub does not let this person in
    │   ├── SignupClosed       this hub takes no new people
    │   ├── InvitationNeeded   this hub takes people with a good invitation
    │   ├── GuestsRefused      this hub has no guests
    │   └── CodeExpired        a one-time link was used, is too old or never was
    ├── BadInput
    │   ├── InvalidEmail
    │   ├── WeakPassword
    │   ├── InvalidName
    │   └── InvalidTimeZone
    └── NobodyFound            no account has this address
"""

from math import ceil

from knowledge.errors import HubError


class PeopleError(HubError):
    """Root of this package's errors."""

    code = "people"


class AccessRefused(PeopleError):
    """Somebody may not do what they asked for."""

    code = "access_refused"


class WrongCredentials(AccessRefused):
    """Address and password do not fit together; which of the two is wrong is not told."""

    code = "wrong_credentials"

    def __init__(self) -> None:
        super().__init__("This e-mail address and password do not fit together. Please check both.")


class WrongPassword(AccessRefused):
    """The password that should confirm a step is not the person's."""

    code = "wrong_password"

    def __init__(self) -> None:
        super().__init__("This is not your password. Please type it again.")


class TooManyAttempts(AccessRefused):
    """Something was tried too often; `retry_after` is the time to wait, in seconds."""

    code = "too_many_attempts"

    def __init__(self, retry_after: float) -> None:
        self.retry_after = max(1, ceil(retry_after))
        minutes = ceil(self.retry_after / 60)
        if minutes > 1:
            super().__init__("That was tried too often. Please wait {minutes} minutes and try again.", minutes=minutes)
        else:
            super().__init__("That was tried too often. Please wait a minute and try again.")


class ShutOut(AccessRefused):
    """Whoever runs this hub does not let this person in."""

    code = "shut_out"

    def __init__(self) -> None:
        super().__init__(
            "You cannot use this hub at the moment. If you think that is a mistake, please ask its operator."
        )


class SignupClosed(AccessRefused):
    """This hub takes no new people."""

    code = "signup_closed"

    def __init__(self) -> None:
        super().__init__("This hub does not take new accounts. Please ask its operator.")


class InvitationNeeded(AccessRefused):
    """This hub takes people with a good invitation only."""

    code = "invitation_needed"

    def __init__(self) -> None:
        super().__init__("You need an invitation that is still good. Please ask the operator of this hub for one.")


class GuestsRefused(AccessRefused):
    """This hub has no guests."""

    code = "guests_refused"

    def __init__(self) -> None:
        super().__init__("This hub is not open to guests. Please sign in, or ask its operator for an invitation.")


class CodeExpired(AccessRefused):
    """A one-time link was used, is too old or never was."""

    code = "code_expired"

    def __init__(self) -> None:
        super().__init__("This link no longer works: it was used, or it is too old. Please ask for a new one.")


class BadInput(PeopleError):
    """What was typed cannot be taken as it is."""

    code = "bad_input"


class InvalidEmail(BadInput):
    """Not an e-mail address."""

    code = "invalid_email"

    def __init__(self) -> None:
        super().__init__("This does not look like an e-mail address. It should read like name@example.com.")


class WeakPassword(BadInput):
    """A password that is too short, too long or too easy to guess."""

    code = "weak_password"


class InvalidName(BadInput):
    """A name that is empty or too long."""

    code = "invalid_name"


class InvalidTimeZone(BadInput):
    """A time zone that nobody has heard of."""

    code = "invalid_time_zone"

    def __init__(self) -> None:
        super().__init__("This time zone is not known. It should read like Europe/Paris.")


class NobodyFound(PeopleError):
    """No account has this address."""

    code = "nobody_found"

    def __init__(self, email: str) -> None:
        super().__init__("No account has the address {email}.", email=email)
