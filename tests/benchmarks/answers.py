"""What the offline model answers, printed for reading: `python -m tests.benchmarks.answers [held-out set]`.

Without a name it asks the 30 questions on Debian's policy manual; `all` asks every set. A line before each answer says
whether it is right, and how sure the model is that the question is covered (above 0) or not.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from knowledge.db import migrate, open_database
from tests.knowledge.answering import DOCS, Answered, Manual, learned, report
from ui.embedded import postgres

_FOLDER = Path(__file__).parents[1] / "knowledge"
_FIRST = "policy"


def read() -> dict[str, dict[str, Any]]:
    """Every set of questions with the files that it is about."""
    questions = json.loads((_FOLDER / "policy_questions.json").read_text())
    held_out = json.loads((_FOLDER / "held_out_questions.json").read_text())
    return {_FIRST: {"files": ["debian-policy/policy.txt.gz"], "questions": questions}, **held_out}


def to_text(answered: Answered) -> str:
    """A question, the verdict, the answer and the places that it cites."""
    verdict = "right" if answered.right else "WRONG"
    places = "".join(
        f"\n    [{citation.number}] {citation.title} · {citation.place}" for citation in answered.citations
    )
    answer = answered.text.replace("\n", "\n  ")
    return f"\n{verdict} {answered.score:+.1f}  {answered.ask}\n  {answer}{places}"


async def ask(manual: Manual, name: str, questions: list[dict[str, Any]]) -> None:
    """Print the answers of one set, then its figures."""
    seconds: list[float] = []
    answers: list[Answered] = []
    for question in questions:
        began = time.perf_counter()
        answers.append(await manual.answer(question["ask"], tuple(question.get("section", ()))))
        seconds.append(time.perf_counter() - began)
        print(to_text(answers[-1]))
    print()
    report(name, answers)
    print(f"{name}: {statistics.median(seconds) * 1e3:.0f} ms to search, judge and answer (p50)")


async def main() -> None:
    """Run on a throwaway Postgres."""
    sets = read()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="?", default=_FIRST, choices=[*sets, "all"])
    chosen: str = parser.parse_args().name
    with tempfile.TemporaryDirectory() as folder:
        server = await postgres.start(Path(folder), durable=False)
        try:
            await migrate.upgraded(server.owner_url, migrate.role_of(server.url))
            async with open_database(server.url, patience=10) as database:
                for name in sets if chosen == "all" else [chosen]:
                    paths = [DOCS / file for file in sets[name]["files"]]
                    if all(path.exists() for path in paths):
                        await ask(await learned(database, paths), name, sets[name]["questions"])
                    else:
                        print(f"{name}: not asked, because {paths[0]} is not installed")
        finally:
            await server.stop()


if __name__ == "__main__":
    asyncio.run(main())
