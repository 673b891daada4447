"""Whom to inspect first: by a stated rule until enough is known, then by a calibrated model.

`advise(register, inspections, premises, planned)` is the whole of it; `report.backtest` says what
it would have been worth. Nothing here knows Django, the law, places, or who will go.
"""

from zhian.methods.targeting.choose import Advice, advise
from zhian.methods.targeting.history import HistoryError, Inspections, Register, Words
from zhian.methods.targeting.reasons import Reason

__all__ = ["Advice", "HistoryError", "Inspections", "Reason", "Register", "Words", "advise"]
