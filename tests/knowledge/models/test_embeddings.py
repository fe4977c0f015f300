"""Local embeddings: unit rows in order, without a trace in the logging of the program."""

import logging
import subprocess
import sys

import numpy as np

from knowledge.models.embeddings import WordLlama, to_halfvec


async def test_rows_are_of_unit_length_in_the_order_of_the_texts() -> None:
    model = WordLlama()
    texts = ["knead the dough", "a", "let out the chain of the anchor " * 20, "bread", "sails", "flour"]
    rows = await model.embed(texts)
    assert rows.shape == (6, model.dimensions)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    for text, row in zip(texts, rows, strict=True):
        assert np.allclose((await model.embed([text]))[0], row, atol=1e-6)


async def test_what_means_the_same_is_closer() -> None:
    question, near, far = await WordLlama().embed(["baking a loaf of bread", "the oven and the dough", "sea charts"])
    assert question @ near > question @ far


async def test_a_text_without_words_is_all_zeros() -> None:
    assert not (await WordLlama().embed(["", "bread"]))[0].any()
    assert (await WordLlama().embed([])).shape == (0, 256)


async def test_loading_leaves_the_root_logger_as_it_was() -> None:
    root = logging.getLogger()
    before = root.level, list(root.handlers)
    await WordLlama().embed(["bread"])
    assert (root.level, list(root.handlers)) == before


def test_importing_the_module_does_not_load_the_model() -> None:
    code = "import sys, knowledge.models.embeddings; sys.exit('wordllama' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_vector_is_written_as_pgvector_reads_it() -> None:
    assert to_halfvec(np.array([0.5, -0.123456], np.float32)) == "[0.5,-0.12346]"
