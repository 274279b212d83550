"""Reports of members, with the evidence that outlives its subject.

Invariants
- A report and its evidence are written in one transaction, and so are a repetition and what is
  seen anew then. Evidence is never changed, and what it was taken of may change or go: it stays.
- Who reported is told to nobody but staff; that somebody did, to nobody else either.
- Anybody who exists can be reported, whatever stands between the two: a block must not shield.
"""
