"""Parts as calls of the Bot API: who gets them, their entities and their keyboard."""

from __future__ import annotations

import hashlib
from pathlib import Path

from aiogram.methods import (
    EditMessageCaption,
    EditMessageText,
    SendDocument,
    SendMessage,
    SendMessageDraft,
    SendPhoto,
)
from aiogram.types import (
    FSInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
)

from bots.telegram.places import chat_of, topic_of
from bots.telegram.render import rows_of
from conversation.channel import Entity, Part
from conversation.message import Address

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def to_message(to: Address, part: Part) -> SendMessage:
    """Make the call that posts a part."""
    return SendMessage(
        chat_id=chat_of(to),
        message_thread_id=topic_of(to),
        text=part.text,
        entities=_entities(part),
        reply_markup=_keyboard(part),
        link_preview_options=_NO_PREVIEW,
    )


def to_draft(to: Address, part: Part, key: str) -> SendMessageDraft:
    """Make the call that shows a part while it is written; the same key changes the same draft.

    What was written so far stays when the person presses Stop, until the finished message takes its place.
    """
    return SendMessageDraft(
        chat_id=chat_of(to),
        message_thread_id=topic_of(to),
        draft_id=int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") >> 1 or 1,
        text=part.text,
        entities=_entities(part),
        can_stop=True,
        keep_on_stop=True,
    )


def to_file(to: Address, file: Path, part: Part) -> SendDocument | SendPhoto:
    """Make the call that posts a file with its text; a chart is a picture to look at."""
    name = part.file.name if part.file else file.name
    if part.chart is not None:
        return SendPhoto(
            chat_id=chat_of(to),
            message_thread_id=topic_of(to),
            photo=FSInputFile(file, filename=name),
            caption=part.text or None,
            caption_entities=_entities(part),
            reply_markup=_keyboard(part),
        )
    return SendDocument(
        chat_id=chat_of(to),
        message_thread_id=topic_of(to),
        document=FSInputFile(file, filename=name),
        caption=part.text or None,
        caption_entities=_entities(part),
        reply_markup=_keyboard(part),
    )


def to_edit(to: Address, receipt: str, part: Part) -> EditMessageText | EditMessageCaption:
    """Make the call that replaces what a message says; of one with a file, its text."""
    chat_id, message_id = chat_of(to), int(receipt)
    if part.file is None:
        return EditMessageText(
            chat_id=chat_id,
            message_id=message_id,
            text=part.text,
            entities=_entities(part),
            reply_markup=_keyboard(part),
            link_preview_options=_NO_PREVIEW,
        )
    return EditMessageCaption(
        chat_id=chat_id,
        message_id=message_id,
        caption=part.text or None,
        caption_entities=_entities(part),
        reply_markup=_keyboard(part),
    )


def _entities(part: Part) -> list[MessageEntity] | None:
    return [_entity(entity) for entity in part.entities] or None


def _entity(entity: Entity) -> MessageEntity:
    return MessageEntity(
        type=entity.kind,
        offset=entity.offset,
        length=entity.length,
        url=entity.value if entity.kind == "text_link" else None,
        language=(entity.value or None) if entity.kind == "pre" else None,
    )


def _keyboard(part: Part) -> InlineKeyboardMarkup | None:
    """Lay out the buttons; an edit without any removes those that are there."""
    rows = [
        [
            InlineKeyboardButton(text=button.label, url=button.url)
            if button.url
            else InlineKeyboardButton(text=button.label, callback_data=button.value)
            for button in row
        ]
        for row in rows_of(part.buttons)
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None
