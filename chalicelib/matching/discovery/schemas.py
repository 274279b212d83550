"""What discovery hears and says."""

from typing import Annotated, Literal

import msgspec

from chalicelib import profiles
from chalicelib.core.schema import Cursor, In, Out
from chalicelib.matching.discovery.judging import Card
from chalicelib.matching.discovery.ranking import parts_of
from chalicelib.matching.discovery.service import Page
from chalicelib.profiles import distance_km

Part = Annotated[float, msgspec.Meta(ge=0, le=1)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=20)]


class PageOfPeople(In, frozen=True, kw_only=True):
    """How many people are wanted, and after which page."""

    limit: Limit = 10
    cursor: Cursor | None = None


class Why(Out, frozen=True):
    """Why somebody is shown where they are: each part from 0 to 1, to one digit.

    `exposure` is less than 1 for who was shown more than a fair share this week. `reciprocity`,
    whether they like the caller, is told only while those faces are unlocked.
    """

    distance: Part
    recency: Part
    interests: Part
    completeness: Part
    exposure: Part
    reciprocity: Part | None

    @classmethod
    def of(cls, card: Card, *, knows_likers: bool) -> "Why":
        parts = {name: round(part, 1) for name, part in parts_of(card.sight).items()}
        reciprocity = parts.pop("reciprocity")
        return cls(**parts, reciprocity=reciprocity if knows_likers else None)


class PersonView(Out, frozen=True):
    """Somebody to decide on.

    `relaxed` names the caller's own wishes that this member does not meet; it is empty while there
    are enough who meet all of them.
    """

    profile: profiles.CardView
    distance_km: int
    why: Why
    relaxed: list[Literal["distance", "age", "intent", "language"]]

    @classmethod
    def of(cls, card: Card, *, knows_likers: bool) -> "PersonView":
        viewer, other = card.sight.viewer, card.sight.other
        return cls(
            profile=profiles.card_of(card.profile),
            distance_km=distance_km(viewer.cell, other.cell),
            why=Why.of(card, knows_likers=knows_likers),
            relaxed=list(card.relaxed),  # type: ignore[arg-type]  # they are these words
        )


class People(Out, frozen=True):
    """A page of people, the best first. It may be short, or empty, while there are more pages."""

    items: list[PersonView]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page) -> "People":
        items = [PersonView.of(card, knows_likers=page.knows_likers) for card in page.cards]
        return cls(items=items, next_cursor=page.next_cursor)
