import sys
from pathlib import Path

# Run as a folder, Python puts the folder itself on the path; the packages are found beside it.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tiny_canary.train import main  # noqa: E402

sys.exit(main())
