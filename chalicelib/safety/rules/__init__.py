"""What may be written where others read it: rules about text, and what follows from them.

    verdict = rules.judge(body, surface="message", trust=rules.trust_of(member.created_at))

Rules are data (`table`). They are matched by RE2, whose time is linear in the text whatever the
pattern and the text are; it is loaded when the first text is judged, since most functions judge
none.

Invariants
- The work done for a text is bounded by its length alone.
- A text is judged as it reads, not as it is spelled: compatible forms, invisible characters and
  look-alikes of digits and letters are folded first.
"""

from chalicelib.safety.rules.judging import (
    Action,
    Surface,
    Trust,
    Verdict,
    judge,
    mark_of,
    trust_of,
)

__all__ = ["Action", "Surface", "Trust", "Verdict", "judge", "mark_of", "trust_of"]
