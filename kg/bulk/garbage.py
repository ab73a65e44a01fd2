"""How often Python looks for circles of unused objects among all that an import makes, of which hardly any are one."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = (200_000, 20, 100)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Have them looked for seldom, and not among what is there already; afterwards as often as before.

    Left alone, Python looks through everything again and again while an import holds more and more of it.
    """
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
