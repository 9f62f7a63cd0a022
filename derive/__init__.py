"""Symbolic-first derivations: claims in SymPy, every step checked, every result with the evidence for it.

Neither torch nor matplotlib is loaded here.
"""

from derive.article import Article, Curve, Data, Meeting, Pitfall, Plot, Points, Trace
from derive.claim import AT_MOST, EQUAL, LESS, UNEQUAL, Claim, ContinuousOn, Relation, UpTo, Weakly
from derive.derivation import Derivation, Step
from derive.errors import DeriveError, NoClosedForm, Undecided
from derive.evidence import Counterexample, Evidence, Status
from derive.verify import verify

__version__ = "0.1.0"
__all__ = [
    "AT_MOST",
    "EQUAL",
    "LESS",
    "UNEQUAL",
    "Article",
    "Claim",
    "ContinuousOn",
    "Counterexample",
    "Curve",
    "Data",
    "Derivation",
    "DeriveError",
    "Evidence",
    "Meeting",
    "NoClosedForm",
    "Pitfall",
    "Plot",
    "Points",
    "Relation",
    "Status",
    "Step",
    "Trace",
    "Undecided",
    "UpTo",
    "Weakly",
    "verify",
]
