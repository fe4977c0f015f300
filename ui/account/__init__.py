"""The account pages: signing up, in and out, the guest's door, password, profile and sessions; none needs script."""

from ui.account.authentication import WebUser, authenticate
from ui.account.routes import router
from ui.account.settings import AccountSettings

__all__ = ["AccountSettings", "WebUser", "authenticate", "router"]
