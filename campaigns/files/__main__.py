"""The child: `python -m campaigns.files NAME < file`, JSON lines out. It limits itself before it reads the first byte.

Out: {"format", "of"}, then one object per question (see reading.py), at last {"end"}; or {"refused": [[row, column, value,
wanted], …]} at any time. Whatever else happens to it (out of memory, out of time, a panic of a library), the parent
takes for a refusal.
"""

from __future__ import annotations

import gc
import json
import resource
import sys

OPENING_CPU_S, CPU_S = 2, 30
MEMORY = 640 * 1024 * 1024
LONGEST_NUMBER = 640  # the least that Python knows


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (OPENING_CPU_S, CPU_S))
    sys.set_int_max_str_digits(LONGEST_NUMBER)  # reading digits takes time by their square
    gc.disable()  # a short life; counting millions of new objects again and again made it a longer one


def opened() -> None:
    """From here on every question is progress."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))


def say(**message: object) -> None:
    sys.stdout.write(json.dumps(message) + "\n")


def main(name: str) -> None:
    from campaigns.db.question_rows import body_of, key_json
    from campaigns.domain.importing.formats import open_file
    from campaigns.domain.importing.pipeline import examine, without_twins
    from campaigns.domain.importing.report import ImportRefused
    from campaigns.domain.importing.twins import norm, twin
    from campaigns.files.workbook import rows_of

    try:
        file = open_file(sys.stdin.buffer.read(), name, rows_of)
        opened()
        say(format=file.format.value, of=file.of)
        for line in without_twins(examine(file.items)):
            problems = [[each.column, each.value, each.wanted] for each in line.problems]
            told: dict[str, object] = {"row": line.row, "verdict": line.verdict.value, "text": line.text}
            if line.question is not None:
                asked = norm(line.question)
                told |= {"body": body_of(line.question), "key": key_json(line.question.key), "source": line.source}
                told |= {"norm": asked, "twin": twin(line.question, asked)}
            say(**told, problems=problems)
        say(end=True)
    except ImportRefused as refused:
        say(refused=[[each.row, each.column, each.value, each.wanted] for each in refused.errors])
    except MemoryError:
        say(refused=[[0, "file", "", "a file that can be read in less memory"]])


if __name__ == "__main__":
    limit()
    main(sys.argv[1] if len(sys.argv) > 1 else "")
