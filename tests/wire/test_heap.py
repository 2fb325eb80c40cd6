"""The heap after loading."""

import gc

from reliability_studio.wire import heap


def test_what_is_loaded_is_set_aside_from_later_collections() -> None:
    before = gc.get_freeze_count()
    try:
        heap.settle()
        assert gc.get_freeze_count() > before
        assert gc.isenabled()
    finally:
        gc.unfreeze()
