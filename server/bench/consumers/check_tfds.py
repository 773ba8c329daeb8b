import os
from collections import Counter

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["NO_GCE_CHECK"] = "true"

import tensorflow_datasets as tfds  # noqa: E402
from expected import run, same  # noqa: E402

print("version", tfds.__version__)


def built(export):
    places = [at for at, _, files in os.walk(export.folder) if "dataset_info.json" in files]
    same(len(places), 1, "places with a dataset_info.json")
    builder = tfds.builder_from_directory(places[0])
    same(builder.info.features["label"].names, export.names(), "classes")
    parts = builder.as_dataset()
    same(sorted(parts), sorted(export.splits), "splits")
    for split in export.splits:
        same(builder.info.splits[split].num_examples, len(export.of(split)), f"pictures of {split}")
        rows = list(tfds.as_numpy(parts[split]))
        same(Counter(export.names()[row["label"]] for row in rows), export.labels(split), f"labels of {split}")
        sizes = Counter((row["image"].shape[1], row["image"].shape[0]) for row in rows)
        same(sizes, Counter((one["width"], one["height"]) for one in export.of(split)), "sizes")
    return f"{len(export.pictures)} pictures decoded"


def class_folders(export):
    builder = tfds.folder_dataset.ImageFolder(export.folder)
    same(builder.info.features["label"].names, export.names("name"), "classes")
    for split in export.splits:
        folder = {"validation": "val"}.get(split, split)
        same(builder.info.splits[folder].num_examples, len(export.of(split)), f"pictures of {split}")
    return f"{len(export.pictures)} pictures"


run({"tfds": built, "class-folders": class_folders})
