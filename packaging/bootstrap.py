"""One command from a fresh clone to the running product; needs nothing but Python.

    python3 packaging/bootstrap.py demo                 the demo study, the AI running
    python3 packaging/bootstrap.py demo --headless --out DIR
    python3 packaging/bootstrap.py run [PATH...]        open the application
    python3 packaging/bootstrap.py test [--quick] [pytest arguments]
    python3 packaging/bootstrap.py install              only set up

The first run makes `.venv` in the checkout and takes some minutes; later ones start at
once. This file and `python_version.py` are written so that an old Python can still read
them and say what is wrong.
"""

import sys

from python_version import why_unsuitable

if __name__ == "__main__":
    complaint = why_unsuitable(sys.version_info[:2], sys.argv)
    if complaint:
        sys.stderr.write(complaint + "\n")
        sys.exit(10)

    from commands import main

    sys.exit(main(sys.argv[1:]))
