"""One thread for the matrix products of this course, and only while they run."""

import threading
from contextlib import ContextDecorator

from threadpoolctl import ThreadpoolController


class _OneBlasThread(ContextDecorator):
    """Limits BLAS to one thread; as a decorator, or with ``with``. May be nested, and shared.

    The matrices of this course are small: a second thread gains nothing on an idle machine, and on
    a busy one (a browser, a second kernel) the threads wait for each other and take ten times as
    long. One thread also gives the same last digits on machines with different numbers of cores.

    The limit is the process's, not the thread's. Whichever thread comes first sets it and takes it
    back when it leaves; what others do meanwhile changes nothing, so the number that was there at
    first is always there at last.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._controller = self._limit = self._owner = None
        self._depth = 0

    def __enter__(self):
        with self._lock:
            if self._owner is None:
                # Kept, since to search the loaded libraries takes a millisecond.
                self._controller = self._controller or ThreadpoolController()
                self._limit = self._controller.limit(limits=1, user_api="blas")
                self._limit.__enter__()
                self._owner = threading.get_ident()
            if self._owner == threading.get_ident():
                self._depth += 1

    def __exit__(self, kind, error, traceback):
        with self._lock:
            if self._owner != threading.get_ident():
                return
            self._depth -= 1
            if not self._depth:
                self._owner = None
                self._limit.__exit__(kind, error, traceback)


one_blas_thread = _OneBlasThread()
