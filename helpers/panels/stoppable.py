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

    def run(self):
        try:
            self.result = self._call()
        except BaseException as error:  # SystemExit too: it would end the thread without a word
            self.error = error
        self._at_end(self)

    def stop(self):
        """Raise ``KeyboardInterrupt`` in the call, before its next line of Python.

        A single long call into C ends first. Without effect on a job that has ended.
        """
        if self.is_alive():
            thread = ctypes.c_ulong(self.ident)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(KeyboardInterrupt))
