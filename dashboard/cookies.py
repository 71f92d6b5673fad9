"""The names of the desk's cookies, which the routes set and the pages read."""

SESSION_COOKIE = "taliq_session"
# Over https: a browser takes a cookie of such a name from this very host alone, and sends it by https only.
SECURE_SESSION_COOKIE = f"__Host-{SESSION_COOKIE}"
LANGUAGE_COOKIE = "taliq_lang"
