"""The heap after loading: what imports left behind goes back, what stays is not looked through again.

Loading reads megabytes of code and compiles patterns; most of that is garbage a moment later, spread over
pages that the C library keeps. And what is imported lives as long as the process: a full collection that
walks over it takes tens of milliseconds, in which no call is answered.
"""

import ctypes
import gc


def settle() -> None:
    """Collect, set the survivors aside from every later collection, and give free pages back."""
    gc.collect()
    gc.freeze()
    # Other C libraries than glibc have no such function, and no need of it.
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
