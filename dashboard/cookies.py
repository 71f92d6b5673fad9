"""The names of the desk's cookies, which the routes set and the pages read."""

SESSION_COOKIE = "taliq_session"
LANGUAGE_COOKIE = "taliq_lang"
