import gc

from kg.bulk.garbage import seldom_collected


def test_garbage_is_looked_for_as_often_as_before_afterwards() -> None:
    usual = gc.get_threshold()
    with seldom_collected():
        assert gc.get_threshold()[0] > usual[0]
        assert gc.get_freeze_count() > 0
    assert gc.get_threshold() == usual
    assert gc.get_freeze_count() == 0
