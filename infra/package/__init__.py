"""`make package STAGE=prod`: what a stage is deployed from, made from `app.py` and `stages.toml`.

A parent stack holds both APIs, a stack `data` all that is kept, and a stack for each feature its
functions: one Lambda per endpoint, per socket action, per schedule, queue and stream, each with a
role of its own. All of them run the same bundle and differ in their environment.

Invariants:
- The same sources and stage give the same bytes, and a file's name holds the hash of its content.
- `build/<stage>` is what one run made in full. A run that fails leaves the one before it.
- What is packaged is what `infra/inventory.py` lists, and the local stack runs the same list.
"""
