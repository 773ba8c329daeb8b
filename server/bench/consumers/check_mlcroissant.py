import os
from importlib.metadata import version

import mlcroissant
from expected import run, same

print("version", version("mlcroissant"))


def described(export):
    file = os.path.join(export.folder, "croissant.json")
    if not os.path.exists(file):
        return NotImplemented
    dataset = mlcroissant.Dataset(file)
    issues = dataset.metadata.ctx.issues
    same(list(issues.errors), [], "errors")
    sets = [one.uuid for one in dataset.metadata.record_sets]
    read = 0
    for name in sets:
        for _ in dataset.records(name):
            read += 1
            if read >= 200:
                break
    return f"{len(sets)} record sets, {read} records, {len(list(issues.warnings))} warnings"


run({"*": described})
