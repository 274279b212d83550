"""`make demo`: a whole story of members, played against a running stack by real clients.

It starts a throw-away stack as a process of its own, just as `make run` does, and speaks to it only
over HTTP and sockets. Each step says what was seen; the first that is not as it should be ends it.
"""
