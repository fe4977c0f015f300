"""The parts of README.md and .env.example that say what the code says: `python -m ui.readme` writes them.

A table stands between `<!-- name:start -->` and `<!-- name:end -->`; what is outside is written by hand. With `--check`
nothing is written, and the exit code is 1 if a file is stale.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from inspect import getdoc
from pathlib import Path
from typing import cast

import click

from ui.settings import Settings, variable

ROOT = Path(__file__).parents[1]
_WIDTH = 118  # columns of a comment in .env.example


def tables() -> Mapping[str, Callable[[], str]]:
    """Every generated table by the name of its markers."""
    return {
        "settings": settings,
        "commands": commands,
        "rooms": rooms,
        "cli": cli,
        "formats": formats,
        "jobs": jobs,
    }


def settings() -> str:
    """The settings, each with its default."""
    from ui.settings import table

    return table()


def commands() -> str:
    """The commands of the chat."""
    from conversation import skills

    rows = (
        (f"`/{each.name}`", each.description, "creators" if each.creators else "everyone")
        for each in skills.commands(creator=True)
    )
    return _table(("in the chat", "what it does", "offered to"), rows)


def rooms() -> str:
    """Which module may be imported where, from the import contracts."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    rows = (
        (each["name"], _code(each["forbidden_modules"]), _code(each["source_modules"]))
        for each in contracts
        if each["type"] == "forbidden"
    )
    return _table(("the rule", "modules", "never imported by"), rows)


def cli() -> str:
    """The subcommands of `evermynd`, those of groups one by one."""
    from ui.cli.commands import registry

    return _table(("command", "what it does"), _commands("evermynd", registry().values()))


def formats() -> str:
    """The kinds of files that are read."""
    from knowledge.parsers.formats import ARCHIVE, FORMATS

    rows = (
        (each.label, _code(f".{extension}" for extension in each.extensions if extension), f"`{each.media_type}`")
        for each in (*FORMATS, ARCHIVE)
    )
    return _table(("a coach learns from", "named", "media type"), rows)


def jobs() -> str:
    """What runs by the clock."""
    from jobs.schedule import SCHEDULE

    rows = ((f"`{each.name}`", _every(each.every), (getdoc(each.run) or "").partition("\n")[0]) for each in SCHEDULE)
    return _table(("scheduled job", "runs", "what it does"), rows)


def filled(text: str) -> str:
    """Give a README with every table between its markers made anew; raises ValueError where markers are missing."""
    for name, make in tables().items():
        start, end = f"<!-- {name}:start -->", f"<!-- {name}:end -->"
        before, found, rest = text.partition(start)
        _, closed, after = rest.partition(end)
        if not found or not closed:
            raise ValueError(f"README.md lacks {start} or {end}")
        text = f"{before}{start}\n\n{make()}\n{end}{after}"
    return text


def env_example() -> str:
    """Every setting, commented; what `docker compose` demands is open and empty."""
    demands = demanded((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    lines = [
        "# Copy this file to .env. `make run` needs none of these lines.",
        "#",
        "# For `docker compose`, which does not start before the lines without a # are set:",
    ]
    for name, says in demands.items():
        if not _is_setting(name):
            lines += ["", *_comment(says.removeprefix("set it in .env to ")), f"{name}="]
    lines += ["", "", "# The settings of the hub, with their defaults; those that are empty are not set."]
    for name, field in Settings.model_fields.items():
        wants = cast(Mapping[str, str], field.json_schema_extra)["wants"]
        lines += ["", *_comment(f"{field.description} ({wants})")]
        line = f"{variable(name)}={_plain(field.default)}"
        lines += [line] if variable(name) in demands else [f"#{line}"]
    return "\n".join(lines) + "\n"


def demanded(compose: str) -> dict[str, str]:
    """The variables a compose file does not start without, and what it says of each."""
    return dict(re.findall(r"\$\{(\w+):\?([^}]*)\}", compose))


def files() -> dict[Path, str]:
    """What the generated files should say."""
    readme = ROOT / "README.md"
    return {readme: filled(readme.read_text(encoding="utf-8")), ROOT / ".env.example": env_example()}


def stale() -> list[Path]:
    """The files that say something else than the code."""
    return [path for path, text in files().items() if not path.exists() or path.read_text(encoding="utf-8") != text]


@click.command
@click.option("--check", is_flag=True, help="Write nothing; fail if a file is stale.")
def main(check: bool) -> None:
    """Write the generated parts of README.md and .env.example."""
    old = stale()
    if check and old:
        click.echo(f"stale: {', '.join(path.name for path in old)}; run `make readme`", err=True)
        sys.exit(1)
    wanted = files()
    for path in () if check else old:
        path.write_text(wanted[path], encoding="utf-8")
        click.echo(f"wrote {path.name}")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "".join("|" + "|".join(cell if cell == "---" else f" {cell} " for cell in line) + "|\n" for line in lines)


def _commands(path: str, of: Iterable[click.Command]) -> Iterable[tuple[str, str]]:
    for command in of:
        name = f"{path} {command.name}"
        if isinstance(command, click.Group):
            yield from _commands(name, command.commands.values())
        else:
            yield f"`{' '.join((name, *_parameters(command)))}`", command.get_short_help_str(limit=200)


def _parameters(command: click.Command) -> Iterable[str]:
    for each in command.params:
        if isinstance(each, click.Argument):
            yield each.make_metavar(click.Context(command))
        elif isinstance(each, click.Option):
            value = "" if each.is_flag else f" {each.metavar or (each.name or '').upper()}"
            yield f"[{each.opts[0]}{value}]"


def _every(interval: timedelta) -> str:
    for unit, length in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        if interval % length == timedelta():
            return f"every {unit}" if interval == length else f"every {interval // length} {unit}s"
    return f"every {interval.total_seconds():g} seconds"


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _is_setting(name: str) -> bool:
    return name in {variable(each) for each in Settings.model_fields}


def _plain(default: object) -> str:
    return "" if default in (None, ()) else str(default)


def _comment(text: str) -> list[str]:
    from textwrap import wrap

    return [f"# {line}" for line in wrap(text, _WIDTH)]


if __name__ == "__main__":
    main()
