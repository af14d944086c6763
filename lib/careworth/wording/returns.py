"""Sentences on the return: no stronger than the design of the gains and what is known of them allow."""

import re

import polars as pl

from careworth.readable import as_money, as_ratio, as_share, as_value, interval_text
from careworth.results import Row, pick

Values = pl.DataFrame

#: The gains of a ledger: the row of each (METRICS.md C.9).
GAINS = {"M3": "avoided_cost", "M4": "productivity", "M7": "incremental_margin", "M8": "retained_margin"}

#: From so likely on it is said to be probable.
PROBABLE = 0.75


def answer_word(values: Values) -> str:
    """The first word of the report: what the range of ROI allows to say of 0, or of the hurdle where there is one."""
    roi = known(values, "M9", "roi")
    if roi is None:
        return "We cannot say."
    asked = hurdle(values)
    if roi["low"] > asked:
        return "Yes."
    if roi["high"] < asked:
        return "No."
    chance = known(values, "M9", "probability_above_hurdle" if asked else "probability_positive")
    if chance is None:
        return "Too close to call."
    return (
        "Probably."
        if chance["value"] >= PROBABLE
        else "Probably not."
        if chance["value"] <= 1 - PROBABLE
        else "Too close to call."
    )


def answer_tone(values: Values) -> str:
    """good, bad or open: what the first word of the report may be coloured as."""
    return {"Yes.": "good", "Probably.": "good", "No.": "bad", "Probably not.": "bad"}.get(answer_word(values), "open")


def known(values: Values, metric_id: str, variant: str) -> Row | None:
    """The row of a number for the whole campaign; None where there is no row or no number."""
    row = pick(values, metric_id, variant)
    return row if row is not None and row["value"] is not None else None


def hurdle(values: Values) -> float:
    """The return that the company asks for, as the row of the chance of it says; 0 where it asks for none."""
    row = known(values, "M9", "probability_above_hurdle")
    found = re.match(r"above ([\d.]+) ?%", (row["reason"] or "") if row else "")
    return float(found.group(1)) / 100 if found else 0.0


def is_measured(values: Values) -> bool:
    """True where every gain of the headline is of grade A, so that it may be called returned; estimated elsewhere."""
    gains = [known(values, *gain) for gain in GAINS.items()]
    grades = {row["grade"] for row in gains if row is not None and row["grade"] != "C"}
    return grades == {"A"}


def return_sentence(values: Values) -> str:
    """What the campaign returned on its cost, with its range; or why that cannot be measured."""
    roi = pick(values, "M9", "roi")
    if roi is None or roi["value"] is None:
        return f"The return on investment is not measurable here: {roi['reason'] if roi else 'no revenue or cost is connected'}."
    cost, ranged = known(values, "M1", "total"), f"nine outcomes in ten lie between {_ends(roi)}"
    spent = as_money(cost["value"], cost["unit"]) if cost else "amount"
    if roi["low"] <= 0 <= roi["high"]:
        return f"The middle estimate is {as_ratio(roi['value'])} on the {spent} it cost; {ranged}."
    return f"{_verb(roi, is_measured(values))} the {spent} it cost{_below_hurdle(roi, hurdle(values))}; {ranged}."


def _ends(row: Row) -> str:
    return f"{as_ratio(row['low'])} and {as_ratio(row['high'])}"


def _verb(roi: Row, measured: bool) -> str:
    size = as_ratio(abs(roi["value"])).lstrip("+")
    if roi["value"] < 0:
        return f"It lost {size} of" if measured else f"It is estimated to have lost {size} of"
    return f"It returned +{size} on" if measured else f"It is estimated to have returned +{size} on"


def _below_hurdle(roi: Row, asked: float) -> str:
    return f", less than the {as_ratio(asked)} that is asked for" if roi["value"] > 0 and roi["high"] < asked else ""


def gains_in_hundred(values: Values) -> int | None:
    """In how many of a hundred outcomes it earned more than it cost; None without an ROI."""
    chance = known(values, "M9", "probability_positive")
    return None if chance is None else round(100 * chance["value"])


def chance_sentence(values: Values) -> str:
    """In how many of a hundred outcomes it earned more than it cost, and than is asked for; empty without an ROI."""
    hundred = gains_in_hundred(values)
    if hundred is None:
        return ""
    if hundred in (0, 100):
        said = f"It earned {'more' if hundred else 'less'} than it cost in practically every outcome."
    else:
        said = f"There is {_article(hundred)} {hundred} in 100 chance that it earned more than it cost."
    return said + _hurdle_part(values)


def _article(hundred: int) -> str:
    return "an" if hundred in (8, 11, 18) or 80 <= hundred <= 89 else "a"


def _hurdle_part(values: Values) -> str:
    asked = hurdle(values)
    if not asked:
        return ""
    hundred = round(100 * known(values, "M9", "probability_above_hurdle")["value"])
    return f" That it returned more than the {as_ratio(asked)} asked for holds in {hundred} of 100 outcomes."


def return_asides(values: Values) -> list[str]:
    """What is told beside the headline and is no part of it: assumptions, cash, time, and what attribution would say."""
    return [sentence for sentence in (tell(values) for tell in ASIDES.values()) if sentence]


def assumptions_sentence(values: Values) -> str:
    """The return with gains that the company assumes; empty where they change nothing."""
    measured, assumed = known(values, "M9", "roi"), known(values, "M9", "roi_with_assumptions")
    if assumed is None or (measured is not None and measured["value"] == assumed["value"]):
        return ""
    return f"With the company's own assumptions counted: {_with_range(assumed)}. Nothing measured shows those gains."


def cash_sentence(values: Values) -> str:
    """What would be left of the return if only gains in cash counted; empty where all gains are cash."""
    roi, cash = known(values, "M9", "roi"), pick(values, "M9", "cashable")
    if roi is None or cash is None or cash["value"] == roi["value"]:
        return ""
    if cash["value"] is None:
        return f"Of this, nothing would be cash: {cash['reason']}."
    return f"Of this, what would be cash alone comes to {_with_range(cash)} on the cost."


def present_value_sentence(values: Values) -> str:
    """What it is worth in money of its start, when later money counts for less; empty where nothing is discounted."""
    worth = known(values, "M10", "net_present_value")
    rate = re.search(r"; ([\d.]+) a year", (worth["reason"] or "") if worth else "")
    if rate is None or not float(rate.group(1)):
        return ""
    yearly = as_share(float(rate.group(1)))
    return f"In money of its start, at {yearly} a year, it is worth {_with_range(worth)} net of its cost."


def payback_sentence(values: Values) -> str:
    """When the cost had come back; empty where cash flows are not known."""
    months = pick(values, "M10", "payback_months")
    if months is None or known(values, "M10", "net_present_value") is None:
        return ""
    if months["value"] is None:
        return f"On average the cost had not come back: {months['reason']}."
    if months["value"] == 0:
        return "On average gains kept up with the cost from the start."
    again = ", and was spent again later" if "below zero again" in (months["reason"] or "") else ""
    return f"On average the cost had come back after {as_value(months['value'], months['unit'])}{again}."


def if_caused_sentence(values: Values) -> str:
    """The return if attribution were cause, said so that nobody takes it for the result; empty where nothing is attributed."""
    supposed = known(values, "M9", "attributed_if_causal")
    if supposed is None:
        return ""
    return f"If every attributed sale were caused by care, which nobody has shown, the return would be {_with_range(supposed)}."


#: What is told beside the headline, each with the name of its number, in the order of telling.
ASIDES = {
    "M9.roi_with_assumptions": assumptions_sentence,
    "M9.cashable": cash_sentence,
    "M10.net_present_value": present_value_sentence,
    "M10.payback_months": payback_sentence,
    "M9.attributed_if_causal": if_caused_sentence,
}


def _with_range(row: Row) -> str:
    ranged = interval_text(row)
    return as_value(row["value"], row["unit"]) + (f" ({ranged})" if ranged else "")
