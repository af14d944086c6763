"""What every model asks of the journeys it is handed, so that no number is made up from a broken one."""

import numpy as np

from careworth.attribution.journeys import Journeys
from careworth.errors import ContractError


def require_sound(journeys: Journeys, with_nulls: bool = True) -> Journeys:
    """Return `journeys` unchanged if counts are finite and not negative, values finite, and each value belongs to an outcome.

    Raises
    ------
    ContractError
        Naming the first journey at fault, counted from 0.
    """
    _require_shape(journeys)
    counted = journeys.conversions + journeys.nulls if with_nulls else journeys.conversions
    for name, amounts in (("conversions", journeys.conversions), ("nulls", journeys.nulls), ("values", journeys.values)):
        _refuse(~np.isfinite(amounts), amounts, name, "is no finite number. Correct it at its source.")
    for name, amounts in (("conversions", journeys.conversions), ("nulls", journeys.nulls)):
        _refuse(amounts < 0, amounts, name, "is below zero. Count outcomes from 0; a refund is a negative value.")
    lost = (journeys.values != 0) & (counted == 0)
    _refuse(lost, journeys.values, "values", f"belongs to no {'outcome' if with_nulls else 'conversion'}. Count the journey.")
    return journeys


def _refuse(wrong: np.ndarray, amounts: np.ndarray, name: str, remedy: str) -> None:
    if wrong.any():
        first = int(wrong.argmax())
        raise ContractError(
            f"journeys: {name} of {int(wrong.sum())} journeys: journey {first} has {amounts[first]}, which {remedy}"
        )


def _require_shape(journeys: Journeys) -> None:
    count, touches = len(journeys.conversions), len(journeys.touches)
    if len(journeys.starts) != count + 1 or journeys.starts[0] != 0 or journeys.starts[-1] != touches:
        raise ContractError(f"journeys: {len(journeys.starts)} starts do not divide {touches} touches among {count} journeys.")
    empty = np.diff(journeys.starts.astype(np.int64)) < 1
    if empty.any():
        raise ContractError(f"journeys: journey {int(empty.argmax())} has no touch. Leave out journeys without touches.")
    if touches and not 0 <= int(journeys.touches.min()) <= int(journeys.touches.max()) < len(journeys.channels):
        raise ContractError(f"journeys: a touch bears a number outside of the {len(journeys.channels)} channels.")
