"""Each format gives headings, readable text and pages that a person would name the same way."""

import gzip
from pathlib import Path

import pytest

from knowledge.parsers.document import Block, Parsed
from knowledge.parsers.reading import read
from knowledge.parsers.source import Source
from tests.knowledge.parsers import making


def parse(path: Path) -> Parsed:
    parsed = read(Source(path, path.name))
    assert all(page.text.endswith("\n") for page in parsed.pages)
    assert all(parsed.text[block.start : block.end].strip() for block in parsed.blocks)
    return parsed


def told(parsed: Parsed) -> list[tuple[str, int, str]]:
    def one(block: Block) -> tuple[str, int, str]:
        return block.kind, block.level, parsed.text[block.start : block.end]

    return [one(block) for block in parsed.blocks]


def test_word_documents_give_headings_lists_and_tables(tmp_path: Path):
    parsed = parse(making.word(tmp_path / "rules.docx"))
    assert parsed.title == "House rules"
    assert told(parsed) == [
        ("heading", 1, "Visitors"),
        ("paragraph", 1, "Visitors sign in at the door."),
        ("heading", 2, "At night"),
        ("list_item", 1, "• Bring a lamp"),
        ("table", 1, "Room | Key\nAttic | Iron"),
    ]


def test_presentations_give_a_page_a_slide_with_its_notes(tmp_path: Path):
    parsed = parse(making.slides(tmp_path / "tea.pptx"))
    assert [page.label for page in parsed.pages] == ["slide 1", "slide 2"]
    assert parsed.unit == "slide"
    assert parsed.pages[1].text.split("\n\n") == [
        *("How to brew", "Steep it for 2 minutes.", "Warm the pot first.", "")
    ]


def test_books_give_chapters_without_their_table_of_contents(tmp_path: Path):
    contents = (
        "<h1>Contents</h1><ol>" + "".join(f'<li><a href="c{n}.xhtml">Part {n}</a></li>' for n in range(9)) + "</ol>"
    )
    path = making.epub(tmp_path / "b.epub", [contents, "<h1>2. Tea</h1><p>Warm&nbsp;the <i>pot</i>.</p>"])
    parsed = parse(path)
    assert parsed.title == "A book"
    assert parsed.pages[-1].label == "chapter 2"
    assert "Part 3" not in parsed.text
    assert told(parsed)[-1] == ("paragraph", 1, "Warm the pot.")


def test_web_pages_lose_what_surrounds_their_content(tmp_path: Path):
    page = """<!doctype html><title>Tea - a site</title><nav>Home</nav><script>alert(1)</script>
    <main><h1>Tea<a href="#tea">¶</a></h1><p hidden>secret</p><p>Steep <b>well</b>.</p><aside>ad</aside>
    <pre>a  b\n  c</pre><ul><li>one<ul><li>inner</li></ul></li></ul>
    <table><tr><th>Leaf</th><th>Time</th></tr><tr><td>Green</td><td>2</td></tr></table></main><footer>us</footer>"""
    parsed = parse(making.written(tmp_path / "tea.html", page))
    assert parsed.title == "Tea"
    assert told(parsed) == [
        ("heading", 1, "Tea"),
        ("paragraph", 1, "Steep well."),
        ("code", 1, "a  b\n  c"),
        ("list_item", 1, "• one"),
        ("list_item", 2, "• inner"),
        ("table", 1, "Leaf | Time\nGreen | 2"),
    ]


def test_markdown_gives_its_structure(tmp_path: Path):
    text = (
        "---\ntitle: Notes\n---\n# Tea\n\nSteep *well*\nand long.\n\n3. warm\n4. pour\n\n"
        "```sh\n  boil\n```\n\n|a|b|\n|-|-|\n|1|2|\n"
    )
    parsed = parse(making.written(tmp_path / "n.md", text))
    assert parsed.title == "Notes"
    assert told(parsed) == [
        ("heading", 1, "Tea"),
        ("paragraph", 1, "Steep well and long."),
        ("list_item", 1, "3. warm"),
        ("list_item", 1, "4. pour"),
        ("code", 1, "  boil"),
        ("table", 1, "a | b\n1 | 2"),
    ]


def test_text_gives_underlined_headings_and_whole_paragraphs(tmp_path: Path):
    text = (
        "The Book\n********\n\n1. Tea\n======\n\nWater is best when\nwell-\nboiled.\n\n"
        "* one\n* two,\n  wrapped\n\n1.1. Pots\n---------\n\n   pour --all $x\n"
    )
    assert told(parse(making.written(tmp_path / "t.txt", text))) == [
        ("heading", 1, "The Book"),
        ("heading", 2, "1. Tea"),
        ("paragraph", 1, "Water is best when well-boiled."),
        ("list_item", 1, "• one"),
        ("list_item", 1, "• two, wrapped"),
        ("heading", 3, "1.1. Pots"),
        ("code", 1, "pour --all $x"),
    ]


def test_text_without_underlines_gives_numbered_headings(tmp_path: Path):
    text = "3. Tea\n\nWords about it.\n\n3.2. Pots and Pans\n\nMore words.\n\n1. First do this\n\n2. Then do that\n"
    kinds = [(kind, level) for kind, level, _ in told(parse(making.written(tmp_path / "t.txt", text)))]
    assert kinds[:4] == [("heading", 1), ("paragraph", 1), ("heading", 2), ("paragraph", 1)]


def test_tables_repeat_their_header_in_every_row(tmp_path: Path):
    rows = "Leaf;Time;Note\n" + "".join(f'Green {n};{n};"long;\nnote"\n' for n in range(50))
    parsed = parse(making.written(tmp_path / "t.csv", rows))
    assert told(parsed)[1][2] == "Leaf: Green 1; Time: 1; Note: long; note."
    assert [page.label for page in parsed.pages] == ["rows 1–40", "rows 41–50"]
    assert parsed.units == 50


def test_a_table_without_header_is_read_as_it_is(tmp_path: Path):
    parsed = parse(making.written(tmp_path / "t.csv", "1,2\n3,4\n"))
    assert [words for _, _, words in told(parsed)] == ["1; 2.", "3; 4."]


def test_pdfs_lose_running_lines_and_join_paragraphs_across_pages(tmp_path: Path):
    pages: list[list[str]] = []
    for n in range(4):
        top = ["# Chapter on tea"] if n == 0 else [f"dle of a sentence {n}.", ""]
        pages.append(["A manual", "", *top, *[making.WORDS] * 5, f"and page {n} ends in the mid-", f"@{n + 1}"])
    parsed = parse(making.pdf(tmp_path / "m.pdf", pages))
    assert "A manual" not in parsed.text
    assert "ends in the middle of a sentence 1." in parsed.pages[0].text
    assert told(parsed)[0] == ("heading", 1, "Chapter on tea")
    assert [page.label for page in parsed.pages] == ["page 1", "page 2", "page 3", "page 4"]


def test_a_compressed_file_is_read_as_what_is_inside(tmp_path: Path):
    path = making.written(tmp_path / "notes.md.gz", gzip.compress(b"# Tea\n\nSteep.\n"))
    assert told(parse(path)) == [("heading", 1, "Tea"), ("paragraph", 1, "Steep.")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"])
def test_text_is_read_in_any_usual_character_set(tmp_path: Path, encoding: str):
    words = "Größe und Höhe hängen voneinander ab: très élégant, señor, naïve façade. " * 4
    parsed = parse(making.written(tmp_path / "t.txt", words.encode(encoding)))
    assert parsed.text.strip() == words.strip()


def test_control_characters_and_ligatures_never_reach_the_text(tmp_path: Path):
    parsed = parse(making.written(tmp_path / "t.txt", "of\0fice \ufb01le cafe\u0301 a\u00adb\x07 x\u00a0y"))
    assert parsed.text.strip() == "office file café ab x y"


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1250", "Příliš žluťoučký kůň úpěl ďábelské ódy. "),
        ("cp1251", "Съешь же ещё этих мягких французских булок. "),
        ("cp1254", "Türkçe şeker ığdır çok güzel. "),
        ("shift_jis", "日本語の文章です。これはテストです。"),
        ("gb18030", "这是中文文本，用于测试。"),
    ],
)
def test_text_is_read_in_other_languages_old_character_sets(tmp_path: Path, encoding: str, words: str):
    parsed = parse(making.written(tmp_path / "t.txt", (words * 6).encode(encoding)))
    assert parsed.text.strip() == (words * 6).strip()
