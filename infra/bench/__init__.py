"""`make bench`: what Pairly costs and how fast it is, each figure against its budget.

Capacity is counted by the engine and is exact. Times are only ever compared within one run, one
against another on the same engine, because machines differ.
"""
