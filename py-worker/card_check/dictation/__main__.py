import sys
from pathlib import Path

# Run as a folder, Python puts the folder itself on the path; the packages are found two above.
sys.path[0] = str(Path(__file__).resolve().parents[2])

from card_check.dictation.run import main  # noqa: E402

sys.exit(main(sys.argv[1:]))
