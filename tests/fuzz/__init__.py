"""Inputs broken by chance, by the million: `python -m tests.fuzz --inputs 1000000`; a short run is part of the tests.

Each parser of what strangers send has a target (`targets.py`): what is thrown at it, and what must hold of what it
makes of it. One seed gives the same inputs, so a finding is repeated by the seed that is printed with it.
"""
