"""Health, readiness, and the published documents of the API."""
