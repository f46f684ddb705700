"""How many processor cores this process may use."""

import os


def core_count() -> int:
    """The cores that the system gives this process, which may be fewer than there are."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
