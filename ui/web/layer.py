"""What Chainlit takes for its database: the threads of the ledger, read through the core.

The inbox and the outbox have written everything before Chainlit hears of it, so whatever Chainlit would
store here (steps, elements, users, feedback) is deliberately not stored.
"""

from contextvars import ContextVar
from typing import Any
from uuid import UUID

from conversation.errors import NotFound
from ui.web import steps
from ui.web.backend import ChatBackend, WebUser

current_user: ContextVar[WebUser] = ContextVar("web_user")
"""The person of the request being answered; the gate sets it, because Chainlit does not say who asks."""


class Ledger:
    """Chainlit's view of the ledger; has the methods of its `BaseDataLayer`, which must not be imported this early."""

    def __init__(self, backend: ChatBackend) -> None:
        self.backend = backend

    async def get_user(self, identifier: str) -> Any:
        """Name the person as Chainlit knows them; the account pages own the rest."""
        from chainlit.user import PersistedUser

        return PersistedUser(id=identifier, createdAt="", identifier=identifier)

    async def create_user(self, user: Any) -> Any:
        """Name the person; nothing is stored."""
        return await self.get_user(user.identifier)

    async def get_thread_author(self, thread_id: str) -> str:
        """Name the present person as author if the thread is theirs, else nobody."""
        user = current_user.get()
        thread = await self.backend.thread(user.user_id, _id(thread_id))
        return str(user.user_id) if thread else ""

    async def get_thread(self, thread_id: str) -> Any:
        """Draw a whole thread of the present person."""
        user = current_user.get()
        thread = await self.backend.thread(user.user_id, _id(thread_id))
        if thread is None:
            return None
        messages = await self.backend.messages(user.user_id, thread.thread_id)
        return steps.thread_value(thread, user.user_id, messages)

    async def list_threads(self, pagination: Any, filters: Any) -> Any:
        """List the present person's threads for the side bar and its search."""
        from chainlit.types import PageInfo, PaginatedResponse

        user = current_user.get()
        page = await self.backend.threads(
            user.user_id, max(1, min(pagination.first, 100)), pagination.cursor, _written(filters.search or "")
        )
        info = PageInfo(hasNextPage=page.next_cursor is not None, startCursor=None, endCursor=page.next_cursor)
        values: list[Any] = [steps.thread_value(thread, user.user_id) for thread in page.threads]
        return PaginatedResponse(pageInfo=info, data=values)

    async def update_thread(
        self,
        thread_id: str,
        name: str | None = None,
        user_id: str | None = None,
        metadata: Any = None,
        tags: Any = None,
    ) -> None:
        """Rename a thread; the other things Chainlit would note about it are not ours to keep."""
        if name is not None and user_id is None and metadata is None:
            await self.backend.rename(current_user.get().user_id, _id(thread_id), _written(name))

    async def delete_thread(self, thread_id: str) -> None:
        """Delete a thread of the present person."""
        await self.backend.delete(current_user.get().user_id, _id(thread_id))

    async def create_step(self, step_dict: Any) -> None:
        """Store nothing: the inbox or the outbox holds the message already."""

    async def update_step(self, step_dict: Any) -> None:
        """Store nothing: a revision is an outbox row."""

    async def delete_step(self, step_id: str) -> None:
        """Delete nothing: only drafts vanish from the page, and they never stood."""

    async def create_element(self, element: Any) -> None:
        """Store nothing: files were handed to the core with their message."""

    async def get_element(self, thread_id: str, element_id: str) -> Any:
        """Know no element: citations have pages of their own."""
        return None

    async def delete_element(self, element_id: str, thread_id: str | None = None) -> None:
        """Delete nothing: there are no elements."""

    async def upsert_feedback(self, feedback: Any) -> str:
        """Store nothing: thumbs are buttons of ours, so that each answer has its own."""
        return ""

    async def delete_feedback(self, feedback_id: str) -> bool:
        """Delete nothing: thumbs are buttons of ours."""
        return False

    async def get_favorite_steps(self, user_id: str) -> list[Any]:
        """Know no favourites: the page offers none."""
        return []

    async def build_debug_url(self) -> str:
        """Offer no debugger."""
        return ""

    async def close(self) -> None:
        """Hold nothing open."""


def _written(text: str) -> str:
    """Leave out what no database keeps in a text."""
    return text.replace("\0", "")


def _id(thread_id: str) -> UUID:
    """Read a thread's id; one that is none is a thread that is not there."""
    try:
        return UUID(thread_id)
    except ValueError as error:
        raise NotFound("There is no such conversation.") from error
