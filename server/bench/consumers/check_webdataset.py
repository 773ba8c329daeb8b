import glob
import os
from collections import Counter
from importlib.metadata import version

import webdataset
from expected import digest, run, same

print("version", version("webdataset"))


def shards(export):
    for split in export.splits:
        files = sorted(glob.glob(os.path.join(export.folder, f"{split}-*.tar")))
        rows = list(webdataset.WebDataset(files, shardshuffle=False, empty_check=False))
        names = export.names()
        same(Counter(names[int(row["cls"])] for row in rows), export.labels(split), f"labels of {split}")
        same(sorted(digest(row["jpg"]) for row in rows), export.digests(split), f"pictures of {split}")
        same(len({tuple(sorted(key for key in row if not key.startswith("__"))) for row in rows}), 1, "sets of fields")
        for row in webdataset.WebDataset(files, shardshuffle=False, empty_check=False).decode("pil"):
            row["jpg"].load()
    return f"{len(export.pictures)} samples decoded"


run({"webdataset": shards})
