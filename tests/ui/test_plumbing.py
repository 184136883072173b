"""The way to the GUI thread, and listening that ends with the listener."""

from __future__ import annotations

import threading

from psygnal import Signal
from PySide6.QtCore import QCoreApplication, QEvent, QThread
from PySide6.QtWidgets import QWidget

from reader.ui.main_thread import MainThreadDelivery
from reader.ui.subscriptions import Subscriptions


def test_deliveries_run_on_the_gui_thread_in_order(qtbot):
    delivery = MainThreadDelivery()
    ran: list[tuple[int, bool]] = []

    def note(number: int) -> None:
        ran.append((number, QThread.currentThread() is delivery.thread()))

    def work() -> None:
        for number in range(20):
            delivery.deliver(lambda number=number: note(number))

    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    assert not ran, "nothing runs before the event loop turns"
    qtbot.waitUntil(lambda: len(ran) == 20)
    assert ran == [(number, True) for number in range(20)]
    delivery.deleteLater()


def test_a_delivery_from_the_gui_thread_itself_waits_its_turn(qtbot):
    delivery = MainThreadDelivery()
    ran: list[str] = []
    delivery.deliver(lambda: ran.append("delivered"))
    ran.append("now")
    qtbot.waitUntil(lambda: len(ran) == 2)
    assert ran == ["now", "delivered"]
    delivery.deleteLater()


class Radio:
    said = Signal(int)


class Listener(QWidget):
    def __init__(self, radio: Radio) -> None:
        super().__init__()
        self.heard: list[int] = []
        Subscriptions(self).add(radio.said, self.heard_something)

    def heard_something(self, number: int) -> None:
        self.setToolTip(str(number))
        self.heard.append(number)


def test_a_widget_listens_until_qt_destroys_it(qtbot):
    radio = Radio()
    listener = Listener(radio)
    radio.said.emit(1)
    listener.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    radio.said.emit(2)
    assert listener.heard == [1]
    assert len(radio.said) == 0
