"""The words in which five languages say days and times, each with the sign that the parser reads instead.

Signs: `@1` to `@7` a day of the week; `@a`, `@w`, `@e` every day, Monday to Friday, the weekend; `every` and `weekly`;
`<m`, `<n`, `<p`, `<e`, `<l` the morning, noon, afternoon, evening and night; `half+` and `quarter+` half past and a
quarter past the hour that follows, `half-` and `quarter-` before it; `+half` and `+quarter` after the hour that went
before; `quarter`, `past`, `before`, `less`, `and`, `oclock`, `to` what they say; `digest` names what is wanted; a
number stands for itself; `_` is said for good measure.
"""

from __future__ import annotations

from collections.abc import Mapping

from conversation.digests.folding import fold

_WORDS = {
    "@1": "monday mondays mon montag montags lunes понедельник понедельника понедельникам пн सोमवार",
    "@2": "tuesday tuesdays tue dienstag dienstags martes вторник вторника вторникам вт मंगलवार",
    "@3": "wednesday wednesdays wed mittwoch mittwochs miércoles среда среду среды средам ср बुधवार",
    "@4": "thursday thursdays thu donnerstag donnerstags jueves четверг четверга четвергам чт गुरुवार बृहस्पतिवार",
    "@5": "friday fridays fri freitag freitags viernes пятница пятницу пятницы пятницам пт शुक्रवार",
    "@6": """saturday saturdays sat samstag samstags sonnabend sonnabends sábado sábados
        суббота субботу субботы субботам сб शनिवार""",
    "@7": """sunday sundays sun sonntag sonntags domingo domingos
        воскресенье воскресенья воскресеньям вс रविवार इतवार""",
    "@a": """day days daily everyday tag tage tagen täglich día días diario diariamente
        день ежедневно दिन रोज़ रोज रोज़ाना प्रतिदिन""",
    "@w": """weekday weekdays workday workdays werktag werktags werktagen wochentags laborables
        будни будням будний कार्यदिवस""",
    "@e": "weekend weekends wochenende wochenenden wochenends выходные выходным सप्ताहांत",
    "every": "every each jeden jede jedes jeder cada todos todas каждый каждую каждое каждые по हर प्रत्येक",
    "weekly": """week weekly woche wöchentlich semana semanal semanalmente неделю еженедельно
        सप्ताह हफ़्ते हफ्ते साप्ताहिक""",
    "<m": """morning mornings morgen morgens früh vormittag vormittags mañana mañanas madrugada
        утро утра утром утрам सुबह सवेरे""",
    "<n": "noon midday mittag mittags mediodía полдень полдня",
    "<p": "afternoon afternoons nachmittag nachmittags tarde tardes дня днем दोपहर",
    "<e": "evening evenings abend abends вечер вечера вечером вечерам शाम",
    "<l": "night nights nacht nachts noche noches ночь ночи ночью ночам रात",
    "half+": "half साढ़े",
    "half-": "halb половина половине половину пол",
    "+half": "media",
    "quarter": "quarter viertel четверть четверти",
    "quarter+": "सवा",
    "quarter-": "dreiviertel पौने",
    "+quarter": "cuarto",
    "past": "past after nach",
    "before": "vor before без",
    "less": "menos",
    "and": "and y und и और",
    "oclock": "o'clock o’clock oclock uhr часов часа час ч बजे बजकर h",
    "to": "to through thru till until bis a al до से - – —",
    "digest": """digest digests summary zusammenfassung überblick resumen
        сводка сводку сводки обзор дайджест सारांश डाइजेस्ट""",
    "_": """at on in the i me my please send give want would like time minutes
        um am im der die das den dem ein eine einen bitte schick schicke mir sende gib ich möchte hätte gern gerne mein
        meinen meine zeit minuten
        la las el los lo en de del por un una mi mis favor quiero envíame mándame dame hora minutos
        в во на с со мне мой пожалуйста хочу пришли присылай отправляй время минут минуты
        को पर में का की के तक मुझे मेरा भेजो भेजें दो चाहिए कृपया समय मिनट""",
}
_HOURS = (
    "zero null cero ноль शून्य",
    "one eins один первого एक",
    "two zwei dos два второго",
    "three drei tres три третьего तीन",
    "four vier cuatro четыре четвертого चार",
    "five fünf cinco пять пятого पाँच पांच",
    "six sechs seis шесть шестого छह छः",
    "seven sieben siete семь седьмого सात",
    "eight acht ocho восемь восьмого आठ",
    "nine neun nueve девять девятого नौ",
    "ten zehn diez десять десятого दस",
    "eleven elf once одиннадцать одиннадцатого ग्यारह",
    "twelve zwölf doce двенадцать двенадцатого बारह",
)
_MORE = {"15": "fifteen fünfzehn quince", "20": "twenty zwanzig veinte", "30": "thirty dreißig treinta тридцать तीस"}
_PHRASES = {
    "@w": """entre semana, unter der woche, días laborables, business days, week days, рабочим дням, рабочие дни,
        सप्ताह के दिन""",
    "@e": "fines de semana, fin de semana",
    "_": "a las, a la, once a",
    "<n": "medio día",
    "1": "a la una, в час, um eins",
    "2": "दो बजे",
    "1:00": "um ein uhr, ein uhr",
    "1:30": "डेढ़",
    "2:30": "ढाई",
    "0:00": "midnight, mitternacht, medianoche, полночь, मध्यरात्रि",
}


def _read(table: Mapping[str, str], between: str | None = None) -> dict[str, str]:
    """Turn a table of signs with their words into one of words with their sign."""
    return {" ".join(fold(word).split()): sign for sign, words in table.items() for word in words.split(between)}


SIGNS = _read(_WORDS) | _read({str(hour): words for hour, words in enumerate(_HOURS)}) | _read(_MORE)
PHRASES = _read(_PHRASES, ",")
"""Several words that mean one thing; looked for before the single ones."""
