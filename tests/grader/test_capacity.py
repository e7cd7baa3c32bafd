"""How many submissions are graded at a time, on machines and in containers that are made up of files."""

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from autograder import cli
from autograder.sandbox import capacity, container
from autograder.sandbox.limits import MIB, Limits

pytestmark = pytest.mark.proof

EACH = Limits().memory_mib
GIB = 1 << 30


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Makes a machine: its files below /, and the number of its cores."""

    def make(cores: int = 8, available: int | None = None, **files: object) -> None:
        monkeypatch.setattr(container, "ROOT", tmp_path)
        monkeypatch.setattr("os.sched_getaffinity", lambda pid: set(range(cores)), raising=False)
        if available is not None:
            files["proc/meminfo"] = f"MemTotal: {available >> 9} kB\nMemAvailable: {available >> 10} kB\nCached: 1 kB\n"
        for name, content in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(f"{content}\n")

    return make


def test_a_machine_with_memory_to_spare_gets_a_worker_a_core(machine):
    machine(cores=8, available=64 * GIB)
    assert capacity.default() == 8


def test_workers_fit_into_memory_although_all_of_them_take_what_they_may(machine):
    machine(cores=64, available=16 * GIB)
    count = capacity.default()
    assert (capacity.OWN_MIB + count * EACH) * MIB <= 16 * GIB < (capacity.OWN_MIB + (count + 1) * EACH) * MIB


def test_one_worker_is_always_tried(machine):
    machine(cores=8, available=GIB)
    assert capacity.default() == 1


def test_where_the_system_does_not_tell_cores_decide(machine):
    machine(cores=3)
    assert capacity.free_bytes() is None
    assert capacity.default() == 3
    assert capacity.describe_risk(200) == ""


@pytest.mark.parametrize(
    ("limit", "used", "statistics"),
    [
        ("sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory.current", "sys/fs/cgroup/memory.stat"),
        (
            "sys/fs/cgroup/memory/memory.limit_in_bytes",
            "sys/fs/cgroup/memory/memory.usage_in_bytes",
            "sys/fs/cgroup/memory/memory.stat",
        ),
    ],
)
def test_a_container_counts_by_its_own_limit(machine, limit, used, statistics):
    """Files that it has read are no loss: the system drops them when memory is asked for."""
    files = {limit: 4 * GIB, used: 3 * GIB, statistics: f"active_file 5\ninactive_file {2 * GIB}\n"}
    machine(cores=8, available=64 * GIB, **files)
    assert capacity.free_bytes() == 3 * GIB
    assert capacity.default() == 1


def test_a_container_without_a_limit_is_as_large_as_its_machine(machine):
    machine(available=5 * GIB, **{"sys/fs/cgroup/memory.max": "max", "sys/fs/cgroup/memory.current": GIB})
    assert capacity.free_bytes() == 5 * GIB


@given(free=st.integers(0, 1 << 40), count=st.integers(1, 256))
def test_a_risk_is_told_exactly_where_fewer_would_be_safe(free, count):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(capacity, "free_bytes", lambda: free)
        said = capacity.describe_risk(count)
        assert bool(said) == (count > capacity.most_in_memory())
        if said:
            assert capacity.describe_risk(int(said.rpartition(" ")[2])) == ""


def test_a_ta_who_asks_for_too_many_is_told(small_class, tmp_path, monkeypatch):
    monkeypatch.setattr(capacity, "free_bytes", lambda: 6 * GIB)
    command = ["grade", str(small_class / "submitted"), "--out", str(tmp_path / "out"), "--workers", "4"]
    told = CliRunner().invoke(cli.main, command)
    assert "4 workers may take 7.3 GB, and 6.0 GB are free" in told.stderr
    assert "--workers 3" in told.stderr
    assert (tmp_path / "out").is_dir()
