"""Rosters of several departments become one register: which rows are the same establishment.

`link(records)` is the whole of it: normalise, block, compare, judge, cluster. Nothing here knows
Django or the law; what a valid credit code is, is told by the caller.
"""
