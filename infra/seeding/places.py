"""Where seeded members live: cities by weight, each spread out around its middle."""

import math
from dataclasses import dataclass
from random import Random

KM_PER_DEGREE = 111.2


@dataclass(frozen=True)
class City:
    """A city: how many live there compared to others, how wide it is, and what is spoken."""

    name: str
    latitude: float
    longitude: float
    weight: int
    spread_km: float
    languages: tuple[str, ...]

    def somewhere(self, random: Random) -> tuple[float, float]:
        """A latitude and a longitude in it or not far off."""
        north, east = random.gauss(0, self.spread_km), random.gauss(0, self.spread_km)
        latitude = self.latitude + north / KM_PER_DEGREE
        per_degree = KM_PER_DEGREE * math.cos(math.radians(self.latitude))
        return latitude, self.longitude + east / per_degree


CITIES = (
    City("Mumbai", 19.076, 72.878, 20, 12, ("hi", "mr", "en")),
    City("Delhi", 28.614, 77.209, 18, 14, ("hi", "en", "pa")),
    City("Bengaluru", 12.972, 77.595, 12, 10, ("kn", "en", "hi")),
    City("London", 51.507, -0.128, 9, 14, ("en", "fr", "pl")),
    City("New York", 40.713, -74.006, 8, 14, ("en", "es", "zh")),
    City("Berlin", 52.520, 13.405, 4, 10, ("de", "en", "tr")),
    City("Madrid", 40.417, -3.704, 4, 9, ("es", "en")),
    City("Paris", 48.857, 2.352, 5, 10, ("fr", "en", "ar")),
    City("Munich", 48.137, 11.575, 2, 7, ("de", "en")),
    City("Kochi", 9.931, 76.267, 3, 8, ("ml", "en")),
    City("Augsburg", 48.371, 10.898, 1, 4, ("de", "en")),
    City("Shimla", 31.105, 77.173, 1, 4, ("hi", "en")),
)


def city_for(random: Random) -> City:
    """One of the cities, by their weights."""
    return random.choices(CITIES, [city.weight for city in CITIES])[0]
