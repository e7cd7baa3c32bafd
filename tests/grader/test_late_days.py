"""Times in a course's own zone: stamps with a zone's name, deadlines on the wall clock, and what nobody can count."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import dateutil.parser
import dateutil.tz
import pytest
from click.testing import CliRunner
from hand_ins import HW, finished, lay, read_class
from hypothesis import given
from hypothesis import strategies as st

from autograder.cli import main
from autograder.records import LATE, UNREADABLE_TIME, Report, Score, Verdict
from autograder.results import policy_file
from autograder.results.counting import settle
from autograder.results.policy import PolicyError
from autograder.results.policy_doubts import doubts
from autograder.submissions.intake import Course
from autograder.submissions.times import to_utc


def report(submitted="", student="ada"):
    return Report(student, HW, "x", (Score("a", "t", "T", Verdict.PASSED, 10, 10),), submitted=submitted)


def read(tmp_path, text):
    path = tmp_path / "policy.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return policy_file.read(path)


def local(text, zone):
    """A wall clock's time in UTC, by dateutil."""
    return dateutil.parser.parse(text).replace(tzinfo=dateutil.tz.gettz(zone)).astimezone(UTC).isoformat()


@pytest.mark.parametrize(
    ("stamp", "zone", "there"),
    [
        ("2026-11-05 23:30:00.123456 CET", "", "Europe/Paris"),
        ("2026-07-05 23:30:00.123456 CEST", "", "Europe/Paris"),
        ("2026-01-05 23:30:00 EST", "", "America/New_York"),
        ("2026-07-05 23:30:00 PDT", "", "America/Los_Angeles"),
        ("2026-01-05 23:30:00 PST", "", "America/Los_Angeles"),
        ("2026-07-05 23:30:00 Europe/Berlin", "", "Europe/Berlin"),
        ("2026-01-05 23:30:00 Asia/Kolkata", "", "Asia/Kolkata"),
        ("2026-01-05 23:30:00 IST", "Asia/Kolkata", "Asia/Kolkata"),
        ("2026-01-05 23:30:00 IST", "Asia/Jerusalem", "Asia/Jerusalem"),
        ("2026-01-05 23:30:00 CST", "Asia/Shanghai", "Asia/Shanghai"),
        ("2026-01-05 23:30:00 CST", "America/Chicago", "America/Chicago"),
        ("2026-07-05 23:30:00 BST", "Europe/London", "Europe/London"),
        ("2026-01-05-23-30-00 JST", "", "Asia/Tokyo"),
        ("05 Jan 2026 23:30:00 CET", "", "Europe/Paris"),
        ("2026-01-05T23:30:00 NZDT", "", "Pacific/Auckland"),
    ],
)
def test_a_stamp_with_a_zones_name_is_read(stamp, zone, there):
    expected = local(stamp.rpartition(" ")[0].replace("2026-01-05-23-30-00", "2026-01-05 23:30:00"), there)
    assert to_utc(stamp, zone) == datetime.fromisoformat(expected).isoformat(timespec="seconds")


FORMS = (
    "%Y-%m-%d %H:%M:%S.%f %Z", "%Y-%m-%d %H:%M:%S %Z", "%Y-%m-%d %H:%M:%S%z", "%Y%m%dT%H%M%S%z",
    "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%d-%H-%M-%S %Z", "%a, %d %b %Y %H:%M:%S %z",
)  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@given(moment=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)))
def test_whatever_form_a_course_has_chosen_the_time_is_the_same(form, moment):
    aware = moment.replace(tzinfo=ZoneInfo("America/New_York"), microsecond=0)
    assert to_utc(aware.strftime(form), "America/New_York") == aware.astimezone(UTC).isoformat(timespec="seconds")


@pytest.mark.parametrize("stamp", [
    "2026-01-05 23:30:00 CST", "2026-07-05 23:30:00 IST", "2026-07-05 23:30:00 BST", "2026-01-05 23:30:00 Nowhere/Town",
    "05/11/2026 23:30", "11.05.2026 23:30", "2026-13-05 23:30:00", "1762385400", "soon", "2026-11-05",
    "2026-11-05 23:30:00 ../../etc/passwd", "0226-11-05 23:30:00 UTC",
])  # fmt: skip
def test_what_may_mean_several_times_means_none(stamp):
    assert to_utc(stamp) == UNREADABLE_TIME


def test_who_has_a_stamp_that_cannot_be_read_is_named(tmp_path):
    stamps = {"ada": "2026-11-05 23:30:00 CET", "bob": "2026-11-05 23:30:00 CST", "eve": "yesterday"}
    for student, stamp in stamps.items():
        lay(tmp_path, {f"{student}/{HW}/{HW}.ipynb": finished(), f"{student}/{HW}/timestamp.txt": stamp.encode()})
    read_all, found = read_class(tmp_path)
    assert [line.split(" cannot")[0] for line in found.unused] == ["the time stamp of bob", "the time stamp of eve"]
    assert read_all["ada"].submitted == "2026-11-05T22:30:00+00:00"
    _, with_zone = read_class(tmp_path, course=Course(zone="America/Chicago"))
    assert [line.split(" cannot")[0] for line in with_zone.unused] == ["the time stamp of eve"]


RULES = 'zone = "{}"\npenalty = 0.1\n[due]\nhw4_contrastive = {}\n[extensions.hw4_contrastive]\nada = {}'


@pytest.mark.parametrize(
    ("zone", "due", "extension", "handed_in", "days"),
    [  # each time as the wall clock shows it
        ("America/New_York", "2026-10-31T23:59:00", 2, "2026-11-02 23:30", 0),  # the clock went back on 1 November
        ("America/New_York", "2026-10-31T23:59:00-04:00", 2, "2026-11-02 23:58", 0),
        ("America/New_York", "2026-10-31T23:59:00", 2, "2026-11-03 00:01", 1),
        ("America/New_York", "2026-10-31T23:59:00", 0, "2026-11-01 23:30", 1),
        ("America/New_York", "2027-03-13T23:59:00", 1, "2027-03-14 23:59", 0),  # and forward on 14 March
        ("America/New_York", "2027-03-13T23:59:00", 1, "2027-03-15 00:01", 1),
        ("America/New_York", "2027-03-13T23:59:00", 0, "2027-03-15 00:01", 2),
        ("Europe/Berlin", "2026-10-24T23:59:00", 0, "2026-10-25 23:58", 1),
        ("Europe/Berlin", "2027-03-27T12:00:00", 2, "2027-03-29 12:01", 1),
        ("Australia/Sydney", "2026-10-03T23:59:00", 1, "2026-10-05 00:01", 1),  # forward, in the south
        ("Asia/Tokyo", "2026-11-20T23:59:00", 1, "2026-11-21 23:58", 0),
    ],
)
def test_days_are_counted_on_the_wall_clock(tmp_path, zone, due, extension, handed_in, days):
    rules = read(tmp_path, RULES.format(zone, due, extension))
    assert rules.days_late(report(local(handed_in, zone))) == days


def test_a_time_that_a_clock_shows_twice_is_the_later_one(tmp_path):
    rules = read(tmp_path, RULES.format("America/New_York", "2026-11-01T01:30:00", 0))
    assert rules.deadline(HW, "eve") == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    skipped = read(tmp_path, RULES.format("America/New_York", "2027-03-13T02:30:00", 1))
    assert skipped.deadline(HW, "ada") == datetime(2027, 3, 14, 7, 30, tzinfo=UTC)


def test_the_student_reads_times_of_the_courses_clocks(tmp_path):
    rules = read(tmp_path, RULES.format("America/New_York", "2026-10-31T23:59:00", 2))
    (grade,) = settle(rules, [report(local("2026-11-03 08:15", "America/New_York"))])
    assert (
        "due 2026-11-02 23:59-05:00, with your extension of 2 days, handed in 2026-11-03 08:15-05:00" in grade.lines[0]
    )


@given(st.integers(0, 40), st.integers(-3000, 60_000), st.integers(0, 3000))
def test_later_is_never_earlier_and_a_day_late_is_within_a_day(extension, minutes, more):
    zone = ZoneInfo("America/New_York")
    due = datetime(2026, 10, 20, 23, 59, tzinfo=zone)
    rules = policy_file.Policy(zone="America/New_York", due={HW: due}, extensions={HW: {"ada": extension}})
    first = due.astimezone(UTC) + timedelta(minutes=minutes)
    days, later = (rules.days_late(report((first + timedelta(minutes=m)).isoformat())) for m in (0, more))
    assert days <= later
    end = (due + timedelta(days=extension + days)).astimezone(UTC)
    assert first <= end
    assert days == 0 or first > (due + timedelta(days=extension + days - 1)).astimezone(UTC)


def test_without_a_zone_who_hangs_on_the_clocks_is_named(tmp_path):
    text = "[due]\nhw4_contrastive = 2026-10-31T23:59:00-04:00\n[extensions.hw4_contrastive]\nada = 2"
    rules = read(tmp_path, text)
    late = settle(
        rules, [report(local("2026-11-02 23:30", "America/New_York")), report("2026-10-30T00:00:00+00:00", "eve")]
    )
    (line,) = doubts(rules, late)
    assert 'add zone = "America/New_York"' in line
    assert line.endswith(": ada")


@pytest.mark.parametrize(
    ("submitted", "words"),
    [("", "not known when it was handed in"), (LATE, "late according to Canvas"), (UNREADABLE_TIME, "cannot be read")],
)
def test_what_nobody_can_count_is_told_to_the_student_and_by_name_to_the_staff(tmp_path, submitted, words):
    rules = read(tmp_path, RULES.format("America/New_York", "2026-10-31T23:59:00", 0))
    grades = settle(rules, [report(submitted), report("2026-10-30T00:00:00+00:00", "eve")])
    assert grades[0].total == 10
    assert words in grades[0].lines[0]
    (line,) = doubts(rules, grades)
    assert line.endswith(": ada")


@pytest.mark.parametrize("name", ["Zoe\u0308 Mu\u0308ller", "Zo\xeb  M\xfcller", "Zo\xeb\xa0M\xfcller"])
def test_a_policys_name_is_found_however_it_is_written(tmp_path, name):
    rules = read(tmp_path, f'[extensions.{HW}]\n"{name}" = 2\n"Pat O’Brien" = 1')
    assert rules.extension(HW, "Zo\xeb M\xfcller") == 2
    assert [rules.extension(HW, f"Pat O{mark}Brien") for mark in "'’‘ʼ`"] == [1] * 5
    grades = settle(rules, [report(student="Zo\xeb M\xfcller"), report(student="Pat O'Brien")])
    assert doubts(rules, grades) == []


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("Ada Lovelace = 2", '"Ada Lovelace" = 2'),
        ("Zoë = 2", '"Ada Lovelace" = 2'),
        ("O'Brien = 2", '"Ada Lovelace" = 2'),
        ("ada.lovelace = 2", '"Ada Lovelace" = 2'),
        ("Pat O’Brien = 2", '"Ada Lovelace" = 2'),
        ("“Ada Lovelace” = 2", "curly (“), as word processors write them; write straight ones"),
        ("«Ada Lovelace» = 2", "write straight ones"),
        ("zone = America/New_York", 'a zone stands in quotes: zone = "America/New_York"'),
        ("zone=Europe/Berlin  # ours", 'a zone stands in quotes: zone = "America/New_York"'),
        ("zone = EST", 'a zone stands in quotes: zone = "America/New_York"'),
        ("‘Ada’ = 2", "write straight ones"),
        ('"Ada” = 2', "write straight ones"),
        ("ada = 2026-11-20T23:59", "a time needs its seconds, as in 2026-11-20T23:59:00"),
        ("ada = 2026-11-20 23:59-05:00 # late", "a time needs its seconds, as in 2026-11-20T23:59:00"),
        ("ada = 2026-11-20T9:00:00", "and must be one that there is"),
        ("ada = 20.11.2026 23:59", "and must be one that there is"),
        ("ada = 2026-02-30T23:59:00", "and must be one that there is"),
        ("ada == 2", "correct it"),
        ("ada = two", "correct it"),
    ],
)
def test_a_name_without_quotes_gets_the_hint(tmp_path, line, hint):
    with pytest.raises(PolicyError) as refused:
        read(tmp_path, f"[extensions.{HW}]\n{line}\n")
    assert str(refused.value).endswith(hint)


def test_a_policy_with_a_byte_order_mark_is_read(tmp_path):
    assert read(tmp_path, b"\xef\xbb\xbffree_days = 3\r\n").free_days == 3
    with pytest.raises(PolicyError, match="not in UTF-8"):
        read(tmp_path, "penalty = 1 # é".encode("cp1252"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('zone = "New York"', "there is no zone 'New York'"),
        ("zone = 3", "there is no zone 3"),
        ('zone = "../../etc/passwd"', "there is no zone"),
        (f"[due]\n{HW} = 2026-11-20T10:00:00", "needs day, time and zone"),
        ('[groups]\n"team 3" = "ada"', "must give each group its members"),
        ('[groups]\n"team 3" = []', "must give each group its members"),
        ('[groups]\na = ["x", "y"]\nb = ["y"]', "names 'y' twice, in 'a' and in 'b'"),
        ('[groups]\na = ["x", "x"]', "names 'x' twice in the group 'a'"),
        (f'[groups]\na = ["x", "y"]\n[groups.{HW}]\nb = ["y", "z"]', "names 'y' twice, in 'a' and in 'b'"),
        (f'[due]\n{HW} = "2026-11-20T23:59:00-05:00"', f"due.{HW} stands in quotes, which make text of it"),
        (f'zone = "Europe/Berlin"\n[due]\n{HW} = "2026-11-20"', "leave them out, as in 2026-11-20T23:59:00-05:00"),
        ('penalty = "0.1"', "penalty stands in quotes"),
        (f'[extensions.{HW}]\nada = "2"', f"extensions.{HW} of 'ada' stands in quotes"),
        ("penalty = 10", "penalty must be a number of at most 1, as it is a share of the points: 0.1 is 10 %"),
        ("penalty = 1.01", "0.1 is 10 %"),
        ("free_days = 99999999999", "free_days must be a number of at most 1000"),
        ("seed = 0x" + 20 * "f", "seed must be a number of at most"),
        ("most_days = " + 5000 * "9", "holds a number or list that no policy needs"),
        ("x = " + 5000 * "[", "holds a number or list that no policy needs"),
        (f"[extensions.{HW}]\nada = 99999999999", f"extensions.{HW} of 'ada' must be a number of at most 1000"),
        (f"[drop_in.{HW}]\nada = 1e300", "of at most 10000"),
        (f"[due]\n{HW} = 0001-01-01T00:00:00+14:00", "is in the year 1"),
        (
            f'zone = "Europe/Berlin"\n[due]\n{HW} = 2027-03-28T02:30:00',
            f"due.{HW} is 2027-03-28 02:30, which no clock in Europe/Berlin shows",
        ),
        ('[groups.hw99]\na = ["x"]', "there is no homework 'hw99'"),
        (f"[due]\n{HW} = 2026-11-20T23:59:00+00:00\nfree_days = 3", "free_days stands in a table"),
        (f'[extensions.{HW}]\nada = 1\n[due]\nzone = "Europe/Berlin"', "zone stands in a table"),
        ("[drop_in]\npenalty = 0.1", "penalty stands in a table"),
        (f"[extensions.{HW}]\n\"Zo\xeb\" = 1\n\"Zoe\u0308\" = 2", "names a student twice"),
    ],
)  # fmt: skip
def test_what_no_policy_can_say_is_refused(tmp_path, text, words):
    with pytest.raises(PolicyError, match="the policy ") as refused:
        read(tmp_path, text)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_groups_are_those_of_the_homework_and_of_all(tmp_path):
    rules = read(tmp_path, f'[groups]\n"team 1" = ["ada", "bob"]\n[groups.{HW}]\n"team 2" = ["eve", "zoe"]')
    assert rules.groups_of(HW) == {"team 1": ["ada", "bob"], "team 2": ["eve", "zoe"]}
    assert rules.groups_of("hw1_diffusion") == {"team 1": ["ada", "bob"]}


def test_the_zones_are_there_without_the_systems_own(monkeypatch):
    """As on Windows and in small containers."""
    import zoneinfo

    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=())
    try:
        assert ZoneInfo.no_cache("Europe/Berlin").utcoffset(datetime(2026, 7, 1)) == timedelta(hours=2)
    finally:
        zoneinfo.reset_tzpath(to=before)


def test_the_command_names_who_cannot_be_counted(tmp_path):
    """Exit status 3, on standard error, and with the policy's own file among the submissions."""
    lay(tmp_path / "class", {f"bob/{HW}/{HW}.ipynb": finished(), f"bob/{HW}/timestamp.txt": b"2026-01-05 23:30 CST"})
    policy = tmp_path / "class" / "policy.toml"
    policy.write_text("[due]\nhw4_contrastive = 2026-01-01T23:59:00Z\n")
    command = ["grade", str(tmp_path / "class"), "--homework", HW, "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(main, [*command, "--policy", str(policy)])
    assert done.exit_code == 3, done.output
    assert "the time stamp of bob cannot be read" in done.stderr
    assert done.stderr.count("cannot be read") == 1
    assert "policy.toml is not graded" not in done.stderr
