"""The words of the API: requests, and what they are answered with. Shared by the server, its client and the command.

Instants are text, RFC 3339 in UTC with microseconds; None where there is no bound.
"""
