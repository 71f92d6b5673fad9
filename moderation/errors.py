"""What can go wrong, as codes. The core holds no sentence for people: each door translates them in one place."""

from __future__ import annotations


class ModerationError(Exception):
    """A use case could not do what it was asked. `fields` holds values safe to show and to log, never reader text."""

    code = "error"

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(f"{self.code} {fields}" if fields else self.code)


class Invalid(ModerationError):
    """A value cannot be accepted: `field` names it, `reason` is a code such as `too_long`."""

    code = "invalid"

    def __init__(self, *, field: str, reason: str, **fields: object) -> None:
        super().__init__(field=field, reason=reason, **fields)
        self.field = field
        self.reason = reason


class NotFound(ModerationError):
    code = "not_found"


class Forbidden(ModerationError):
    """The caller is known and lacks the permission. `by` is the actor, for the record of denied access alone."""

    code = "forbidden"

    def __init__(self, *, by: str = "", **fields: object) -> None:
        self.by = by
        super().__init__(**fields)


class Unauthenticated(ModerationError):
    """The caller is not known: no session, an ended one, or a wrong key."""

    code = "unauthenticated"


class StaleVersion(ModerationError):
    """The comment changed since the moderator opened it."""

    code = "stale_version"


class IllegalTransition(ModerationError):
    """The comment's status does not allow this outcome."""

    code = "illegal_transition"


class ClaimedByOther(ModerationError):
    """Another moderator holds the lease on this comment."""

    code = "claimed_by_other"


class Conflict(ModerationError):
    """Something of that name or id is there already."""

    code = "conflict"


class Contention(Conflict):
    """Another transaction came first; the same call may succeed when it is made again."""

    code = "contention"


class RateLimited(ModerationError):
    """Too many attempts; `retry_after` seconds until the next may succeed."""

    code = "rate_limited"


class Unavailable(ModerationError):
    """The database did not answer or cannot be written."""

    code = "unavailable"


class LogMisfit(Unavailable):
    """Nothing can be appended to a log that does not fit its stored head: `verify` says where it was changed."""

    def __init__(self) -> None:
        super().__init__(kind="log", what="log_misfit")
