"""A term by script: sixty students, three homeworks from three systems, and what they handed in when.

A notebook here says how many points it is worth, and the grader's own part is replaced by what reads that; all
else, from the downloads to the gradebooks, is the product's.
"""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hand_ins import lay

from autograder import suite, versions
from autograder.records import Observed, Report, Score, Verdict

HW1, HW3, HW4 = HOMEWORKS = ("hw1_diffusion", "hw3_pretext", "hw4_contrastive")
ZONE = ZoneInfo("America/New_York")
DUE = {
    HW1: datetime(2026, 10, 2, 23, 59, tzinfo=ZONE),
    HW3: datetime(2026, 10, 16, 23, 59, tzinfo=ZONE),
    HW4: datetime(2026, 11, 20, 23, 59, tzinfo=ZONE),
}
STUDENTS = [f"u{number:02}" for number in range(60)]
FIRST = ("Ada", "Bo", "Cy", "Dee", "Eli", "Flo", "Gus", "Hal", "Ida", "Jo")
LAST = ("Archer", "Baker", "Cooper", "Dyer", "Fisher", "Glover")
WEIS = ("u07", "u08")
FREE, PENALTY, MOST, EXTENDED, DROP_IN = 3, 0.1, 5, {(HW4, "u04"): 2}, {(HW4, "u10"): 1.5}
POLICY = f"""free_days = {FREE}
penalty = {PENALTY}
most_days = {MOST}
zone = "{ZONE.key}"
missing = "zero"
[due]
{"".join(f"{homework} = {due.replace(tzinfo=None).isoformat()}{chr(10)}" for homework, due in DUE.items())}
[extensions.{HW4}]
"u04@uni.edu" = 2
[drop_in.{HW4}]
"Ada Baker" = 1.5
"""
GROUPS = {(HW1, "pair"): ("u50", "u51"), (HW4, "team 1"): ("u20", "u21"), (HW4, "team 2"): ("u22", "u23", "u24")}
ONE_HANDS_IN = {(HW4, "u21"): "u20", (HW4, "u22"): "u23", (HW4, "u24"): "u23", (HW1, "u51"): "u50"}
SKIPPED = {HW1: {"u40", "u41"}, HW3: {"u40", "u42"}, HW4: {"u43", "u44"}}
DAYS_LATE = {
    HW1: {"u01": 1, "u02": 3, "u03": 10, "u50": 1},
    HW3: {},  # Canvas does not say
    HW4: {"u01": 2, "u02": 2, "u04": 2, "u05": 4, "u20": 1, "u51": 3},
}
AGAIN = {  # homework -> who hands in once more, for how many points and how late
    HW1: {"u31": (29.5, 0), "u32": (4, 0)},
    HW4: {"u30": (30, 5), "u33": (28, 0)},
}
POINTS = (10, 20)  # of the two exercises


def points_of(homework, student):
    """At the first try: another number for each, halves among them."""
    return (HOMEWORKS.index(homework) * 11 + int(student[1:]) * 7) % 59 / 2


def name_of(student):
    number = int(student[1:])
    return "Wei Zhang" if student in WEIS else f"{FIRST[number % 10]} {LAST[number // 10]}"


def canvas_id(student):
    return 700 + int(student[1:])


def sis_id(student):
    return 90000 + int(student[1:])


def roster(without=()):
    lines = ["id,name,e-mail,SIS id,Canvas id,section,groups"]
    for student in (each for each in STUDENTS if each not in without):
        groups = ";".join(f"{hw}: {name}" for (hw, name), members in GROUPS.items() if student in members and hw == HW4)
        section = "AB"[int(student[1:]) % 2]
        numbers = f"{student}@uni.edu,{sis_id(student)},{canvas_id(student)}"
        lines.append(f"{student},{name_of(student)},{numbers},{section},{groups}")
    return "\n".join(lines) + "\n"


def notebook(homework, student, points):
    content = {
        "cells": [],
        "metadata": {"points": points, "of": [homework, student]},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(content).encode()


def time_of(homework, days):
    return DUE[homework] + (timedelta(days=days, hours=-1) if days else timedelta(hours=-5))


def hands_in(homework, again=False):
    """(student, points, days late) of each who hands in by themselves."""
    late, more = DAYS_LATE[homework], AGAIN.get(homework, {}) if again else {}
    for student in STUDENTS:
        if student not in SKIPPED[homework] and (homework, student) not in ONE_HANDS_IN:
            yield student, *more.get(student, (points_of(homework, student), late.get(student, 0)))


def gradescopes(place, again=False):
    """What Gradescope exports of hw1; two have handed in as a group."""
    metadata = ""
    for student, points, days in hands_in(HW1, again):
        lay(place, {f"submission_{student[1:]}/{HW1}.ipynb": notebook(HW1, student, points)})
        metadata += f"submission_{student[1:]}:\n  :submitters:\n"
        for member in (student, *(who for (hw, who), by in ONE_HANDS_IN.items() if (hw, by) == (HW1, student))):
            metadata += f"  - :name: {name_of(member)}\n    :sid: '{sis_id(member)}'\n    :email: {member}@uni.edu\n"
        metadata += f"  :created_at: {time_of(HW1, days).astimezone(UTC):%Y-%m-%d %H:%M:%S} Z\n"
    (place / "submission_metadata.yml").write_text(metadata)
    return place


def canvases(place):
    """What Canvas exports of hw3."""
    for student, points, _ in hands_in(HW3):
        first, last = name_of(student).lower().split()
        late = "LATE_" if student == "u06" else ""
        name = f"{last}{first}_{late}{canvas_id(student)}_{5000 + int(student[1:])}_{HW3}.ipynb"
        lay(place, {name: notebook(HW3, student, points)})
    return place


def nbgraders(place, again=False):
    """What nbgrader has collected; u43 has handed in hw3 alone."""
    for student, points, days in hands_in(HW4, again):
        folder = f"submitted/{student}/{HW4}"
        stamp = f"{time_of(HW4, days).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC".encode()
        lay(place, {f"{folder}/{HW4}.ipynb": notebook(HW4, student, points), f"{folder}/timestamp.txt": stamp})
    lay(place, {f"submitted/u43/{HW3}/{HW3}.ipynb": notebook(HW3, "u43", 30)})
    return place / "submitted"


class PaperGrader:
    """In the place of `pipeline.grade`: believes the notebook. stop_after: then comes Ctrl-C; graded: whom it saw."""

    def __init__(self):
        self.stop_after, self.graded = None, []

    def __call__(self, submissions, chosen, crew):
        for number, submission in enumerate(submissions):
            if number == self.stop_after:
                raise KeyboardInterrupt
            self.graded.append(submission.student)
            yield self.report(submission, chosen), Observed()

    def report(self, submission, chosen):
        receipt = submission.receipt
        told = json.loads(submission.notebook)["metadata"] if submission.notebook else {"points": 0}
        first, second = exercises(chosen.homework)
        earned = (min(told["points"], POINTS[0]), max(0, told["points"] - POINTS[0]))
        verdict = Verdict.UNREADABLE if submission.problem else Verdict.PASSED
        scores = tuple(
            Score(name, f"test_{name}", "It works.", verdict, points, most)
            for name, points, most in zip((first, second), earned, POINTS, strict=True)
        )
        return Report(
            receipt.student,
            chosen.homework,
            f"{receipt.origin}: x",
            scores,
            problem=submission.problem,
            made_by=versions.made_by(chosen) | {"source": receipt.digest},
            submitted=receipt.submitted,
            is_missing=receipt.is_missing,
            identity=receipt.identity,
        )


def exercises(homework):
    return suite.load(homework).written[:2]


def expected(homework, best=False):
    """student -> points that count, by nothing but the tables above."""
    free_left, total = dict.fromkeys(STUDENTS, FREE), {}
    for current in HOMEWORKS[: HOMEWORKS.index(homework) + 1]:
        for student in STUDENTS:
            total[student] = 0.0
            if student in SKIPPED[current]:
                continue
            by = ONE_HANDS_IN.get((current, student), student)
            tries = [(points_of(current, by), DAYS_LATE[current].get(by, 0))]
            tries += [AGAIN[current][by]] if by in AGAIN.get(current, {}) else []
            worth = [_worth(current, student, *each, free_left[student]) for each in tries]
            chosen = max(worth, key=lambda each: (each[0], -each[1])) if best else worth[-1]
            total[student], free_left[student] = chosen[0], free_left[student] - chosen[1]
    return total


def _worth(homework, student, points, days, free_left):
    """Points and free days."""
    days = max(0, days - EXTENDED.get((homework, student), 0))
    free = min(days, free_left)
    share = 1 if days > MOST else PENALTY * (days - free)
    return round((points + DROP_IN.get((homework, student), 0)) * (1 - share), 2), free
