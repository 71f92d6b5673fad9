"""Who may do what: every use case, page and route, and the callers it is open to. One table, each row tried for real.

A use case, page or route that does not stand here fails the tests that try the rows:
tests/moderation/service/test_access.py, tests/dashboard/ui/test_access.py, tests/dashboard/api/test_api_matrix.py. The
sets are written out and not derived from `roles.GRANTS`, so that a slip there is found here.
"""
