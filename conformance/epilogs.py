"""What stands below the help of a command: mostly what its exit status means."""

from __future__ import annotations

COMPARED = """\
A is examined first, then B, with the same requests but for ids and dates.
Bounds hold for each of the two. DEPLOYMENTS_TOKEN and the others are for both;
with DEPLOYMENTS_TOKEN_B, B gets that one, and the others with _B at their ends.
Without --base-url, two --revision compare the embedded server in two editions.

exit status: 0 nothing regressed from A to B, 1 something did, 2 wrong usage, 3
a MUST could not be judged in A or B, or there was nothing to judge, 4 A or B
unreachable or token refused, 6 something that was made is left behind, 70 a run
is invalid, 130 interrupted; where several apply, the first of 70, 130, 4, 2, 1,
6, 3"""
SOAKED = """\
Needs Locust: pip install 'deployments-conformance[soak]'. docs/soak.md tells more.
Exit status as of run, but that what a soak does not ask at all is not counted:
0 if nothing was found, 1 if a MUST was broken, 3 if a MUST could not be judged."""
STATUSES = """\
exit status of run and merge: 0 conformant but for what is waived, 1
nonconformant, 2 wrong usage, 3 partial, 4 target unreachable or token refused,
5 a waiver has to be changed (what it accepts passes, fails otherwise, or is
past its day), 6 something that the run made is left behind, 70 the run itself
is invalid, 130 interrupted; where several apply, the first of 70, 130, 4, 2, 1,
6, 5, 3: a broken MUST without a waiver is 1, whatever became of the others"""

EPILOGS = {
    "run": STATUSES,
    "merge": STATUSES,
    "compare": COMPARED,
    "soak": SOAKED,
    "diff": "exit status: 1 if something regressed, 0 if nothing did",
}
