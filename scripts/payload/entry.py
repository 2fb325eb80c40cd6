"""What the frozen program runs: the same `main` as `python -m reliability_studio`."""

import sys

from reliability_studio.__main__ import main

sys.exit(main())
