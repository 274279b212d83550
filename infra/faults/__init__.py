"""The fault simulator: what becomes of money, messages and matches when everything goes wrong.

    python -m infra.faults

The real app runs on the real engine, through the doors that members, queues and streams use. Every
request that a function makes to AWS passes one hook just before it is sent; there it is lost,
refused, or carried out with its answer lost, or its function dies. Functions of several members are
parked there and released one at a time, in every order.

sweep       for each operation, each request it makes, each kind of fault: inject it once, deliver
            again, work off the reactions, compare with what happens without faults
races       two actors at the same time, every interleaving of their requests: the outcome must be
            that of one after the other
gate        each condition and each dedupe taken out in turn: one of the above must notice
simulation  seeded random histories of several members with faults at random; then faults stop, and
            everything must converge

Invariants
- A run is replayable: time and chance come from here, and at any moment one function runs.
- Nothing is judged by the code under test alone: a table's image is compared with the image that an
  undisturbed run leaves, and checked against the ledger's rules, which are written down again here.
"""
