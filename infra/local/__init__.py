"""The local stack: API Gateway, DynamoDB, queues, streams, schedules and mail on this machine.

`python -m infra.local.run` starts it for people; `stack.Stack` is the same thing for tests, which
play its clock and call `settle()` instead of waiting.

Invariants
- The deployed code runs unchanged: it meets AWS's own wire contracts and event shapes here.
- What was acknowledged survives `kill -9`; what was not yet reacted to is reacted to afterwards.
- There is one time, the stack clock, and nothing here waits for it to pass by sleeping.
"""
