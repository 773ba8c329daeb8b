import glob
import io
import json
import os
import tempfile
from collections import Counter

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_DISABLE_PROGRESS_BARS"] = "1"
os.environ.setdefault("HF_HOME", tempfile.mkdtemp())

import datasets  # noqa: E402
from datasets import ClassLabel, Image, load_dataset  # noqa: E402
from expected import digest, run, same  # noqa: E402

print("version", datasets.__version__)


def loaded(*given, **named):
    return load_dataset(*given, **named, cache_dir=tempfile.mkdtemp())


def compare(found, export, label_of):
    same(sorted(found), sorted(export.splits), "splits")
    for split in export.splits:
        part = found[split].cast_column("image", Image(decode=False))
        rows = list(part)
        same(Counter(label_of(found, row) for row in rows), export.labels(split), f"labels of {split}")
        bytes_of = [row["image"]["bytes"] or open(row["image"]["path"], "rb").read() for row in rows]
        same(sorted(map(digest, bytes_of)), export.digests(split), f"pictures of {split}")
        for row in found[split]:
            row["image"].load()


def by_number(found, row):
    return next(iter(found.values())).features["label"].int2str(row["label"])


def parquet(export):
    found = loaded(export.folder)
    feature = next(iter(found.values())).features["label"]
    assert isinstance(feature, ClassLabel), "the label is no ClassLabel"
    compare(found, export, by_number)
    return f"Image and ClassLabel of {feature.num_classes}"


def folder(export):
    said = []
    for how, given in (("as a folder", [export.folder]), ("as imagefolder", ["imagefolder"])):
        found = loaded(*given, **({} if len(given) == 1 and given[0] == export.folder else {"data_dir": export.folder}))
        compare(found, export, lambda _, row: row["label"])
        said.append(how)
        if "objects" not in next(iter(found.values())).features:
            continue
        for split in export.splits:
            known = {one["file"]: one["boxes"] for one in export.of(split)}
            listed = [json.loads(line) for line in open(os.path.join(export.folder, split, "metadata.jsonl"), encoding="utf-8")]
            for row, line in zip(found[split], listed):
                boxes = known[line["file_name"]]
                same(row["objects"]["categories"], [box["label"] for box in boxes], "labels of boxes")
                expected = [[box[key] for key in ("x", "y", "width", "height")] for box in boxes]
                same(row["objects"]["bbox"], expected, "boxes")
        said[-1] += " with boxes"
    return ", ".join(said)


def class_folders(export):
    found = loaded("imagefolder", data_dir=export.folder)
    names = next(iter(found.values())).features["label"].names
    same(names, export.names("name"), "classes")
    to_label = {one["name"]: one["label"] for one in export.classes}
    compare(found, export, lambda all, row: to_label[by_number(all, row)])
    return f"{len(names)} classes"


def webdataset(export):
    files = {split: sorted(glob.glob(os.path.join(export.folder, f"{split}-*.tar"))) for split in export.splits}
    found = loaded("webdataset", data_files=files)
    for split in export.splits:
        rows = list(found[split].cast_column("jpg", Image(decode=False)))
        names = export.names()
        same(Counter(names[row["cls"]] for row in rows), export.labels(split), f"labels of {split}")
        same(sorted(digest(row["jpg"]["bytes"]) for row in rows), export.digests(split), f"pictures of {split}")
    return "jpg, cls and json of every sample"


def lines(export):
    [file] = glob.glob(os.path.join(export.folder, "*.jsonl"))
    found = loaded("json", data_files=file)["train"]
    same(Counter((row["split"], row["label"]) for row in found), Counter((one["split"], one["label"]) for one in export.pictures), "rows")
    return f"{len(found)} rows"


def values(export):
    [file] = [one for one in glob.glob(os.path.join(export.folder, "*.csv")) if os.path.basename(one) != "CREDITS.csv"]
    found = loaded("csv", data_files=file)["train"]
    same(Counter((row["split"], row["label"]) for row in found), Counter((one["split"], one["label"]) for one in export.pictures), "rows")
    return f"{len(found)} rows"


run({
    "hf-parquet": parquet,
    "hf-folder": folder,
    "class-folders": class_folders,
    "webdataset": webdataset,
    "jsonl": lines,
    "csv": values,
})
