"""Notebook 09's panel: its times are divisions that can be done by hand."""

import pytest

from helpers.exercises.bound import RIGHT
from helpers.experiments import spread
from helpers.panels import SpreadPanel


@pytest.fixture(scope="module")
def one_panel():
    return SpreadPanel()


def test_reading_is_the_time_of_the_exercise():
    found = spread(10**9, 10**6, 50)
    assert found.times["reading"] == pytest.approx(RIGHT) and found.longest == "reading"
    assert found.read == 10**9 * 784 * 4 and found.chunks == 1000


def test_what_is_sent_shrinks_with_the_rows_of_a_chunk_and_does_not_know_the_features():
    shares = [spread(10**8, rows, 10).sent / (10**8 * 784 * 8) for rows in (1000, 10_000)]
    assert shares == pytest.approx([10 / 1000, 10 / 10_000], rel=0.002)
    many = spread(10**8, 1000, 10, features=10_000)
    assert many.sent / (10**8 * 10_000 * 8) == pytest.approx(10 / 1000, rel=0.002)


def test_a_worker_without_a_chunk_helps_nobody():
    few = spread(10**6, 100_000, 10)
    many = spread(10**6, 100_000, 1000)
    assert many.busy == 10 and many.times == few.times
    # Eleven chunks on ten workers: one of them has two.
    assert spread(1_100_000, 100_000, 10).times["reading"] == 2 * few.times["reading"]


def test_the_panel_says_what_bounds_it_and_what_changes_that(panel):
    assert "scheduling is what bounds it" in panel.summary()
    panel.set(tasks=1, rows=100_000)
    assert "At least 2.09 minutes" in panel.summary()
    assert "reading is what bounds it" in panel.summary()
    panel.set(shared=True)
    assert "At least 10.5 minutes" in panel.summary()
    panel.set(shared=False, rows=100)
    assert "At least 1.39 hours" in panel.summary() and "scheduling" in panel.summary()
    panel.set(rows=1000, classes=1000, workers=1000)
    assert "sending is what bounds it" in panel.summary() and " 200 % of it" in panel.summary()


@pytest.mark.parametrize("rows", [100, 100_000])
@pytest.mark.parametrize("workers", [1, 1000])
def test_every_corner_has_a_picture_with_its_numbers(panel, rows, workers):
    panel.set(samples=10**6, rows=rows, workers=workers)
    assert panel.current.png.startswith(b"\x89PNG")
    assert all(f"{name} " in panel.current.alt for name in ("reading", "computing", "sending"))
    assert ("workers have none" in panel.summary()) == (rows == 100_000 and workers == 1000)
