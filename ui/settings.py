"""The settings of the hub: environment variables with the prefix `EVERMYND_`, and a file `.env`, read once at start."""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self, cast
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bots.slack.errors import SlackSettingsError
from bots.slack.settings import SlackSettings
from bots.teams.errors import TeamsSettingsError
from bots.teams.settings import TeamsSettings
from bots.telegram.errors import TelegramSettingsError
from bots.telegram.settings import TelegramSettings
from knowledge.vault import Vault, VaultError, to_keys
from ui.errors import SettingsError

PREFIX = "EVERMYND_"
ENV_FILE = ".env"


def _scheme(*schemes: str) -> AfterValidator:
    """Accept URLs of these schemes that name a host or a path."""

    def check(value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in schemes or not (parts.hostname or parts.path.strip("/")):
            raise ValueError("not such a URL")
        return value.rstrip("/")

    return AfterValidator(check)


def _words(value: object) -> object:
    return tuple(word.strip() for word in value.split(",") if word.strip()) if isinstance(value, str) else value


Web = Annotated[str, _scheme("http", "https")]
PostgresUrl = Annotated[str, _scheme("postgresql", "postgres")]
Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)]


def _field(default: Any, says: str, wants: str, *, secret: bool = False, **limits: Any) -> Any:
    """Declare a setting: what it does, and what a person is told to give instead of a wrong value."""
    return Field(default, description=says, json_schema_extra={"wants": wants}, repr=not secret, **limits)


class Settings(BaseSettings):
    """Every setting of the hub; `load` reads them, each room gets its own part."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True
    )

    host: str = _field(
        "127.0.0.1", "Address to listen on; `0.0.0.0` lets other machines in", "an address", min_length=1
    )
    port: int = _field(8000, "Port of the web chat and the pages", "1 to 65535, such as 8000", ge=1, le=65535)
    data_dir: Path = _field(Path("data"), "Folder of the embedded servers, logs and secrets", "a folder")
    public_url: Web | None = _field(
        None,
        "Address under which people reach the hub, when a proxy stands before it",
        "a URL such as https://hub.example.org",
    )
    signup: Literal["open", "invite", "closed"] = _field(
        "open", "Who may join: anybody, people with an invitation, or nobody", "open, invite or closed"
    )
    upload_limit_mb: int = _field(100, "Largest file a person may send, in megabytes", "1 to 10240", ge=1, le=10240)
    allowed_link_hosts: Words = _field(
        (),
        "Hosts whose links are shown as links in answers, separated by commas",
        "hosts such as example.org,docs.example.org",
    )
    log_level: Literal["debug", "info", "warning", "error"] = _field(
        "info", "Least level that is logged", "debug, info, warning or error"
    )
    database_url: PostgresUrl | None = _field(
        None,
        "Postgres 16 or newer with pgvector; embedded where not set",
        "postgresql://user:password@host/database",
        secret=True,
    )
    migration_database_url: PostgresUrl | None = _field(
        None,
        "The same database as the role that owns the tables",
        "postgresql://owner:password@host/database",
        secret=True,
    )
    redis_url: Annotated[str, _scheme("redis", "rediss", "unix")] | None = _field(
        None, "Redis 6 or newer; embedded where not set", "redis://:password@host:6379/0", secret=True
    )
    neo4j_uri: Annotated[str, _scheme("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")] | None = _field(
        None, "Neo4j 5.26 or newer; an embedded graph server where not set", "bolt://host:7687"
    )
    neo4j_user: str = _field("neo4j", "User of the graph server", "a name", min_length=1)
    neo4j_password: str | None = _field(None, "Password of the graph server", "a password", secret=True)
    smtp_url: Annotated[str, _scheme("smtp", "smtps")] | None = _field(
        None,
        "Mail server for resetting passwords; without it the operator resets them",
        "smtp://user:password@host:587",
        secret=True,
    )
    openai_api_key: str | None = _field(
        None, "Key of the model endpoint; without key and base URL the hub works offline", "a key", secret=True
    )
    openai_base_url: Web | None = _field(
        None,
        "Any endpoint that speaks OpenAI's API, such as a model server of your own",
        "a URL such as http://127.0.0.1:11434/v1",
    )
    chat_model: str = _field("gpt-5-mini", "Model that answers", "a model name", min_length=1)
    fast_model: str = _field("gpt-5-nano", "Model for the small steps around an answer", "a model name", min_length=1)
    embedding_model: str = _field(
        "", "Model of the endpoint that embeds texts; a small local one where not set", "a model name"
    )
    audio_model: str = _field(
        "",
        "Model of the endpoint that writes down what is said in voice messages; without it they are not heard",
        "a model name such as whisper-1",
    )
    encryption_keys: str | None = _field(
        None,
        "Keys that seal the secrets of workspaces and of bots that creators bring, and events that wait on the disk, "
        "the one in use first; `evermynd up` makes its own",
        "id:key,id:key, each key 32 bytes in base64",
        secret=True,
    )
    telegram_token: str | None = _field(
        None, "Token of the Telegram bot, from @BotFather; without it there is no Telegram", "a token", secret=True
    )
    telegram_webhook_secret: str | None = _field(
        None,
        "Long random word by which Telegram proves itself; needed where `EVERMYND_PUBLIC_URL` is https, where Telegram "
        "calls the hub instead of being polled",
        "1 to 256 letters, digits, _ and -",
        secret=True,
    )
    telegram_api_base: Web = _field(
        "https://api.telegram.org", "Bot API server, files included, such as one of your own", "an http or https URL"
    )
    slack_bot_token: str | None = _field(
        None, "Token of the Slack app in one workspace; many workspaces install it instead", "xoxb-…", secret=True
    )
    slack_signing_secret: str | None = _field(
        None, "Secret by which Slack proves itself; needed unless it is reached by Socket Mode", "a secret", secret=True
    )
    slack_app_token: str | None = _field(
        None, "Token of the app for Socket Mode, where Slack cannot call the hub", "xapp-…", secret=True
    )
    slack_client_id: str | None = _field(
        None, "With the client secret: lets other workspaces install the app under `/oauth/slack/install`", "an id"
    )
    slack_client_secret: str | None = _field(None, "Secret that goes with the client id", "a secret", secret=True)
    slack_api_base: Web = _field("https://slack.com/api", "Where Slack's Web API is", "an http or https URL")
    teams_app_id: str | None = _field(None, "App id of the Teams bot; without it there is no Teams", "an id")
    teams_app_password: str | None = _field(None, "Client secret of the Teams bot", "a secret", secret=True)
    teams_tenant_id: str | None = _field(
        None, "Tenant of a bot that serves one organisation alone; any may use it where not set", "a tenant id"
    )
    teams_allow_anonymous: bool = _field(
        False, "Take activities without a proof, for trying out on this machine alone", "true or false"
    )
    teams_login_base: Web = _field(
        "https://login.microsoftonline.com", "Where the bot gets its own proof", "an http or https URL"
    )
    teams_openid_url: Web = _field(
        "https://login.botframework.com/v1/.well-known/openidconfiguration",
        "Where the keys stand by which activities are proven",
        "an http or https URL",
    )
    teams_service_hosts: Words = _field(
        (), "Hosts of service URLs that are called besides Microsoft's own, separated by commas", "hosts"
    )
    daily_token_limit: int = _field(200_000, "Model tokens one person may use a day; 0 is no limit", "0 or more", ge=0)

    @property
    def address(self) -> str:
        """Where people reach the hub: the public address, or this machine's."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def vault(self) -> Vault | None:
        """What seals the secrets of installations, or None without keys; raises `VaultError`."""
        return Vault(to_keys(self.encryption_keys)) if self.encryption_keys else None

    @property
    def telegram(self) -> TelegramSettings | None:
        """The bot's settings, or None without a bot; raises `TelegramSettingsError`, which names what is wrong."""
        if self.telegram_token is None:
            return None
        return TelegramSettings(
            token=self.telegram_token,
            webhook_secret=self.telegram_webhook_secret or "",
            api_base=self.telegram_api_base,
            public_url=self.public_url or "",
            upload_limit_mb=self.upload_limit_mb,
        )

    @property
    def slack(self) -> SlackSettings | None:
        """The app's settings, or None without an app; raises `SlackSettingsError`, which names what is wrong."""
        given = (self.slack_bot_token, self.slack_signing_secret, self.slack_app_token)
        if not any((*given, self.slack_client_id, self.slack_client_secret)):
            return None
        return SlackSettings(
            bot_token=self.slack_bot_token or "",
            signing_secret=self.slack_signing_secret or "",
            app_token=self.slack_app_token or "",
            client_id=self.slack_client_id or "",
            client_secret=self.slack_client_secret or "",
            api_base=self.slack_api_base,
            public_url=self.public_url or "",
            upload_limit_mb=self.upload_limit_mb,
        )

    @property
    def teams(self) -> TeamsSettings | None:
        """The bot's settings, or None without a bot; raises `TeamsSettingsError`, which names what is wrong."""
        if not (self.teams_app_id or self.teams_app_password or self.teams_tenant_id or self.teams_allow_anonymous):
            return None
        return TeamsSettings(
            app_id=self.teams_app_id or "",
            app_password=self.teams_app_password or "",
            tenant_id=self.teams_tenant_id or "",
            allow_anonymous=self.teams_allow_anonymous,
            login_base=self.teams_login_base,
            openid_url=self.teams_openid_url,
            service_hosts=self.teams_service_hosts,
            public_url=self.public_url or "",
            upload_limit_mb=self.upload_limit_mb,
        )

    def require(self, *names: str) -> Self:
        """Raise SettingsError, by name, for the first of these settings that is missing."""
        for name in names:
            if getattr(self, name) is None:
                wants = _wants(type(self).model_fields[name])
                raise SettingsError(
                    f"{variable(name)} is missing: set it to {wants}, or use `evermynd up`, which brings its own"
                )
        return self


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def load(env_file: Path | str = ENV_FILE, **given: Any) -> Settings:
    """Read the settings; what is given here wins over the environment, and that over the file.

    Raises SettingsError with a line for each setting that has a wrong value.
    """
    values: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    values["_env_file"] = env_file
    try:
        settings = Settings(**values)
        _ = (
            settings.telegram,
            settings.slack,
            settings.teams,
            settings.vault,
        )  # what cannot run is said at start, before anything is begun
        return settings
    except (TelegramSettingsError, SlackSettingsError, TeamsSettingsError) as error:
        raise SettingsError(str(error)) from None
    except VaultError as error:
        raise SettingsError(f"{variable('encryption_keys')} cannot be used: {error}") from None
    except ValidationError as error:
        wrong = {str(each["loc"][0]): each["input"] for each in error.errors() if each["loc"]}
        raise SettingsError("\n".join(_complaint(name, value) for name, value in wrong.items())) from None


def strangers(environ: Mapping[str, str] = os.environ, env_file: Path | str = ENV_FILE) -> list[str]:
    """A warning for each variable with our prefix that is none of our settings, with the closest that is."""
    known = [variable(name) for name in Settings.model_fields]
    names = {name.upper() for name in (*environ, *dotenv_values(env_file))}
    warnings: list[str] = []
    for name in sorted(name for name in names if name.startswith(PREFIX) and name not in known):
        close = get_close_matches(name, known, n=1, cutoff=0.75)
        warnings.append(f"{name} is not a setting" + (f": did you mean {close[0]}?" if close else " and has no effect"))
    return warnings


def table() -> str:
    """The settings as a Markdown table for the README."""
    rows = ["| variable | default | what it does |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        rows.append(f"| `{variable(name)}` | {_default(field)} | {field.description} |")
    return "\n".join(rows) + "\n"


def _default(field: FieldInfo) -> str:
    return f"`{field.default}`" if field.default not in (None, (), "") else ""


def _wants(field: FieldInfo) -> str:
    extra = cast(Mapping[str, str], field.json_schema_extra)
    return extra["wants"]


def _complaint(name: str, value: object) -> str:
    field = Settings.model_fields[name]
    wrong = f'is "{value}"' if field.repr else "has a value that cannot be used"
    return f"{variable(name)} {wrong}: set it to {_wants(field)}"
