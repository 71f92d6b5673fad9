"""Machine code from Python functions, kept on disk where there is a place for it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numba
import numpy as np
from numba.core import caching
from numba.extending import intrinsic

# Places in arrays are unsigned where a walk must be fast: of a signed one the compiled code first asks whether it
# counts from the end. An unsigned number and a plain one add up to a fraction, so steps are unsigned too.
NONE: Final = np.uint64(0)
ONE: Final = np.uint64(1)
TWO: Final = np.uint64(2)
THREE: Final = np.uint64(3)
FOUR: Final = np.uint64(4)

_HERE: Final = Path(__file__).parent
# Its settings are put into the module at run time, and its caches have no types.
_CONFIG: Final[Any] = numba.config
_CACHING: Final[Any] = caching


def _load_without_blas() -> None:
    """Load what Numba loads at the first call, without SciPy's linear algebra: that takes as long as all the rest.

    Numba asks whether it is there, for products of matrices, of which no function here has one. Another version may
    ask in another way: then it takes its time.
    """

    def absent() -> None:
        raise ImportError("not asked for")

    with suppress(ImportError, AttributeError):
        linalg: Any = import_module("numba.np.linalg")
        found = linalg.ensure_blas
        linalg.ensure_blas = absent
        try:
            import_module("numba.np.arraymath")
        finally:
            linalg.ensure_blas = found


_load_without_blas()


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile on first call and keep the result on disk; without a folder to write to, compile in every process."""
    return _compiled(function)


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """As `compiled`, and written out wherever it is called: every array handed over costs seven words on the stack."""
    return _compiled(function, forceinline=True)


def compiled_loosely(function: Callable[..., Any]) -> Callable[..., Any]:
    """As `compiled`, and sums may be taken in another order, several at a time."""
    return _compiled(function, fastmath={"reassoc", "contract", "nsz"})


def _lent(_context: Any, array: Any) -> Any:
    """The array without its owner, whom the caller must keep: nothing counts who holds it.

    Where a walk calls a function for every word, counting the holders up and down, which other threads must see at
    once, takes longer than the function.
    """

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        made = context.make_array(signature.args[0])(context, builder, value=arguments[0])
        for owner in ("meminfo", "parent"):
            setattr(made, owner, getattr(made, owner).type(None))
        return made._getvalue()

    return array(array), code


lent: Any = intrinsic(_lent)


def _compiled(function: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    options |= {"nogil": True, "error_model": "numpy"}
    made: Any = numba.njit(**options)(function)
    with _kept_apart():
        made._cache = _Kept(function)
    kept: Callable[..., Any] = made
    return kept


class _Kept:
    """The machine code of a function on disk, as Numba's dispatcher asks for it.

    Numba passes by a folder to which it may not write. What whoever installed has left there is as good for the account
    of a service that may only read it, and to compile takes half a minute. Nor may a file that is cut short, or a disk
    that is full, cost more than that.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._ours: Any = None
        with suppress(RuntimeError):
            self._ours = _CACHING.FunctionCache(function)
        self._installed: Any = _READING(function) if self._is_elsewhere(function) else None

    def _is_elsewhere(self, function: Callable[..., Any]) -> bool:
        place = _CACHING.UserProvidedCacheLocator(function, function.__code__.co_filename).get_cache_path()
        return os.path.isdir(place) and (self._ours is None or self._ours.cache_path != place)

    @property
    def cache_path(self) -> str:
        caches = (self._ours, self._installed)
        return next((str(cache.cache_path) for cache in caches if cache is not None), "")

    def load_overload(self, signature: Any, context: Any) -> Any:
        return _loaded(self._installed, signature, context) or _loaded(self._ours, signature, context, mend=True)

    def save_overload(self, signature: Any, result: Any) -> None:
        if self._ours is not None:
            with suppress(OSError):
                self._ours.save_overload(signature, result)


def _loaded(cache: Any, signature: Any, context: Any, *, mend: bool = False) -> Any:
    """None where it is not there or cannot be read; with `mend` what cannot be read makes room for what is saved."""
    if cache is None:
        return None
    try:
        return cache.load_overload(signature, context)
    except Exception:
        if mend:
            with suppress(OSError):
                cache.flush()
        return None


def _there(locator: Any) -> None:
    if not os.path.isdir(locator.get_cache_path()):
        raise FileNotFoundError


def _reading() -> Any:
    """Numba's cache in a folder that need not be writable. Made here: its classes have no types to inherit from."""
    locator = type("_Installed", (_CACHING.UserProvidedCacheLocator,), {"ensure_cache_path": _there})
    maker = type("_InstalledCode", (_CACHING.CompileResultCacheImpl,), {"_locator_classes": [locator]})
    return type("_Reading", (_CACHING.FunctionCache,), {"_impl_class": maker})


_READING: Final = _reading()


@contextmanager
def _kept_apart() -> Iterator[None]:
    """Numba asks only whether a function's own file changed, not those of the functions that are compiled into it.

    So the code is kept in a folder that is named after all of these files.
    """
    given = _CONFIG.CACHE_DIR
    _CONFIG.CACHE_DIR = os.path.join(given or _HERE / "__pycache__", _SOURCES)
    try:
        yield
    finally:
        _CONFIG.CACHE_DIR = given


def _checksum() -> str:
    return sha256(b"".join(path.read_bytes() for path in sorted(_HERE.glob("*.py")))).hexdigest()[:12]


_SOURCES: Final = _checksum()
