"""What a script may do to the world outside it is taken away: pictures, waiting, files, processes.

The last word has an audit hook, which nothing in the process can take back.
"""

import os
import sys
import time
import types

import numpy as np

FORBIDDEN = (
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.truncate",
    "os.link",
    "os.symlink",
    "os.chmod",
    "os.chown",
    "os.system",
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.spawn",
    "os.posix_spawn",
    "os.startfile",
    "os.kill",
    "os.killpg",
    "os.chdir",
    "subprocess.Popen",
    "shutil.rmtree",
    "shutil.move",
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "webbrowser.open",
    "signal.pthread_kill",
)
PICTURES = ("matplotlib", "mpl_toolkits", "seaborn", "IPython", "PIL", "cv2", "plotly", "wandb")


class Anything(types.ModuleType):
    """A module, a figure, an axis: whatever is asked of it is there, and does nothing."""

    __path__ = ()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_args, **_kwargs):
        return self

    def subplots(self, rows=1, cols=1, **_kwargs):
        """A figure and as many axes as were asked for."""
        axes = np.full((rows, cols), self, dtype=object).squeeze()
        return self, axes if axes.ndim else self

    def plot(self, *_args, **_kwargs):
        return [self]

    def __iter__(self):
        return iter((self, self))

    def __getitem__(self, _key):
        return self

    def __setitem__(self, _key, _value):
        return None

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        return False


class _Finder:
    """Finds every submodule of a library of pictures."""

    def find_spec(self, name, _path=None, _target=None):
        if name.split(".")[0] in PICTURES:
            from importlib.machinery import ModuleSpec

            return ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return Anything(spec.name)

    def exec_module(self, module):
        return None


def _passed_on(turns=None, *_args, **_kwargs):
    return turns


def make_quiet(folder):
    """Take away what a script could disturb, for the rest of this process.

    Parameters
    ----------
    folder : str
        The only folder that may be written to.
    """
    sys.meta_path.insert(0, _Finder())
    tqdm = types.ModuleType("tqdm")
    tqdm.tqdm, tqdm.trange, tqdm.__path__ = _passed_on, range, []
    for name in ("tqdm", "tqdm.auto", "tqdm.notebook"):
        sys.modules[name] = tqdm
    time.sleep = lambda _seconds: None
    os.system = lambda _command: 0
    os.chdir = lambda _path: None
    os._exit = sys.exit
    root = os.path.realpath(folder)

    def inside(path):
        try:
            return os.path.realpath(os.fsdecode(path)).startswith(root)
        except (TypeError, ValueError):
            return False

    def audit(event, args):
        if event in FORBIDDEN:
            if not (event == "os.remove" and inside(args[0])):
                raise PermissionError(f"{event} is not allowed here")
        elif event == "open" and not isinstance(args[0], int) and args[0] is not None:
            writes = args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) if args[2] else 0
            if writes and not inside(args[0]) and args[0] != os.devnull:
                raise PermissionError(f"{args[0]!r} cannot be written here")
        elif event == "os.mkdir" and not inside(args[0]):
            raise PermissionError(f"{args[0]!r} cannot be made here")

    sys.addaudithook(audit)
