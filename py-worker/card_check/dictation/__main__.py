import sys
from importlib.util import find_spec
from pathlib import Path

# Run as a folder, Python puts the folder itself on the path; the packages are found two above.
sys.path[0] = str(Path(__file__).resolve().parents[2])

for name in ("numpy", "msgpack", "zmq", "torch", "nemo"):
    if find_spec(name) is None:
        print(f"gpu-check: dictation skipped, Python package {name} is missing: type make setup FULL=1")
        sys.exit("--pretended" in sys.argv)

from card_check.dictation.run import main  # noqa: E402

sys.exit(main(sys.argv[1:]))
