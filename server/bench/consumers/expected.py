"""What every check compares with: the plan that consumers.ts wrote, and what is in an export by the index of its set."""
import hashlib
import json
import sys
import traceback
from collections import Counter


class Export:
    def __init__(self, entry):
        self.name = entry["name"]
        self.format = entry["format"]
        self.folder = entry["folder"]
        self.options = entry["options"]
        with open(entry["expected"], encoding="utf-8") as file:
            known = json.load(file)
        self.classes = known["classes"]
        self.splits = known["splits"]
        self.pictures = known["pictures"]

    def of(self, split):
        return [one for one in self.pictures if one["split"] == split]

    def labels(self, split, by="label"):
        """How many pictures of each class there are."""
        return Counter(one[by] for one in self.of(split))

    def names(self, by="label"):
        """In the order of their numbers."""
        return [one[by] for one in sorted(self.classes, key=lambda one: one["index"])]

    def digests(self, split):
        return sorted(one["digest"] for one in self.of(split))


def same(found, expected, what):
    if found != expected:
        raise AssertionError(f"{what}: {str(found)[:200]} instead of {str(expected)[:200]}")


def near(found, expected, slack, what):
    same(len(found), len(expected), what)
    for a, b in zip(found, expected):
        if abs(a - b) > slack:
            raise AssertionError(f"{what}: {found} instead of {expected}")


def digest(data):
    return hashlib.sha256(data).hexdigest()


def run(checks):
    """Runs the checks that fit, format by format, and prints a line of JSON for each. What cannot be imported ends the program before."""
    with open(sys.argv[1], encoding="utf-8") as file:
        plan = [Export(entry) for entry in json.load(file)]
    for export in plan:
        check = checks.get(export.format) or checks.get("*")
        if check is None:
            continue
        try:
            said = check(export)
            result = None if said is NotImplemented else {"ok": True, "say": said or ""}
        except Exception as error:  # A consumer may throw whatever it likes.
            traceback.print_exc()
            result = {"ok": False, "say": f"{type(error).__name__}: {error}"[:400]}
        if result is not None:
            print(json.dumps({"export": export.name, **result}), flush=True)
