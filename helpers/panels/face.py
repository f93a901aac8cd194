"""What stands between a panel and the page: an ``anywidget`` with the state, and messages.

The page sends ``{view, seq, set, press}``: the changes since its last message, then at most one
press. It waits for the answer ``{view, seq, changed}`` before it sends more. Answers hold what
changed, never the whole state: two views of one panel would lose each other's clicks.
"""

import sys
import threading
from pathlib import Path

import anywidget
import traitlets

_HERE = Path(__file__).parent
_WORKING_AFTER = 0.4  # seconds until a page is told that its answer takes a while

# A kernel's answer is a few small messages on one TCP connection. The second waits until the first
# is acknowledged (Nagle's algorithm), and the browser acknowledges 40 ms later (delayed ACK). One
# message larger than the 64 kB segments of Linux' loopback device goes out at once, and takes the
# answer along. Measured on Linux (tests/browser/measure_lab.py); elsewhere not, so it is not sent.
_PADDING = "x" * 66_000 if sys.platform == "linux" else ""


class Face(anywidget.AnyWidget):
    """The face of one panel: any number of views show it.

    Parameters
    ----------
    panel : Panel
    """

    _esm = _HERE / "face.js"
    _css = _HERE / "face.css"
    spec = traitlets.Dict().tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)

    def __init__(self, panel):
        self._panel = panel
        self._lock = threading.Lock()
        self._unsent = {}
        self._answering = 0
        super().__init__(spec=panel.spec(), shown=panel.shown(), values=panel.wire_values())
        self.on_msg(self._receive)

    def publish(self, shown, values):
        """Give every view what is shown now, and what has changed.

        Parameters
        ----------
        shown : dict
            See ``Panel.shown``.
        values : dict
            The controls' values, as in ``Control.wire``.
        """
        with self._lock:
            before = self.values
            self._unsent |= {n: v for n, v in values.items() if before.get(n, ...) != v}
            with self.hold_sync():
                self.shown, self.values = shown, values
            if self._answering or not self._unsent:
                return
            changed, self._unsent = self._unsent, {}
        self.send({"changed": changed})

    def _receive(self, _widget, content, _buffers):
        view, seq = content.get("view"), content.get("seq")
        sent = content.get("set", {})
        late = threading.Timer(_WORKING_AFTER, self.send, [{"view": view, "working": seq}])
        late.daemon = True
        late.start()
        with self._lock:
            self._answering += 1
        try:
            self._panel.take(sent, content.get("press"))
        finally:
            late.cancel()
            with self._lock:
                self._answering -= 1
                changed, self._unsent = self._unsent, {}
            # What the page sent may have been refused or moved: it is told what holds now.
            now = self._panel.wire_values()
            changed |= {name: now[name] for name in sent if name in now}
            self.send({"view": view, "seq": seq, "changed": changed})
            if _PADDING:
                self.send({"padding": _PADDING})
