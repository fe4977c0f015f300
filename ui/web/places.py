"""Where the threads of the web chat live."""

from uuid import UUID

from conversation.message import Address

NAME = "web"


def address_of(thread_id: UUID) -> Address:
    """Tell where a thread of the web chat lives."""
    return Address(NAME, "", str(thread_id))
