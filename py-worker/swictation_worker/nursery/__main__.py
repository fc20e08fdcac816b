import sys

from .nursery import main

sys.exit(main(sys.argv[1:]))
