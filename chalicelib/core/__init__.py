"""What every feature stands on. It knows no feature.

`http` and `socket` are the two doors, `db` the only way to write, `errors` the tree of refusals;
`clock`, `ids` and `settings` are the only sources of time, chance and configuration.
"""
