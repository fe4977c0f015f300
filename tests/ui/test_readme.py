import re

import pytest

from tests.ui.test_compose import COMPOSE
from ui import readme
from ui.settings import Settings, load, strangers, variable


def test_the_tables_of_the_readme_and_the_example_of_settings_say_what_the_code_says():
    assert readme.stale() == [], "run `make readme`"


def test_every_row_of_every_table_has_all_its_cells():
    for name, make in readme.tables().items():
        lines = make().splitlines()
        cells = {len(re.split(r"(?<!\\)\|", line)) for line in lines}
        assert len(lines) > 2, name
        assert len(cells) == 1, name


def test_what_stands_outside_the_markers_stays():
    text = (readme.ROOT / "README.md").read_text()
    emptied = re.sub(r"(<!-- (\w+):start -->).*?(<!-- \2:end -->)", r"\1\3", text, flags=re.DOTALL)
    again = re.sub(r"(<!-- (\w+):start -->).*?(<!-- \2:end -->)", r"\1\3", readme.filled(emptied), flags=re.DOTALL)
    assert again == emptied


def test_a_lost_marker_is_told():
    with pytest.raises(ValueError, match="settings:start"):
        readme.filled("# EverMynd")


def test_the_example_names_every_setting_and_all_that_compose_demands():
    lines = (readme.ROOT / ".env.example").read_text().splitlines()
    named = [line.lstrip("#").partition("=")[0] for line in lines if re.match(r"#?[A-Z_0-9]+=", line)]
    demanded = readme.demanded(COMPOSE.read_text())
    assert sorted(named) == sorted({variable(name) for name in Settings.model_fields} | set(demanded))
    assert [line for line in lines if line and not line.startswith("#")] == [
        f"{name}=" for name in named if name in demanded
    ]


def test_the_example_as_it_is_changes_nothing():
    example = readme.ROOT / ".env.example"
    assert load(example) == load("/dev/null")
    assert strangers({}, example) == []
