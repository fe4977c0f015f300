"""Telegram: updates become messages, replies become posts. aiogram is imported only where the bot runs.

settings → opening → running       parse and render are pure; api, faults and posting speak to the Bot API
polling or webhook → intake        how updates arrive; menu is what people see before they write
keeping → fleet → bots             bots of creators beside the hub's own, all of them one channel
"""

from bots.telegram.menu import Command, Menu
from bots.telegram.opening import identify, open_telegram
from bots.telegram.settings import WEBHOOK_PATH, TelegramServer, TelegramSettings

__all__ = [
    "WEBHOOK_PATH",
    "Command",
    "Menu",
    "TelegramServer",
    "TelegramSettings",
    "identify",
    "open_telegram",
]
