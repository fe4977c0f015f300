"""Wishes for a digest, as people say them in five languages."""

from __future__ import annotations

from datetime import time

import pytest

from conversation.digests import describing, wording
from conversation.digests.errors import NoSuchTime, Unclear
from conversation.digests.schedule import EVERY_DAY, WEEKDAYS, WEEKEND, Schedule

MONDAY = frozenset({1})
SAID = {
    "daily 08:00": (EVERY_DAY, time(8)),
    "weekly monday 7:00": (MONDAY, time(7)),
    "weekdays 7:30": (WEEKDAYS, time(7, 30)),
    "every Monday at 7": (MONDAY, time(7)),
    "every Monday at half past seven": (MONDAY, time(7, 30)),
    "every day at 7pm": (EVERY_DAY, time(19)),
    "Every day at 7 p.m.": (EVERY_DAY, time(19)),
    "daily 12 am": (EVERY_DAY, time(0)),
    "at noon every friday": (frozenset({5}), time(12)),
    "each day at seven thirty": (EVERY_DAY, time(7, 30)),
    "quarter to eight on weekends": (WEEKEND, time(7, 45)),
    "mon wed fri 6:00": (frozenset({1, 3, 5}), time(6)),
    "Monday to Friday at 9 in the evening": (WEEKDAYS, time(21)),
    "Saturday to Monday 10:00": (frozenset({6, 7, 1}), time(10)),
    "every morning": (EVERY_DAY, time(8)),
    "jeden Morgen um acht": (EVERY_DAY, time(8)),
    "jeden Tag um halb acht": (EVERY_DAY, time(7, 30)),
    "täglich 8 Uhr": (EVERY_DAY, time(8)),
    "jeden Mittwoch um 19 Uhr 30": (frozenset({3}), time(19, 30)),
    "abends um acht jeden Tag": (EVERY_DAY, time(20)),
    "montags und donnerstags um Viertel vor neun": (frozenset({1, 4}), time(8, 45)),
    "werktags um sieben": (WEEKDAYS, time(7)),
    "cada lunes a las 7": (MONDAY, time(7)),
    "cada mañana a las ocho": (EVERY_DAY, time(8)),
    "todos los días a las siete y media de la tarde": (EVERY_DAY, time(19, 30)),
    "de lunes a viernes a las 9": (WEEKDAYS, time(9)),
    "a las ocho menos cuarto cada día": (EVERY_DAY, time(7, 45)),
    "fines de semana a las 10": (WEEKEND, time(10)),
    "каждое утро в восемь": (EVERY_DAY, time(8)),
    "по понедельникам и средам в половине восьмого вечера": (frozenset({1, 3}), time(19, 30)),
    "в полвосьмого утра каждый день": (EVERY_DAY, time(7, 30)),
    "с понедельника по пятницу в 9:15": (WEEKDAYS, time(9, 15)),
    "без четверти восемь каждый день": (EVERY_DAY, time(7, 45)),
    "каждый вторник в час дня": (frozenset({2}), time(13)),
    "हर सोमवार सुबह 7 बजे": (MONDAY, time(7)),
    "हर सोमवार सुबह ७ बजे": (MONDAY, time(7)),
    "हर दिन शाम साढ़े सात बजे": (EVERY_DAY, time(19, 30)),
    "रोज़ सुबह आठ बजे": (EVERY_DAY, time(8)),
    "हर रोज़ रात 12 बजे": (EVERY_DAY, time(0)),
    "सोमवार से शुक्रवार सुबह 9 बजे": (WEEKDAYS, time(9)),
    "हर दिन पौने आठ बजे": (EVERY_DAY, time(7, 45)),
}


@pytest.mark.parametrize("text", SAID)
def test_it_reads_days_and_time(text: str):
    wish = wording.read(text)
    assert (wish.days, wish.minute, wish.places) == (*SAID[text], ())


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("daily 08:00 Europe/Berlin", "Europe/Berlin"),
        ("every day at 8 in Los Angeles", "Los Angeles"),
        ("weekdays 7:30 am New York time", "New York"),
        ("daily 8:00 UTC +2", "UTC +2"),
        ("каждый день в 8 Москва", "Москва"),
    ],
)
def test_what_is_left_over_names_a_place(text: str, place: str):
    assert place in wording.read(text).places


@pytest.mark.parametrize("text", ["25:00", "daily 24:00", "daily 7:75", "every day at 7:5", "daily 99 o'clock"])
def test_a_time_that_no_clock_shows_is_refused(text: str):
    with pytest.raises(NoSuchTime):
        wording.read(text)


@pytest.mark.parametrize("text", ["every 2 weeks", "daily at 8 and at 9", "x" * 200])
def test_what_it_cannot_do_is_not_read_as_something_else(text: str):
    with pytest.raises(Unclear):
        wording.read(text)


@pytest.mark.parametrize(
    "schedule",
    [
        Schedule(EVERY_DAY, time(8)),
        Schedule(WEEKDAYS, time(7, 30)),
        Schedule(frozenset({1, 4}), time(23, 59)),
        Schedule(WEEKEND, time(0)),
    ],
)
def test_a_schedule_written_down_is_read_again(schedule: Schedule):
    wish = wording.read(describing.spec(schedule))
    assert (wish.days, wish.minute) == (schedule.days, schedule.minute)
