"""`make seed USERS=100000`: many members to be met, in the running stack or a deployed stage.

Members, their addresses, profiles and places, in cities of plausible sizes, ages and wishes. The
n-th of them is the same all year, so that what was cut off goes on where it stopped, and what is
written twice changes nothing.
"""
