"""The guards of tests/conftest.py bite."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from tests.support.leftovers import leftover_qt, leftover_threads, top_level_widgets
from tests.support.network_guard import NetworkTouchedError


def test_a_thread_that_goes_on_is_found_and_one_that_ends_is_not():
    stop = threading.Event()
    before = set(threading.enumerate())
    ending = threading.Thread(target=lambda: None, name="ending")
    ending.start()
    assert leftover_threads(before) == []
    going_on = threading.Thread(target=stop.wait, name="going-on")
    going_on.start()
    try:
        assert leftover_threads({*before, ending}, timeout_s=0.01) == ["thread going-on"]
    finally:
        stop.set()
        going_on.join()


def test_a_window_is_found_once_and_closed(qapp: QApplication):
    before = top_level_widgets()
    window = QWidget()
    window.setObjectName("forgotten")
    assert leftover_qt(before) == ["window QWidget 'forgotten'"]
    assert top_level_widgets() == before


def test_a_ticking_timer_is_found_and_stopped_and_a_stopped_one_is_not(qapp: QApplication):
    timer = QTimer()
    timer.setObjectName("tick")
    assert leftover_qt(top_level_widgets()) == []
    timer.start(10_000)
    assert leftover_qt(top_level_widgets()) == ["ticking QTimer 'tick' of NoneType"]
    assert not timer.isActive()


def test_a_running_qthread_is_found(qapp: QApplication):
    thread = QThread()
    thread.setObjectName("busy")
    thread.start()
    try:
        assert leftover_qt(top_level_widgets()) == ["running QThread 'busy'"]
    finally:
        thread.quit()
        thread.wait()


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 443)])
def test_another_machine_is_out_of_reach(address: tuple[str, int]):
    with socket.socket() as plug, pytest.raises(NetworkTouchedError):
        plug.connect(address)
    with pytest.raises(NetworkTouchedError):
        socket.getaddrinfo(*address)


def test_this_machine_is_within_reach():
    with socket.socket() as server, socket.socket() as plug:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        plug.connect(server.getsockname())


def test_user_folders_are_the_tests_own(tmp_path: Path):
    assert Path(os.environ["READER_HOME"]).is_relative_to(tmp_path)
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"
