"""Run the reader's code where it can be stopped.

A panel is called on whatever thread the kernel likes, and only the main one hears the kernel's own
interrupt. So code that may never end gets a thread of its own, which is sent the interrupt.
"""

import ctypes
import threading


class Job(threading.Thread):
    """A call on a thread of its own.

    Parameters
    ----------
    call : callable
        Called without arguments.
    at_end : callable
        Called with the job when ``call`` has returned or raised.

    Attributes
    ----------
    result : object
        What ``call`` returned; ``None`` if it raised.
    error : BaseException or None
    """

    def __init__(self, call, at_end):
        super().__init__(name="the reader's code", daemon=True)
        self._call, self._at_end = call, at_end
        self.result = self.error = None
        # Not `join` and `is_alive`: in Python 3.11 an interrupted `join` takes the thread for dead.
        self._ended = threading.Event()

    def run(self):
        try:
            self.result = self._call()
        except BaseException as error:  # SystemExit too: it would end the thread without a word
            self.error = error
        try:
            self._at_end(self)
        finally:
            self._ended.set()

    def wait(self, seconds):
        """Wait for the end of the call, but not for long.

        Parameters
        ----------
        seconds : float

        Returns
        -------
        bool
            Whether it has ended, and ``at_end`` with it.
        """
        return self._ended.wait(seconds)

    def stop(self):
        """Raise ``KeyboardInterrupt`` in the call, before its next line of Python.

        A single long call into C ends first. Without effect on a job that has ended.
        """
        if not self._ended.is_set():
            thread = ctypes.c_ulong(self.ident)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(KeyboardInterrupt))
