"""Marks of what a process was firing: those of the living are not looked at, those of the dead are counted until forgotten."""

from pathlib import Path

from engine import TimerId
from program.marks import KEPT, WIDTH, Marks

ONE, TWO = TimerId("0" * 35), TimerId("1" * 35)


def dead(folder: Path, name: str, timer: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(timer.ljust(WIDTH))
    return folder / name


def test_a_living_process_s_mark_is_no_death(tmp_path: Path):
    marks, other = Marks(tmp_path / "marks"), Marks(tmp_path / "marks")
    marks.set(ONE)

    assert other.deaths() == {}
    assert marks.deaths() == {}
    marks.close()


def test_each_dead_process_counts_for_the_timer_it_was_at(tmp_path: Path):
    for name, timer in (("1-a", ONE), ("2-b", ONE), ("3-c", TWO)):
        dead(tmp_path, name, timer)

    assert Marks(tmp_path).deaths() == {ONE: 2, TWO: 1}


def test_what_is_forgotten_counts_no_more(tmp_path: Path):
    dead(tmp_path, "1-a", ONE)
    kept = dead(tmp_path, "2-b", TWO)
    marks = Marks(tmp_path)

    marks.forget(ONE)

    assert marks.deaths() == {TWO: 1}
    assert list(tmp_path.iterdir()) == [kept]


def test_a_process_that_died_between_timers_leaves_nothing(tmp_path: Path):
    dead(tmp_path, "1-a", "")

    assert Marks(tmp_path).deaths() == {}
    assert list(tmp_path.iterdir()) == []


def test_a_cleared_mark_and_a_closed_one_leave_nothing(tmp_path: Path):
    marks = Marks(tmp_path / "marks")
    marks.clear()
    assert not (tmp_path / "marks").exists()
    marks.set(ONE)
    (own,) = (tmp_path / "marks").iterdir()

    marks.clear()
    assert own.read_text().strip() == ""
    marks.close()

    assert list((tmp_path / "marks").iterdir()) == []


def test_only_the_newest_of_very_many_marks_are_kept(tmp_path: Path):
    for n in range(KEPT + 5):
        dead(tmp_path, f"{n}-a", ONE)

    assert Marks(tmp_path).deaths() == {ONE: KEPT}
    assert len(list(tmp_path.iterdir())) == KEPT


def test_a_folder_that_cannot_be_made_stops_no_timer(tmp_path: Path):
    (tmp_path / "marks").write_text("a file")
    marks = Marks(tmp_path / "marks")

    marks.set(ONE)

    assert marks.deaths() == {}
